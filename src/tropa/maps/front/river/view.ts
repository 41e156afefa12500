import type { Board } from "../board/board";
import { svg } from "../board/svg";
import { river } from "./logic";

/** Pixels of the letters of the board at its usual size. */
const LETTERS = 13;

/** Draws the trail from the numbers in the heads of the stages, wherever these stand now. */
export function drawRiver(board: Board): void {
  const picture = board.grid.querySelector<SVGElement>("svg.river");
  if (!picture) return;
  // A stage that is no longer part of the journey has no number.
  const heads = [...board.grid.querySelectorAll<HTMLElement>(".b-stage[data-stage][data-n]")];
  const box = picture.getBoundingClientRect();
  if (heads.length === 0 || box.width === 0) {
    picture.replaceChildren();
    return;
  }
  const stages = heads.map((head) => {
    const { left, right } = head.getBoundingClientRect();
    return { left: left - box.left, right: right - box.left, n: Number(head.dataset["n"]) };
  });
  // Not the height: a head of two lines is higher, and its stream would run over their words.
  const scale = parseFloat(getComputedStyle(board.grid).fontSize) / LETTERS;
  const { flow, drops } = river(stages, box.height, scale);
  picture.setAttribute("viewBox", `0 0 ${box.width} ${box.height}`);
  picture.replaceChildren(
    ...drops.map((d) => svg("path", { class: "drop", d })),
    svg("path", { class: "flow", d: flow }),
  );
}
