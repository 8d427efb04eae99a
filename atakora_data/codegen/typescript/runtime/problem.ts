import type { ProblemCode } from "./codes.js";

/** What is wrong with one part of the input. `pointer` says where, such as `/title`. */
export interface Violation {
  readonly pointer: string;
  readonly detail: string;
  readonly code: string;
}

/** What an error answer holds (RFC 9457). */
export interface Problem {
  readonly type?: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string | null;
  readonly instance?: string;
  readonly code: ProblemCode;
  readonly hint?: string | null;
  readonly errors?: readonly Violation[];
  readonly traceId?: string;
  readonly operation?: number | null;
}

/** The app refused a call. `code` is stable, `status` is that of HTTP, `errors` names what is wrong with the input. */
export class ProblemError extends Error {
  override readonly name = "ProblemError";
  readonly code: ProblemCode;
  readonly status: number;
  readonly title: string;
  readonly hint: string | null;
  readonly errors: readonly Violation[];
  /** Finds the request in the logs of the app. */
  readonly traceId: string | null;
  /** Which operation of an atomic batch failed, counted from 0. */
  readonly operation: number | null;

  constructor(problem: Problem) {
    super(problem.detail || problem.title);
    this.code = problem.code;
    this.status = problem.status;
    this.title = problem.title;
    this.hint = problem.hint ?? null;
    this.errors = problem.errors ?? [];
    this.traceId = problem.traceId ?? null;
    this.operation = problem.operation ?? null;
  }
}

/** No answer came, also not after trying again; `cause` is what `fetch` said. */
export class UnreachableError extends Error {
  override readonly name = "UnreachableError";

  constructor(url: string, cause: unknown) {
    super(`No answer from ${url}.`, { cause });
  }
}

/** The error that an answer other than 2xx is, also when something before the app gave it. */
export function problemOf(status: number, told: unknown): ProblemError {
  if (isProblem(told)) return new ProblemError({ ...told, status });
  const detail = typeof told === "string" && told !== "" ? told.slice(0, 500) : null;
  return new ProblemError({ status, code: "unknown", title: `The answer has the status ${status}.`, detail });
}

function isProblem(told: unknown): told is Problem {
  return typeof told === "object" && told !== null && "code" in told && "title" in told;
}
