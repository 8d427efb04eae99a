// Queries made from the schema: the one to begin with, and one for any field somebody picks.

const WELCOME = `# Ctrl-Enter runs what stands here, Ctrl-Space completes.
# The schema describes every type and field.

`;

/** A list of the richest type there is: a sensible thing to see first. */
function firstQuery(schema) {
  const fields = [...(schema.type(schema.roots.query)?.fields.values() ?? [])];
  const lists = fields.filter((field) => itemType(schema, field) && ![...field.args.values()].some(isRequired));
  const richest = lists.reduce((best, field) => (!best || itemType(schema, field).fields.size > itemType(schema, best).fields.size ? field : best), null);
  const chosen = richest ?? fields[0];
  return chosen ? WELCOME + sampleOperation(schema, "query", chosen).query : `${WELCOME}{\n  __typename\n}\n`;
}

/** The type of what a connection lists, or null when the field is no connection. */
function itemType(schema, field) {
  const items = schema.type(namedType(field.type))?.fields.get("items");
  return items ? schema.type(namedType(items.type)) : null;
}

/** An operation for one root field: `{query, variables}`, with a variable for each argument it must have. */
function sampleOperation(schema, kind, field) {
  const args = [...field.args.values()];
  const needed = args.filter(isRequired);
  const name = field.name[0].toUpperCase() + field.name.slice(1);
  const declared = needed.length ? `(${needed.map((arg) => `$${arg.name}: ${typeText(arg.type)}`).join(", ")})` : "";
  const given = needed.map((arg) => `${arg.name}: $${arg.name}`);
  if (itemType(schema, field) && args.some((arg) => arg.name === "limit")) given.push("limit: 5");
  const call = `${field.name}${given.length ? `(${given.join(", ")})` : ""}`;
  const query = prettyGraphql(`${kind} ${name}${declared} { ${call} ${sampleSelection(schema, namedType(field.type))} }`);
  const variables = Object.fromEntries(needed.map((arg) => [arg.name, sampleInput(schema, arg.type, 0)]));
  return { query, variables: needed.length ? JSON.stringify(variables, null, 2) : "" };
}

/** A few plain fields, the items of a connection, and what one related record is called. */
function sampleSelection(schema, typeName, count = 7) {
  if (!schema.isComposite(typeName)) return "";
  const fields = [...(schema.type(typeName)?.fields.values() ?? [])].filter((field) => !field.isDeprecated && ![...field.args.values()].some(isRequired));
  const isPlain = (field) => !schema.isComposite(namedType(field.type));
  const plain = fields.filter((field) => isPlain(field) && !field.name.startsWith("_") && field.name !== "count").map((field) => field.name);
  const items = fields.find((field) => field.name === "items");
  const related = !items && count > 2 && fields.find((field) => schema.type(namedType(field.type))?.fields.has("id") && field.args.size === 0 && unwrapped(field.type).kind !== "LIST");
  const parts = [
    items && `items ${sampleSelection(schema, namedType(items.type))}`,
    ...plain.slice(0, count),
    related && `${related.name} ${sampleSelection(schema, namedType(related.type), 2)}`,
  ].filter(Boolean);
  return `{ ${parts.join(" ") || "__typename"} }`;
}

function unwrapped(reference) {
  return reference.kind === "NON_NULL" ? reference.ofType : reference;
}

/** A plausible value for an input type; of an object only what it must have. */
function sampleInput(schema, reference, depth) {
  const inner = unwrapped(reference);
  if (inner.kind === "LIST") return [];
  const type = schema.type(inner.name);
  if (type?.kind === "ENUM") return [...type.enumValues.keys()][0];
  if (type?.kind === "INPUT_OBJECT") {
    const fields = depth > 4 ? [] : [...type.inputFields.values()];
    const required = fields.filter(isRequired);
    const needed = required.length || depth ? required : fields.filter((field) => field.name !== "id").slice(0, 1);
    return Object.fromEntries(needed.map((field) => [field.name, sampleInput(schema, field.type, depth + 1)]));
  }
  return { Int: 1, Float: 1.5, Boolean: true, String: "text", DateTime: `${new Date().toISOString().slice(0, 19)}Z`, Date: new Date().toISOString().slice(0, 10) }[inner.name] ?? "";
}
