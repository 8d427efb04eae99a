/** What the types of an entity are made from; each entity has one, such as `$Post`. */
export interface Model {
  /** A record as answered, without relations. */
  record: { _etag: string; _version: number };
  /** What `include` can name. */
  relations: object;
  create: unknown;
  replace: unknown;
  update: unknown;
  updateMany: unknown;
  filter: unknown;
  orderBy: unknown;
  /** What `groupBy`, `min` and `max` can name, with the values they have. */
  groups: object;
  /** What `sum` and `avg` can name, with the values they have. */
  numbers: object;
  /** What collections of it can do. */
  methods: string;
}

/** A relation to one record. */
export interface ToOne<Target> {
  one: Target;
}

/** A relation to many records. Item: what their place in the list adds to them. Link: what can be said when linking. */
export interface ToMany<Target, Item = unknown, Link = never> {
  many: Target;
  item: Item;
  link: Link;
}

/** A relation to many records by links that say something of their own. */
export type ToLinked<Target, Through, Link = never> = ToMany<Target, { _through: Through }, Link>;

/** A relation to one record of one of several entities, by their names. */
export interface ToAny<Targets> {
  any: Targets;
}

/** A page of records. `nextToken` is null on the last. */
export interface Page<T> {
  items: T[];
  nextToken: string | null;
}

/** The names that `fields` takes. */
export type FieldOf<M extends Model> = Exclude<keyof M["record"] & string, "_etag" | "_version">;

/** The names of relations. */
export type RelationOf<M extends Model> = keyof M["relations"] & string;

/** A record of which `fields` F are selected, with the relations that the paths P include. */
export type Answer<M extends Model, F extends FieldOf<M> = FieldOf<M>, P extends string = never> = [P] extends [never]
  ? Selected<M, F>
  : Selected<M, F> & { [H in Head<P> & RelationOf<M>]: Behind<M["relations"][H], Tail<P, H>> };

type Selected<M extends Model, F extends FieldOf<M>> = [FieldOf<M>] extends [F]
  ? M["record"]
  : Pick<M["record"], F | "_etag" | "_version">;

type Head<P> = P extends `${infer H}.${string}` ? H : P;

type Tail<P, H extends string> = P extends `${H}.${infer Rest}` ? Rest : never;

/** What an included relation is. */
export type Behind<R, P extends string = never> =
  R extends ToOne<infer T extends Model>
    ? Answer<T, FieldOf<T>, P> | null
    : R extends ToMany<infer T extends Model, infer Item, unknown>
      ? Page<Answer<T, FieldOf<T>, P> & Item>
      : R extends ToAny<infer Targets>
        ? { [N in keyof Targets]: Named<N, Targets[N], P> }[keyof Targets] | null
        : never;

type Named<N, T, P extends string> = T extends Model ? Answer<T, FieldOf<T>, P> & { _type: N } : never;

/** How paths of relations begin. */
export type PathStart<M extends Model> = RelationOf<M> | `${RelationOf<M>}.${string}`;

/** Each path, when it can be followed. */
export type Paths<M extends Model, P extends readonly string[]> = { readonly [I in keyof P]: Path<M, P[I] & string> };

/** Says in a compiler's message what there is. */
export interface NoSuchRelation<There> {
  there: There;
}

type Path<M, P extends string> =
  Follow<M, P> extends true ? P : NoSuchRelation<M extends Model ? RelationOf<M> : never>;

/** Whether the path leads somewhere, in one of the models at least. */
type Follow<M, P extends string> = true extends Followed<M, P> ? true : false;

type Followed<M, P extends string> = M extends Model
  ? P extends `${infer H}.${infer Rest}`
    ? H extends RelationOf<M>
      ? Follow<TargetOf<M["relations"][H]>, Rest>
      : false
    : P extends RelationOf<M>
      ? true
      : false
  : false;

/** What a relation leads to; several for a polymorphic one. */
export type TargetOf<R> =
  R extends ToOne<infer T>
    ? T
    : R extends ToMany<infer T, unknown, unknown>
      ? T
      : R extends ToAny<infer Ts>
        ? Ts[keyof Ts]
        : never;

/** Of a relation to one record, in input: a new one. */
export interface Create<Input> {
  create: Input;
}

/** One that is there already. */
export interface Connect<Input> {
  connect: Input;
}

/** None from now on. */
export interface Disconnect {
  disconnect: true;
}

/** Of a relation to many records: these no longer. */
export interface Disconnects {
  disconnect?: readonly Reference[];
}

/** Exactly these from now on. */
export interface Exactly<Input> {
  set: readonly Input[];
}

/** A record that is there already. */
export interface Reference {
  id: string;
}
