// The panes: edges that can be dragged or moved by arrow keys, and on a narrow screen one pane at a time.

const PANES_KEY = "atakora.graphql.panes";

/** Lets each separator set the share (a CSS variable in percent) that its `data-share` names. */
function attachSeparators(workbench) {
  const shares = stored(PANES_KEY, {});
  for (const separator of workbench.querySelectorAll("[role=separator]")) {
    const { share, axis, from = "start" } = separator.dataset;
    const set = (percent) => {
      shares[share] = Math.round(Math.min(85, Math.max(12, percent)) * 10) / 10;
      workbench.style.setProperty(`--${share}`, `${shares[share]}%`);
      separator.setAttribute("aria-valuenow", String(Math.round(shares[share])));
    };
    const within = () => separator.parentElement.getBoundingClientRect();
    const moved = (event) => {
      const box = within();
      const percent = axis === "x" ? ((event.clientX - box.left) / box.width) * 100 : ((event.clientY - box.top) / box.height) * 100;
      set(from === "end" ? 100 - percent : percent);
    };
    const keep = () => store(PANES_KEY, shares);
    if (typeof shares[share] === "number") set(shares[share]);
    separator.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      separator.setPointerCapture(event.pointerId);
      separator.addEventListener("pointermove", moved);
    });
    separator.addEventListener("pointerup", () => { separator.removeEventListener("pointermove", moved); keep(); });
    separator.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -2, ArrowUp: -2, ArrowRight: 2, ArrowDown: 2 }[event.key];
      if (!step) return;
      event.preventDefault();
      set(Number(separator.getAttribute("aria-valuenow")) + (from === "end" ? -step : step));
      keep();
    });
  }
}

/** Tabs by the usual pattern: arrow keys go along, only the chosen one is in the tab order. `chosen(panelId)` hears it. */
function attachTabs(list, chosen) {
  const tabs = [...list.querySelectorAll("[role=tab]")];
  const choose = (tab) => {
    for (const each of tabs) {
      each.setAttribute("aria-selected", String(each === tab));
      each.tabIndex = each === tab ? 0 : -1;
    }
    chosen(tab.getAttribute("aria-controls"));
  };
  for (const tab of tabs) tab.addEventListener("click", () => choose(tab));
  list.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    const next = tabs[(tabs.indexOf(document.activeElement) + step + tabs.length) % tabs.length];
    next.focus();
    choose(next);
  });
  return (panelId) => choose(tabs.find((tab) => tab.getAttribute("aria-controls") === panelId));
}
