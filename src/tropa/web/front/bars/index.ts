// Lengths and colours of bars from data-v, data-t, data-x, data-w, data-h, data-c: the policy of the pages allows no
// style attributes, and needs none for what a script sets.
import { onArrival } from "../swap/arrival";
import { properties } from "./logic";

onArrival("[data-v], [data-t], [data-x], [data-w], [data-h], [data-c]", (element) => {
  for (const [name, value] of Object.entries(properties(element.dataset))) element.style.setProperty(name, value);
});
