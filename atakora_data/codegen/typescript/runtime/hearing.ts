import type { Model } from "./model.js";
import { ProblemError } from "./problem.js";

/** What is told of a change beside the record. */
export interface Change {
  readonly operation: "created" | "updated" | "deleted";
  /** The fields that an update changed, as far as you may read them. */
  readonly changedFields: readonly string[];
  readonly version: number | null;
  readonly timestamp: Date;
}

/** What is left of a record that is gone: only its id when it left your view, else as it last was. */
export type Gone<M extends Model> = Partial<M["record"]> & { id: string };

/** What to call with which changes. Changes of one record come in order; each waits until the one before was handled. */
export interface Handlers<M extends Model> {
  readonly filter?: M["filter"] | undefined;
  readonly onCreate?: ((record: M["record"], change: Change) => unknown) | undefined;
  readonly onUpdate?: ((record: M["record"], change: Change) => unknown) | undefined;
  /** Also for a record that does not match the filter any more, or is no longer yours to read. */
  readonly onDelete?: ((record: Gone<M>, change: Change) => unknown) | undefined;
  /** Also for what a handler throws. A `ProblemError` here has ended the subscription: read the records anew. */
  readonly onError?: ((error: unknown) => unknown) | undefined;
}

/** A subscription to an entity, as it is registered. */
export interface Wanted {
  readonly entity: string;
  readonly operations: readonly string[];
  readonly filter?: unknown;
}

export interface Hearer {
  readonly onNext: (payload: unknown) => void;
  readonly onError: (error: unknown) => void;
}

type Told = { operation: Change["operation"]; record: { id: string }; isTruncated?: boolean } & {
  changedFields?: string[];
  version?: number;
  timestamp: string;
};

const WORDS = { created: "onCreate", updated: "onUpdate", deleted: "onDelete" } as const;

/** What to ask of the hub, and who hears it. again: reads a record whose event has only its id. */
export function hearing<M extends Model>(
  entity: string,
  handlers: Handlers<M>,
  read: (record: unknown) => unknown,
  again: (id: string) => Promise<unknown>,
): [Wanted, Hearer] {
  const operations = (["created", "updated", "deleted"] as const).filter((each) => handlers[WORDS[each]]);
  if (!operations.length) throw new TypeError("subscribe needs onCreate, onUpdate or onDelete.");
  const onError = (error: unknown) => (handlers.onError ?? rethrown)(error);
  let handled: Promise<unknown> = Promise.resolve();
  const handle = async (told: Told) => {
    const handler = handlers[WORDS[told.operation]] as ((record: unknown, change: Change) => unknown) | undefined;
    if (!handler) return;
    const record = told.isTruncated && told.operation !== "deleted" ? await again(told.record.id) : read(told.record);
    await handler(record, changeOf(told));
  };
  const onNext = (payload: unknown) => {
    const { data } = payload as { data: Told };
    handled = handled.then(() => handle(data)).catch((error: unknown) => isGone(data, error) || onError(error));
  };
  return [
    { entity, operations, filter: handlers.filter },
    { onNext, onError },
  ];
}

function changeOf({ operation, changedFields, version, timestamp }: Told): Change {
  return { operation, changedFields: changedFields ?? [], version: version ?? null, timestamp: new Date(timestamp) };
}

/** Whether the record was gone when it was read again: its deletion is told as well. */
function isGone(told: Told, error: unknown): boolean {
  return told.isTruncated === true && error instanceof ProblemError && error.status === 404;
}

function rethrown(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
