// What may be written where the caret stands.

/** `{from, to, items: [{label, detail, description, insert, caret}]}`, best first; null where nothing can be offered. */
function graphqlCompletions(text, caret, schema) {
  const from = caret - /[$@]?\w*$/.exec(text.slice(0, caret))[0].length;
  const tokens = graphqlTokens(text);
  if (!schema || tokens.some((token) => /comment|string/.test(token.kind) && token.start < caret && caret <= token.end && from > token.start)) return null;
  const word = text.slice(from, caret);
  const before = new GraphqlReader(text, schema, from);
  const all = word[0] === "@" ? directiveItems(schema) : word[0] === "$" ? variableItems(tokens, from) : expectedItems(before.expect, schema, tokens, text.slice(caret));
  const items = ranked(all, word);
  return items.length ? { from, to: caret, items } : null;
}

/** Those that have the word: at the beginning first, anywhere next. */
function ranked(items, word) {
  const wanted = word.toLowerCase();
  const place = (item) => item.label.toLowerCase().indexOf(wanted);
  const found = items.filter((item) => place(item) >= 0);
  return found.sort((left, right) => Math.min(place(left), 1) - Math.min(place(right), 1)).slice(0, 200);
}

function expectedItems(expect, schema, tokens, after) {
  const kinds = {
    document: () => [...Object.keys(OPERATIONS).filter((kind) => schema.roots[kind]), "fragment"].map((label) => ({ label, detail: OPERATIONS[label] ?? "A named selection" })),
    fields: () => fieldItems(expect.type, schema, after),
    spread: () => [{ label: "on", detail: "A type" }, ...fragmentItems(tokens)],
    composite: () => typeItems(schema, (name) => schema.isComposite(name) && schema.overlaps(name, expect.type)),
    input: () => typeItems(schema, (name) => schema.isInput(name)),
    inputs: () => [...(expect.known?.values() ?? [])].filter((each) => !expect.used.has(each.name)).map(inputItem),
    value: () => valueItems(schema.type(expect.type), tokens),
  };
  return expect ? kinds[expect.kind]() : [];
}

function fieldItems(typeName, schema, after) {
  const fields = [...(schema.type(typeName)?.fields.values() ?? [])];
  const items = fields.map((field) => fieldItem(field, schema, after));
  const typename = { label: "__typename", detail: "String!", description: TYPENAME.description };
  return schema.isComposite(typeName) ? [...items, typename] : items;
}

/** A field; one that has fields itself brings its braces with it. */
function fieldItem(field, schema, after) {
  const item = { label: field.name, detail: typeText(field.type), description: field.description, deprecated: field.isDeprecated };
  const isPlain = !schema.isComposite(namedType(field.type)) || [...field.args.values()].some(isRequired);
  return isPlain || /^\s*[{(:]/.test(after) ? item : { ...item, opens: true };
}

function inputItem(input) {
  return { label: input.name, detail: typeText(input.type), description: input.description, insert: `${input.name}: ` };
}

function typeItems(schema, isWanted) {
  const types = [...schema.types.values()].filter((type) => isWanted(type.name) && !type.name.startsWith("__"));
  types.sort((left, right) => (left.name < right.name ? -1 : 1));
  return types.map((type) => ({ label: type.name, detail: type.kind.toLowerCase().replace("_", " "), description: type.description }));
}

function valueItems(type, tokens) {
  const variables = variableItems(tokens);
  if (type?.kind === "ENUM") return [...[...type.enumValues.values()].map((value) => ({ label: value.name, detail: type.name, description: value.description })), ...variables];
  if (type?.name === "Boolean") return [{ label: "true", detail: "Boolean" }, { label: "false", detail: "Boolean" }, ...variables];
  if (type?.kind === "INPUT_OBJECT") return [{ label: "{ }", detail: type.name, insert: "{  }", back: 2 }, ...variables];
  return variables;
}

function variableItems(tokens, from = -1) {
  const names = new Set(tokens.filter((token) => token.kind === "variable" && token.start !== from && token.text.length > 1).map((token) => token.text));
  return [...names].map((label) => ({ label, detail: "variable" }));
}

function fragmentItems(tokens) {
  const names = tokens.filter((token, index) => tokens[index - 1]?.text === "fragment" && token.text !== "on");
  return names.map((token) => ({ label: token.text, detail: "fragment" }));
}

function directiveItems(schema) {
  return [...schema.directives.values()].filter((each) => each.locations.includes("FIELD")).map((each) => ({
    label: `@${each.name}`, detail: "directive", description: each.description, insert: each.args.size ? `@${each.name}()` : `@${each.name}`, back: each.args.size ? 1 : 0,
  }));
}
