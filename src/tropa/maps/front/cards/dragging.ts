// Cards are dragged between cells and between cards. The cells say where a card would go; nothing is measured but the
// cards of the cell that the pointer is over, so that a board of hundreds of cards stays quick.
import { draggable, dropTargetForElements, monitorForElements } from "@atlaskit/pragmatic-drag-and-drop/adapter/element-adapter";
import type { Board } from "../board/board";
import { cardAt, cellOf, idOf, keyOf, laneOf, shownCards } from "../board/dom";
import { push, slot } from "../drag/logic";
import type { Moving } from "./moving";
import { takes } from "./moving";

interface Aim {
  cell: HTMLElement;
  at: number;
  before: HTMLElement | undefined;
}

const known = new WeakSet<Element>();

export function dragging(board: Board, moving: Moving): void {
  if (!board.isEditable) return;
  // A card is made draggable when a pointer comes near it: hundreds of them cost nothing at the start.
  const ready = (event: Event) => {
    const card = (event.target as Element).closest<HTMLElement>(".jc:not(.jc-new)");
    if (card && !known.has(card)) prepare(card);
    const cell = card && cellOf(card);
    if (cell) prepareCells(board, cell);
  };
  board.on(board.grid, "pointerover", ready);
  board.on(board.grid, "pointerdown", ready, { capture: true });
  const stop = monitorForElements({
    canMonitor: ({ source }) => source.data["board"] === true && board.grid.contains(source.element),
    ...held(board, moving),
  });
  board.signal.addEventListener("abort", stop);
}

function prepare(card: HTMLElement): void {
  known.add(card);
  draggable({ element: card, getInitialData: () => ({ board: true, card: idOf(card) }) });
}

/** Cells become targets when the first card that could go there is near. */
function prepareCells(board: Board, from: HTMLElement): void {
  for (const lane of board.grid.querySelectorAll<HTMLElement>(".lane:not([data-kind=emotion_curve])")) {
    for (const cell of lane.querySelectorAll<HTMLElement>("[data-cell]")) {
      if (known.has(cell)) continue;
      known.add(cell);
      dropTargetForElements({
        element: cell,
        getData: () => ({ cell: keyOf(cell) }),
        canDrop: ({ source }) => source.data["board"] === true && takes(laneOf(cell), laneOf(source.element)),
        getIsSticky: () => false,
      });
    }
  }
  known.add(from);
}

function held(board: Board, moving: Moving): Pick<Parameters<typeof monitorForElements>[0], "onDragStart" | "onDrag" | "onDrop"> {
  let aim: Aim | undefined;
  let release: (() => void) | undefined;
  const scroller = scrolling(board);
  return {
    onDragStart: ({ source }) => {
      release = board.hold();
      source.element.classList.add("is-drag");
    },
    onDrag: ({ source, location }) => {
      const { input, dropTargets } = location.current;
      scroller.at(input.clientX, input.clientY);
      const cell = dropTargets[0]?.element as HTMLElement | undefined;
      aim = show(aim, cell && aimed(cell, source.element, input.clientY));
    },
    onDrop: ({ source, location }) => {
      scroller.stop();
      const card = source.element;
      const { input, dropTargets } = location.current;
      const cell = dropTargets[0]?.element as HTMLElement | undefined;
      // Looked at anew: a quick hand lets go before the last step was shown.
      const dropped = cell && aimed(cell, card, input.clientY);
      card.classList.remove("is-drag");
      aim = show(aim, undefined);
      release?.();
      if (dropped) moving.move(idOf(card), { cell: keyOf(dropped.cell), before: cardAt(dropped.cell, dropped.at, card) });
    },
  };
}

function aimed(cell: HTMLElement, dragged: HTMLElement, y: number): Aim {
  const cards = shownCards(cell).filter((card) => card !== dragged);
  const at = slot(cards.map((card) => card.getBoundingClientRect()), y);
  return { cell, at, before: cards[at] };
}

/** Marks where the card would go: the cell, and the card that it would be put before. */
function show(old: Aim | undefined, now: Aim | undefined): Aim | undefined {
  if (old?.cell !== now?.cell) {
    old?.cell.classList.remove("is-over");
    now?.cell.classList.add("is-over");
  }
  if (old?.before !== now?.before) {
    old?.before?.classList.remove("is-before");
    now?.before?.classList.add("is-before");
  }
  return now;
}

function scrolling(board: Board): { at(x: number, y: number): void; stop(): void } {
  let dx = 0;
  let dy = 0;
  let frame = 0;
  const move = () => {
    frame = 0;
    if (dx === 0 && dy === 0) return;
    board.scroll.scrollBy(dx, dy);
    frame = requestAnimationFrame(move);
  };
  return {
    at(x, y) {
      const box = board.scroll.getBoundingClientRect();
      dx = push(x, box.left, box.right);
      dy = push(y, box.top, box.bottom);
      if (frame === 0 && (dx !== 0 || dy !== 0)) frame = requestAnimationFrame(move);
    },
    stop() {
      dx = dy = 0;
      cancelAnimationFrame(frame);
      frame = 0;
    },
  };
}
