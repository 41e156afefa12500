// data-confirm="question" on a form or on its button, data-confirm-text: what goes with it, data-confirm-button: the
// verb of the answer. For what cannot be undone alone; everything else is done at once and offers «Вернуть».
interface Question {
  title: string;
  text: string;
  button: string;
}

function ask({ title, text, button }: Question): Promise<boolean> {
  const dialog = document.getElementById("confirm");
  if (!(dialog instanceof HTMLDialogElement)) return Promise.resolve(confirm(`${title} ${text}`));
  const part = (name: string) => dialog.querySelector<HTMLElement>(`[data-part=${name}]`)!;
  part("title").textContent = title;
  part("text").textContent = text;
  part("text").hidden = !text;
  part("yes").textContent = button || (part("yes").dataset["word"] ?? "");
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((answer) => {
    dialog.addEventListener("close", () => answer(dialog.returnValue === "yes"), { once: true });
  });
}

function questionOf(element: HTMLElement): Question {
  const { confirm: title = "", confirmText: text = "", confirmButton: button = "" } = element.dataset;
  return { title, text, button: button || (element instanceof HTMLButtonElement ? (element.textContent ?? "").trim() : "") };
}

const answered = new WeakSet<HTMLFormElement>();

document.addEventListener(
  "submit",
  async (event) => {
    const form = event.target as HTMLFormElement;
    if (answered.delete(form)) return;
    const submitter = event.submitter;
    const source = [submitter, form].find((each) => each?.hasAttribute("data-confirm"));
    if (!source) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!(await ask(questionOf(source)))) return;
    answered.add(form);
    form.requestSubmit(submitter);
  },
  true,
);

document.addEventListener("htmx:confirm", async (event) => {
  const { elt, question, issueRequest } = (event as CustomEvent<{
    elt: HTMLElement;
    question: string | null;
    issueRequest: (skip: boolean) => void;
  }>).detail;
  if (!question) return;
  event.preventDefault();
  if (await ask({ ...questionOf(elt), title: question })) issueRequest(true);
});
