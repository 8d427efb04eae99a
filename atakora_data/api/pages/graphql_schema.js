// The schema as introspection tells it, with quick ways to the things that are asked for.

const INTROSPECTION = `query IntrospectionQuery {
  __schema {
    queryType { name } mutationType { name } subscriptionType { name }
    types { ...FullType }
    directives { name description locations args { ...Input } }
  }
}
fragment FullType on __Type {
  kind name description
  fields(includeDeprecated: true) { name description args { ...Input } type { ...Ref } isDeprecated deprecationReason }
  inputFields { ...Input }
  interfaces { name }
  enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason }
  possibleTypes { name }
}
fragment Input on __InputValue { name description type { ...Ref } defaultValue }
fragment Ref on __Type {
  kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } }
}`;

class GraphqlSchema {
  constructor({ __schema: source }) {
    this.types = new Map(source.types.map((type) => [type.name, readType(type)]));
    this.directives = new Map(source.directives.map((directive) => [directive.name, { ...directive, args: byName(directive.args) }]));
    this.roots = { query: source.queryType?.name, mutation: source.mutationType?.name, subscription: source.subscriptionType?.name };
  }

  /** The type of this name, or undefined. */
  type(name) {
    return this.types.get(name);
  }

  /** The field of a type, with `__typename` everywhere and the introspection fields at the root. */
  field(typeName, name) {
    if (name === "__typename") return TYPENAME;
    if (typeName === this.roots.query && META_FIELDS[name]) return META_FIELDS[name];
    return this.type(typeName)?.fields.get(name);
  }

  /** Whether a value of one type can also be of the other, so that a fragment makes sense; without a second, always. */
  overlaps(name, other) {
    if (!this.type(other)) return true;
    const objects = (each) => new Set([each, ...(this.type(each)?.possibleTypes ?? []).map((type) => type.name)]);
    const others = objects(other);
    return [...objects(name)].some((each) => others.has(each));
  }

  /** Whether it has fields to select: an object, an interface or a union. */
  isComposite(name) {
    return ["OBJECT", "INTERFACE", "UNION"].includes(this.type(name)?.kind);
  }

  isInput(name) {
    return ["SCALAR", "ENUM", "INPUT_OBJECT"].includes(this.type(name)?.kind);
  }
}

function byName(list) {
  return new Map((list ?? []).map((each) => [each.name, each]));
}

function readType(type) {
  const fields = (type.fields ?? []).map((field) => ({ ...field, args: byName(field.args) }));
  return { ...type, fields: byName(fields), inputFields: byName(type.inputFields), enumValues: byName(type.enumValues) };
}

const STRING_TYPE = { kind: "NON_NULL", ofType: { kind: "SCALAR", name: "String" } };
const TYPENAME = { name: "__typename", description: "The name of the type.", type: STRING_TYPE, args: new Map() };
const META_FIELDS = {
  __schema: { name: "__schema", description: "What this schema offers.", type: { kind: "OBJECT", name: "__Schema" }, args: new Map() },
  __type: {
    name: "__type", description: "One type of this schema.", type: { kind: "OBJECT", name: "__Type" },
    args: byName([{ name: "name", description: null, type: STRING_TYPE, defaultValue: null }]),
  },
};

/** A type reference as it is written: `[Post!]!`. */
function typeText(reference) {
  if (!reference) return "";
  if (reference.kind === "NON_NULL") return `${typeText(reference.ofType)}!`;
  return reference.kind === "LIST" ? `[${typeText(reference.ofType)}]` : reference.name;
}

/** The name inside the lists and the exclamation marks. */
function namedType(reference) {
  while (reference?.ofType) reference = reference.ofType;
  return reference?.name;
}

/** Whether something must be given: not null, and without a default. */
function isRequired(input) {
  return input.type.kind === "NON_NULL" && (input.defaultValue ?? null) === null;
}
