// What is tried again, against a server that answers as it is told.
import { BlogClient } from "../client/index.js";
import { clientOf, failure, say } from "./saying.js";

let tokens = 0;
const client = clientOf({ auth: { token: () => `token ${++tokens}` }, headers: { "x-app": "test" } });
const id = "1";
say("get", (await client.category.get(id)).name);
say("create", (await client.category.create({ id, name: "C" })).name);
say("update", (await client.category.update(id, { name: "D" })).name);
say("conditional", await failure(client.category.update(id, { name: "D" }, { ifMatch: "e" })));
say("limited", (await client.category.update(id, { name: "D" }, { ifMatch: "e" })).name);
say("delete", (await client.category.delete(id)) ?? null);
say("absent", await failure(client.category.delete("2")));
say("running", (await client.category.create({ id, name: "C" })).name);
const anonymous = clientOf({ auth: undefined, headers: { "x-app": "anonymous" } });
say("anonymous", await failure(anonymous.category.create({ id, name: "C" })));
say("anonymous, limited", (await anonymous.category.create({ id, name: "C" })).name);
say("gone", await failure(client.category.get(id)));
say("never", await failure(clientOf({ retries: 0 }).category.get(id)));
say("long", await failure(client.category.get(id)));
const ending = new AbortController();
setTimeout(() => ending.abort(new Error("enough")), 50);
say("aborted", await failure(client.category.get(id, { signal: ending.signal })));
const nowhere = new BlogClient({ endpoint: "http://127.0.0.1:1/api", retries: 1 });
say("unreachable", await failure(nowhere.category.get(id)));
