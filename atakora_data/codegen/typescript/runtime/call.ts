/** One request below the endpoint, as plain data. */
export interface Operation {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly headers?: { readonly [name: string]: string };
  readonly body?: unknown;
}

export type Send = (operation: Operation, signal?: AbortSignal) => Promise<unknown>;

/**
 * A request that is sent when it is first awaited, and only once. Until then it can be given to `batch`, which sends
 * several in one request.
 */
export class Call<T> implements Promise<T> {
  readonly [Symbol.toStringTag] = "Call";
  readonly operation: Operation;
  /** Makes the result from the body of the answer. */
  readonly read: (body: unknown) => T;
  readonly #send: Send;
  readonly #signal: AbortSignal | undefined;
  #answer: Promise<T> | undefined;

  constructor(operation: Operation, read: (body: unknown) => T, send: Send, signal?: AbortSignal) {
    this.operation = operation;
    this.read = read;
    this.#send = send;
    this.#signal = signal;
  }

  then<A = T, B = never>(
    onDone?: ((value: T) => A | PromiseLike<A>) | null,
    onFailed?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.#answer ??= this.#send(this.operation, this.#signal).then(this.read);
    return this.#answer.then(onDone, onFailed);
  }

  catch<B = never>(onFailed?: ((reason: unknown) => B | PromiseLike<B>) | null): Promise<T | B> {
    return this.then(null, onFailed);
  }

  finally(onEnd?: (() => void) | null): Promise<T> {
    return this.then().finally(onEnd);
  }
}
