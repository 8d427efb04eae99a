// Example values for a schema: what the document offers, else something plausible of the right type.

/** An example that fits the schema. With `writing`, read-only fields and those nobody must give are left out. */
function sampleValue(api, schema, writing = false, depth = 0, name = "") {
  const own = api.follow(schema);
  const given = own.example ?? own.examples?.[0] ?? own.const ?? (own.default === null ? undefined : own.default);
  if (given !== undefined) return given;
  if (own.enum) return own.enum[0];
  if (own.allOf) return Object.assign({}, ...own.allOf.map((part) => sampleValue(api, part, writing, depth, name)));
  const choices = own.anyOf ?? own.oneOf;
  if (choices) return sampleValue(api, choices.find((choice) => api.follow(choice).type !== "null") ?? {}, writing, depth, name);
  const type = [own.type ?? (own.properties ? "object" : "string")].flat().find((each) => each !== "null");
  if (type === "object") return depth > 4 ? {} : sampleObject(api, own, writing, depth);
  if (type === "array") return depth > 4 ? [] : sampleList(api, own, writing, depth, name);
  if (type === "boolean") return true;
  if (type === "integer" || type === "number") return sampleNumber(own);
  return type === "string" ? sampleText(own, name) : null;
}

/** An object: when writing the required fields, or the first few when none is. */
function sampleObject(api, schema, writing, depth) {
  const required = new Set(schema.required ?? []);
  let entries = Object.entries(schema.properties ?? {});
  if (writing) {
    entries = entries.filter(([, field]) => !api.follow(field).readOnly);
    const needed = entries.filter(([name]) => required.has(name));
    entries = needed.length ? needed : depth ? [] : entries.filter(([name]) => name !== "id").slice(0, 1);
  }
  return Object.fromEntries(entries.map(([name, field]) => [name, sampleValue(api, field, writing, depth + 1, name)]));
}

function sampleList(api, schema, writing, depth, name) {
  const count = writing ? (schema.minItems ?? 0) : 1;
  return Array.from({ length: Math.min(count, 3) }, () => sampleValue(api, schema.items ?? {}, writing, depth + 1, name));
}

function sampleNumber({ minimum, exclusiveMinimum, maximum, type }) {
  if (minimum !== undefined) return minimum;
  if (exclusiveMinimum !== undefined) return Math.floor(exclusiveMinimum) + 1;
  return maximum !== undefined ? Math.min(1, maximum) : type === "number" ? 1.5 : 1;
}

const SAMPLE_FORMATS = {
  uuid: () => "3f2b8c4e-5d6a-4b7c-8e9f-0a1b2c3d4e5f",
  "date-time": () => `${new Date().toISOString().slice(0, 19)}Z`,
  date: () => new Date().toISOString().slice(0, 10),
  time: () => "12:30:00",
  email: () => "alice@example.com",
  uri: () => "https://example.com/",
  decimal: () => "9.99",
};

const SAMPLE_NAMES = [
  [/e-?mail$/i, "alice@example.com"], [/slug$/i, "hello-world"], [/title$/i, "Hello, world"], [/(^|[a-z])name$/i, "Alice"],
  [/(content|body|text|description|summary|bio)$/i, "A few words that say something."], [/url$/i, "https://example.com/"],
];

/** Text of the right form and, as far as it goes, of the right length. */
function sampleText({ format, minLength = 0, maxLength = Infinity, pattern }, name) {
  if (SAMPLE_FORMATS[format]) return SAMPLE_FORMATS[format]();
  if (pattern && /\\d|0-9/.test(pattern) && !/a-z|\\w/i.test(pattern)) return "9.99";
  const text = SAMPLE_NAMES.find(([names]) => names.test(name))?.[1] ?? "text";
  return text.padEnd(minLength, " and more").slice(0, maxLength);
}
