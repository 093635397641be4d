// How does the page say something in passing? In a line that goes by itself, and that a screen reader says too.

import { $, h } from "./dom.js";

export function say(text, kind = "") {
  if (!text) return;
  const line = h("p", { class: `toast ${kind}` }, text);
  $("toasts").replaceChildren(line);
  setTimeout(() => line.remove(), 3500 + 45 * text.length);
}
