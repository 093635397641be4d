// Which keys do something? Single ones, away from text fields, and only as long as nobody switches them off.

import { $, h } from "./dom.js";
import { goTo, here, mine, select } from "./here.js";
import { wind } from "./clock.js";
import { view } from "./views.js";

const KEYS = [
  ["/", "Write a message", () => { view("talk"); $("say").focus(); }],
  ["[", "The conversation above", () => walk(-1)],
  ["]", "The conversation below", () => walk(1)],
  ["p", "Choose who you are", () => { view("side"); document.querySelector("#people button")?.focus(); }],
  ["c", "All cases", () => { view("case"); select(null).then(() => document.querySelector(".case-row")?.focus()); }],
  ["n", "Let time pass until the next event", () => wind({ to: "next" })],
  ["h", "Let one hour pass", () => wind({ advance: "1h" })],
  ["d", "Let one day pass", () => wind({ advance: "1d" })],
  ["?", "This help", () => help()],
];
const ALWAYS = [["Esc", "Close what is open"], ["Tab", "Go to the next thing"], ["Enter", "Send the message"], ["Shift + Enter", "Begin a new line"]];
const off = () => localStorage.getItem("shortcuts") === "off";

export function startShortcuts() {
  document.addEventListener("keydown", press);
  $("help").addEventListener("click", help);
}

function press(event) {
  const typing = event.target.closest?.("input, textarea, select, dialog");
  if (typing || off() || event.ctrlKey || event.metaKey || event.altKey) return;
  const known = KEYS.find(([key]) => key === event.key);
  if (!known) return;
  event.preventDefault();
  known[2]();
}

function walk(step) {
  const places = [mine(), ...here.state.channels];
  goTo(places.at((places.indexOf(here.place) + step + places.length) % places.length)).then(() => $("talk-title").focus());
}

function help() {
  const close = h("button", { type: "button", class: "primary act" }, "Close");
  const single = h("input", { type: "checkbox", id: "single-keys" });
  single.checked = !off();
  single.addEventListener("change", () => localStorage.setItem("shortcuts", single.checked ? "on" : "off"));
  const row = ([key, does]) => h("div", {}, h("dt", {}, h("kbd", {}, key)), h("dd", {}, does));
  const dialog = h("dialog", { class: "form help", "aria-labelledby": "help-title" }, h("form", {},
    h("header", {}, h("h2", { id: "help-title" }, "How this works")),
    h("div", { class: "fields" },
      h("p", {}, "You are one of the people at the left: report something, then be its owner, and watch who is told what. Let time pass at the top: whoever does not answer is reminded, then the case goes up its ladder by itself."),
      h("h3", {}, "Keys"),
      h("dl", { class: "keys" }, KEYS.map(row), ALWAYS.map(row)),
      h("div", { class: "field check" }, single, h("label", { for: "single-keys" }, "Single keys do something outside of text fields"))),
    h("footer", {}, close)));
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => { dialog.remove(); $("help").focus(); });
  document.body.append(dialog);
  dialog.showModal();
  close.focus();
}
