// The stock client: connects by redirection, comes back by itself, and prints what it gets until told to end.
import { HubConnectionBuilder, LogLevel } from "@microsoft/signalr";

const [url] = process.argv.slice(2);
const say = (...words) => console.log(JSON.stringify(words));
const hub = new HubConnectionBuilder()
  .withUrl(url, { accessTokenFactory: () => process.env.TOKEN ?? "a token for the app", withCredentials: false })
  .configureLogging(LogLevel.None)
  .withAutomaticReconnect(Array(100).fill(100))
  .build();
hub.on("next", (argument) => say("next", argument));
hub.onreconnecting((error) => say("lost", error?.message ?? null));
hub.onreconnected(() => say("returned"));
await hub.start();
say("open");
const failure = await hub.invoke("anything", 1).catch((error) => error.message);
say("called", failure);
process.stdin.on("data", async () => {
  await hub.stop();
  say("ended");
  process.exit(0);
});
