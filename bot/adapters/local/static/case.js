// How does a case stand? What happens next, where it is on its ladder, its figures and all that happened; or the list of all.

import { $, avatar, h, icon, put } from "./dom.js";
import { here, firstName, nameOf, now, on, select } from "./here.js";
import { ladder } from "./ladder.js";
import { linked } from "./talk.js";
import { date, full, since, soon } from "./time.js";

const SHOWN = 200;

export function startCase() {
  on("cases clock me", show);
}

function show() {
  if (!here.me) return;
  if (here.selected && here.caseShown) showCase(here.caseShown);
  else showList();
}

/** "closed: fixed" is worth more than "closed". */
function pill(known) {
  const words = known.status === "closed" ? known.outcome : known.status;
  return h("span", { class: `pill ${known.status} ${known.outcome || ""}` }, words);
}

function showList() {
  const live = here.cases.filter((known) => known.status !== "closed");
  const closed = here.cases.filter((known) => known.status === "closed");
  put(
    $("case-body"),
    h("header", { class: "case-head" }, h("h2", { id: "case-title" }, "Cases"), h("p", { class: "muted" }, summary(live, closed))),
    here.cases.length ? null : h("p", { class: "empty" }, h("strong", {}, "No cases yet."), h("span", {}, "Report a problem with /case report, and watch what happens to it.")),
    rows(live, "In somebody's hands"),
    rows(closed, "Closed"),
  );
}

function summary(live, closed) {
  if (!live.length && !closed.length) return "Every problem has a name on it and a next time.";
  return `${live.length} open, ${closed.length} closed`;
}

function rows(cases, title) {
  if (!cases.length) return null;
  return h("section", { class: "case-list", "aria-label": title }, h("h3", {}, title), h("ul", {}, cases.slice(0, SHOWN).map(row)));
}

function row(known) {
  const next = known.due && known.status !== "closed" ? `next ${soon(known.due, now())}` : known.closed_at ? soon(known.closed_at, now()) : "";
  const button = h("button", { type: "button", class: "case-row", "data-case": known.id, "data-keep": `case ${known.id}` },
    avatar(known.accountable, nameOf(known.accountable), "small"),
    h("span", { class: "case-row-main" }, h("span", { class: "case-row-title" }, known.private ? icon("lock") : null, known.title), h("span", { class: "muted" }, `${known.id} · ${firstName(known.accountable)}${known.level ? `, level ${known.level}` : ""} · ${next}`)),
    pill(known));
  return h("li", {}, button);
}

function showCase(known) {
  const back = h("button", { type: "button", class: "quiet back", id: "all-cases", "data-keep": "back" }, icon("back"), "All cases");
  put(
    $("case-body"),
    h("header", { class: "case-head" },
      back,
      h("div", { class: "case-line" }, h("span", { class: "case-id" }, known.id), pill(known), known.private ? h("span", { class: "pill private" }, icon("lock"), "private") : null),
      h("h2", { id: "case-title" }, known.title),
      known.text && known.text !== known.title ? h("p", { class: "case-text" }, known.text) : null,
      h("p", { class: "muted" }, `Reported by ${nameOf(known.reporter)} · ${known.service} · ${known.severity} · ${date(known.opened_at)}`)),
    h("p", { class: "fate", "aria-label": "What happens next" }, linked(known.fate)),
    figures(known),
    h("section", { "aria-labelledby": "ladder-title" }, h("h3", { id: "ladder-title" }, "The way up"), ladder(known)),
    h("section", { "aria-labelledby": "timeline-title" }, h("h3", { id: "timeline-title" }, "What happened"), timeline(known)),
  );
}

function figures(known) {
  const end = known.closed_at || now();
  const all = [
    [since(known.opened_at, end), "old", "Since it was reported; it never starts again"],
    [known.contacts, known.contacts === 1 ? "contact" : "contacts", "How often the reporter had to get in touch"],
    [known.handovers, known.handovers === 1 ? "hand-over" : "hand-overs", "How often it changed hands"],
    [known.broken_promises, known.broken_promises === 1 ? "broken promise" : "broken promises", "Dates that were not kept"],
  ];
  return h("dl", { class: "figures" }, all.map(([value, label, why]) => h("div", { title: why, class: value === 0 ? "none" : "" }, h("dt", {}, label), h("dd", {}, value))));
}

function timeline(known) {
  const entries = [...known.timeline].reverse();
  return h("ol", { class: "timeline", reversed: true }, entries.map((entry) =>
    h("li", { class: `fact ${entry.fact}` },
      h("time", { datetime: entry.at, title: full(entry.at) }, soon(entry.at, now())),
      h("p", {}, linked(entry.text)))));
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-case], #all-cases");
  if (!button) return;
  select(button.dataset.case || null).then(() => $("case").focus({ preventScroll: true }));
  $("case").scrollTop = 0;
});
