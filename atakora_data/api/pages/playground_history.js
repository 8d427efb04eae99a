// What was run before, and what stands in the editors: kept in this browser, never with a token or a header.

const HISTORY_KEY = "atakora.graphql.history";
const DRAFT_KEY = "atakora.graphql.draft";
const HISTORY_LENGTH = 50;

/** What is stored under the key, or the fallback when nothing readable is. */
function stored(key, fallback) {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? fallback;
  } catch {
    return fallback;
  }
}

/** Stores, unless this browser has no room or does not allow it: history is a convenience. */
function store(key, value) {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    announce("The history could not be kept");
  }
}

/** Remembers a run; the same query and variables move to the top. */
function remember(query, variables, name) {
  const others = pastRuns().filter((run) => run.query !== query || run.variables !== variables);
  store(HISTORY_KEY, [{ query, variables, name, at: Date.now() }, ...others].slice(0, HISTORY_LENGTH));
}

function pastRuns() {
  const runs = stored(HISTORY_KEY, []);
  return Array.isArray(runs) ? runs.filter((run) => typeof run?.query === "string") : [];
}

/** What an operation without a name is called: its first field. */
function runTitle(query) {
  return /\{\s*(\w+)/.exec(query.replace(/#.*$/gm, ""))?.[1] ?? "Unnamed";
}

/** The list of past runs; `open(run)` puts one back into the editors. */
function historyView(open) {
  const runs = pastRuns();
  const view = h("div", { class: "history" });
  const refresh = () => fill(view.parentNode ?? view, historyView(open));
  const clear = () => { store(HISTORY_KEY, []); refresh(); };
  return fill(view,
    h("div", { class: "pane-head" }, h("h2", {}, "History"), runs.length > 0 && h("button", { type: "button", class: "button small quiet", onclick: clear }, "Clear")),
    runs.length ? h("ul", {}, ...runs.map((run) => h("li", {}, h("button", { type: "button", class: "past", onclick: () => open(run) },
      h("strong", {}, run.name || runTitle(run.query)),
      h("time", {}, new Date(run.at).toLocaleString()),
      h("span", { class: "past-query" }, run.query.replace(/#.*$/gm, "").replace(/\s+/g, " ").trim().slice(0, 140))))))
      : h("p", { class: "hint" }, "What you run is listed here. It stays in this browser; tokens and headers are not kept."));
}
