// The page: it reads the document, and shows what the address after `#` names.

/** `#/Post/listPosts` as its parts. */
function currentRoute() {
  return location.hash.replace(/^#\/?/, "").split("/").filter(Boolean).map((part) => {
    try {
      return decodeURIComponent(part);
    } catch {
      return part;
    }
  });
}

/** The content for an address. */
function viewFor(api, [first, second]) {
  if (problemRoute()) return problemView(api, problemRoute());
  if (!first) return startView(api);
  if (first === "problems") return problemsView(api);
  if (first === "live") return liveView(api, second);
  if (first === "schemas" && !second) return schemasView(api);
  if (first === "schemas") return Object.hasOwn(api.schemas, second) ? schemaView(api, second) : missingView(second, []);
  const tag = api.tags.find((each) => each.name === first);
  return tag ? tagView(api, tag, second) : missingView(first, api.tags.map((each) => each.name));
}

/** Whether an address names an operation of an entity, not a schema or what is watched. */
function namesOperation([first, second]) {
  return Boolean(second) && first !== "schemas" && first !== "live";
}

/** Reads `openapi.json` beside this page; says what went wrong when there is none. */
async function readDocument() {
  const url = new URL("openapi.json", location.href.replace(/[?#].*$/, "").replace(/\/$/, ""));
  const answer = await send({ method: "GET", url: url.href, headers: { Accept: "application/json" } });
  if (answer.failure) throw new Error(answer.failure);
  if (answer.status !== 200) throw new Error(`The description of the API answered ${answer.status} ${answer.reason}.`);
  return new ApiDocument(JSON.parse(answer.text), url);
}

function showPage(api) {
  const main = byId("main");
  const tree = byId("tree");
  const search = byId("search");
  const contents = () => showContents(api, tree, search.value, currentRoute());
  let shown = null;
  const show = () => {
    const route = currentRoute();
    stopWatching();
    const operation = namesOperation(route) ? byId(`operation-${route[1]}`) : null;
    if (operation && shown === route[0]) operation.open(true);
    else fill(main, h("div", { class: "view" }, ...viewFor(api, route)));
    shown = route[0];
    document.title = [...route.slice(0, 2).reverse(), api.title].join(" · ");
    document.body.classList.remove("contents-open");
    byId("menu").setAttribute("aria-expanded", "false");
    contents();
    tree.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
    const target = namesOperation(route) && byId(`operation-${route[1]}`);
    if (target) target.scrollIntoView({ block: "start" });
    else window.scrollTo(0, 0);
  };
  fill(byId("title"), api.title);
  fill(byId("version"), api.version);
  if (api.source.externalDocs) fill(byId("more"), outsideLink(api.source.externalDocs, { class: "button quiet" }));
  attachSearch(search, tree, contents);
  window.addEventListener("hashchange", show);
  show();
}

/** On a narrow screen the contents slide over the page. */
function attachMenu() {
  const menu = byId("menu");
  const toggle = (isOpen) => {
    document.body.classList.toggle("contents-open", isOpen);
    menu.setAttribute("aria-expanded", String(isOpen));
  };
  menu.addEventListener("click", () => toggle(!document.body.classList.contains("contents-open")));
  byId("main").addEventListener("click", () => toggle(false));
  document.addEventListener("keydown", (event) => event.key === "Escape" && toggle(false));
}

async function start() {
  attachMenu();
  attachTokenButton(byId("token"));
  tokenListeners.push(() => {
    stopWatching();
    for (const form of document.querySelectorAll("form.try")) form.dispatchEvent(new Event("tokenchange"));
  });
  try {
    showPage(await readDocument());
  } catch (error) {
    fill(byId("main"), h("div", { class: "view" },
      h("h1", {}, "The description cannot be read"),
      h("p", { class: "problem" }, error.message),
      h("button", { class: "button", type: "button", onclick: () => location.reload() }, "Try again")));
  }
}

start();
