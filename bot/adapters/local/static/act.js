// What comes of something that was done? A form, a line for my eyes only, or a change that the page reads again.

import { Refused, post } from "./api.js";
import { $ } from "./dom.js";
import { openForm } from "./form.js";
import { changed, here, select } from "./here.js";
import { refresh } from "./listen.js";
import { say } from "./toast.js";

let noteNumber = 0;
let thread = null;

/** Do something by a button; the button is busy meanwhile, so that a second press waits for the first. */
export async function act(button, path, body) {
  if (button.getAttribute("aria-busy") === "true") return null;
  button.setAttribute("aria-busy", "true");
  try {
    return await tell(path, body);
  } finally {
    button.removeAttribute("aria-busy");
  }
}

/** Make a call as who I am, and show what is answered; null if it was refused. */
export async function tell(path, body) {
  const [me, place] = [here.me, here.place];
  try {
    const answer = await post(path, { as: me, ...body });
    await show(answer, me, place);
    return answer;
  } catch (fault) {
    if (!(fault instanceof Refused)) throw fault;
    say(fault.message, "refused");
    return null;
  }
}

/** Show an answer to whom it was given. */
export async function show(answer, me = here.me, place = here.place) {
  const reply = answer.reply || {};
  // A form that comes with buttons is only offered: nobody who said good morning wants a dialog in their face.
  if (reply.form && !reply.buttons) ask(reply.form, me, place);
  if (reply.case && !reply.refused) await select(reply.case);
  await refresh();
  if (reply.text || reply.buttons) note(reply, me, place);
}

/** Open a form; what it is answered is shown to whom it was opened for. */
export function ask(form, me, place) {
  openForm(form, (values) => submit(form.id, values, me, place));
}

async function submit(form, values, me, place) {
  const answer = await post("forms", { as: me, form, values });
  if (answer.errors && Object.keys(answer.errors).length) return answer;
  await show(answer, me, place);
  return answer;
}

function note(reply, me, place) {
  const key = `${me}|${place}`;
  const after = (here.letters.get(place) || []).at(-1)?.id ?? null;
  const entry = { id: `note ${++noteNumber}`, me, place, after, at: here.state.now, text: reply.text, refused: reply.refused, buttons: reply.buttons, form: reply.form };
  here.notes.set(key, [...(here.notes.get(key) || []), entry].slice(-30));
  changed("notes");
}

/** Which message the next thing said answers. */
export const answering = () => thread;

export function answerTo(letter) {
  thread = letter;
  changed("answering");
  if (letter) $("say").focus();
}
