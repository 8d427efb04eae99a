// Every way to read.
import { clientOf, failure, say } from "./saying.js";

const client = clientOf();
const moment = new Date("2026-01-31T12:00:00.500Z");
await client.user.create({ id: "alice", name: "Alice", email: "a@example.com" });
await client.category.createMany([
  { id: "py", name: "Python" },
  { id: "az", name: "Azure" },
]);
const made = await client.post.createMany(
  [1, 2, 3, 4, 5].map((views) => ({
    title: `Post ${views}`,
    views,
    status: views < 3 ? ("draft" as const) : ("published" as const),
    price: "19.90",
    publishedAt: new Date(moment.getTime() + views * 1000),
    reviews: [{ by: "bob", at: moment }],
    seenAt: { bob: moment, constructor: moment },
    day: "2026-01-31",
    hour: "12:30:00",
    ...(views === 5 && { review: { by: "bob", at: moment } }),
  })),
);
const last = made[4]!;
await client.post.link(last.id, "categories", "py", { rank: 2 });
await client.comment.createMany([
  { postId: last.id, text: "First" },
  { postId: last.id, text: "Second" },
]);
await client.note.create({ id: "1", text: "Nice", about: { connect: { User: { id: "alice" } } } });

const page = await client.post.list({
  filter: { status: { eq: "published" }, publishedAt: { gt: moment } },
  orderBy: [{ publishedAt: "DESC" }],
  include: ["author", "categories", "comments.post"],
  limit: 1,
  count: true,
});
const [post] = page.items;
say("list", page.count, page.nextToken !== null, post?.title, post?.author?.name, post?.author?.email);
say("moments", [
  post?.publishedAt instanceof Date && post.publishedAt.toISOString(),
  post?.createdAt instanceof Date,
  post?.reviews[0]?.at instanceof Date,
  post?.seenAt["bob"] instanceof Date && post.seenAt["constructor"] instanceof Date,
  post?.review?.at instanceof Date,
  post?.categories.items[0]?._through.addedAt instanceof Date,
  post?.comments.items[0]?.post?.publishedAt instanceof Date,
]);
say("texts", post?.price, post?.day, post?.hour);
say("through", post?.categories.items[0]?.name, post?.categories.items[0]?._through.rank);
const next = await client.post.list({
  filter: { status: { eq: "published" }, publishedAt: { gt: moment } },
  orderBy: [{ publishedAt: "DESC" }],
  include: ["author", "categories", "comments.post"],
  limit: 1,
  nextToken: page.nextToken,
});
say("next", next.items[0]?.title);

const titles: string[] = [];
for await (const each of client.post.all({
  orderBy: [{ author: { name: "ASC" } }, { views: "ASC" }],
  limit: 2,
  fields: ["title"],
})) {
  titles.push(Object.keys(each).sort().join(" ") + " " + each.title);
}
say("all", titles);
for await (const each of client.post.all({ limit: 2 })) {
  say("broken off", each.views > 0);
  break;
}

const one = await client.post.get(last.id, { fields: ["title"], include: ["author"] });
say("get", Object.keys(one).sort(), one.author?.id);
say("missing", await failure(client.post.get("00000000-0000-0000-0000-000000000000")));
say("odd id", await failure(client.user.get("a/b?c#d")));

const note = await client.note.get("1", { include: ["about.posts"] });
say("typed", note.about?._type, note.about?._type === "User" ? note.about.posts.items.length : null);

const related = await client.post.related(last.id, "comments", { orderBy: [{ text: "DESC" }], limit: 1, count: true });
say("related", related.items[0]?.text, related.count);
const linked = await client.post.related(last.id, "categories");
say("linked", linked.items[0]?._through.rank, linked.items[0]?._through.addedAt instanceof Date);
say("relatedOne", (await client.post.relatedOne(last.id, "author")).name);
say("related type", (await client.note.relatedOne("1", "about"))._type);

const groups = await client.post.aggregate({
  groupBy: ["status"],
  sum: ["views", "price"],
  avg: ["views"],
  max: ["publishedAt", "day"],
  filter: { views: { gte: 2 } },
});
const drafts = groups.find(({ group }) => group.status === "draft");
say(
  "aggregate",
  groups.length,
  drafts?.count,
  drafts?.sum,
  drafts?.avg,
  drafts?.max.publishedAt instanceof Date,
  drafts?.max.day,
);
const byDay = await client.post.aggregate({ groupBy: ["review.at"] });
say("groups", byDay.map(({ group }) => (group["review.at"] instanceof Date ? "a moment" : group["review.at"])).sort());
