/** Where moments stand in a value: 1 is one; `*` stands for every key. Lists have the shape of their elements. */
export type Dates = 1 | { readonly [key: string]: Dates };

/** What the client knows of an entity when it runs. */
export interface EntitySchema {
  readonly path: string;
  readonly dates?: Dates;
  readonly relations?: { readonly [name: string]: RelationSchema };
}

/** to: the entity; without it, `_type` of the record says which. through: where moments stand in what a link says. */
export interface RelationSchema {
  readonly to?: string;
  readonly many?: 1;
  readonly through?: Dates;
}

export type Schema = { readonly [entity: string]: EntitySchema };

type Values = { [key: string]: unknown };

/** A value of an answer with its moments made a `Date`, in place. */
export function revived(value: unknown, dates: Dates | undefined): unknown {
  if (value === null || value === undefined || dates === undefined) return value;
  if (Array.isArray(value)) return value.map((each) => revived(each, dates));
  if (dates === 1) return new Date(value as string);
  const values = value as Values;
  for (const key of Object.keys("*" in dates ? values : dates)) {
    if (key in values) values[key] = revived(values[key], dates["*"] ?? dates[key]);
  }
  return values;
}

/** The shape at a path of names with dots between. */
export function datesAt(dates: Dates | undefined, path: string): Dates | undefined {
  return path.split(".").reduce<Dates | undefined>((found, name) => (found === 1 ? found : found?.[name]), dates);
}

/** A record with its moments and those of what it includes. */
export function revivedRecord(schema: Schema, entity: string, record: unknown): unknown {
  const known = schema[entity];
  if (typeof record !== "object" || record === null || !known) return record;
  const values = revived(record, known.dates) as Values;
  for (const [name, relation] of Object.entries(known.relations ?? {})) {
    if (values[name]) values[name] = revivedRelation(schema, relation, values[name] as Values);
  }
  return values;
}

/** What a relation leads to, with its moments. */
export function revivedRelation(schema: Schema, relation: RelationSchema, value: Values): unknown {
  const entity = relation.to ?? String(value["_type"]);
  if (!relation.many) return revivedRecord(schema, entity, value);
  for (const item of value["items"] as Values[]) {
    revivedRecord(schema, entity, item);
    revived(item["_through"], relation.through);
  }
  return value;
}
