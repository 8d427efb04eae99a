// A JSON Schema in words: its type, its bounds, and where it is described further.

/** The type with links to named schemas, e.g. `string`, `list of Comment`, `Post or null`. */
function typeNodes(api, schema) {
  if (schema === true || schema === undefined) return ["anything"];
  if (schema.$ref) return [schemaLink(schema.$ref)];
  const choices = schema.oneOf ?? schema.anyOf;
  if (choices) return joined(choices.map((choice) => typeNodes(api, choice)), " or ");
  if (schema.allOf?.length === 1) return typeNodes(api, schema.allOf[0]);
  if (schema.allOf) return joined(schema.allOf.map((part) => typeNodes(api, part)), " with ");
  const types = [schema.type ?? (schema.properties ? "object" : schema.enum || "const" in schema ? "value" : "anything")].flat();
  return joined(types.map((type) => oneType(api, schema, type)), " or ");
}

/** One of the types a schema allows. */
function oneType(api, schema, type) {
  if (type === "array") return ["list of ", ...typeNodes(api, schema.items)];
  if (type === "object" && typeof schema.additionalProperties === "object") return ["map of ", ...typeNodes(api, schema.additionalProperties)];
  if (type === "string" && schema.format) return [FORMATS[schema.format] ?? schema.format];
  if (type === "integer") return ["whole number"];
  if (type === "value") return ["one of"];
  return [type];
}

const FORMATS = { "date-time": "date and time", uuid: "UUID", email: "e-mail address", uri: "URL", date: "date", time: "time" };

/** A link to a named schema in this page. */
function schemaLink(reference) {
  const name = decodeURIComponent(reference.split("/").pop());
  return h("a", { class: "type", href: `#/schemas/${encodeURIComponent(name)}` }, name);
}

/** The bounds and habits of a schema, each a short piece. */
function constraintNodes(api, schema) {
  const resolved = bounded(api, schema);
  const words = [
    range(resolved.minLength, resolved.maxLength, "character"),
    range(resolved.minItems, resolved.maxItems, "item"),
    range(resolved.minProperties, resolved.maxProperties, "entry", "entries"),
    resolved.minimum !== undefined && `≥ ${resolved.minimum}`,
    resolved.exclusiveMinimum !== undefined && `> ${resolved.exclusiveMinimum}`,
    resolved.maximum !== undefined && `≤ ${resolved.maximum}`,
    resolved.exclusiveMaximum !== undefined && `< ${resolved.exclusiveMaximum}`,
    resolved.multipleOf !== undefined && `multiple of ${resolved.multipleOf}`,
    resolved.uniqueItems && "no repeats",
    resolved.readOnly && "read-only",
    resolved.writeOnly && "write-only",
    resolved["x-unique"] && "unique",
    resolved["x-immutable"] && "set once",
    resolved.deprecated && "deprecated",
  ].filter(Boolean).map((word) => h("span", { class: "bound" }, word));
  if (resolved.pattern) words.push(h("span", { class: "bound" }, "matches ", h("code", {}, resolved.pattern)));
  if (resolved.enum) words.push(choiceNodes(resolved.enum));
  if ("const" in resolved) words.push(h("span", { class: "choices" }, h("code", {}, wireText(resolved.const))));
  if (resolved.default !== undefined && resolved.default !== null) words.push(h("span", { class: "bound" }, "default ", h("code", {}, wireText(resolved.default))));
  return words;
}

const CHOICES_SHOWN = 9;

/** A closed set; of a long one only the first, and the rest on demand. */
function choiceNodes(values) {
  const codes = values.map((value) => h("code", {}, wireText(value)));
  if (codes.length <= CHOICES_SHOWN + 1) return h("span", { class: "choices" }, ...codes);
  const box = h("span", { class: "choices" });
  const more = h("button", { type: "button", class: "link", onclick: () => fill(box, ...codes) }, `${codes.length - CHOICES_SHOWN} more`);
  return fill(box, ...codes.slice(0, CHOICES_SHOWN), more);
}

/** The schema with the bounds of the one thing it wraps: `anyOf` with null, a single `allOf`, the items of an enum list. */
function bounded(api, schema) {
  const own = api.follow(schema);
  const choices = (own.anyOf ?? own.oneOf ?? own.allOf ?? []).map((choice) => api.follow(choice)).filter((choice) => choice.type !== "null");
  const inner = choices.length === 1 && !choices[0].properties ? bounded(api, choices[0]) : {};
  const { description: _, ...bounds } = inner;
  const items = own.type === "array" ? api.follow(own.items) : {};
  return { ...(items.enum ? { enum: items.enum } : {}), ...bounds, ...own };
}

/** "1 to 200 characters", "at most 5 items". */
function range(least, most, one, many = `${one}s`) {
  if (least === undefined && most === undefined) return "";
  const unit = (most ?? least) === 1 ? one : many;
  if (most === undefined) return `at least ${least} ${unit}`;
  if (!least) return `at most ${most} ${unit}`;
  return least === most ? `exactly ${most} ${unit}` : `${least} to ${most} ${unit}`;
}

/** A value as it stands on the wire; text without its quotes. */
function wireText(value) {
  return typeof value === "string" && value ? value : JSON.stringify(value);
}
