// How is the page built? Out of elements and text nodes only: what somebody typed never becomes markup.

const SVG = "http://www.w3.org/2000/svg";

/** Make an element. Functions listen, true and false switch attributes, everything else is an attribute's text. */
export function h(tag, props = {}, ...children) {
  return fill(document.createElement(tag), props, children);
}

/** Make a part of a drawing. */
export function s(tag, props = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), props, children);
}

function fill(element, props, children) {
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name, value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export const $ = (id) => document.getElementById(id);

/** The items under each key, in the order in which the keys first come. */
export function grouped(items, keyOf) {
  const groups = new Map();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) || []), item]);
  return groups;
}

/** Replace what is in an element, but leave it alone if it would be the same: focus and selection stay where they are. */
export function put(element, ...children) {
  const fresh = h("div", {}, ...children);
  if (fresh.innerHTML !== element.innerHTML) {
    const focus = keep(element);
    element.replaceChildren(...fresh.childNodes);
    focus();
  }
}

function keep(element) {
  const held = document.activeElement;
  const name = element.contains(held) ? held.dataset.keep : null;
  return () => name && element.querySelector(`[data-keep="${CSS.escape(name)}"]`)?.focus();
}

const ICONS = {
  dm: "M4 6a2 2 0 0 1 2-2h12a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2h-7l-5 4v-4a2 2 0 0 1-2-2z",
  channel: "M9 4 7 20M17 4l-2 16M4 9h17M3 15h17",
  sun: "M12 7a5 5 0 1 0 0 10 5 5 0 0 0 0-10M12 1v3M12 20v3M1 12h3M20 12h3M4.200 4.200l2.100 2.100M17.700 17.700l2.100 2.100M4.200 19.800l2.100-2.100M17.700 6.300l2.100-2.100",
  moon: "M20 14.500A8.500 8.500 0 0 1 9.500 4 8.500 8.500 0 1 0 20 14.500",
  half: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M12 3v18M12 7h6M12 12h9M12 17h6",
  play: "M7 4v16l13-8z",
  pause: "M8 4v16M16 4v16",
  step: "M5 4v16l10-8zM19 4v16",
  close: "M5 5l14 14M19 5 5 19",
  back: "M14 5l-7 7 7 7",
  eye: "M2 12s4-7 10-7 10 7 10 7-4 7-10 7S2 12 2 12M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6",
  lock: "M6 11h12v9H6zM9 11V7a3 3 0 0 1 6 0v4",
  up: "M12 20V5M5 12l7-7 7 7",
  reply: "M9 7 4 12l5 5M4 12h10a6 6 0 0 1 6 6",
};

/** A small drawing beside words, which say the same. */
export function icon(name) {
  const props = { viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true", focusable: "false" };
  return s("svg", props, s("path", { d: ICONS[name] }));
}

/** A person's round initials, in a colour that is always theirs. */
export function avatar(id, name, size = "") {
  if (id === "buckstop") return h("img", { class: `avatar ${size}`, src: "/static/icon.svg", alt: "" });
  const initials = (name || id || "?").split(/\s+/).map((word) => [...word][0]).slice(0, 2).join("").toUpperCase();
  let tone = 7;
  for (const letter of id || "") tone = (tone * 31 + letter.codePointAt(0)) % 8;
  return h("span", { class: `avatar tone-${tone} ${size}`, "aria-hidden": "true" }, initials);
}
