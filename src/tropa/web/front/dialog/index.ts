// data-dialog="id" opens a dialog, data-close inside of it closes it, so does a click beside it. A dialog that comes
// with a fragment and carries data-open is opened as it arrives.
import { onArrival } from "../swap/arrival";

document.addEventListener("click", (event) => {
  const target = event.target as Element;
  const opener = target.closest<HTMLElement>("[data-dialog]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset["dialog"] ?? "");
    if (dialog instanceof HTMLDialogElement) {
      event.preventDefault();
      dialog.showModal();
    }
  }
  if (target.closest("[data-close]")) target.closest("dialog")?.close();
  // The backdrop belongs to the dialog itself; everything inside of it is a child.
  else if (target instanceof HTMLDialogElement && isBeside(event, target)) target.close();
});

function isBeside(event: MouseEvent, dialog: HTMLDialogElement): boolean {
  const box = dialog.getBoundingClientRect();
  return (
    event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom
  );
}

onArrival("dialog[data-open]", (dialog) => {
  if (dialog instanceof HTMLDialogElement && !dialog.open) dialog.showModal();
});
