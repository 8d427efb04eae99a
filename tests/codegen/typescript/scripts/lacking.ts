// A project without `@microsoft/signalr`.
import { clientOf, failure, say } from "./saying.js";

const client = clientOf();
say("reads", (await client.post.list()).items.length);
say("subscribes", await failure(client.post.subscribe({ onCreate: () => {} })));
