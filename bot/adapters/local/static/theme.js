// Light or dark? As the system says, until somebody chooses.

import { $, icon } from "./dom.js";

const NEXT = { "": "light", light: "dark", dark: "" };
const SAID = { "": ["half", "Colours: as the system has them"], light: ["sun", "Colours: light"], dark: ["moon", "Colours: dark"] };

export function startTheme() {
  show(localStorage.getItem("theme") || "");
  $("theme").addEventListener("click", () => {
    const chosen = NEXT[document.documentElement.dataset.theme || ""];
    localStorage.setItem("theme", chosen);
    show(chosen);
  });
}

function show(theme) {
  document.documentElement.dataset.theme = theme;
  const [drawing, words] = SAID[theme] || SAID[""];
  $("theme").replaceChildren(icon(drawing));
  $("theme").setAttribute("aria-label", words);
  $("theme").title = words;
}
