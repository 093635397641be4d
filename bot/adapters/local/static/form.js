// How is a form filled in? In a dialog with a label for each field, and each fault beside the field it is about.

import { Refused } from "./api.js";
import { h, icon } from "./dom.js";
import { here } from "./here.js";

const HINTS = { time: "As you would say it: Friday 15:00, tomorrow 9:00, in 2 hours" };
let open = null;

/** Ask a form's questions. `sent` gets the values and answers with `{errors}` or anything else, which closes it. */
export function openForm(form, sent) {
  open?.dialog.close();
  const title = h("h2", { id: "form-title", tabindex: "-1" }, form.title);
  const close = h("button", { type: "button", class: "quiet", "aria-label": "Close without sending" }, icon("close"));
  const cancel = h("button", { type: "button", class: "plain act" }, "Cancel");
  const submit = h("button", { type: "submit", class: "primary act" }, "Send");
  const fault = h("p", { class: "fault", role: "alert", hidden: true });
  const fields = form.fields.map(fieldOf);
  const body = h("form", { novalidate: true, autocomplete: "off" }, h("header", {}, title, close), h("div", { class: "fields" }, fault, fields.map((f) => f.row)), h("footer", {}, cancel, submit));
  const dialog = h("dialog", { class: "form", "aria-labelledby": "form-title" }, body);
  const self = { dialog, fields, fault, submit, sent, back: document.activeElement };
  for (const button of [close, cancel]) button.addEventListener("click", () => dialog.close());
  body.addEventListener("submit", (event) => { event.preventDefault(); send(self); });
  dialog.addEventListener("close", () => { dialog.remove(); if (open === self) open = null; self.back?.isConnected && self.back.focus(); });
  document.body.append(dialog);
  // While the story is told, its own buttons must stay within reach.
  if (document.body.classList.contains("telling")) dialog.show();
  else dialog.showModal();
  (fields[0]?.input || title).focus();
  open = self;
}

export const formIsOpen = () => open !== null;
export const closeForm = () => open?.dialog.close();

/** Fill the open form in, as the story does. */
export function fillForm(values) {
  for (const field of open?.fields || []) if (field.name in values) field.write(values[field.name]);
}

/** Send the open form; resolves with the answer. */
export const sendForm = () => send(open);

async function send(self) {
  if (self.submit.getAttribute("aria-busy") === "true") return null;
  self.submit.setAttribute("aria-busy", "true");
  for (const field of self.fields) field.blame("");
  self.fault.hidden = true;
  try {
    const answer = await self.sent(Object.fromEntries(self.fields.map((field) => [field.name, field.read()]).filter(([, value]) => value !== null)));
    if (answer.errors && Object.keys(answer.errors).length) blame(self, answer.errors);
    else self.dialog.close();
    return answer;
  } catch (fault) {
    if (!(fault instanceof Refused)) throw fault;
    accuse(self, fault.message);
    return null;
  } finally {
    self.submit.removeAttribute("aria-busy");
  }
}

function blame(self, errors) {
  const known = self.fields.filter((field) => errors[field.name]);
  for (const field of known) field.blame(errors[field.name]);
  const others = Object.entries(errors).filter(([name]) => !self.fields.some((field) => field.name === name));
  if (others.length) accuse(self, others.map(([, text]) => text).join(" "));
  known[0]?.input.focus();
}

function accuse(self, text) {
  self.fault.textContent = text;
  self.fault.hidden = false;
}

function fieldOf(field) {
  const id = `field-${field.name}`;
  const input = inputOf(field, id);
  const hint = HINTS[field.type] ? h("p", { class: "hint", id: `${id}-hint` }, HINTS[field.type]) : null;
  const wrong = h("p", { class: "wrong", id: `${id}-wrong` });
  input.setAttribute("aria-describedby", [hint && hint.id, wrong.id].filter(Boolean).join(" "));
  if (field.required) input.setAttribute("aria-required", "true");
  const label = h("label", { for: id }, field.label, field.required || field.type === "check" ? null : h("span", { class: "optional" }, "optional"));
  const row = h("div", { class: `field ${field.type}` }, field.type === "check" ? [input, label] : [label, input], input.suggestions, hint, wrong);
  return {
    name: field.name,
    row,
    input,
    read: () => read(field, input),
    write: (value) => { if (field.type === "check") input.checked = Boolean(value); else input.value = value ?? ""; },
    blame: (text) => {
      wrong.textContent = text;
      if (text) input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
    },
  };
}

function inputOf(field, id) {
  const value = field.value ?? "";
  if (field.type === "long") return Object.assign(h("textarea", { id, name: field.name, rows: 4 }), { value });
  if (field.type === "check") return Object.assign(h("input", { id, name: field.name, type: "checkbox" }), { checked: value === "true" || value === "1" });
  if (field.type === "select" || field.type === "person") return chooserOf(field, id);
  const mode = field.type === "number" ? "decimal" : null;
  const line = h("input", { id, name: field.name, type: "text", inputmode: mode, value });
  if (!field.suggestions) return line;
  line.setAttribute("list", `${id}-list`);
  line.suggestions = h("datalist", { id: `${id}-list` }, field.suggestions.map((option) => h("option", { value: option.id }, option.label)));
  return line;
}

function chooserOf(field, id) {
  const people = here.state.people.map((person) => ({ id: person.id, label: person.name }));
  const options = field.options || (field.type === "person" ? people : []);
  const none = h("option", { value: "" }, field.required ? "Choose…" : "None");
  const select = h("select", { id, name: field.name }, none, options.map((option) => h("option", { value: option.id }, option.label)));
  select.value = field.value ?? "";
  return select;
}

function read(field, input) {
  if (field.type === "check") return input.checked;
  const text = input.value.trim();
  if (field.type === "number" && /^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  return text || null;
}
