import type { Call, Operation } from "./call.js";
import type { Schema } from "./dates.js";
import type { Answer, FieldOf, Model, PathStart } from "./model.js";
import { problemOf, type ProblemError } from "./problem.js";
import type { Selection } from "./query.js";
import type { Realtime } from "./realtime.js";
import { Records, type Conditional, type Context } from "./records.js";
import { Transport, type ClientOptions } from "./transport.js";

/** What can be done with the records of an entity. */
export type Collection<M extends Model> = Pick<Records<M>, M["methods"] & keyof Records<M>>;

/** An operation of an entity's own, by the id of a record. */
export type Action<M extends Model> = <F extends FieldOf<M> = FieldOf<M>, const P extends readonly PathStart<M>[] = []>(
  id: string,
  options?: Conditional & Selection<M, F, P>,
) => Call<Answer<M, F, P[number]>>;

/** The same with input. */
export type ActionWith<M extends Model, Input extends readonly unknown[]> = <
  F extends FieldOf<M> = FieldOf<M>,
  const P extends readonly PathStart<M>[] = [],
>(
  id: string,
  ...rest: [...input: Input, options?: Conditional & Selection<M, F, P>]
) => Call<Answer<M, F, P[number]>>;

/** What became of one operation of a batch. */
export type Outcome<T> = { ok: true; status: number; value: T } | { ok: false; status: number; error: ProblemError };

type ResultOf<C> = C extends Call<infer T> ? T : never;
type Result = { status: number; body: unknown };

/** What every client has; a generated one adds its collections. */
export class Client {
  readonly #context: Context;
  #realtime: Promise<Realtime> | undefined;

  constructor(schema: Schema, options: ClientOptions) {
    const transport = new Transport(options);
    this.#context = { schema, transport, realtime: () => this.#connected() };
  }

  /** Sends several calls in one request: with `atomic`, all are carried out or none, and the first error is thrown. */
  batch<const C extends readonly Call<unknown>[]>(
    calls: C,
    options: { atomic: true; signal?: AbortSignal | undefined },
  ): Promise<{ -readonly [I in keyof C]: ResultOf<C[I]> }>;
  batch<const C extends readonly Call<unknown>[]>(
    calls: C,
    options?: { atomic?: false | undefined; signal?: AbortSignal | undefined },
  ): Promise<{ -readonly [I in keyof C]: Outcome<ResultOf<C[I]>> }>;
  async batch(
    calls: readonly Call<unknown>[],
    { atomic = false, signal }: { atomic?: boolean | undefined; signal?: AbortSignal | undefined } = {},
  ): Promise<unknown> {
    const operations = calls.map((each) => each.operation);
    const batch: Operation = { method: "POST", path: "/batch", body: { atomic, operations } };
    const { results } = (await this.#context.transport.send(batch, signal)) as { results: Result[] };
    return calls.map((call, index) => {
      const { status, body } = results[index] as Result;
      if (atomic) return call.read(body);
      return status < 300
        ? { ok: true, status, value: call.read(body) }
        : { ok: false, status, error: problemOf(status, body) };
    });
  }

  /** Ends the connection of subscriptions. */
  async close(): Promise<void> {
    const realtime = this.#realtime;
    this.#realtime = undefined;
    await (await realtime?.catch(() => undefined))?.close();
  }

  /** The records of an entity. withInput: its own operations, and whether they take input. */
  protected collection<M extends Model, Own = unknown>(
    entity: string,
    withInput: { readonly [method: string]: boolean } = {},
  ): Collection<M> & Own {
    const records = new Records<M>(entity, this.#context.schema[entity] ?? { path: entity }, this.#context);
    for (const [method, takes] of Object.entries(withInput)) {
      const name = method.replace(/_$/, "");
      const act = (id: string, ...rest: [unknown?, Conditional?]) =>
        takes ? records.act(name, id, rest[0], rest[1]) : records.act(name, id, undefined, rest[0] as Conditional);
      Object.defineProperty(records, method, { value: act });
    }
    return records as unknown as Collection<M> & Own;
  }

  #connected(): Promise<Realtime> {
    this.#realtime ??= this.#connect();
    return this.#realtime;
  }

  async #connect(): Promise<Realtime> {
    const { Realtime } = await import("./realtime.js");
    const realtime = new Realtime((operation) => this.#context.transport.send(operation));
    try {
      await realtime.open();
    } catch (error) {
      this.#realtime = undefined;
      throw error;
    }
    return realtime;
  }
}
