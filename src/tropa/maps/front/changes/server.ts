// Questions and changes to the server, each with an answer that says what became of it.
import { csrf } from "../../../web/front/swap/post";
import { failureWord } from "../../../web/front/swap/logic";
import { word as failure } from "../../../web/front/toasts";
import { word } from "../board/words";
import { read, reason, type Answer } from "./answer";
import type { Fields, Outcome } from "./logic";

/** Nothing is heard of a change for so long: it counts as lost, and is looked for before it is sent again. */
const PATIENCE_MS = 15_000;
/** The server is there, and could not: worth another try. */
const AGAIN = new Set([408, 429, 500, 502, 503, 504]);

export async function post(url: string, fields: Fields): Promise<Outcome<Answer>> {
  let response: Response;
  let said = "";
  try {
    response = await sent(url, fields);
    if (isUnheard(response)) {
      if (await hasSignedInAgain()) response = await sent(url, fields);
      else said = word("signedOut");
    }
  } catch {
    return { kind: "lost" };
  }
  if (said) return { kind: "refused", text: said, status: 401 };
  const data = await json(response);
  const answer = response.ok ? read(data) : undefined;
  if (answer) return { kind: "done", answer, made: answer.target };
  if (response.status >= 502 || response.status === 408) return { kind: "lost" };
  const status = response.ok ? 403 : response.status;
  return { kind: "refused", text: reason(data) || failure(failureWord(status)), status };
}

function sent(url: string, fields: Fields): Promise<Response> {
  return fetch(url, {
    method: "POST",
    headers: { Accept: "application/json", "X-CSRFToken": csrf(), "X-Requested-With": "XMLHttpRequest" },
    body: new URLSearchParams(fields),
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
}

/** A page came instead of an answer: the sign-in page, or the one for a form older than the sign-in. */
function isUnheard(response: Response): boolean {
  return response.redirected || response.status === 403;
}

/** Whether this person is signed in; then the token that came with the newer sign-in is taken over. */
async function hasSignedInAgain(): Promise<boolean> {
  const response = await fetch(location.href, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) });
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const token = page.body.dataset["csrf"];
  if (!page.querySelector("tropa-board") || !token) return false;
  document.body.dataset["csrf"] = token;
  return true;
}

export type News = { kind: "news"; answer: Answer; tag: string } | { kind: "same" } | { kind: "gone"; text: string } | { kind: "lost" };

/** What has changed since; tag: of the last answer, for which the server says shortly that nothing has. */
export async function news(url: string, after: number, tag: string, signal: AbortSignal): Promise<News> {
  const headers: Record<string, string> = { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" };
  if (tag) headers["If-None-Match"] = tag;
  let response: Response;
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
    response = await fetch(`${url}?after=${after}`, { headers, cache: "no-store", signal: limit });
  } catch {
    return { kind: "lost" };
  }
  if (response.status === 304) return { kind: "same" };
  const answer = response.ok ? read(await json(response)) : undefined;
  if (answer) return { kind: "news", answer, tag: response.headers.get("ETag") ?? "" };
  if (AGAIN.has(response.status)) return { kind: "lost" };
  return { kind: "gone", text: response.ok ? word("signedOut") : failure(failureWord(response.status)) };
}

async function json(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    return undefined;
  }
}
