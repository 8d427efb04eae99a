// The live view: pick an entity, press "Watch", and see its changes arrive.

const CHANGES_SHOWN = 200;
const CHANGE_KINDS = ["created", "updated", "deleted"];
let watching = null;

/** The entities that the description lets one subscribe to. */
function realtimeEntities(api) {
  const operation = api.operations.find((each) => each.method === "post" && each.path === "/realtime/subscriptions");
  const body = operation && requestBody(api, operation);
  const shapes = (schema) => {
    const { properties, oneOf = [], anyOf = [], allOf = [] } = api.follow(schema);
    return [properties ?? {}, ...[...oneOf, ...anyOf, ...allOf].flatMap(shapes)];
  };
  const named = body ? shapes(body.schema ?? {}).flatMap(({ entity }) => api.follow(entity ?? {}).enum ?? []) : [];
  return [...new Set(named)];
}

/** Ends what is watched: its view is left, or somebody else signs in. */
function stopWatching() {
  watching?.stop();
  watching = null;
}

/** The whole view. `chosen` is an entity's name from the address. */
function liveView(api, chosen) {
  const entities = realtimeEntities(api);
  const lead = h("p", { class: "lead" }, "Changes as they happen: what you may read, and nothing else.");
  if (!entities.length) return [h("h1", {}, "Live"), lead, h("p", {}, "No entity of this API is in real time. ", h("code", {}, "realtime = True"), " in its class makes it so.")];
  if (chosen && !entities.includes(chosen)) return missingView(chosen, entities);
  const state = h("p", { class: "live-state", role: "status" });
  const changes = h("ol", { class: "changes", "aria-label": "Changes" });
  const form = liveForm(entities, chosen);
  const say = (isGood, ...words) => fill(state, h("span", { class: `dot ${isGood ? "good" : isGood === false ? "bad" : ""}` }), h("span", {}, ...words));
  const button = form.querySelector("button");
  const idle = () => {
    watching = null;
    button.textContent = "Watch";
    for (const field of form.querySelectorAll("input, select")) field.disabled = false;
  };
  const tell = (word, reason) => {
    if (word === "live") say(true, "Watching as ", tokenOwner(currentToken()), ".");
    if (word === "lost") say(null, reason, " Trying again …");
    if (word === "refused") say(false, reason);
    if (word === "stopped") say(null, "Stopped.");
    if (word === "refused" || word === "stopped") idle();
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (watching) return stopWatching();
    const wanted = liveWish(form);
    if (wanted.problem) return say(false, wanted.problem);
    for (const field of form.querySelectorAll("input, select")) field.disabled = true;
    button.textContent = "Stop";
    say(null, "Connecting …");
    watching = new Watch(api.base, wanted, (change) => showChange(changes, change), tell);
    return watching.run();
  });
  return [h("h1", {}, "Live"), lead, form, state, changes];
}

/** What to watch: an entity, kinds of changes, and a filter. */
function liveForm(entities, chosen) {
  return h("form", { class: "live", novalidate: true, "aria-label": "What to watch" },
    h("label", { for: "live-entity" }, "Entity"),
    h("select", { id: "live-entity", name: "entity" }, ...entities.map((name) => h("option", { value: name, selected: name === chosen }, name))),
    h("span", { id: "live-operations" }, "Changes"),
    h("span", { class: "live-operations", role: "group", "aria-labelledby": "live-operations" }, ...CHANGE_KINDS.map((name) =>
      h("label", {}, h("input", { type: "checkbox", name, checked: true }), name))),
    h("label", { for: "live-filter" }, "Filter"),
    h("input", { id: "live-filter", name: "filter", type: "text", placeholder: '{"status": {"eq": "published"}}', autocomplete: "off", spellcheck: "false" }),
    h("div", { class: "try-actions" }, h("button", { class: "button primary", type: "submit" }, "Watch")));
}

/** What the form asks for; `problem` says why it cannot be asked. */
function liveWish(form) {
  const operations = CHANGE_KINDS.filter((name) => form.elements[name].checked);
  const filter = form.elements.filter.value.trim();
  if (!operations.length) return { problem: "Choose at least one kind of change." };
  if (filter && jsonProblem(filter)) return { problem: jsonProblem(filter) };
  return { entity: form.elements.entity.value, operations, filter: filter ? JSON.parse(filter) : undefined };
}

/** Puts a change on top; the oldest goes when there are too many. */
function showChange(list, change) {
  const fields = change.changedFields ?? [];
  const text = JSON.stringify(change.record ?? null, null, 2);
  list.prepend(h("li", { class: "change" },
    h("div", { class: "change-line" },
      h("span", { class: `method ${{ created: "post", updated: "patch", deleted: "delete" }[change.operation]}` }, change.operation),
      h("code", { class: "change-id" }, change.record?.id ?? ""),
      fields.length > 0 && h("span", { class: "hint" }, fields.join(", ")),
      h("time", { class: "hint", datetime: change.timestamp ?? "" }, timeOfDay(change.timestamp))),
    lazyDetails("Record", () => h("pre", { class: "json", tabindex: "0" }, ...jsonView(text)))));
  while (list.childElementCount > CHANGES_SHOWN) list.lastElementChild.remove();
}

/** A timestamp as the time of day here. */
function timeOfDay(timestamp) {
  const time = new Date(timestamp ?? Number.NaN);
  return Number.isNaN(time.getTime()) ? "" : time.toLocaleTimeString([], { hour12: false });
}
