// Example values for a schema: what the document offers, else something plausible of the right type.

const SAMPLE_DEPTH = 2;

/** An example that fits the schema. With `writing`, read-only fields and those nobody must give are left out; what contains itself ends at once. */
function sampleValue(api, schema, writing = false, name = "", outer = []) {
  if (outer.includes(schema.$ref) || outer.length > SAMPLE_DEPTH) return {};
  if (schema.$ref) outer = [...outer, schema.$ref];
  const own = api.follow(schema);
  const given = own.example ?? own.examples?.[0] ?? own.const ?? (own.default === null ? undefined : own.default);
  if (given !== undefined) return given;
  if (own.enum) return own.enum[0];
  if (own.allOf) return Object.assign({}, ...own.allOf.map((part) => sampleValue(api, part, writing, name, outer)));
  const choices = own.anyOf ?? own.oneOf;
  if (choices) return sampleValue(api, choices.find((choice) => api.follow(choice).type !== "null") ?? {}, writing, name, outer);
  const type = [own.type ?? (own.properties ? "object" : "string")].flat().find((each) => each !== "null");
  if (type === "object") return sampleObject(api, own, writing, outer);
  if (type === "array") return sampleList(api, own, writing, name, outer);
  if (type === "boolean") return true;
  if (type === "integer" || type === "number") return sampleNumber(own);
  return type === "string" ? sampleText(own, name) : null;
}

/** An object: when writing the required fields, or the first few when none is. */
function sampleObject(api, schema, writing, outer) {
  const required = new Set(schema.required ?? []);
  let entries = Object.entries(schema.properties ?? {});
  if (writing) {
    entries = entries.filter(([, field]) => !api.follow(field).readOnly);
    const needed = entries.filter(([name]) => required.has(name));
    entries = needed.length ? needed : outer.length > 1 ? [] : entries.filter(([name]) => name !== "id").slice(0, 1);
  }
  return Object.fromEntries(entries.map(([name, field]) => [name, sampleValue(api, field, writing, name, outer)]));
}

function sampleList(api, schema, writing, name, outer) {
  const count = writing ? (schema.minItems ?? 0) : 1;
  return Array.from({ length: Math.min(count, 3) }, () => sampleValue(api, schema.items ?? {}, writing, name, outer));
}

function sampleNumber({ minimum = -Infinity, exclusiveMinimum = -Infinity, maximum = Infinity, exclusiveMaximum = Infinity }) {
  const fits = (value) => value >= minimum && value > exclusiveMinimum && value <= maximum && value < exclusiveMaximum;
  const tried = [1, 0, minimum, Math.floor(exclusiveMinimum) + 1, maximum, Math.ceil(exclusiveMaximum) - 1];
  return tried.find((value) => Number.isFinite(value) && fits(value)) ?? 1;
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
