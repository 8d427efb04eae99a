// The page: editors, running, the answer, and the schema beside them.

class Playground {
  constructor() {
    const draft = stored(DRAFT_KEY, {});
    this.schema = null;
    this.query = new CodeEditor({ id: "query", label: "Query", value: draft.query ?? "", tokens: (text) => this.queryTokens(text), comments: true, onchange: () => this.changed() });
    this.variables = new CodeEditor({ id: "variables", label: "Variables as JSON", value: draft.variables ?? "", tokens: jsonTokens, placeholder: "{ }", onchange: () => this.changed() });
    this.headers = new CodeEditor({ id: "headers", label: "Headers as JSON", value: sessionStorage.getItem("atakora.graphql.headers") ?? "", tokens: jsonTokens, placeholder: "{ }", onchange: () => sessionStorage.setItem("atakora.graphql.headers", this.headers.value) });
    byId("query-pane").append(this.query.element, byId("hints"));
    byId("variables-panel").append(this.variables.element);
    byId("headers-panel").append(this.headers.element);
    this.completion = new Completion(this.query, (text, caret) => graphqlCompletions(text, caret, this.schema));
    this.explorer = new Explorer(byId("explorer"), (kind, field) => this.write(kind, field));
    this.keep = whenQuiet(300, () => store(DRAFT_KEY, { query: this.query.value, variables: this.variables.value }));
    this.check = whenQuiet(350, () => this.judge());
    this.attach();
  }

  /** Colours by meaning: the same name is a field here and an argument there. */
  queryTokens(text) {
    const { roles } = new GraphqlReader(text, null);
    return graphqlTokens(text).map((token) => ({ ...token, kind: roles.get(token.start) ?? token.kind }));
  }

  attach() {
    byId("run").addEventListener("click", () => this.run());
    byId("prettify").addEventListener("click", () => this.prettify());
    byId("copy-curl").addEventListener("click", () => this.copyCurl());
    byId("history").addEventListener("click", () => this.showSide("history-panel"));
    byId("schema").addEventListener("click", () => this.showSide("explorer"));
    attachTokenButton(byId("token"));
    attachSeparators(byId("workbench"));
    this.showInput = attachTabs(byId("input-tabs"), (panel) => {
      for (const id of ["variables-panel", "headers-panel"]) byId(id).hidden = id !== panel;
    });
    this.showPane = attachTabs(byId("pane-tabs"), (pane) => { byId("workbench").dataset.pane = pane; });
    document.addEventListener("keydown", (event) => {
      const isCommand = event.ctrlKey || event.metaKey;
      if (isCommand && event.key === "Enter") { event.preventDefault(); this.run(); }
      if (isCommand && event.shiftKey && event.key.toLowerCase() === "p") { event.preventDefault(); this.prettify(); }
    });
    tokenListeners.push(() => this.loadSchema());
  }

  async loadSchema() {
    const { schema, reason } = await fetchSchema();
    this.schema = schema ?? null;
    this.explorer.use(this.schema, reason);
    if (schema && !this.query.value.trim()) this.query.value = firstQuery(schema);
    this.judge();
  }

  changed() {
    byId("hints").textContent = "";
    this.keep();
    this.check();
  }

  /** Underlines what the schema does not have; the first is said in words. */
  judge() {
    const { problems } = new GraphqlReader(this.query.value, this.schema);
    const { caret } = this.query;
    const done = problems.filter(({ end }) => end !== caret || document.activeElement !== this.query.area);
    this.query.underline(done);
    const line = done.length ? this.query.value.slice(0, done[0].start).split("\n").length : 0;
    byId("hints").textContent = done.length ? `Line ${line}: ${done[0].message}` : "";
  }

  /** What would be sent now; throws in words when variables or headers are not right. */
  request() {
    const query = this.query.value;
    const { operations } = new GraphqlReader(query, null);
    const operation = operationAt(operations, this.query.caret);
    const variables = objectFrom(this.variables.value, "Variables");
    return {
      query,
      operationName: operation?.name || undefined,
      variables: Object.keys(variables).length ? variables : undefined,
      headers: headersFrom(this.headers.value),
    };
  }

  async run() {
    this.completion.close();
    if (this.running) return;
    const result = byId("result");
    try {
      const request = this.request();
      this.running = true;
      byId("run").disabled = true;
      result.classList.add("waiting");
      const answer = await postGraphql(request);
      remember(request.query, this.variables.value, request.operationName);
      this.showResult(answer, request);
    } catch (error) {
      fill(result, h("p", { class: "problem" }, error.message));
      fill(byId("result-line"));
      this.showPane("result-pane");
    } finally {
      this.running = false;
      byId("run").disabled = false;
      result.classList.remove("waiting");
    }
  }

  showResult(answer, { query }) {
    const text = answer.failure ? "" : prettyJson(answer.text);
    fill(byId("result-line"), answerLine(answer), text && copyButton(() => text, "Copy the answer"));
    fill(byId("result"), answer.failure ? h("p", { class: "problem" }, answer.failure) : h("pre", { class: "json", tabindex: "0" }, ...jsonView(text)));
    const errors = answer.failure ? [] : errorsIn(answer.text);
    if (query === this.query.value && errors.length) {
      this.check.cancel();
      this.query.underline(errorPlaces(query, errors));
      const [{ message, locations }] = errors;
      byId("hints").textContent = `${locations?.[0] ? `Line ${locations[0].line}: ` : ""}${message}`;
    }
    this.showPane("result-pane");
    announce(answer.failure ?? `${answer.status} ${answer.reason}${errors.length ? `, ${errors.length} errors` : ""}`);
  }

  prettify() {
    this.query.replace(prettyGraphql(this.query.value));
    for (const editor of [this.variables, this.headers]) if (editor.value.trim()) editor.replace(prettyJson(editor.value));
    this.query.area.focus();
  }

  async copyCurl() {
    try {
      const { headers, ...body } = this.request();
      const copied = await copyText(curlCommand({ method: "POST", url: ENDPOINT, headers: { "Content-Type": "application/json", ...headers }, body: JSON.stringify(body) }));
      byId("hints").textContent = copied ? "Copied as a curl command; set TOKEN in your shell for the token." : "This browser does not allow copying.";
    } catch (error) {
      byId("hints").textContent = error.message;
    }
  }

  /** Adds an operation below what is there, and its variables to those that are there. */
  write(kind, field) {
    const { query, variables } = sampleOperation(this.schema, kind, field);
    const present = this.query.value.trimEnd();
    const text = present ? `${present}\n\n${query}` : query;
    this.query.edit({ from: 0, to: this.query.value.length, insert: text, caret: text.indexOf("\n", present ? present.length + 2 : 0) + 3 });
    if (variables) {
      const merged = { ...JSON.parse(variables), ...(jsonProblem(this.variables.value) ? {} : JSON.parse(this.variables.value)) };
      this.variables.value = JSON.stringify(merged, null, 2);
      this.showInput("variables-panel");
    }
    this.showPane("query-area");
    this.changed();
    this.query.reveal();
  }

  /** The schema or the history at the side; pressed again, it goes. A narrow screen always has one of them. */
  showSide(panel) {
    const workbench = byId("workbench");
    const isNarrow = matchMedia("(max-width: 860px)").matches;
    const isOpen = workbench.dataset.side === panel;
    const side = isOpen ? (isNarrow ? "explorer" : "") : panel;
    workbench.dataset.side = side;
    for (const [button, id] of [["schema", "explorer"], ["history", "history-panel"]]) {
      byId(button).setAttribute("aria-pressed", String(side === id));
      byId(id).hidden = side !== id;
    }
    byId("side-tab").textContent = side === "history-panel" ? "History" : "Schema";
    if (side === "history-panel") fill(byId("history-panel"), historyView((run) => this.open(run)));
    if (side) this.showPane("side");
  }

  open(run) {
    this.query.replace(run.query);
    this.variables.value = run.variables ?? "";
    this.showPane("query-area");
    this.changed();
  }
}

const playground = new Playground();
playground.loadSchema();
