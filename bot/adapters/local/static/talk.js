// What has been said here? Messages with their threads, cards with their buttons, and what only I was answered.

import { $, avatar, grouped, h, icon } from "./dom.js";
import { changed, here, isDirect, nameOf, now, on, select } from "./here.js";
import { act, answerTo, ask } from "./act.js";
import { clock, day, full } from "./time.js";
import { view } from "./views.js";

const LONG = 1200;
const drawn = new Map(); // id -> what it was drawn from, and the element

export function startTalk() {
  on("letters place me notes", show);
}

function show() {
  if (!here.place) return;
  const direct = isDirect(here.place);
  $("talk-title").textContent = direct ? "Buckstop" : here.place;
  $("talk-about").textContent = direct ? `Direct messages with ${nameOf(here.me)}` : "Channel: everybody reads this";
  $("say").placeholder = direct ? "Message Buckstop, or / for commands" : `Message ${here.place}, or / for commands`;
  const scroll = $("scroll");
  const another = scroll.dataset.shown !== `${here.me} ${here.place}`;
  const atEnd = another || scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80;
  if (another) {
    drawn.clear();
    $("letters").replaceChildren();
  }
  scroll.dataset.shown = `${here.me} ${here.place}`;
  // A whole conversation is not read out when one walks into it; only what comes after is.
  $("letters").setAttribute("aria-busy", String(another));
  reconcile($("letters"), items());
  $("letters").setAttribute("aria-busy", "false");
  if (atEnd) scroll.scrollTop = scroll.scrollHeight;
}

/** Everything to show, each with an id and what it is drawn from. */
function items() {
  const letters = here.letters.get(here.place) || [];
  const notes = here.notes.get(`${here.me}|${here.place}`) || [];
  if (!letters.length && !notes.length) return [{ id: "empty", from: here.place, draw: emptiness }];
  const answers = grouped(letters.filter((letter) => letter.thread), (letter) => letter.thread);
  const list = notesAfter(notes, null);
  let last = null;
  for (const letter of letters.filter((l) => !l.thread)) {
    const today = day(letter.at);
    if (today !== last) list.push({ id: `day ${letter.id}`, from: today, draw: () => h("li", { class: "day" }, h("span", {}, today)) });
    last = today;
    const thread = answers.get(letter.id) || [];
    list.push({ id: letter.id, from: [letter, thread], draw: () => h("li", { class: "letter-item" }, letterOf(letter), threadOf(letter, thread)) });
    for (const each of [letter, ...thread]) list.push(...notesAfter(notes, each.id));
  }
  return list;
}

const notesAfter = (notes, id) =>
  notes.filter((note) => note.after === id).map((note) => ({ id: note.id, from: [note.text, note.done], draw: () => noteOf(note) }));

/** Change only what changed: what somebody reads, hears or has the focus in stays as it is. */
function reconcile(list, wanted) {
  const ids = new Set(wanted.map((item) => item.id));
  for (const [id, { element }] of drawn) {
    if (!ids.has(id)) { element.remove(); drawn.delete(id); }
  }
  let before = null;
  for (const item of wanted) {
    const from = JSON.stringify(item.from);
    let known = drawn.get(item.id);
    if (!known || known.from !== from) {
      const element = item.draw();
      element.dataset.id = item.id;
      if (known) known.element.replaceWith(element);
      known = { from, element };
      drawn.set(item.id, known);
    }
    const place = before ? before.nextSibling : list.firstChild;
    if (place !== known.element) list.insertBefore(known.element, place);
    before = known.element;
  }
}

function emptiness() {
  const words = isDirect(here.place)
    ? ["Nothing here yet.", "When something is yours to do, or about something you reported, Buckstop tells you here."]
    : ["Nobody has said anything here yet.", "Say something, or report a problem with /case report."];
  return h("li", { class: "empty" }, h("strong", {}, words[0]), h("span", {}, words[1]));
}

function letterOf(letter) {
  const bot = letter.from === "buckstop";
  const head = h(
    "div",
    { class: "letter-head" },
    h("strong", {}, nameOf(letter.from)),
    bot ? h("span", { class: "bot" }, "bot") : null,
    h("time", { datetime: letter.at, title: full(letter.at) }, clock(letter.at)),
    letter.edited ? h("span", { class: "edited", title: `Edited ${full(letter.edited)}` }, "edited") : null,
  );
  const body = h("div", { class: bot ? "card" : "said" }, textOf(letter, bot), pictureOf(letter), buttonsOf(letter), reactionsOf(letter));
  const reply = h("button", { type: "button", class: "quiet reply", "aria-label": `Answer ${nameOf(letter.from)} in a thread` }, icon("reply"), "Answer");
  reply.addEventListener("click", () => answerTo(letter));
  const article = h("article", { class: `letter${bot ? " from-bot" : ""}`, "aria-label": `${nameOf(letter.from)}, ${clock(letter.at)}` });
  article.append(avatar(letter.from, nameOf(letter.from)), h("div", { class: "letter-main" }, head, body, letter.thread ? null : h("div", { class: "letter-foot" }, bot ? null : reactWith(letter), reply)));
  return article;
}

function threadOf(letter, answers) {
  if (!answers.length) return null;
  const words = answers.length === 1 ? "1 answer" : `${answers.length} answers`;
  return h("ol", { class: "thread", "aria-label": words }, answers.map((answer) => h("li", {}, letterOf(answer))));
}

function textOf(letter, bot) {
  const [first, ...rest] = letter.text.split("\n");
  const long = letter.text.length > LONG;
  const text = h("div", { class: `text${long ? " long" : ""}` });
  if (bot) text.append(h("p", { class: "headline" }, linked(first)), ...rest.filter(Boolean).map((line) => h("p", { class: line.endsWith(":") ? "part" : null }, linked(line))));
  else text.append(h("p", {}, linked(letter.text)));
  if (!long) return text;
  const more = h("button", { type: "button", class: "quiet", "aria-expanded": "false" }, "Show all of it");
  more.addEventListener("click", () => {
    const open = text.classList.toggle("open");
    more.textContent = open ? "Show less" : "Show all of it";
    more.setAttribute("aria-expanded", String(open));
  });
  return [text, more];
}

const pictureOf = (letter) =>
  letter.picture ? h("img", { class: "picture", src: letter.picture.url, alt: letter.picture.alt, width: 1080, height: 972, loading: "lazy" }) : null;

/** The text with each case it names as something to press. */
export function linked(text) {
  return text.split(/(\bC-\d{1,9}\b)/).map((part, i) => (i % 2 ? caseLink(part) : part));
}

export function caseLink(id) {
  const link = h("button", { type: "button", class: "ref", "aria-label": `Show case ${id}` }, id);
  link.addEventListener("click", () => { select(id); view("case"); });
  return link;
}

function buttonsOf(letter) {
  if (!letter.buttons.length) return null;
  const groups = [...grouped(letter.buttons, (button) => (letter.cases ? button.case : "") || "")];
  return groups.map(([about, buttons]) =>
    h("div", { class: "buttons", role: "group", "aria-label": about ? `Actions for ${about}` : "Actions" },
      about && groups.length > 1 ? h("span", { class: "about" }, about) : null,
      buttons.map((button) => buttonOf(button, { message: letter.id }))));
}

function buttonOf(button, where) {
  const element = h("button", { type: "button", class: `act ${button.style || "plain"}`, "data-button": button.id }, button.label);
  element.addEventListener("click", () => act(element, "actions", { ...where, button: button.id, ...(button.case ? { case: button.case } : {}) }));
  return element;
}

function openerOf(button, note) {
  const element = h("button", { type: "button", class: `act ${button.style || "plain"}`, "data-button": button.id }, button.label);
  element.addEventListener("click", () => ask(note.form, note.me, note.place));
  return element;
}

function reactionsOf(letter) {
  if (!letter.reactions?.length) return null;
  const byEmoji = [...grouped(letter.reactions, (reaction) => reaction.emoji)];
  const chip = ([emoji, all]) => h("li", { title: all.map((r) => nameOf(r.by)).join(", ") }, `${emoji} ${all.length}`);
  return h("ul", { class: "reactions", "aria-label": "Reactions" }, byEmoji.map(chip));
}

function reactWith(letter) {
  return here.state.reactions.map((emoji) => {
    const button = h("button", { type: "button", class: "quiet react", "aria-label": `React with ${emoji}`, title: "React" }, emoji);
    button.addEventListener("click", () => act(button, "reactions", { message: letter.id, emoji }));
    return button;
  });
}

function noteOf(note) {
  const close = h("button", { type: "button", class: "quiet", "aria-label": "Put this away" }, icon("close"));
  close.addEventListener("click", () => {
    const key = `${note.me}|${note.place}`;
    here.notes.set(key, here.notes.get(key).filter((each) => each !== note));
    changed("notes");
    $("say").focus();
  });
  const buttons = (note.buttons || []).map((button) => (note.form ? openerOf(button, note) : buttonOf(button, {})));
  return h("li", { class: `note${note.refused ? " refused" : ""}` },
    h("div", { class: "note-head" }, icon("eye"), h("span", {}, "Only you see this"), h("time", { datetime: now() }, clock(note.at)), close),
    h("div", { class: "text" }, note.text.split("\n").map((line) => h("p", {}, linked(line)))),
    buttons.length ? h("div", { class: "buttons" }, buttons) : null);
}
