// What time is it, and how does it pass? A manual clock is wound here; any other runs by itself.

import { Refused, post } from "./api.js";
import { $ } from "./dom.js";
import { here, learnState, now, on } from "./here.js";
import { refresh } from "./listen.js";
import { clock, full, soon, zoneName } from "./time.js";
import { say } from "./toast.js";

let learnedAt = 0;

export function startClock() {
  on("clock", show);
  show();
  for (const button of $("wind").querySelectorAll("button")) {
    button.addEventListener("click", () => wind(button.dataset.to ? { to: button.dataset.to } : { advance: button.dataset.advance }));
  }
  if (here.state.clock === "real") setInterval(tick, 1000);
  if (here.state.clock === "fast") setInterval(() => learnState().catch(() => {}), 1000);
}

/** Wind the clock; resolves when the page shows what came of it. */
export async function wind(body, key = {}) {
  if (here.state.clock !== "manual") return;
  busy(true);
  try {
    const answer = await post("clock", { ...body, ...key });
    await refresh();
    say(passed(answer));
  } catch (fault) {
    if (!(fault instanceof Refused)) throw fault;
    say(fault.message, "refused");
  } finally {
    busy(false);
  }
}

function passed(answer) {
  if (!answer.fired) return `It is ${clock(answer.now)} now. Nothing was due.`;
  return `It is ${clock(answer.now)} now. ${answer.fired === 1 ? "One thing" : `${answer.fired} things`} happened on the way.`;
}

function busy(yes) {
  document.body.classList.toggle("winding", yes);
  for (const button of $("wind").querySelectorAll("button")) button.setAttribute("aria-disabled", String(yes));
}

function show() {
  learnedAt = performance.now();
  draw(now());
  $("wind").hidden = here.state.clock !== "manual";
  const next = here.state.next;
  $("next-event").title = next ? `Let time pass until ${soon(next, now())}` : "Nothing is waiting to happen";
}

function draw(iso) {
  $("now").dateTime = iso;
  $("now").textContent = `${full(iso)} · ${zoneName()}`;
}

function tick() {
  draw(new Date(Date.parse(now()) + performance.now() - learnedAt).toISOString());
}
