// Forms of filters (data-filters): a chosen value is applied at once, empty fields stay out of the address.
document.addEventListener("change", (event) => {
  const field = event.target as HTMLElement;
  const form = field.closest<HTMLFormElement>("form[data-filters]");
  if (form && field.matches("select, input[type=checkbox], input[type=radio], input[type=date]")) form.requestSubmit();
});
document.addEventListener("formdata", (event) => {
  const form = event.target as HTMLFormElement;
  if (!form.matches("form[data-filters]")) return;
  for (const name of new Set(event.formData.keys())) {
    const values = event.formData.getAll(name).filter((value) => value !== "");
    event.formData.delete(name);
    for (const value of values) event.formData.append(name, value);
  }
});
