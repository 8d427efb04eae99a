import { Call, type Operation } from "./call.js";
import type { Answer, Behind, FieldOf, Model, Page, PathStart, RelationOf, TargetOf, ToMany } from "./model.js";
import type { Counted, PageQuery, Query, Selection } from "./query.js";
import { queryOf } from "./query.js";
import { datesAt, revived, revivedRecord, revivedRelation, type EntitySchema, type Schema } from "./dates.js";
import type { Realtime, Stop } from "./realtime.js";
import { hearing, type Handlers } from "./hearing.js";
import type { Transport } from "./transport.js";

/** What the collections of one client share. */
export interface Context {
  readonly schema: Schema;
  readonly transport: Transport;
  readonly realtime: () => Promise<Realtime>;
}

/** `ifMatch`: the `_etag` that the record must still have; else nothing happens, and the error has the status 412. */
export interface Conditional {
  ifMatch?: string | undefined;
}

/** `ifNone`: only when there is no such record yet. */
export interface Creating {
  ifNone?: boolean | undefined;
}

/** Which records a change of many is about: `{}` means all. More than `maxAffected` (100 unless said) are refused. */
export interface Many<M extends Model> {
  filter: M["filter"];
  maxAffected?: number | undefined;
}

/** What is worked out of records. */
export interface Aggregation<M extends Model, G, S, A, Lo, Hi> {
  filter?: M["filter"] | undefined;
  groupBy?: readonly G[] | undefined;
  sum?: readonly S[] | undefined;
  avg?: readonly A[] | undefined;
  min?: readonly Lo[] | undefined;
  max?: readonly Hi[] | undefined;
  /** More groups than this are refused: 100 unless said. */
  limit?: number | undefined;
}

/** One group of records, and what was asked of it. */
export type Group<M extends Model, G, S, A, Lo, Hi> = {
  group: { [K in G & keyof M["groups"]]: M["groups"][K] };
  count: number;
} & Measured<"sum", M["numbers"], S> &
  Measured<"avg", M["numbers"], A> &
  Measured<"min", M["groups"], Lo> &
  Measured<"max", M["groups"], Hi>;

type Measured<Name extends string, Values, K> = [K] extends [never]
  ? unknown
  : { [N in Name]: { [P in K & keyof Values]: Values[P] | null } };

type Name<T> = keyof T & string;
type LinkOf<M extends Model, R extends RelationOf<M>> =
  M["relations"][R] extends ToMany<unknown, unknown, infer Link> ? Link : never;
type LinkName<M extends Model> = { [R in RelationOf<M>]: [LinkOf<M, R>] extends [never] ? never : R }[RelationOf<M>];
type Target<M extends Model, R extends RelationOf<M>> = Extract<TargetOf<M["relations"][R]>, Model>;
type Item<R> = R extends ToMany<unknown, infer Found, unknown> ? Found : unknown;
type ManyName<M extends Model> = {
  [R in RelationOf<M>]: M["relations"][R] extends ToMany<unknown, unknown, unknown> ? R : never;
}[RelationOf<M>];
type OneName<M extends Model> = Exclude<RelationOf<M>, ManyName<M>>;

/** The records of one entity. Each method gives a `Call`: await it, or give several to `batch`. */
export class Records<M extends Model> {
  readonly #entity: string;
  readonly #known: EntitySchema;
  readonly #context: Context;

  constructor(entity: string, known: EntitySchema, context: Context) {
    this.#entity = entity;
    this.#known = known;
    this.#context = context;
  }

  /** A page of records. */
  list<F extends FieldOf<M> = FieldOf<M>, const P extends readonly PathStart<M>[] = [], C extends boolean = false>(
    query: PageQuery<M, C> & Selection<M, F, P> = {},
  ): Call<Page<Answer<M, F, P[number]>> & Counted<C>> {
    const operation: Operation = { method: "GET", path: this.#path(queryOf(query)) };
    return this.#call(operation, (page) => this.#records(page), query.signal);
  }

  /** All records that match, page by page as they are asked for; `limit` is the size of a page. */
  async *all<F extends FieldOf<M> = FieldOf<M>, const P extends readonly PathStart<M>[] = []>(
    query: Query<M> & Selection<M, F, P> = {},
  ): AsyncGenerator<Answer<M, F, P[number]>, void, undefined> {
    let nextToken: string | null = null;
    do {
      const page: Page<Answer<M, F, P[number]>> = await this.list<F, P>({ ...query, nextToken });
      yield* page.items;
      nextToken = page.nextToken;
    } while (nextToken !== null);
  }

  /** One record. `not_found` when there is none that you may read. */
  get<F extends FieldOf<M> = FieldOf<M>, const P extends readonly PathStart<M>[] = []>(
    id: string,
    options: Selection<M, F, P> = {},
  ): Call<Answer<M, F, P[number]>> {
    return this.#one("GET", this.#path(at(id)), options);
  }

  /** A new record. */
  create<F extends FieldOf<M> = FieldOf<M>, const P extends readonly PathStart<M>[] = []>(
    input: M["create"],
    options: Selection<M, F, P> = {},
  ): Call<Answer<M, F, P[number]>> {
    return this.#one("POST", this.#path(""), options, input);
  }

  /** Several new records, all or none; at most 1,000. */
  createMany<F extends FieldOf<M> = FieldOf<M>, const P extends readonly PathStart<M>[] = []>(
    inputs: readonly M["create"][],
    options: Selection<M, F, P> = {},
  ): Call<Answer<M, F, P[number]>[]> {
    const operation: Operation = { method: "POST", path: this.#path(queryOf(options)), body: inputs };
    return this.#call(operation, (told) => (this.#records(told) as Page<unknown>).items, options.signal);
  }

  /** Changes what the input names and leaves the rest. */
  update<F extends FieldOf<M> = FieldOf<M>, const P extends readonly PathStart<M>[] = []>(
    id: string,
    changes: M["update"],
    options: Conditional & Selection<M, F, P> = {},
  ): Call<Answer<M, F, P[number]>> {
    return this.#one("PATCH", this.#path(at(id)), options, changes);
  }

  /** The same change to all records that match, all or none. */
  updateMany<F extends FieldOf<M> = FieldOf<M>, const P extends readonly PathStart<M>[] = []>(
    which: Many<M> & Selection<M, F, P>,
    changes: M["updateMany"],
  ): Call<{ items: Answer<M, F, P[number]>[]; count: number }> {
    const operation: Operation = { method: "PATCH", path: this.#path(queryOf(which)), body: changes };
    return this.#call(operation, (told) => this.#records(told), which.signal);
  }

  /** The whole record, also when there is none yet and you may create it. */
  replace<F extends FieldOf<M> = FieldOf<M>, const P extends readonly PathStart<M>[] = []>(
    id: string,
    input: M["replace"],
    options: Conditional & Creating & Selection<M, F, P> = {},
  ): Call<Answer<M, F, P[number]>> {
    return this.#one("PUT", this.#path(at(id)), options, input);
  }

  delete(id: string, options: Conditional & { signal?: AbortSignal | undefined } = {}): Call<void> {
    const operation: Operation = { method: "DELETE", path: this.#path(at(id)), headers: conditions(options) };
    return this.#call(operation, () => undefined, options.signal);
  }

  /** Deletes all records that match, all or none; gives them as they were. */
  deleteMany<F extends FieldOf<M> = FieldOf<M>, const P extends readonly PathStart<M>[] = []>(
    which: Many<M> & Selection<M, F, P>,
  ): Call<{ items: Answer<M, F, P[number]>[]; count: number }> {
    const operation: Operation = { method: "DELETE", path: this.#path(queryOf(which)) };
    return this.#call(operation, (told) => this.#records(told), which.signal);
  }

  /** Counts, sums and the like: one item for each group, or a single one without `groupBy`. */
  aggregate<
    G extends Name<M["groups"]> = never,
    S extends Name<M["numbers"]> = never,
    A extends Name<M["numbers"]> = never,
    Lo extends Name<M["groups"]> = never,
    Hi extends Name<M["groups"]> = never,
  >(what: Aggregation<M, G, S, A, Lo, Hi> = {}): Call<Group<M, G, S, A, Lo, Hi>[]> {
    const operation: Operation = { method: "GET", path: this.#path(`/aggregate${queryOf(what)}`) };
    return this.#call(operation, (told) => (told as { items: Values[] }).items.map((each) => this.#group(each)));
  }

  /** The records that a relation leads to, a page. */
  related<
    const R extends ManyName<M>,
    F extends FieldOf<Target<M, R>> = FieldOf<Target<M, R>>,
    const P extends readonly PathStart<Target<M, R>>[] = [],
    C extends boolean = false,
  >(
    id: string,
    relation: R,
    query: PageQuery<Target<M, R>, C> & Selection<Target<M, R>, F, P> = {},
  ): Call<Page<Answer<Target<M, R>, F, P[number]> & Item<M["relations"][R]>> & Counted<C>> {
    return this.#behind(id, relation, query);
  }

  /** The record that a relation leads to; `not_found` when there is none that you may read. */
  relatedOne<const R extends OneName<M>>(id: string, relation: R): Call<NonNullable<Behind<M["relations"][R]>>> {
    return this.#behind(id, relation, {});
  }

  /** Links a record to another, or changes what their link says. */
  link<const R extends LinkName<M>>(
    id: string,
    relation: R,
    other: string,
    ...says: undefined extends LinkOf<M, R> ? [says?: LinkOf<M, R>] : [says: LinkOf<M, R>]
  ): Call<void> {
    const path = this.#path(`${at(id)}/${relation}${at(other)}`);
    return this.#call({ method: "PUT", path, body: says[0] ?? {} }, () => undefined);
  }

  /** Ends a link; both records stay. */
  unlink<const R extends LinkName<M>>(id: string, relation: R, other: string): Call<void> {
    return this.#call({ method: "DELETE", path: this.#path(`${at(id)}/${relation}${at(other)}`) }, () => undefined);
  }

  /** Hears of changes as they happen, until what this gives is called. Needs the package `@microsoft/signalr`. */
  async subscribe(handlers: Handlers<M>): Promise<Stop> {
    const realtime = await this.#context.realtime();
    const read = (record: unknown) => revivedRecord(this.#context.schema, this.#entity, record);
    const again = (id: string) => this.#one("GET", this.#path(at(id)), {});
    return realtime.subscribe(...hearing(this.#entity, handlers, read, again));
  }

  /** One of the entity's own operations. */
  act(name: string, id: string, input: unknown, options: Conditional & AnySelection = {}): Call<unknown> {
    return this.#one("POST", this.#path(`${at(id)}/${name}`), options, input ?? {});
  }

  #path(below: string): string {
    return `/${this.#known.path}${below}`;
  }

  #one<T>(
    method: Operation["method"],
    path: string,
    options: Conditional & Creating & AnySelection,
    body?: unknown,
  ): Call<T> {
    const { ifMatch, ifNone, signal, ...selection } = options;
    const operation: Operation = { method, path: path + queryOf(selection), headers: conditions({ ifMatch, ifNone }) };
    return this.#call(body === undefined ? operation : { ...operation, body }, (told) => this.#record(told), signal);
  }

  #behind<T>(id: string, name: string, query: AnySelection): Call<T> {
    const path = this.#path(`${at(id)}/${name}${queryOf(query)}`);
    const relation = this.#known.relations?.[name] ?? {};
    const read = (told: unknown) => revivedRelation(this.#context.schema, relation, told as Values);
    return this.#call({ method: "GET", path }, read, query.signal);
  }

  #call<T>(operation: Operation, read: (body: unknown) => unknown, signal?: AbortSignal): Call<T> {
    const send = (wanted: Operation, ended?: AbortSignal) => this.#context.transport.send(wanted, ended);
    return new Call(operation, read as (body: unknown) => T, send, signal);
  }

  #record(told: unknown): unknown {
    return revivedRecord(this.#context.schema, this.#entity, told);
  }

  #records(told: unknown): unknown {
    const page = told as Page<unknown>;
    return { ...page, items: page.items.map((each) => this.#record(each)) };
  }

  #group(group: Values): Values {
    for (const member of ["group", "min", "max"]) {
      const values = (group[member] ?? {}) as Values;
      for (const path of Object.keys(values)) values[path] = revived(values[path], datesAt(this.#known.dates, path));
    }
    return group;
  }
}

type Values = { [key: string]: unknown };
type AnySelection = { readonly signal?: AbortSignal | undefined };

function at(id: string): string {
  return `/${encodeURIComponent(id)}`;
}

function conditions({ ifMatch, ifNone }: Conditional & Creating): { [name: string]: string } {
  return { ...(ifMatch && { "If-Match": `"${ifMatch}"` }), ...(ifNone && { "If-None-Match": "*" }) };
}
