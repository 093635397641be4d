// How does the story play? Step by step, through the same calls that anybody may make, at the pace of a reader.

import { get, post, Refused } from "./api.js";
import { show } from "./act.js";
import { type } from "./composer.js";
import { $, h, icon } from "./dom.js";
import { closeForm, fillForm, formIsOpen, sendForm } from "./form.js";
import { become, goTo, here, isDirect, learnLetters, nameOf } from "./here.js";
import { view } from "./views.js";
import { wind } from "./clock.js";

let steps = [];
let at = 0;
let playing = false;
let working = false;
let line = Promise.resolve();
let wake = null;
let known = {};

/** Learn the story; the answer is who speaks first in it, and where. */
export async function startStory() {
  steps = await get("story");
  $("play").hidden = !steps.length;
  $("play").prepend(icon("play"));
  $("play").addEventListener("click", () => { if ($("story").hidden) begin(); else stop(); });
  return steps.find((step) => step.call === "messages")?.body;
}

function begin() {
  at = 0;
  known = {};
  draw();
  $("story").hidden = false;
  $("play").querySelector("span").textContent = "Stop the story";
  document.body.classList.add("telling");
  play();
}

function stop() {
  playing = false;
  wake?.();
  closeForm();
  $("story").hidden = true;
  $("play").querySelector("span").textContent = "Play the story";
  document.body.classList.remove("telling");
  $("play").focus();
}

async function play() {
  playing = true;
  draw();
  while (playing && at < steps.length) {
    await step();
    if (playing) await pause(600 + 42 * (steps[at - 1]?.caption || "").length);
  }
  playing = false;
  draw();
}

/** Do the next step, after the one that is being done. */
const step = () => (line = line.then(one));

async function one() {
  if (at >= steps.length) return;
  working = true;
  const now = steps[at++];
  draw();
  try {
    await act(now);
  } catch (fault) {
    if (!(fault instanceof Refused)) throw fault;
    playing = false;
    caption(fault.message);
  } finally {
    working = false;
    if (!playing) draw();
  }
}

async function act({ call, body }) {
  const said = filled(body);
  view("talk");
  if (call === "clock") {
    await pause(500);
    await wind(said);
    if (at === steps.length) await goToNews();
    return;
  }
  const channel = said.channel && !said.channel.startsWith("@") ? said.channel : null;
  await become(said.as, channel || `@${said.as}`);
  await pause(500);
  const answer = await DO[call](said);
  const reply = answer?.reply || {};
  if (reply.form) known.form = reply.form.id;
  known.case ??= reply.case || /\bC-\d+\b/.exec(reply.text || "")?.[0];
}

const DO = {
  async messages(body) {
    await typed(body.text);
    const answer = await post("messages", body);
    type("");
    await show(answer);
    return answer;
  },
  async actions(body) {
    const letter = body.message ? { id: body.message } : await newest(body);
    if (!letter) throw new Refused(`${nameOf(body.as)} has no message with the button "${body.button}".`);
    const button = document.querySelector(`[data-id="${CSS.escape(letter.id)}"] [data-button="${CSS.escape(body.button)}"]`);
    button?.scrollIntoView({ block: "nearest" });
    button?.classList.add("pressed");
    await pause(700);
    const answer = await post("actions", { ...body, message: letter.id });
    button?.classList.remove("pressed");
    await show(answer);
    return answer;
  },
  async forms(body) {
    if (formIsOpen()) {
      fillForm(body.values);
      await pause(1600);
      return sendForm();
    }
    const answer = await post("forms", body);
    await show(answer);
    return answer;
  },
  async reactions(body) {
    const answer = await post("reactions", body);
    await show(answer);
    return answer;
  },
};

/** After the end, look at the channel in which something was said last: the digest. */
async function goToNews() {
  await Promise.all(here.state.channels.map(learnLetters));
  const said = (place) => here.letters.get(place).at(-1)?.at || "";
  const latest = [...here.state.channels].sort((a, b) => said(b).localeCompare(said(a)))[0];
  if (latest && said(latest)) await goTo(latest);
}

/** The newest message to that person, or in a channel, that has the button. */
async function newest({ as, button, case: about }) {
  const places = [`@${as}`, ...here.state.channels];
  await Promise.all(places.map(learnLetters));
  const fits = (letter) => letter.buttons.some((each) => each.id === button && (!about || (each.case || letter.case) === about));
  for (const place of places) {
    const letter = here.letters.get(place).findLast(fits);
    if (!letter) continue;
    if (place !== here.place && !isDirect(place)) await become(as, place);
    return letter;
  }
  return null;
}

/** Fill in what earlier steps brought: "{case}" and "{form}". */
function filled(value) {
  if (typeof value === "string") return value.replaceAll("{case}", known.case || "").replaceAll("{form}", known.form || "");
  if (Array.isArray(value)) return value.map(filled);
  if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, filled(part)]));
  return value;
}

async function typed(text) {
  const quick = matchMedia("(prefers-reduced-motion: reduce)").matches || !playing;
  const size = Math.max(1, Math.ceil(text.length / 40));
  for (let end = size; !quick && end < text.length; end += size) {
    type(text.slice(0, end));
    await pause(18);
  }
  type(text);
  await pause(400);
}

/** Wait a little; not at all when somebody steps by hand or stops. */
function pause(ms) {
  if (!playing) return Promise.resolve();
  return new Promise((done) => {
    const timer = setTimeout(done, ms);
    wake = () => { clearTimeout(timer); done(); };
  });
}

function caption(text) {
  $("story").querySelector(".caption").textContent = text;
}

function draw() {
  const over = at >= steps.length && !working;
  const button = (id, drawing, label, press) => {
    const element = h("button", { type: "button", class: "quiet", id, "aria-label": label, title: label }, icon(drawing));
    element.addEventListener("click", press);
    return element;
  };
  const toggle = playing
    ? button("story-toggle", "pause", "Pause", () => { playing = false; wake?.(); draw(); })
    : button("story-toggle", "play", over ? "Play again" : "Play", () => { if (over) { at = 0; known = {}; } play(); });
  const next = button("story-step", "step", "One step", () => { playing = false; wake?.(); step(); });
  const end = button("story-stop", "close", "Stop the story", stop);
  const held = document.activeElement?.id;
  const words = at === 0 ? "" : over ? "That is the story. Everything is still here: look around, or report something yourself." : steps[at - 1].caption;
  $("story").replaceChildren(
    h("div", { class: "progress", role: "progressbar", "aria-label": "How far", "aria-valuemin": "0", "aria-valuemax": String(steps.length), "aria-valuenow": String(at) }, h("span", { class: "bar" })),
    h("p", { class: "caption", "aria-live": "polite" }, words),
    h("div", { class: "story-tools" }, h("span", { class: "muted" }, `${at} of ${steps.length}`), toggle, next, end));
  $("story").querySelector(".bar").style.width = `${(100 * at) / steps.length}%`;
  if (held?.startsWith("story-")) $(held)?.focus();
}
