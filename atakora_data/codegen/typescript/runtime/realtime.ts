import type { Operation, Send } from "./call.js";
import type { Hearer, Wanted } from "./hearing.js";
import { ProblemError } from "./problem.js";

/** Ends a subscription. */
export type Stop = () => Promise<void>;

interface Subscription {
  readonly wanted: Wanted;
  readonly hearer: Hearer;
  readonly seen: Set<string>;
  id: string | null;
  since?: string;
  timer?: ReturnType<typeof setTimeout>;
}

interface Message {
  id: string;
  position: string;
  event: string;
  payload: unknown;
}

interface Hub {
  on(method: string, called: (message: Message) => void): void;
  onclose(called: () => void): void;
  start(): Promise<void>;
  stop(): Promise<void>;
}

type Access = { url: string; accessToken: string; session: string };
type Granted = { id: string; expiresAt: string; position: string };

const SEEN = 1000;

/** One connection for all subscriptions of a client. It comes back by itself, and asks for what was missed. */
export class Realtime {
  readonly #send: Send;
  readonly #wanted = new Set<Subscription>();
  #session: string | undefined;
  #hub: Hub | undefined;
  #early: Message[] = [];
  #isClosed = false;

  constructor(send: Send) {
    this.#send = send;
  }

  /** Connects. A session that has expired is replaced by a new one. */
  async open(): Promise<void> {
    const again = this.#session ? `?session=${encodeURIComponent(this.#session)}` : "";
    const negotiated = this.#ask("POST", `negotiate${again}`).catch((error: unknown) => {
      if (!again || !(error instanceof ProblemError && error.status === 404)) throw error;
      return this.#ask("POST", "negotiate");
    });
    const access = (await negotiated) as Access;
    this.#session = access.session;
    const [hub, before] = [await hubAt(access), this.#hub];
    hub.on("next", (message) => this.#receive(message));
    await hub.start();
    this.#hub = hub;
    hub.onclose(() => this.#hub === hub && void this.#return());
    await before?.stop();
    if (this.#isClosed) await hub.stop();
  }

  async subscribe(wanted: Wanted, hearer: Hearer): Promise<Stop> {
    const subscription: Subscription = { wanted, hearer, seen: new Set(), id: null };
    this.#wanted.add(subscription);
    await this.#register(subscription).catch((error: unknown) => {
      this.#forget(subscription);
      throw error;
    });
    return async () => {
      const { id } = subscription;
      this.#forget(subscription);
      if (id) await this.#ask("DELETE", `subscriptions/${id}`);
    };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const each of this.#wanted) this.#forget(each);
    await this.#hub?.stop();
  }

  #forget(subscription: Subscription): void {
    this.#wanted.delete(subscription);
    clearTimeout(subscription.timer);
  }

  async #return(): Promise<void> {
    for (let wait = 250; !this.#isClosed; wait = Math.min(wait * 2, 30_000)) {
      try {
        await this.open();
        for (const each of this.#wanted) await this.#registerAgain(each);
        return;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    }
  }

  /** What is refused for good has ended; anything else is tried again. */
  async #registerAgain(subscription: Subscription): Promise<void> {
    try {
      await this.#register(subscription);
    } catch (error) {
      if (!(error instanceof ProblemError) || ![400, 403, 409, 422].includes(error.status)) throw error;
      this.#forget(subscription);
      subscription.hearer.onError(error);
    }
  }

  async #register(subscription: Subscription): Promise<void> {
    const { id: old, wanted, since } = subscription;
    subscription.id = null;
    if (old) await this.#ask("DELETE", `subscriptions/${old}`).catch(() => {});
    const wish = { session: this.#session, ...wanted, since };
    const granted = (await this.#ask("POST", "subscriptions", wish)) as Granted;
    subscription.id = granted.id;
    subscription.since ??= granted.position;
    for (const message of this.#early.splice(0)) this.#receive(message);
    this.#renewLater(subscription, granted.expiresAt);
  }

  #renewLater(subscription: Subscription, expiresAt: string): void {
    clearTimeout(subscription.timer);
    if (!this.#wanted.has(subscription)) return;
    const half = Math.max(1000, (Date.parse(expiresAt) - Date.now()) / 2);
    subscription.timer = setTimeout(() => void this.#renew(subscription), half);
  }

  async #renew(subscription: Subscription): Promise<void> {
    try {
      const granted = (await this.#ask("PUT", `subscriptions/${subscription.id}`)) as Granted;
      this.#renewLater(subscription, granted.expiresAt);
    } catch {
      await this.#hub?.stop(); // comes back, and registers anew
    }
  }

  #receive(message: Message): void {
    const subscription = [...this.#wanted].find((each) => each.id === message.id);
    if (!subscription) {
      this.#early = [...this.#early.slice(1 - SEEN), message]; // may come before its id is known
    } else if (!subscription.seen.has(message.event)) {
      const seen = subscription.seen.add(message.event);
      if (seen.size > SEEN) seen.delete(seen.values().next().value ?? "");
      subscription.since = message.position;
      subscription.hearer.onNext(message.payload);
    }
  }

  #ask(method: Operation["method"], path: string, body?: unknown): Promise<unknown> {
    return this.#send({ method, path: `/realtime/${path}`, ...(body !== undefined && { body }) });
  }
}

async function hubAt({ url, accessToken }: Access): Promise<Hub> {
  // @ts-ignore: the package is there only for those who subscribe
  const { HubConnectionBuilder, LogLevel } = await import("@microsoft/signalr").catch((cause: unknown) => {
    throw new Error("subscribe needs a package: npm install @microsoft/signalr", { cause });
  });
  return new HubConnectionBuilder()
    .withUrl(url, { accessTokenFactory: () => accessToken, withCredentials: false })
    .configureLogging(LogLevel.None)
    .build() as Hub;
}
