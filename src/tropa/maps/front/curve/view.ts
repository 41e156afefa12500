// Draws the curve through the points of the lane, and finds room for their labels. All reading is done before anything
// is written, so that the browser lays the page out once.
import type { Board } from "../board/board";
import { svg } from "../board/svg";
import { height, line, reaching, sides, slides, type Box, type Label, type Side, type Spot } from "./logic";
import { read } from "./point";

interface Standing {
  label: HTMLElement;
  /** How far it stands beside its point, to be read as a whole at the ends of the lane. */
  aside: number;
  spot: Label;
}

interface Picture {
  picture: SVGElement;
  width: number;
  full: number;
  now: Spot[];
  future: Spot[];
  standing: Standing[];
  others: Box[];
  away: number;
}

export function drawCurves(board: Board): void {
  const found = [...board.grid.querySelectorAll<SVGElement>("svg.curve")].map((picture) => measure(picture));
  for (const each of found) if (each) paint(each);
}

function measure(picture: SVGElement): Picture | undefined {
  const lane = picture.closest<HTMLElement>(".lane");
  const box = picture.getBoundingClientRect();
  if (!lane || box.width === 0) return undefined;
  const letters = parseFloat(getComputedStyle(lane).fontSize) || 13;
  const made: Picture = {
    picture, width: box.width, full: box.height, now: [], future: [], standing: [], others: [], away: letters * 1.8,
  };
  for (const cell of lane.querySelectorAll<HTMLElement>("[data-cell]")) measureCell(cell, box, made, letters);
  return made;
}

function measureCell(cell: HTMLElement, box: DOMRect, made: Picture, letters: number): void {
  const { left, width } = cell.getBoundingClientRect();
  const spot = (element: HTMLElement): Spot => {
    const { emotion, offset } = read(element);
    return { x: left - box.left + (width * offset) / 100, y: height(emotion, box.height) };
  };
  for (const point of cell.querySelectorAll<HTMLElement>(".ep, .ef")) {
    const at = spot(point);
    const radius = letters * 0.95;
    if (point.matches(".ef")) {
      made.future.push(at);
      continue;
    }
    made.now.push(at);
    made.others.push({ left: at.x - radius, right: at.x + radius, top: at.y - radius, bottom: at.y + radius });
    const label = point.nextElementSibling;
    if (!(label instanceof HTMLElement) || !label.matches(".ep-l")) continue;
    const size = { width: label.offsetWidth, height: label.offsetHeight };
    const x = Math.max(size.width / 2, Math.min(box.width - size.width / 2, at.x));
    made.standing.push({ label, aside: x - at.x, spot: { ...at, x, ...size, isUp: read(point).emotion >= 0 } });
  }
  for (const measured of cell.querySelectorAll<HTMLElement>(".csat")) {
    const { left: from, right, top, bottom } = measured.getBoundingClientRect();
    made.others.push({ left: from - box.left, right: right - box.left, top: top - box.top, bottom: bottom - box.top });
  }
}

function paint(made: Picture): void {
  const { picture, width, full, standing, others, away, now } = made;
  picture.setAttribute("viewBox", `0 0 ${width} ${full}`);
  picture.replaceChildren(...levels(width, full), ...areas(made), ...future(made));
  const spots = standing.map(({ spot }) => spot);
  const curve = reaching(now, width);
  const places = sides(spots, others, away, curve);
  const slid = slides(spots, places, others, away, curve);
  standing.forEach(({ label, aside }, at) => {
    put(label, places[at] ?? "none");
    label.style.setProperty("--aside", `${aside + (slid[at] ?? 0)}px`);
  });
}

function put(label: HTMLElement, side: Side): void {
  for (const each of ["up", "dn", "none"] as const) label.classList.toggle(each, each === side);
}

function levels(width: number, full: number): SVGElement[] {
  return [1, -1, 0].map((emotion) => {
    const y = height(emotion, full);
    return svg("line", { class: emotion === 0 ? "c-zero" : "c-lvl", x1: 0, x2: width, y1: y, y2: y });
  });
}

/** The line with what is above the zero and what is below it, each cut at the zero. */
function areas({ now, width, full }: Picture): SVGElement[] {
  if (now.length === 0) return [];
  const d = line(reaching(now, width));
  const zero = height(0, full);
  const area = `${d}L${width},${zero}L0,${zero}Z`;
  const clips = svg("defs", {});
  clips.append(clip("curve-above", 0, zero, width), clip("curve-below", zero, full - zero, width));
  return [
    clips,
    svg("path", { class: "c-pos", d: area, "clip-path": "url(#curve-above)" }),
    svg("path", { class: "c-neg", d: area, "clip-path": "url(#curve-below)" }),
    svg("path", { class: "c-line", d }),
  ];
}

function clip(id: string, y: number, tall: number, width: number): SVGElement {
  const made = svg("clipPath", { id });
  made.append(svg("rect", { x: 0, y, width, height: Math.max(0, tall) }));
  return made;
}

/** The other curve of a comparison, and the room between both. */
function future({ now, future: other, width }: Picture): SVGElement[] {
  if (other.length === 0) return [];
  const d = line(reaching(other, width));
  const dots = other.map(({ x, y }) => svg("circle", { class: "c-fp", cx: x, cy: y, r: 4 }));
  const between = now.length > 0 ? [svg("path", { class: "c-gap", d: gap(reaching(now, width), reaching(other, width)) })] : [];
  return [...between, svg("path", { class: "c-fut", d }), ...dots];
}

/** There along one line, back along the other: the other is drawn mirrored and then turned back. */
function gap(one: readonly Spot[], other: readonly Spot[]): string {
  const back = line(other.map(({ x, y }) => ({ x: -x, y })));
  const turned = back.replace(/(-?[\d.]+),(-?[\d.]+)/g, (_, x: string, y: string) => `${(-Number(x)).toFixed(1)},${y}`);
  return `${line(one)}${turned.replace(/^M/, "L")}Z`;
}
