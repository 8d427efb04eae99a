// What the main part shows: the start, one entity with its operations, or one schema. Each is made when it is asked for.

/** The start: what this is, how to ask, and every entity. */
function startView(api) {
  return [
    h("h1", {}, api.title),
    h("div", { class: "prose lead" }, ...prose(api.description)),
    h("dl", { class: "facts" },
      h("dt", {}, "Base URL"), h("dd", {}, h("code", {}, api.base), copyButton(() => api.base, "Copy the base URL")),
      h("dt", {}, "Token"), h("dd", {}, h("code", {}, TOKEN_COMMAND), copyButton(() => TOKEN_COMMAND, "Copy the command"))),
    h("h2", {}, "Entities"),
    h("ul", { class: "cards" }, ...api.tags.map((tag) =>
      h("li", {}, h("a", { class: "card", href: `#/${encodeURIComponent(tag.name)}` },
        h("strong", {}, tag.name),
        h("span", { class: "card-words" }, firstLine(tag.description)),
        h("span", { class: "methods" }, ...countedMethods(tag.operations)))))),
  ];
}

/** The methods of some operations, each once. */
function countedMethods(operations) {
  const methods = METHODS.filter((method) => operations.some((operation) => operation.method === method));
  return methods.map(methodBadge);
}

/** One entity: its description and its operations, folded. */
function tagView(api, tag, operationId) {
  const cards = tag.operations.map((operation) => [operation, operationCard(api, operation)]);
  const schema = api.schemas[tag.name] && h("p", { class: "hint" }, "Schema: ", schemaLink(`#/components/schemas/${encodeURIComponent(tag.name)}`));
  const live = realtimeEntities(api).includes(tag.name) && h("p", { class: "hint" }, h("a", { href: `#/live/${encodeURIComponent(tag.name)}` }, "Watch its changes"));
  for (const [operation, card] of cards) if (operation.id === operationId) card.open(true);
  return [h("h1", {}, tag.name), h("div", { class: "prose lead" }, ...prose(tag.description)), schema, live, h("div", { class: "operations" }, ...cards.map(([, card]) => card))];
}

/** All schemas by name. */
function schemasView(api) {
  const names = Object.keys(api.schemas);
  return [
    h("h1", {}, "Schemas"),
    h("p", { class: "lead" }, `The ${names.length} shapes that requests and answers have.`),
    h("ul", { class: "cards" }, ...names.map((name) =>
      h("li", {}, h("a", { class: "card", href: `#/schemas/${encodeURIComponent(name)}` },
        h("strong", {}, name),
        h("span", { class: "card-words" }, firstLine(api.follow(api.schemas[name]).description)))))),
  ];
}

/** One schema: its fields, an example, and where it is used. */
function schemaView(api, name) {
  const schema = api.schemas[name];
  const users = operationsNaming(api, name);
  return [
    h("h1", {}, name),
    h("div", { class: "prose lead" }, ...prose(api.follow(schema).description)),
    schemaTable(api, schema),
    h("h2", {}, "Example"),
    h("pre", { class: "json", tabindex: "0" }, ...jsonView(JSON.stringify(sampleValue(api, { $ref: `#/components/schemas/${encodeURIComponent(name)}` }), null, 2))),
    users.length > 0 && [
      h("h2", {}, "Used by"),
      operationList(users),
    ],
  ];
}

/** Operations as a list of links. */
function operationList(operations) {
  return h("ul", { class: "users" }, ...operations.map((operation) =>
    h("li", {}, h("a", { href: operationLink(operation) }, methodBadge(operation.method), h("span", { class: "path" }, ...pathNodes(operation.path))))));
}

/** A link that the document gives (`externalDocs`), when it leads to a web page. */
function outsideLink({ url, description }, attributes = {}) {
  const target = URL.parse ? URL.parse(url, location.href) : new URL(url, location.href);
  if (!target || !/^https?:$/.test(target.protocol)) return null;
  return h("a", { href: target.href, rel: "noopener", ...attributes }, description ?? "More about this");
}

/** Operations whose request or answer names the schema directly. */
function operationsNaming(api, name) {
  const reference = JSON.stringify(`#/components/schemas/${name}`);
  return api.operations.filter(({ parameters, requestBody, responses }) => JSON.stringify([parameters, requestBody, responses]).includes(reference));
}

/** What stands there for an address that leads nowhere. */
function missingView(name, known) {
  const near = nearest(name, known);
  return [
    h("h1", {}, "Not here"),
    h("p", {}, "There is nothing called ", h("code", {}, name), " in this API."),
    near && h("p", {}, "Perhaps you meant ", h("a", { href: `#/${encodeURIComponent(near)}` }, near), "."),
  ];
}
