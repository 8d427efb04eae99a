// "Try it": the form of one operation, the same request as a command, and the answer below.

/** The whole panel. It is made when its operation is opened. */
function tryPanel(api, operation) {
  const values = {};
  const body = requestBody(api, operation);
  const command = h("pre", { class: "command-text" });
  const problem = h("p", { class: "problem", role: "alert" });
  const result = h("div", { class: "answer" });
  const sendButton = h("button", { class: "button primary", type: "submit" }, "Send");
  const editor = body && bodyEditor(api, operation, body, () => refresh());
  const request = () => buildRequest(api, operation, values, editor?.value, body?.type);
  const refresh = () => { command.textContent = curlCommand(request()); };
  const form = h("form", { class: "try", novalidate: true, "aria-label": `Try ${operation.method.toUpperCase()} ${operation.path}` },
    parameterInputs(api, operation, values, refresh),
    editor && h("div", { class: "body-input" }, h("div", { class: "label" }, "Body ", h("span", { class: "hint" }, body.type)), editor.element),
    h("div", { class: "try-actions" }, sendButton, h("span", { class: "hint as" })),
    problem,
    h("div", { class: "command-box" }, h("div", { class: "label" }, "curl"), copyButton(() => curlCommand(request()), "Copy the command"), command));

  const run = async () => {
    const missing = missingParameters(operation, values);
    const wrong = missing.length
      ? `Fill in ${missing.map((each) => each.name).join(", ")} first.`
      : editor && /json/.test(body.type) && editor.value.trim() ? jsonProblem(editor.value) : "";
    problem.textContent = wrong;
    if (missing.length) form.elements[`${missing[0].in} ${missing[0].name}`]?.focus();
    if (wrong) return;
    sendButton.disabled = true;
    result.classList.add("waiting");
    const answer = await send(request());
    sendButton.disabled = false;
    result.classList.remove("waiting");
    showAnswer(result, answer, nextPage(operation, form, run));
  };
  form.addEventListener("submit", (event) => { event.preventDefault(); run(); });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); run(); }
  });
  const who = () => {
    fill(form.querySelector(".as"), `as ${tokenOwner(currentToken())}`);
    refresh();
  };
  form.addEventListener("tokenchange", who);
  who();
  return h("div", {}, form, result);
}

/** How a `nextToken` in the answer leads on: put into the form and sent, where the operation takes one. */
function nextPage(operation, form, run) {
  const input = form.elements["query nextToken"];
  if (!input) return null;
  return (token) => {
    input.value = token;
    input.dispatchEvent(new Event("input"));
    run();
  };
}

/** One labelled input per parameter, in the order path, query, header. */
function parameterInputs(api, operation, values, refresh) {
  const order = ["path", "query", "header"];
  const shown = operation.parameters.filter((each) => order.includes(each.in));
  if (!shown.length) return null;
  shown.sort((left, right) => order.indexOf(left.in) - order.indexOf(right.in));
  return h("div", { class: "inputs" }, ...shown.map((parameter) => {
    const key = `${parameter.in} ${parameter.name}`;
    const id = `try-${operation.id}-${parameter.in}-${parameter.name}`;
    const input = parameterInput(api, parameter, key, id);
    const changed = () => { values[key] = input.value.trim(); refresh(); };
    input.addEventListener("input", changed);
    return [h("label", { for: id }, h("code", {}, parameter.name), (parameter.required || parameter.in === "path") && h("span", { class: "required", title: "required" }, "*")), input];
  }));
}

/** A choice for closed sets, a text box for anything else, with an example in it. */
function parameterInput(api, parameter, key, id) {
  const media = Object.values(parameter.content ?? {})[0];
  const schema = bounded(api, parameter.schema ?? media?.schema ?? {});
  const options = schema.type === "boolean" ? [true, false] : schema.type === "array" ? null : schema.enum;
  if (options) return h("select", { id, name: key }, h("option", { value: "" }, ""), ...options.map((value) => h("option", { value: wireText(value) }, wireText(value))));
  const given = parameter.example ?? Object.values(parameter.examples ?? {})[0]?.value ?? media?.example ?? schema.example ?? schema.examples?.[0];
  const example = given ?? schema.default ?? schema.enum?.[0] ?? /`(\{[^`]*\})`/.exec(parameter.description ?? "")?.[1];
  const placeholder = example === undefined || example === null ? "" : wireText(example);
  const isNumber = schema.type === "integer" || schema.type === "number";
  return h("input", { id, name: key, type: "text", inputmode: isNumber ? "numeric" : "text", placeholder, autocomplete: "off", spellcheck: "false" });
}

/** The editor of the body, with an example to start from. */
function bodyEditor(api, operation, body, refresh) {
  const example = body.example ?? Object.values(body.examples ?? {})[0]?.value ?? sampleValue(api, body.schema ?? {}, true);
  const isEmpty = !body.required && example !== null && typeof example === "object" && !Object.keys(example).length;
  return new CodeEditor({
    label: `Body of ${operation.method.toUpperCase()} ${operation.path}`,
    value: isEmpty ? "" : JSON.stringify(example, null, 2),
    tokens: jsonTokens,
    onchange: refresh,
  });
}
