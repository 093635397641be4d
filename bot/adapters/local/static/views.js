// Which part is seen where there is room for one only?

const tabs = () => document.querySelectorAll(".tabs [data-view]");

export function startViews() {
  for (const tab of tabs()) tab.addEventListener("click", () => view(tab.dataset.view));
  view("talk");
}

/** Show the people, the conversation or the case; on a wide window all are there anyway. */
export function view(name) {
  document.body.dataset.view = name;
  for (const tab of tabs()) {
    if (tab.dataset.view === name) tab.setAttribute("aria-current", "true");
    else tab.removeAttribute("aria-current");
  }
}
