// Several calls in one request, and when a call is sent at all.
import { clientOf, failure, say } from "./saying.js";

const client = clientOf();
await client.user.create({ id: "alice", name: "Alice" });
const [first, , page] = await client.batch([
  client.post.create({ title: "Batched" }),
  client.post.get("nothing"),
  client.post.list({ limit: 1 }),
]);
say(
  "batch",
  first.ok && first.value.title,
  first.ok && first.value.createdAt instanceof Date,
  page.ok && page.value.items.length,
);
const [, second] = await client.batch([client.post.list(), client.post.get("00000000-0000-0000-0000-000000000000")]);
say("one failed", second.ok, second.status, !second.ok && second.error.code);
const [x, y] = await client.batch(
  [client.category.create({ id: "x", name: "X" }), client.user.create({ id: "y", name: "Y" })],
  { atomic: true },
);
say("atomic", x.name, y.name);
say(
  "all or none",
  await failure(
    client.batch([client.category.create({ id: "z", name: "Z" }), client.category.create({ id: "x", name: "X" })], {
      atomic: true,
    }),
  ),
);
say("nothing", ((await failure(client.category.get("z"))) as { code: string }).code);

const lazy = client.category.delete("x");
say("not yet", (await client.category.get("x")).name);
await Promise.all([lazy, lazy, lazy.finally(() => say("once"))]);
say("deleted", ((await failure(client.category.get("x"))) as { code: string }).code);
