/** The token that a changing request has to carry. */
export function csrf(): string {
  return document.body.dataset["csrf"] ?? "";
}

/** A small change that needs no answer on the page. */
export function post(url: string, values: Record<string, string>): Promise<Response> {
  return fetch(url, {
    method: "POST",
    headers: { "X-CSRFToken": csrf(), "X-Requested-With": "XMLHttpRequest" },
    body: new URLSearchParams(values),
    keepalive: true,
  });
}
