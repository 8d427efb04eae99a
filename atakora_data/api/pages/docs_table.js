// A schema as a table of fields; nested objects open under their row.

/** The fields of a schema, or its one line when it has none. */
function schemaTable(api, schema, depth = 0) {
  const whole = merged(api, schema);
  const fields = Object.entries(whole.properties ?? {});
  if (!fields.length) return h("p", { class: "plain-type" }, h("span", { class: "type" }, ...typeNodes(api, schema)), ...constraintNodes(api, schema));
  const required = new Set(whole.required ?? []);
  const rows = fields.map(([name, field]) => fieldRow(api, name, field, required.has(name), depth));
  return h("ul", { class: "fields" }, ...rows);
}

/** The schema with everything that `allOf` adds. */
function merged(api, schema) {
  const { allOf, ...own } = api.follow(schema);
  if (!allOf) return own;
  const parts = [...allOf.map((part) => merged(api, part)), own];
  return {
    ...Object.assign({}, ...parts),
    properties: Object.assign({}, ...parts.map((part) => part.properties ?? {})),
    required: parts.flatMap((part) => part.required ?? []),
  };
}

/** One field: name, type, bounds, description, and what is inside it on demand. */
function fieldRow(api, name, field, isRequired, depth) {
  const own = bounded(api, field);
  const inside = depth < 6 ? innerObject(api, field) : null;
  const row = h("li", {},
    h("div", { class: "field-head" },
      h("code", { class: "field-name" }, name),
      isRequired && h("span", { class: "required" }, "required"),
      h("span", { class: "type" }, ...typeNodes(api, field))),
    h("div", { class: "field-bounds" }, ...constraintNodes(api, field)),
    own.description && h("div", { class: "field-words" }, ...prose(own.description)));
  if (inside) row.append(lazyDetails("Fields", () => schemaTable(api, inside, depth + 1)));
  return row;
}

/** The object schema inside a field: its own, its items', or its one choice beside null. */
function innerObject(api, field) {
  const own = api.follow(field);
  if (own.properties || own.allOf?.some((part) => api.follow(part).properties)) return field;
  if (own.items) return innerObject(api, own.items);
  if (typeof own.additionalProperties === "object") return innerObject(api, own.additionalProperties);
  const choices = (own.anyOf ?? own.oneOf ?? []).filter((choice) => api.follow(choice).type !== "null");
  return choices.length === 1 ? innerObject(api, choices[0]) : null;
}
