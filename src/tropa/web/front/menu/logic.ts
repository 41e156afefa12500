export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

const EDGE = 8;
const GAP = 4;

/** Left and top of a menu under its button, above it where there is no room below, never outside of the window. */
export function place(
  button: Box,
  menu: { width: number; height: number },
  window: { width: number; height: number },
): { left: number; top: number } {
  const left = Math.max(EDGE, Math.min(button.left, window.width - menu.width - EDGE));
  const below = button.bottom + GAP;
  const top = below + menu.height > window.height ? Math.max(EDGE, button.top - menu.height - GAP) : below;
  return { left, top };
}
