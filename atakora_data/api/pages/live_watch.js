// Watching an entity: a session, a subscription that is renewed, and a return to where the connection was lost.

const LONGEST_WAIT = 30_000;
const EVENTS_REMEMBERED = 1000;

/** What asking again would not change. */
class WatchRefused extends Error {}

class Watch {
  /** wanted: `{entity, operations, filter}`. `onChange(data)` hears each change once, `onState(word, reason)` how it goes. */
  constructor(base, wanted, onChange, onState) {
    this.base = base;
    this.wanted = wanted;
    this.onChange = onChange;
    this.onState = onState;
    this.events = new Set();
    this.isStopped = false;
    this.stopped = new Promise((resolve) => { this.wake = resolve; });
  }

  /** Goes on until `stop()`, or until the app refuses; resolves when nothing is left of it. */
  async run() {
    for (let failures = 0; !this.isStopped; failures += 1) {
      try {
        const line = await this.connect();
        failures = 0;
        this.onState("live");
        this.lost = await line.closed;
      } catch (error) {
        if (error instanceof WatchRefused) return this.refuse(error);
        this.lost = error.message;
      }
      clearTimeout(this.renewal);
      this.line?.close();
      if (this.isStopped) break;
      this.onState("lost", this.lost);
      await Promise.race([this.stopped, new Promise((resolve) => setTimeout(resolve, Math.min(500 * 2 ** failures, LONGEST_WAIT)))]);
    }
    return this.end();
  }

  /** Over at once for whoever watched; nothing is told any more. */
  stop() {
    this.onState("stopped");
    this.onState = () => {};
    this.isStopped = true;
    this.wake();
    clearTimeout(this.renewal);
    this.line?.close();
  }

  refuse({ message }) {
    this.isStopped = true;
    this.line?.close();
    this.onState("refused", message);
  }

  async connect() {
    const { url, accessToken, session } = await this.negotiate();
    this.session = session;
    this.line = await HubLine.open(new URL(url, this.base), accessToken, (argument) => this.receive(argument));
    if (this.isStopped) this.line.close();
    else await this.register();
    return this.line;
  }

  /** A fresh token for the session that there is, or a new session. */
  async negotiate() {
    if (this.session) {
      const again = await this.ask("POST", `negotiate?session=${encodeURIComponent(this.session)}`);
      if (again.status === 200) return JSON.parse(again.text);
    }
    return this.accepted(await this.ask("POST", "negotiate"));
  }

  /** Subscribes, and has what was missed since the last event sent first. */
  async register() {
    await this.end();
    const told = this.accepted(await this.ask("POST", "subscriptions", { session: this.session, ...this.wanted, since: this.since }));
    this.since ??= told.position;
    this.subscription = told.id;
    this.renewal = setTimeout(() => this.renew(), Math.max(1000, (Date.parse(told.expiresAt) - Date.now()) / 2));
  }

  /** Prolongs the subscription; one that cannot be is made anew. */
  async renew() {
    const answer = await this.ask("PUT", `subscriptions/${encodeURIComponent(this.subscription)}`);
    if (this.isStopped) return;
    if (answer.status === 200) {
      this.renewal = setTimeout(() => this.renew(), Math.max(1000, (Date.parse(JSON.parse(answer.text).expiresAt) - Date.now()) / 2));
    } else this.line.close();
  }

  async end() {
    const subscription = this.subscription;
    this.subscription = null;
    if (subscription) await this.ask("DELETE", `subscriptions/${encodeURIComponent(subscription)}`);
  }

  receive({ position, event, payload }) {
    if (this.isStopped || this.events.has(event)) return;
    this.events.add(event);
    if (this.events.size > EVENTS_REMEMBERED) this.events.delete(this.events.values().next().value);
    this.since = position ?? this.since;
    if (payload?.data) this.onChange(payload.data);
  }

  ask(method, path, body) {
    const headers = body ? { "Content-Type": "application/json" } : {};
    return send({ method, url: `${this.base}/realtime/${path}`, headers, body: body && JSON.stringify(body) });
  }

  /** The answer's value. A refusal ends the watch; what may pass, such as 429 and 503, is tried again. */
  accepted(answer) {
    if (answer.failure) throw new Error(answer.failure);
    if (answer.status < 300) return JSON.parse(answer.text);
    const told = jsonProblem(answer.text) ? {} : JSON.parse(answer.text);
    const words = [told.detail ?? `The app answered ${answer.status} ${answer.reason}.`, ...(told.errors ?? []).map((each) => each.detail), told.hint];
    const isFinal = answer.status < 500 && answer.status !== 429;
    throw new (isFinal ? WatchRefused : Error)(words.filter(Boolean).join(" "));
  }
}
