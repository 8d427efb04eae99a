// One connection to the hub: the JSON protocol of SignalR over a WebSocket, as far as a listener needs it.

const RECORD_END = "\x1e";
const PING_RECORD = `{"type":6}${RECORD_END}`;
const PING_EVERY = 15_000;
const LONGEST_SILENCE = 30_000;

class HubLine {
  /** Connects and shakes hands. `onNext(argument)` hears every call of `next`. */
  static open(url, accessToken, onNext) {
    return new Promise((resolve, reject) => {
      const line = new HubLine(url, accessToken, onNext, () => resolve(line));
      line.closed.then((reason) => reject(new Error(reason)));
    });
  }

  constructor(url, accessToken, onNext, onOpen) {
    const address = new URL(url, location.href);
    address.protocol = address.protocol.replace("http", "ws");
    address.searchParams.set("access_token", accessToken);
    this.onNext = onNext;
    this.onOpen = onOpen;
    this.reason = "The hub does not answer.";
    this.rest = "";
    this.isGreeted = false;
    this.socket = new WebSocket(address);
    this.socket.onopen = () => this.socket.send(`{"protocol":"json","version":1}${RECORD_END}`);
    this.socket.onmessage = ({ data }) => this.read(data);
    this.pings = setInterval(() => this.ping(), PING_EVERY);
    /** Fulfilled with the reason once the connection is over, whoever ended it. */
    this.closed = new Promise((resolve) => { this.socket.onclose = () => resolve(this.finish()); });
    this.listen();
  }

  close() {
    this.socket.close();
  }

  ping() {
    if (this.isGreeted && this.socket.readyState === WebSocket.OPEN) this.socket.send(PING_RECORD);
  }

  /** The hub pings too: when nothing at all comes, the line is dead, whatever the socket says. */
  listen() {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => {
      this.reason = "The hub is silent.";
      this.close();
    }, LONGEST_SILENCE);
  }

  read(data) {
    this.listen();
    const records = (this.rest + data).split(RECORD_END);
    this.rest = records.pop();
    for (const record of records) this.hear(JSON.parse(record));
  }

  hear(message) {
    if (!this.isGreeted) {
      if (message.error) this.reason = message.error;
      else this.onOpen();
      this.isGreeted = !message.error;
    } else if (message.type === 1 && message.target === "next") {
      this.onNext(message.arguments[0]);
    } else if (message.type === 7) {
      this.reason = message.error ?? "The hub closed the connection.";
      this.close();
    }
  }

  finish() {
    clearInterval(this.pings);
    clearTimeout(this.silence);
    return this.reason;
  }
}
