// An eye beside a password (data-reveal="id of the field"): shows what was typed while it is pressed in.
document.addEventListener("click", (event) => {
  const eye = (event.target as Element).closest<HTMLElement>("[data-reveal]");
  const field = eye && document.getElementById(eye.dataset["reveal"] ?? "");
  if (!eye || !(field instanceof HTMLInputElement)) return;
  const show = field.type === "password";
  field.type = show ? "text" : "password";
  eye.setAttribute("aria-pressed", String(show));
});
