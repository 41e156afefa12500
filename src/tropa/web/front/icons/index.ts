/** An icon of the sprite, for what scripts build: icon("trash"), icon("map", "i-l"). */
export function icon(name: string, css = "i-s"): SVGSVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", css);
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${document.documentElement.dataset["sprite"] ?? ""}#i-${name}`);
  svg.append(use);
  return svg;
}
