// Where does the page begin? Here: learn who there is, become the first of them, and listen.

import { become, changed, here, learnLetters, learnState, on } from "./here.js";
import { listen } from "./listen.js";
import { $, h } from "./dom.js";
import { startCase } from "./case.js";
import { startClock } from "./clock.js";
import { startComposer } from "./composer.js";
import { startSide } from "./side.js";
import { startShortcuts } from "./shortcuts.js";
import { startStory } from "./story.js";
import { startTalk } from "./talk.js";
import { startTheme } from "./theme.js";
import { say } from "./toast.js";
import { startViews } from "./views.js";

const MANY = 40;

async function begin() {
  startTheme();
  startViews();
  await learnState();
  $("organisation").textContent = here.state.organisation;
  for (const start of [startClock, startSide, startTalk, startComposer, startCase, startShortcuts]) start();
  const remembered = sessionStorage.getItem("me");
  const people = here.state.people.map((person) => person.id);
  await Promise.all([...here.state.channels, ...firstDirect(people)].map(learnLetters));
  const first = await startStory();
  await become(people.includes(remembered) ? remembered : first?.as || people[0], remembered ? null : first?.channel);
  listen();
  document.body.dataset.ready = "";
}

/** Whose direct messages are read at once, so that the page can show who has news. */
const firstDirect = (people) => people.slice(0, MANY).map((person) => `@${person}`);

document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible" && here.place) learnLetters(here.place);
});
on("letters place me", () => {
  const waiting = document.body.querySelectorAll(".places .count:not([hidden])").length;
  document.title = `${waiting ? "• " : ""}${here.me ? $("talk-title").textContent : ""} · Buckstop`;
});

begin().catch((fault) => {
  $("letters").replaceChildren(h("li", { class: "empty" }, fault.message));
  say(fault.message, "refused");
});
changed("start");
