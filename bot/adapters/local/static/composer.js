// How does one say something? By typing it; commands offer themselves after "/".

import { answerTo, answering, tell } from "./act.js";
import { $, h, icon } from "./dom.js";
import { firstName, here, isDirect, on } from "./here.js";

// [what is typed, what it does, whether it is about one case]
const COMMANDS = [
  ["report", "Report a problem"],
  ["report …", "Report in one line, say: billing: the bill is 9,000"],
  ["show", "Show a case", true],
  ["list", "List what is open"],
  ["mine", "List what is yours"],
  ["metoo", "I have this problem too", true],
  ["key", "Say yourself when what you wrote is fixed", true],
  ["chase", "I had to ask again", true],
  ["note …", "Add a note", true],
  ["ack", "Acknowledge: I have seen it", true],
  ["promise …", "Promise a date, say: Friday 15:00", true],
  ["ask …", "Ask the reporter something", true],
  ["handover …", "Hand over, say: ben: it is the meter team's", true],
  ["accept", "Accept the hand-over", true],
  ["decline …", "Decline, and say why", true],
  ["take", "Make it yours", true],
  ["resolve …", "Resolve, say: fix process: reading corrected", true],
  ["confirm", "Yes, it is fixed", true],
  ["reopen …", "No, it is still broken", true],
  ["escalate …", "Take it a level up, and say why", true],
  ["moretime …", "Give more time", true],
  ["withdraw …", "Withdraw the report, and say why", true],
  ["merge …", "It is the same as another case", true],
  ["cost …", "Record what it cost, and whose budget", true],
  ["away …", "Say that you are away, until when, and who covers"],
  ["back", "You are back"],
  ["digest", "Show the digest"],
  ["help", "All commands, explained"],
].map(([words, does, about]) => ({ verb: words.split(" ")[0], more: words.endsWith("…"), does, about: Boolean(about) }));

let offered = [];
let chosen = -1;

export function startComposer() {
  const box = $("say");
  box.addEventListener("input", () => { grow(); offer(); });
  box.addEventListener("keydown", press);
  box.addEventListener("blur", () => setTimeout(() => offerNothing(), 150));
  $("composer").addEventListener("submit", (event) => { event.preventDefault(); send(); });
  on("answering place me", showAnswering);
  on("place me", () => answering() && answerTo(null));
}

/** Say what is in the box; it stays there if it is refused. */
export async function send() {
  const box = $("say");
  const text = box.value;
  if (!text.trim() || box.readOnly) return null;
  const channel = isDirect(here.place) ? {} : { channel: here.place };
  const thread = answering() ? { thread: answering().id } : {};
  box.readOnly = true;
  offerNothing();
  const answer = await tell("messages", { text, ...channel, ...thread });
  box.readOnly = false;
  if (answer) {
    box.value = "";
    answerTo(null);
    grow();
  }
  if (!document.querySelector("dialog[open]")) box.focus();
  return answer;
}

export function type(text) {
  $("say").value = text;
  grow();
}

function grow() {
  const box = $("say");
  box.style.height = "auto";
  box.style.height = `${Math.min(box.scrollHeight + 2, 220)}px`;
}

function press(event) {
  if (event.isComposing) return;
  const moves = { ArrowDown: 1, ArrowUp: -1 };
  if (offered.length && moves[event.key]) {
    chosen = (chosen + moves[event.key] + offered.length) % offered.length;
    showOffered();
    event.preventDefault();
  } else if (chosen >= 0 && takes(event)) {
    take(offered[chosen]);
    event.preventDefault();
  } else if (event.key === "Escape" && (offered.length || answering())) {
    if (offered.length) offerNothing();
    else answerTo(null);
    event.stopPropagation();
  } else if (event.key === "Enter" && !event.shiftKey) {
    send();
    event.preventDefault();
  }
}

/** Tab and Enter take what is offered; Enter on a command that stands there in full sends it. */
function takes(event) {
  const complete = offered.some((command) => wording(command).trim() === $("say").value.trim());
  return !event.shiftKey && (event.key === "Tab" || (event.key === "Enter" && !complete));
}

function offer() {
  const match = /^\/(?:c(?:ase?)?(?: (\S*))?)?$/.exec($("say").value);
  const wanted = match ? match[1] || "" : null;
  offered = wanted === null ? [] : COMMANDS.filter((command) => command.verb.startsWith(wanted.toLowerCase()));
  chosen = offered.length ? 0 : -1;
  showOffered();
}

function offerNothing() {
  offered = [];
  chosen = -1;
  showOffered();
}

function showOffered() {
  const box = $("say");
  const rows = offered.map((command, i) => {
    const row = h("li", { role: "option", id: `command-${i}`, "aria-selected": String(i === chosen) }, h("code", {}, wording(command).trim()), h("span", {}, command.does));
    row.addEventListener("mousedown", (event) => { event.preventDefault(); take(command); });
    return row;
  });
  $("commands").replaceChildren(...rows);
  $("commands").hidden = !rows.length;
  box.setAttribute("aria-expanded", String(rows.length > 0));
  if (chosen >= 0) box.setAttribute("aria-activedescendant", `command-${chosen}`);
  else box.removeAttribute("aria-activedescendant");
  rows[chosen]?.scrollIntoView({ block: "nearest" });
}

function take(command) {
  type(wording(command));
  offerNothing();
  $("say").focus();
}

/** "/case promise C-42 ": the case that is shown at the right is meant. */
function wording(command) {
  const about = command.about && here.selected ? ` ${here.selected}` : "";
  return `/case ${command.verb}${about}${command.more || (command.about && !about) ? " " : ""}`;
}

function showAnswering() {
  const letter = answering();
  $("answering").hidden = !letter;
  if (!letter) return;
  const close = h("button", { type: "button", class: "quiet", "aria-label": "Answer no thread" }, icon("close"));
  close.addEventListener("click", () => answerTo(null));
  const start = letter.text.split("\n")[0];
  $("answering").replaceChildren(icon("reply"), h("span", {}, `Answering ${firstName(letter.from)}: ${start.length > 70 ? `${start.slice(0, 69)}…` : start}`), close);
}
