// Where is a case on its way up, who had it, and who gets it when? Drawn from the top down, level 0 at the foot.

import { avatar, h, icon } from "./dom.js";
import { now } from "./here.js";
import { soon, span } from "./time.js";

const WHY = {
  away: "away",
  gone: "left the organisation",
  unreachable: "cannot be reached",
  tried: "had it already",
  nobody: "nobody is there",
  circular: "had it already",
  concerned: "is concerned",
};
const TARGETS = { owner: "owner", manager: "manager" };

export function ladder(known) {
  const rungs = [...known.chain].reverse();
  return h("ol", { class: `ladder ${known.status}` }, rungs.map((rung) => rungOf(rung, known)));
}

function rungOf(rung, known) {
  const here = rung.state === "here";
  const who = rung.name || (rung.state === "skipped" ? "Passed over" : "Nobody there");
  const main = h("div", { class: "rung-main" },
    h("p", { class: "rung-name" }, h("strong", {}, who), h("span", { class: "muted" }, role(rung))),
    h("p", { class: "rung-state" }, words(rung, known)),
    here && known.status !== "closed" ? h("p", { class: "muted" }, times(rung)) : null);
  const face = h("div", { class: "rung-face" }, avatar(rung.to, rung.name || "?"), here ? h("span", { class: "stop", "aria-hidden": "true" }) : null);
  return h("li", { class: `rung ${rung.state}${rung.why ? " passed" : ""}`, "aria-current": here ? "step" : null }, face, main);
}

function role(rung) {
  const target = TARGETS[rung.target];
  return `level ${rung.level}${target ? ` · ${target}` : ""}`;
}

function words(rung, known) {
  const at = rung.at ? soon(rung.at, now()) : "";
  const why = WHY[rung.why] || rung.why;
  if (rung.state === "skipped") return `Passed over ${at}: ${why}`;
  if (rung.state === "past") return `Had it from ${at}`;
  if (rung.state === "here") return known.status === "closed" ? `It ended here, since ${at}` : `Has it since ${at}`;
  if (known.status === "closed") return "Was not needed";
  if (rung.why) return `Would be passed over: ${why}`;
  if (known.status === "resolved" || known.status === "waiting") return "Not on its way there now";
  const unless = known.next.goes_why === "unanswered" ? "unless it is answered" : "unless it is fixed";
  return rung.at ? [icon("up"), `Goes here ${at} ${unless}`] : "After that";
}

const times = (rung) => `${span(rung.respond_within)} to answer, ${span(rung.resolve_within)} to resolve, a reminder every ${span(rung.nag_every)}`;
