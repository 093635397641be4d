// How does the page hear of what happens? Events are hints: what they name is read again, once for many of them.

import { here, learnCases, learnLetters, learnState } from "./here.js";

const dirty = new Set();
let timer = null;
let running = Promise.resolve();

function soon() {
  timer ??= setTimeout(() => { timer = null; running = running.then(catchUp).catch(() => {}); }, 60);
}

/** Read again whatever is known to have changed; resolves when the page shows it. */
async function catchUp() {
  const names = [...dirty];
  dirty.clear();
  const places = names.filter((name) => name.startsWith("to ")).map((name) => name.slice(3));
  await Promise.all([
    ...places.filter((place) => here.letters.has(place)).map(learnLetters),
    names.includes("clock") || names.includes("cases") ? learnState() : null,
    names.includes("cases") || names.includes("clock") ? learnCases() : null,
  ]);
}

/** Everything is read again now: after the page itself did something. */
export async function refresh() {
  for (const place of new Set([here.place, `@${here.me}`])) dirty.add(`to ${place}`);
  dirty.add("cases");
  await running;
  running = catchUp();
  await running;
}

export function listen() {
  const stream = new EventSource("/api/events");
  const note = (...names) => { names.forEach((name) => dirty.add(name)); soon(); };
  stream.addEventListener("message", (event) => note(`to ${JSON.parse(event.data).to}`));
  stream.addEventListener("case", () => note("cases"));
  stream.addEventListener("clock", () => note("clock"));
  // What happened while the line was dead was told to nobody.
  stream.addEventListener("open", () => {
    if (document.body.classList.contains("offline")) note("cases", ...[...here.letters.keys()].map((place) => `to ${place}`));
    document.body.classList.remove("offline");
  });
  stream.addEventListener("error", () => { document.body.classList.add("offline"); });
}
