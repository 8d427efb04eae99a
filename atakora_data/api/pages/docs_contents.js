// The contents at the side: entities with their operations, schemas, and a search through all of them.

/** Fills the contents for what is searched and where the reader is. */
function showContents(api, tree, words, route) {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  const groups = wanted.length ? foundGroups(api, wanted) : allGroups(api, route);
  fill(tree, ...groups.length ? groups : [h("p", { class: "hint" }, "Nothing has these words.")]);
}

/** Every entity; only the current one shows its operations, so that a hundred entities stay quick. */
function allGroups(api, route) {
  const isCurrent = (tag) => route[0] === tag.name;
  return [
    h("ul", {}, ...api.tags.map((tag) => h("li", {},
      contentsLink(`#/${encodeURIComponent(tag.name)}`, tag.name),
      isCurrent(tag) && operationLinks(tag.operations)))),
    h("ul", { class: "apart" }, h("li", {},
      contentsLink("#/schemas", "Schemas", h("span", { class: "count" }, Object.keys(api.schemas).length)),
      !problemRoute() && route[0] === "schemas" && h("ul", {}, ...Object.keys(api.schemas).map((name) => h("li", {}, contentsLink(`#/schemas/${encodeURIComponent(name)}`, name))))),
      realtimeEntities(api).length > 0 && h("li", {}, contentsLink("#/live", "Live")),
      h("li", {}, contentsLink("#/problems", "Problems"))),
  ];
}

/** Only what has all the words, in its name, path or summary. */
function foundGroups(api, wanted) {
  const has = (...texts) => wanted.every((word) => texts.join(" ").toLowerCase().includes(word));
  const groups = [];
  for (const tag of api.tags) {
    const byName = has(tag.name);
    const found = tag.operations.filter((each) => has(tag.name, each.method, each.path, each.summary ?? "", each.id));
    if (byName || found.length) groups.push(h("ul", {}, h("li", {}, contentsLink(`#/${encodeURIComponent(tag.name)}`, tag.name), operationLinks(found))));
    if (groups.length >= 40) break;
  }
  const schemas = Object.keys(api.schemas).filter((name) => has(name)).slice(0, 40);
  if (schemas.length) groups.push(h("ul", { class: "apart" }, h("li", {}, contentsLink("#/schemas", "Schemas"), h("ul", {}, ...schemas.map((name) => h("li", {}, contentsLink(`#/schemas/${encodeURIComponent(name)}`, name)))))));
  return groups;
}

function operationLinks(operations) {
  return h("ul", {}, ...operations.map((operation) => h("li", {},
    contentsLink(operationLink(operation), methodBadge(operation.method), h("span", {}, operation.summary ?? operation.path)))));
}

function contentsLink(href, ...content) {
  return h("a", { href, "aria-current": href === location.hash ? "page" : null }, ...content);
}

/** Keeps the mark on the line where the reader is. */
function markCurrent() {
  for (const link of document.querySelectorAll("#tree a")) {
    if (link.getAttribute("href") === location.hash) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

/** The search box: `/` goes to it, arrows go through what it found, Enter opens the first, Escape clears it. */
function attachSearch(search, tree, refresh) {
  const links = () => [...tree.querySelectorAll("a")];
  search.addEventListener("input", refresh);
  document.addEventListener("keydown", (event) => {
    const isTyping = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.tagName ?? "");
    if (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey && !document.querySelector("dialog[open]")) {
      event.preventDefault();
      document.body.classList.add("contents-open");
      search.select();
    }
  });
  search.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && search.value) { event.preventDefault(); search.value = ""; refresh(); }
    if (event.key === "Enter") (links().find((link) => link.querySelector(".method")) ?? links()[0])?.click();
  });
  for (const box of [search, tree]) {
    box.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
      const stops = [search, ...links()];
      const next = stops[stops.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1)];
      if (next) { event.preventDefault(); next.focus(); }
    });
  }
}
