// Reads a GraphQL document as far as it is written: which name means what, what is wrong, what may come next.

/**
 * With a schema it knows each field. It reads what ends before `limit`; `expect` then says what may stand there.
 * roles: token → its colour; problems: `{start, end, message}`; operations: `{kind, name, start, end}`.
 */
class GraphqlReader {
  constructor(text, schema, limit = Infinity) {
    this.schema = schema;
    this.tokens = graphqlTokens(text).filter((token) => token.kind !== "comment" && token.end <= limit);
    this.index = 0;
    this.roles = new Map();
    this.problems = [];
    this.operations = [];
    this.expect = null;
    this.document();
  }

  /** The next token; at the end, what was hoped for stays in `expect`. */
  peek(expected) {
    const token = this.tokens[this.index];
    if (!token && expected && !this.expect) this.expect = expected;
    return token;
  }

  is(text) {
    return this.peek()?.text === text;
  }

  take(role) {
    const token = this.tokens[this.index];
    this.index += 1;
    if (token && role) this.roles.set(token.start, role);
    return token;
  }

  taken(text) {
    if (!this.is(text)) return false;
    this.take();
    return true;
  }

  wrong(token, message) {
    this.problems.push({ start: token.start, end: token.end, message });
  }

  document() {
    for (let token = this.peek({ kind: "document" }); token; token = this.peek({ kind: "document" })) {
      if (token.text === "{") this.operation("query", token.start);
      else if (token.text === "fragment") this.fragment();
      else if (token.text in OPERATIONS) this.operation(this.take("keyword").text, token.start);
      else this.wrong(this.take(), "Here begins an operation: query, mutation, subscription, fragment or {.");
    }
  }

  operation(kind, start) {
    const type = this.schema?.roots[kind];
    const name = this.peek()?.kind === "name" ? this.take("operation").text : "";
    if (this.taken("(")) this.variableDefinitions();
    this.directives();
    if (this.taken("{")) this.selection(type);
    this.operations.push({ kind, name, start, end: this.tokens[this.index - 1]?.end ?? start });
  }

  fragment() {
    this.take("keyword");
    if (this.peek()?.kind === "name" && !this.is("on")) this.take("operation");
    const type = this.typeCondition();
    this.directives();
    if (this.taken("{")) this.selection(type);
  }

  /** `on Post`: the name of the type. */
  typeCondition(parent) {
    if (this.is("on")) this.take("keyword");
    const token = this.peek({ kind: "composite", type: parent });
    if (token?.kind !== "name") return undefined;
    this.take("type");
    if (this.schema && !this.schema.isComposite(token.text)) this.unknown(token, "type", this.schema.types.keys());
    return token.text;
  }

  variableDefinitions() {
    for (let token = this.peek(); token && token.text !== ")"; token = this.peek()) {
      if (token.kind !== "variable") { this.take(); continue; }
      this.take("variable");
      const type = this.taken(":") ? this.typeReference() : null;
      if (this.taken("=")) this.value(type);
      this.directives();
    }
    this.taken(")");
  }

  typeReference() {
    let name;
    for (let token = this.peek({ kind: "input" }); token && (token.kind === "name" || /^[[\]!]$/.test(token.text)); token = this.peek({ kind: "input" })) {
      if (name && token.kind === "name") break;
      this.take(token.kind === "name" ? "type" : undefined);
      if (token.kind === "name") name = token.text;
      if (this.schema && token.kind === "name" && !this.schema.isInput(name)) this.unknown(token, "input type", [...this.schema.types.keys()].filter((each) => this.schema.isInput(each)));
      if (name && !/^[\]!]$/.test(this.peek()?.text ?? "")) break;
    }
    return name ? { kind: "NAMED", name } : null;
  }

  selection(type) {
    const expected = { kind: "fields", type };
    for (let token = this.peek(expected); token && token.text !== "}"; token = this.peek(expected)) {
      if (token.text === "...") this.spread(type);
      else if (token.kind === "name") this.field(type);
      else if (token.text === "{") { this.take(); this.selection(undefined); }
      else this.wrong(this.take(), `A field is wanted here, not ${token.text}`);
    }
    this.taken("}");
  }

  spread(type) {
    this.take();
    const token = this.peek({ kind: "spread", type });
    if (token?.text === "on") type = this.typeCondition(type) ?? type;
    else if (token?.kind === "name") { this.take("operation"); this.directives(); return; }
    this.directives();
    if (this.taken("{")) this.selection(type);
  }

  field(type) {
    let token = this.take("field");
    if (this.is(":")) {
      this.roles.set(token.start, "alias");
      this.take();
      if (this.peek({ kind: "fields", type })?.kind !== "name") return;
      token = this.take("field");
    }
    const found = this.schema && type ? this.schema.field(type, token.text) : null;
    if (found === undefined) this.unknown(token, `field of ${type}`, this.schema.type(type)?.fields.keys() ?? []);
    if (this.taken("(")) this.inputs(found ? found.args : null, ")", "argument", found ? `argument of ${found.name}` : "");
    this.directives();
    if (this.taken("{")) this.selection(found ? namedType(found.type) : undefined);
  }

  directives() {
    for (let token = this.peek(); token?.kind === "directive"; token = this.peek()) {
      this.take("directive");
      const found = this.schema?.directives.get(token.text.slice(1));
      if (this.taken("(")) this.inputs(found?.args ?? null, ")", "argument", `argument of ${token.text}`);
    }
  }

  /** Arguments, or the fields of an input object: `name: value` up to the closing sign. */
  inputs(known, close, role, meaning) {
    const used = new Set();
    const expected = { kind: "inputs", known, used };
    for (let token = this.peek(expected); token && token.text !== close; token = this.peek(expected)) {
      if (token.kind !== "name") {
        if (/^[{})\]]$/.test(token.text)) return;
        this.take();
        continue;
      }
      this.take(role);
      used.add(token.text);
      const found = known?.get(token.text);
      if (known && !found) this.unknown(token, meaning, known.keys());
      if (this.taken(":")) this.value(found?.type);
    }
    this.taken(close);
  }

  value(type) {
    const name = namedType(type);
    const token = this.peek({ kind: "value", type: name });
    if (!token || /^[)}\]]$/.test(token.text)) return;
    if (token.text === "[") return this.list(type);
    if (token.text === "{") {
      this.take();
      this.inputs(this.schema?.type(name)?.kind === "INPUT_OBJECT" ? this.schema.type(name).inputFields : null, "}", "argument", `field of ${name}`);
      return;
    }
    this.take(token.kind === "name" ? "keyword" : undefined);
    const values = this.schema?.type(name)?.kind === "ENUM" ? this.schema.type(name).enumValues : null;
    if (values && token.kind === "name" && token.text !== "null" && !values.has(token.text)) this.unknown(token, `value of ${name}`, values.keys());
  }

  list(type) {
    this.take();
    const name = namedType(type);
    for (let token = this.peek({ kind: "value", type: name }); token && !/^[\])}]$/.test(token.text); token = this.peek({ kind: "value", type: name })) {
      const before = this.index;
      this.value(type);
      if (this.index === before) this.take();
    }
    this.taken("]");
  }

  unknown(token, what, known) {
    const near = nearest(token.text, known);
    this.wrong(token, `There is no ${what} called ${token.text}.${near ? ` Perhaps you meant ${near}.` : ""}`);
  }
}

const OPERATIONS = { query: "Reads", mutation: "Writes", subscription: "Listens" };
