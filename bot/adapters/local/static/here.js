// What does the page know, and who wants to hear when that changes?

import { get } from "./api.js";
import { useZone } from "./time.js";

/** Everything the page knows. `place` is a channel, or "@ana": Ana's direct messages. */
export const here = {
  state: null,
  me: null,
  place: null,
  letters: new Map(),
  notes: new Map(),
  seen: new Map(Object.entries(JSON.parse(sessionStorage.getItem("seen") || "{}"))),
  cases: [],
  selected: null,
  caseShown: null,
};

const listeners = new Map();

/** Be told when something changed: `me`, `letters`, `cases`, `clock`, `place`. */
export function on(names, hear) {
  for (const name of names.split(" ")) listeners.set(name, [...(listeners.get(name) || []), hear]);
}

export function changed(name) {
  for (const hear of listeners.get(name) || []) hear();
}

export const nameOf = (id) => (id === "buckstop" ? "Buckstop" : here.state.people.find((p) => p.id === id)?.name || id);
export const firstName = (id) => nameOf(id).split(" ")[0];
export const now = () => here.state.now;
export const mine = () => `@${here.me}`;
export const isDirect = (place) => place.startsWith("@");

export async function learnState() {
  here.state = await get("state");
  useZone(here.state.zone);
  changed("clock");
}

/** Read a conversation again. */
export async function learnLetters(place) {
  const query = isDirect(place) ? `as=${encodeURIComponent(place.slice(1))}` : `channel=${encodeURIComponent(place)}`;
  here.letters.set(place, await get(`messages?${query}`));
  if (place === here.place && document.visibilityState === "visible") markSeen(place);
  changed("letters");
}

/** How many messages this person has not seen there. Their own do not count. */
export function unread(person, place) {
  const letters = here.letters.get(place) || [];
  const last = here.seen.get(`${person}|${place}`);
  const from = letters.findIndex((letter) => letter.id === last) + 1;
  return letters.slice(from).filter((letter) => letter.from !== person).length;
}

export function markSeen(place) {
  const last = (here.letters.get(place) || []).at(-1);
  if (!last || here.seen.get(`${here.me}|${place}`) === last.id) return;
  here.seen.set(`${here.me}|${place}`, last.id);
  sessionStorage.setItem("seen", JSON.stringify(Object.fromEntries(here.seen)));
}

/** Become somebody, and look at their direct messages unless told otherwise. */
export async function become(person, place = null) {
  if (here.me === person && (place === null || place === here.place)) return;
  const same = here.place && !isDirect(here.place) ? here.place : `@${person}`;
  // Both at once: nobody looks at another's direct messages, not even for a moment.
  here.me = person;
  here.place = place || same;
  sessionStorage.setItem("me", person);
  changed("me");
  await goTo(here.place);
  await learnCases();
}

export async function goTo(place) {
  here.place = place;
  changed("place");
  await learnLetters(place);
}

export async function learnCases() {
  const seenBy = encodeURIComponent(here.me);
  here.cases = await get(`cases?limit=200&as=${seenBy}`);
  if (here.selected && !here.cases.some((known) => known.id === here.selected)) here.caseShown = null;
  if (here.selected) {
    here.caseShown = await get(`cases/${here.selected}?as=${seenBy}`).catch(() => null);
    if (!here.caseShown) here.selected = null;
  }
  changed("cases");
}

/** Show one case at the right; null shows the list. */
export async function select(id) {
  here.selected = id;
  here.caseShown = id ? here.caseShown : null;
  await learnCases();
}
