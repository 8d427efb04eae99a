// Every way to write.
import { clientOf, failure, say } from "./saying.js";

const client = clientOf();
const anonymous = clientOf({ auth: undefined });
await client.user.create({ id: "alice", name: "Alice" });

const post = await client.post.create({ title: "One" }, { include: ["author"] });
say("create", post.title, post.authorId, post.author?.name, post.createdAt instanceof Date);
const changed = await client.post.update(post.id, { views: 3, publishedAt: new Date(0) }, { ifMatch: post._etag });
say("update", changed.views, changed.title, changed.publishedAt?.getTime(), changed._version);
say("stale", await failure(client.post.update(post.id, { views: 4 }, { ifMatch: post._etag })));
say(
  "stale delete",
  ((await failure(client.post.delete(post.id, { ifMatch: post._etag }))) as { status: number }).status,
);
say("cleared", (await client.post.update(post.id, { publishedAt: null })).publishedAt);
const replaced = await client.post.replace(post.id, { title: "Two" }, { fields: ["title", "views"] });
say("replace", replaced.title, replaced.views);
say("only new", await failure(client.post.replace(post.id, { title: "Three" }, { ifNone: true })));
say("invalid", await failure(client.post.create({ title: "" })));
say("refused", await failure(anonymous.post.create({ title: "Mine" })));

say("anonymous", (await anonymous.letter.create({ text: "Dear all" })).text);

const published = await client.post.publish(post.id, { include: ["author"] });
say("action", published.status, published.publishedAt instanceof Date, published.author?.id);
say(
  "action with input",
  (await client.post.rate(post.id, { score: 4.5, at: new Date(5) }, { fields: ["score"] })).score,
);
say("action that is called otherwise", (await client.post.subscribe_(post.id, { note: "!" })).title);
say("action without input", (await client.post.subscribe_(post.id)).title);

const nested = await client.post.create(
  {
    title: "Nested",
    comments: { create: [{ text: "a" }, { text: "b" }] },
    categories: { create: [{ id: "c", name: "C" }] },
  },
  { include: ["comments", "categories"] },
);
say(
  "nested",
  nested.comments.items.length,
  nested.categories.items[0]?.name,
  nested.categories.items[0]?._through.rank,
);
await client.post.link(nested.id, "categories", "c", { rank: 7 });
say("link", (await client.post.related(nested.id, "categories")).items[0]?._through.rank);
await client.category.unlink("c", "posts", nested.id);
say("unlink", (await client.post.related(nested.id, "categories")).items.length);

await client.post.createMany([{ title: "A" }, { title: "B" }]);
const many = await client.post.updateMany({ filter: { title: { in: ["A", "B"] } }, fields: ["views"] }, { views: 9 });
say(
  "updateMany",
  many.count,
  many.items.map((each) => each.views),
);
const gone = await client.post.deleteMany({ filter: { views: { eq: 9 } }, maxAffected: 2 });
say("deleteMany", gone.count, gone.items.map((each) => each.title).sort(), gone.items[0]?.createdAt instanceof Date);
say("too many", await failure(client.post.deleteMany({ filter: {}, maxAffected: 1 })));
