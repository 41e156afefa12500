// The field of a file: what is dropped on it is chosen, and its name and size are shown. Without script it is a plain
// field of a form.
import "./import.css";
import { onArrival } from "../../../web/front/swap/arrival";
import { isTooBig, size } from "./logic";

onArrival("[data-drop]", (zone) => {
  const input = zone.querySelector<HTMLInputElement>("input[type=file]");
  const name = zone.querySelector<HTMLElement>("[data-drop-name]");
  if (!input || !name) return;
  const show = () => {
    const file = input.files?.[0];
    if (!file) return;
    name.textContent = `${file.name}, ${size(file.size, document.documentElement.lang)}`;
    zone.classList.toggle("is-bad", isTooBig(file.name, file.size));
  };
  input.addEventListener("change", show);
  for (const kind of ["dragenter", "dragover"]) {
    zone.addEventListener(kind, (event) => {
      event.preventDefault();
      zone.classList.add("is-over");
    });
  }
  zone.addEventListener("dragleave", () => zone.classList.remove("is-over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("is-over");
    if (!event.dataTransfer?.files.length) return;
    input.files = event.dataTransfer.files;
    show();
  });
});
