// One operation: a line to open, then its description on one side and a place to try it on the other.

/** The card of an operation; its inside is made when it is first opened. */
function operationCard(api, operation) {
  const id = `operation-${operation.id}`;
  const inside = h("div", { class: "inside", id: `${id}-inside`, hidden: true });
  const button = h("button", { type: "button", class: "summary", "aria-expanded": "false", "aria-controls": inside.id },
    methodBadge(operation.method),
    h("span", { class: "path" }, ...pathNodes(operation.path)),
    h("span", { class: "words" }, operation.summary ?? ""),
    api.tokenUse(operation) === "required" && h("span", { class: "lock", title: "Asks for a token" }, "token"));
  const card = h("article", { class: `operation ${operation.deprecated ? "deprecated" : ""}`, id }, h("h3", {}, button), inside);
  card.open = (isOpen) => {
    if (isOpen && !inside.hasChildNodes()) fill(inside, describeOperation(api, operation), h("div", { class: "side" }, tryPanel(api, operation)));
    inside.hidden = !isOpen;
    button.setAttribute("aria-expanded", String(isOpen));
  };
  button.addEventListener("click", () => {
    card.open(inside.hidden);
    const anchor = inside.hidden ? `#/${encodeURIComponent(operation.tag)}` : operationLink(operation);
    history.replaceState(null, "", anchor);
    markCurrent();
  });
  return card;
}

/** The address of an operation in this page. */
function operationLink(operation) {
  return `#/${encodeURIComponent(operation.tag)}/${encodeURIComponent(operation.id)}`;
}

/** The method as a coloured word. */
function methodBadge(method) {
  return h("span", { class: `method ${method}` }, method.toUpperCase());
}

/** A path with its parameters set apart, and places where a long one may break. */
function pathNodes(path) {
  return path.split(/(\{[^}]*\}|\/)/).filter(Boolean).map((part) => {
    if (part === "/") return [h("wbr"), "/"];
    return part.startsWith("{") ? h("span", { class: "variable" }, part) : part;
  });
}

/** Everything the document says about the operation. */
function describeOperation(api, operation) {
  const body = requestBody(api, operation);
  return h("div", { class: "about" },
    h("div", { class: "prose" }, ...prose(operation.description)),
    h("p", { class: "token-use" }, TOKEN_USE[api.tokenUse(operation)]),
    operation.externalDocs && h("p", {}, outsideLink(operation.externalDocs)),
    operation.parameters.length > 0 && [h("h4", {}, "Parameters"), parameterTable(api, operation)],
    body && [
      h("h4", {}, "Body ", h("span", { class: "hint" }, `${body.type}${body.required ? "" : ", optional"}`)),
      body.schema?.$ref && h("p", { class: "named" }, ...typeNodes(api, body.schema)),
      body.description && h("div", { class: "prose" }, ...prose(body.description)),
      schemaTable(api, body.schema ?? {}),
    ],
    h("h4", {}, "Answers"),
    h("ul", { class: "answers" }, ...Object.entries(operation.responses ?? {}).map(([status, response]) => answerRow(api, status, api.follow(response)))));
}

const TOKEN_USE = {
  required: "Asks for a bearer token.",
  optional: "A bearer token says who you are; without one you are anonymous.",
  none: "Needs no token.",
};

/** The parameters as fields, each with where it stands. */
function parameterTable(api, operation) {
  return h("ul", { class: "fields" }, ...operation.parameters.map((parameter) => {
    const schema = parameter.schema ?? Object.values(parameter.content ?? {})[0]?.schema ?? {};
    const example = parameter.example ?? Object.values(parameter.examples ?? {})[0]?.value;
    return h("li", {},
      h("div", { class: "field-head" },
        h("code", { class: "field-name" }, parameter.name),
        (parameter.required || parameter.in === "path") && h("span", { class: "required" }, "required"),
        h("span", { class: "type" }, ...typeNodes(api, schema)),
        h("span", { class: "place" }, parameter.in)),
      h("div", { class: "field-bounds" }, ...constraintNodes(api, schema)),
      h("div", { class: "field-words" },
        ...prose(parameter.description ?? api.follow(schema).description),
        example !== undefined && h("p", {}, "For example ", h("code", {}, wireText(example)))));
  }));
}

/** One answer: its status, what it means, its problem codes, and its shape on demand. */
function answerRow(api, status, response) {
  const kind = status.startsWith("2") ? "good" : status.startsWith("3") ? "" : "bad";
  const [type, media] = Object.entries(response.content ?? {})[0] ?? [];
  const codes = problemCodes(api, response);
  const headers = Object.keys(response.headers ?? {});
  return h("li", {},
    h("span", { class: `status ${kind}` }, status),
    h("div", {},
      h("div", { class: "prose" }, ...prose(response.description)),
      codes.length > 0 && h("p", { class: "choices" }, ...codes.map(problemLink)),
      headers.length > 0 && h("p", { class: "hint" }, "Headers: ", ...joined(headers.map((name) => [h("code", {}, name)]), ", ")),
      media && h("p", { class: "hint" }, `${type}: `, h("span", { class: "type" }, ...typeNodes(api, media.schema ?? {}))),
      media?.schema && innerObject(api, media.schema) && status.startsWith("2") && lazyDetails("Fields", () => schemaTable(api, innerObject(api, media.schema))),
      media && lazyDetails("Example", () => h("pre", { class: "json" }, ...jsonView(answerSample(api, media))))));
}

/** An example of an answer as text. */
function answerSample(api, media) {
  const given = media.example ?? Object.values(media.examples ?? {})[0]?.value;
  return JSON.stringify(given ?? sampleValue(api, media.schema ?? {}), null, 2);
}
