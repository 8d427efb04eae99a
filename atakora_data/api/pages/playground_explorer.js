// The schema at the side: types and fields with their descriptions, one leading to another, and a search.

class Explorer {
  constructor(box, write) {
    this.box = box;
    this.write = write;
    this.trail = [];
    this.search = h("input", { type: "search", id: "schema-search", placeholder: "Search types and fields", "aria-label": "Search types and fields", autocomplete: "off", spellcheck: "false" });
    this.page = h("div", { class: "page", tabindex: "-1" });
    this.search.addEventListener("input", () => this.show());
    fill(box, h("div", { class: "explorer-search" }, this.search), this.page);
  }

  /** Shows a schema, or the reason why there is none. */
  use(schema, reason = "") {
    this.schema = schema;
    this.reason = reason;
    this.trail = this.trail.filter((name) => schema?.type(name));
    this.search.disabled = !schema;
    this.show();
  }

  go(name) {
    this.search.value = "";
    this.trail.push(name);
    this.show();
    this.page.scrollTop = 0;
    this.page.focus({ preventScroll: true });
  }

  back() {
    this.trail.pop();
    this.show();
  }

  show() {
    const words = this.search.value.trim().toLowerCase();
    const name = this.trail.at(-1);
    if (!this.schema) fill(this.page, h("p", { class: "hint" }, this.reason));
    else if (words) fill(this.page, ...this.foundView(words));
    else fill(this.page, ...name ? this.typeView(this.schema.type(name)) : this.startView());
  }

  startView() {
    const roots = Object.entries(this.schema.roots).filter(([, name]) => name);
    const types = [...this.schema.types.values()].filter((type) => !type.name.startsWith("__") && !Object.values(this.schema.roots).includes(type.name));
    const isListed = (type) => type.kind === "OBJECT" && !type.name.endsWith("Connection") && !type.name.endsWith("Edge");
    return [
      h("h2", {}, "Schema"),
      h("ul", { class: "fields" }, ...roots.map(([kind, name]) => h("li", {}, h("span", { class: "keyword" }, kind), " ", this.typeLink(name)))),
      this.group("Types", types.filter(isListed)),
      this.group("Everything else", types.filter((type) => !isListed(type)), true),
    ];
  }

  group(title, types, isFolded = false) {
    if (!types.length) return null;
    const list = () => h("ul", { class: "types" }, ...types.map((type) => h("li", {}, this.typeLink(type.name), h("span", { class: "hint" }, firstLine(type.description)))));
    return isFolded ? lazyDetails(`${title} (${types.length})`, list) : [h("h3", {}, title), list()];
  }

  typeView(type) {
    const inside = [...type.fields.values(), ...type.inputFields.values()];
    const kind = Object.keys(this.schema.roots).find((each) => this.schema.roots[each] === type.name);
    const from = this.trail.at(-2) ?? "Schema";
    return [
      h("button", { type: "button", class: "button small quiet back", onclick: () => this.back() }, icon(ICONS.back), from),
      h("h2", {}, type.name, h("span", { class: "hint" }, ` ${type.kind.toLowerCase().replace("_", " ")}`)),
      h("div", { class: "prose" }, ...prose(type.description)),
      inside.length > 0 && h("ul", { class: "fields" }, ...inside.map((field) => this.fieldView(field, kind))),
      type.enumValues.size > 0 && h("ul", { class: "fields" }, ...[...type.enumValues.values()].map((value) =>
        h("li", {}, h("code", { class: "keyword" }, value.name), h("div", { class: "field-words" }, ...prose(value.description))))),
      type.possibleTypes?.length > 0 && [h("h3", {}, "One of"), h("ul", { class: "types" }, ...type.possibleTypes.map((each) => h("li", {}, this.typeLink(each.name))))],
    ];
  }

  /** One field with its arguments; a field of a root can be written into the editor. */
  fieldView(field, kind) {
    const args = [...(field.args?.values() ?? [])];
    const write = kind && h("button", { type: "button", class: "icon write", title: `Write a ${kind} of ${field.name}`, "aria-label": `Write a ${kind} of ${field.name}`, onclick: () => this.write(kind, field) }, icon(ICONS.plus));
    return h("li", { class: field.isDeprecated ? "deprecated" : null },
      h("div", { class: "signature" },
        h("code", {}, h("span", { class: "field" }, field.name),
          args.length > 0 && ["(", ...joined(args.map((arg) => [h("span", { class: "argument" }, arg.name), ": ", this.reference(arg.type), arg.defaultValue && ` = ${arg.defaultValue}`]), ", "), ")"],
          ": ", this.reference(field.type), !field.args && field.defaultValue && ` = ${field.defaultValue}`),
        write),
      h("div", { class: "field-words" }, ...prose(field.description), field.isDeprecated && h("p", {}, `Deprecated: ${field.deprecationReason ?? "do not use it."}`)));
  }

  /** A type as written, with its name as a link. */
  reference(reference) {
    const [before, after] = typeText(reference).split(namedType(reference));
    return h("span", { class: "reference" }, before, this.typeLink(namedType(reference)), after);
  }

  typeLink(name) {
    return h("button", { type: "button", class: "link type", onclick: () => this.go(name) }, name);
  }

  foundView(words) {
    const types = [...this.schema.types.values()].filter((type) => !type.name.startsWith("__"));
    const named = types.filter((type) => type.name.toLowerCase().includes(words)).slice(0, 50);
    const fields = types.flatMap((type) => [...type.fields.values(), ...type.inputFields.values()].filter((field) => field.name.toLowerCase().includes(words)).map((field) => [type, field])).slice(0, 80);
    if (!named.length && !fields.length) return [h("p", { class: "hint" }, "No type and no field has this in its name.")];
    return [
      named.length > 0 && [h("h3", {}, "Types"), h("ul", { class: "types" }, ...named.map((type) => h("li", {}, this.typeLink(type.name), h("span", { class: "hint" }, firstLine(type.description)))))],
      fields.length > 0 && [h("h3", {}, "Fields"), h("ul", { class: "types" }, ...fields.map(([type, field]) => h("li", {}, h("code", {}, this.typeLink(type.name), ".", h("span", { class: "field" }, field.name), ": ", this.reference(field.type)))))],
    ];
  }
}
