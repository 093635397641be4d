// Who am I here, where can I talk, and who else has news?

import { $, avatar, h, icon, put } from "./dom.js";
import { become, goTo, here, isDirect, mine, nameOf, on, unread } from "./here.js";
import { view } from "./views.js";

const MANY = 12;

export function startSide() {
  on("me letters place", show);
  $("find-person").hidden = here.state.people.length <= MANY;
  $("find-person").addEventListener("input", show);
}

function show() {
  if (!here.me || !here.place) return;
  const me = here.state.people.find((person) => person.id === here.me);
  put($("me"), avatar(me.id, me.name), h("div", {}, h("strong", {}, me.name), h("span", {}, about(me))));
  showPlaces();
  showPeople();
}

/** "Billing, reports to Bruno". */
function about(person) {
  const team = person.team ? person.team.replaceAll(/[-_]/g, " ") : "";
  const above = person.manager ? `reports to ${nameOf(person.manager).split(" ")[0]}` : "";
  const said = [team, above].filter(Boolean).join(", ");
  return said.charAt(0).toUpperCase() + said.slice(1);
}

function showPlaces() {
  const places = [mine(), ...here.state.channels];
  const rows = places.map((place) => {
    const news = place === here.place ? 0 : unread(here.me, place);
    const button = h(
      "button",
      { type: "button", "data-keep": `place ${place}`, "data-place": place, "aria-current": place === here.place ? "page" : null, class: news ? "news" : "" },
      isDirect(place) ? avatar("buckstop", "", "tiny") : icon("channel"),
      h("span", { class: "name" }, isDirect(place) ? "Buckstop" : place),
      count(news),
    );
    return h("li", {}, button);
  });
  put($("places"), ...rows);
}

function showPeople() {
  const wanted = $("find-person").value.trim().toLowerCase();
  const others = here.state.people.filter((p) => p.id !== here.me && `${p.name} ${p.id}`.toLowerCase().includes(wanted));
  const rows = others.map((person) => {
    const news = unread(person.id, `@${person.id}`);
    const props = { type: "button", "data-keep": `person ${person.id}`, "data-person": person.id, class: news ? "news" : "", title: about(person) };
    return h("li", {}, h("button", props, avatar(person.id, person.name, "small"), h("span", { class: "name" }, person.name), count(news)));
  });
  put($("people"), rows.length ? rows : h("li", { class: "empty" }, "Nobody is called that."));
}

function count(news) {
  if (!news) return h("span", { class: "count", hidden: true });
  const words = news === 1 ? "1 unread message" : `${news} unread messages`;
  return h("span", { class: "count" }, h("span", { "aria-hidden": "true" }, news > 99 ? "99+" : news), h("span", { class: "unseen" }, `, ${words}`));
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-place], [data-person]");
  if (!button) return;
  const done = button.dataset.place ? goTo(button.dataset.place) : become(button.dataset.person, `@${button.dataset.person}`);
  done.then(() => { view("talk"); $("talk-title").focus(); });
});
