import { toast, type Toast } from "../../../web/front/toasts";

/** A message of the board takes the place of the one before: ten moves in a row are not ten messages. */
export function tell(message: Toast): void {
  const box = document.getElementById("toasts");
  for (const old of box?.querySelectorAll("[data-board]") ?? []) old.remove();
  toast(message);
  box?.lastElementChild?.toggleAttribute("data-board", !message.bad);
}
