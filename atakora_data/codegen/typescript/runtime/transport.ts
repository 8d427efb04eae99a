import type { Operation } from "./call.js";
import { problemOf, UnreachableError } from "./problem.js";

export interface ClientOptions {
  /** Where the API begins, such as `https://blog.example.com/api`. */
  readonly endpoint: string;
  /** `token` gives the bearer token of now; it is asked for each request. Without it, or without a token, you are anonymous. */
  readonly auth?: { readonly token: () => Token | Promise<Token> } | undefined;
  /** How often a request is tried again that met a passing fault and can be repeated: 2 unless said. */
  readonly retries?: number | undefined;
  /** Sent with every request. */
  readonly headers?: { readonly [name: string]: string } | undefined;
  /** Used instead of the global `fetch`. */
  readonly fetch?: typeof fetch | undefined;
}

export type Token = string | null | undefined;

type Headers = { [name: string]: string };

const LONGEST_WAIT = 30_000;
const PASSING = new Set([429, 502, 503, 504]);

/** Sends requests, and sends those again that met a passing fault. */
export class Transport {
  readonly #options: ClientOptions;
  readonly #base: string;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#base = options.endpoint.replace(/\/+$/, "");
  }

  /** The body of the answer; `ProblemError` and `UnreachableError` tell what went wrong. */
  async send(operation: Operation, signal?: AbortSignal): Promise<unknown> {
    const init = this.#request(operation, signal);
    const most = this.#options.retries ?? 2;
    for (let attempt = 0; ; attempt++) {
      const headers = await this.#signed(init.headers);
      const isSafe = canRepeat(operation, headers);
      const answer = await this.#ask(operation, { ...init, headers }).catch((error: unknown) => {
        if (signal?.aborted || attempt >= most || !isSafe) throw error;
        return null;
      });
      if (answer?.ok) return answer.status === 204 ? null : answer.json();
      if (answer?.status === 404 && attempt > 0 && operation.method === "DELETE") return null; // the one before did it
      const wait = waitOf(answer, attempt);
      if (answer && (attempt >= most || wait > LONGEST_WAIT || !isPassing(answer, isSafe))) {
        throw problemOf(answer.status, await told(answer));
      }
      await pause(wait, signal);
    }
  }

  #request(operation: Operation, signal?: AbortSignal): RequestInit & { headers: Headers } {
    const headers: Headers = { ...this.#options.headers, ...operation.headers };
    if (operation.method === "POST") headers["Idempotency-Key"] ??= newKey();
    if (operation.body === undefined) return { method: operation.method, headers, signal: signal ?? null };
    headers["Content-Type"] = operation.method === "PATCH" ? "application/merge-patch+json" : "application/json";
    return { method: operation.method, headers, body: JSON.stringify(operation.body), signal: signal ?? null };
  }

  /** With the token of now. A key belongs to a caller: who is anonymous has none, and the app refuses it. */
  async #signed(headers: Headers): Promise<Headers> {
    const token = await this.#options.auth?.token();
    if (token) return { ...headers, Authorization: `Bearer ${token}` };
    if (headers["Authorization"]) return headers;
    const { "Idempotency-Key": _, ...others } = headers;
    return others;
  }

  async #ask(operation: Operation, init: RequestInit): Promise<Response> {
    const url = this.#base + operation.path;
    try {
      return await (this.#options.fetch ?? fetch)(url, init);
    } catch (error) {
      throw init.signal?.aborted ? error : new UnreachableError(url, error);
    }
  }
}

/**
 * Whether it does no harm that a request was carried out and its answer lost: not where that ends its own condition, and
 * not where something new would be made twice.
 */
function canRepeat({ method }: Operation, headers: Headers): boolean {
  if (headers["If-Match"] || headers["If-None-Match"]) return false;
  return method !== "POST" || headers["Idempotency-Key"] !== undefined;
}

function isPassing(answer: Response, isSafe: boolean): boolean {
  if (answer.status === 429) return true;
  const isRunning = answer.status === 409 && answer.headers.has("Retry-After");
  return (isRunning || PASSING.has(answer.status)) && isSafe;
}

/** Milliseconds: what the answer says, else longer each time, and not the same for all who wait. */
function waitOf(answer: Response | null, attempt: number): number {
  const seconds = Number(answer?.headers.get("Retry-After") ?? NaN);
  return seconds >= 0 ? seconds * 1000 : 200 * 2 ** attempt * (0.5 + Math.random());
}

async function told(answer: Response): Promise<unknown> {
  const text = await answer.text();
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = () => (clearTimeout(timer), reject(signal?.reason));
    const timer = setTimeout(() => (signal?.removeEventListener("abort", end), resolve()), milliseconds);
    signal?.addEventListener("abort", end, { once: true });
  });
}

/** A key of its own for each call; `randomUUID` is there only in pages that came by https. */
function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
