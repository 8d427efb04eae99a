import type { FieldOf, Model, Paths } from "./model.js";

/** What of a record is answered. */
export interface Selection<M extends Model, F extends FieldOf<M>, P extends readonly string[]> {
  /** All unless said; `_etag` and `_version` always. */
  fields?: readonly F[] | undefined;
  /** Relations to answer along, such as `"author"` or `"comments.user"`. */
  include?: (P & Paths<M, P>) | undefined;
  /** Ends waiting for the answer. */
  signal?: AbortSignal | undefined;
}

/** Which records. */
export interface Query<M extends Model> {
  filter?: M["filter"] | undefined;
  orderBy?: readonly M["orderBy"][] | undefined;
  /** How many at most in a page. */
  limit?: number | undefined;
}

/** Which page of which records. */
export interface PageQuery<M extends Model, C extends boolean> extends Query<M> {
  /** From the page before. */
  nextToken?: string | null | undefined;
  /** Whether to count all that match. */
  count?: C | undefined;
}

export type Counted<C extends boolean> = C extends true ? { count: number } : unknown;

export type Direction = "ASC" | "DESC";

/** A filter on one related record. */
export type One<F> = F & { isNull?: boolean };

/** A filter on many related records: of those that you may read, some, every one or none match. */
export interface Several<F> {
  some?: F;
  every?: F;
  none?: F;
}

/** What stands inside `and`, `or` and `not`. */
export type Inside<F> = Omit<F, "isNull">;

/** Parameters as the query of a URL, with its question mark. */
export function queryOf(parameters: object): string {
  const pairs = Object.entries(parameters).flatMap(([name, value]) => {
    const text = textOf(name, value);
    return text === null ? [] : [`${name}=${encodeURIComponent(text)}`];
  });
  return pairs.length ? `?${pairs.join("&")}` : "";
}

function textOf(name: string, value: unknown): string | null {
  if (value === undefined || value === null || name === "signal") return null;
  if (name === "filter") return JSON.stringify(value);
  if (!Array.isArray(value)) return String(value);
  const names = name === "orderBy" ? value.flatMap((each) => orders(each, "")) : value;
  return names.length ? names.join() : null;
}

function orders(order: object, before: string): string[] {
  return Object.entries(order).flatMap(([name, how]) => {
    if (typeof how === "object" && how !== null) return orders(how, `${before}${name}.`);
    return how === undefined ? [] : [`${how === "DESC" ? "-" : ""}${before}${name}`];
  });
}
