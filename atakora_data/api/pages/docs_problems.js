// The problem codes of the API: which status they have, what they say, and which operations answer with them.

/** `{code, status, title, operations}` for every code the document names, by status and then by name. */
function problemList(api) {
  const found = new Map();
  for (const operation of api.operations) {
    for (const [status, response] of Object.entries(operation.responses ?? {})) {
      const resolved = api.follow(response);
      const codes = problemCodes(api, resolved);
      const titles = (resolved.description ?? "").replace(/\.$/, "").split("; ");
      codes.forEach((code, index) => {
        if (!found.has(code)) found.set(code, { code, status, title: titles.length === codes.length ? titles[index] : "", operations: [] });
        found.get(code).operations.push(operation);
      });
    }
  }
  return [...found.values()].sort((left, right) => left.status.localeCompare(right.status) || left.code.localeCompare(right.code));
}

/** The codes an answer may carry, wherever the document names them. */
function problemCodes(api, response) {
  const [media] = Object.values(response.content ?? {});
  const code = bounded(api, merged(api, media?.schema ?? {}).properties?.code ?? {});
  const examples = Object.values(media?.examples ?? {}).map((example) => api.follow(example).value?.code);
  return [...new Set([...(code.enum ?? []), code.const, media?.example?.code, ...examples])].filter((each) => typeof each === "string");
}

/** Whether the address is that of a problem, as the `type` of an answer gives it: `docs#not_found`. */
function problemRoute() {
  const [, code] = /^#([\w-]+)$/.exec(location.hash) ?? [];
  return code;
}

function problemLink(code) {
  return h("a", { class: "code-link", href: `#${code}` }, h("code", {}, code));
}

/** All problems. */
function problemsView(api) {
  return [
    h("h1", {}, "Problems"),
    h("p", { class: "lead" }, "Whatever goes wrong is answered as application/problem+json. Programs can rely on its code; it never changes its meaning."),
    h("ul", { class: "problems" }, ...problemList(api).map(({ code, status, title }) =>
      h("li", {}, h("span", { class: "status bad" }, status), h("div", {}, problemLink(code), h("div", { class: "hint" }, title))))),
  ];
}

/** One problem, and where it can happen. */
function problemView(api, code) {
  const problem = problemList(api).find((each) => each.code === code);
  if (!problem) return missingView(code, []);
  return [
    h("h1", {}, problem.title || code),
    h("p", { class: "lead" }, h("span", { class: "status bad" }, problem.status), " ", h("code", {}, code)),
    h("p", {}, "The answer's ", h("code", {}, "detail"), " says what happened, and its ", h("code", {}, "hint"), " what to do about it."),
    h("h2", {}, "Answered by"),
    operationList(problem.operations),
  ];
}
