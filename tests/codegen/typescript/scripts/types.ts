// What compiles, what it is, and what does not compile: `tsc` judges. Each case stands for one sentence of the docs.
import { BlogClient, type Comment, type Post, type PostStatus, type User } from "../blog/index.js";

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const is = <_Claim extends true>() => {};

const client = new BlogClient({ endpoint: "http://127.0.0.1:7071/api", auth: { token: async () => "token" } });

export async function records() {
  const post = await client.post.get("1");
  is<Same<typeof post, Post>>();
  is<Same<typeof post.publishedAt, Date | null>>();
  is<Same<typeof post.status, "draft" | "published" | "archived">>();
  // a field with a read rule may be absent
  // @ts-expect-error
  post.metadata.summary;
  // a relation is there only when it was included
  // @ts-expect-error
  post.author;
  // @ts-expect-error
  post.titel;
}

export async function fields() {
  const { items } = await client.post.list({ fields: ["id", "title"] });
  const [first] = items;
  is<Same<keyof NonNullable<typeof first>, "id" | "title" | "_etag" | "_version">>();
  // what is not selected is not there
  // @ts-expect-error
  first?.content;
  // @ts-expect-error
  await client.post.list({ fields: ["titel"] });
  // a relation is no field
  // @ts-expect-error
  await client.post.list({ fields: ["author"] });
}

export async function included() {
  const page = await client.post.list({
    filter: { status: { eq: "published" } },
    orderBy: [{ publishedAt: "DESC" }, { author: { name: "ASC" } }],
    include: ["author", "comments.user"],
    limit: 10,
  });
  for (const post of page.items) {
    is<Same<typeof post.author, User | null>>();
    is<Same<typeof post.title, string>>();
    for (const comment of post.comments.items) {
      is<Same<typeof comment.user, User | null>>();
      is<Same<typeof comment.createdAt, Date>>();
      // @ts-expect-error
      comment.post;
    }
    // one to many is a page
    // @ts-expect-error
    post.comments[0];
    // one to one may be nobody
    // @ts-expect-error
    post.author.name;
  }
  const both = await client.post.get("1", { fields: ["title"], include: ["author"] });
  is<Same<typeof both.author, User | null>>();
  // @ts-expect-error
  both.content;
  // @ts-expect-error
  await client.post.list({ include: ["autor"] });
  // @ts-expect-error
  await client.post.list({ include: ["comments.usr"] });
  // a field is no relation
  // @ts-expect-error
  await client.post.list({ include: ["title"] });
}

export async function filters() {
  await client.post.list({
    filter: { tags: { contains: "azure", size: { gte: 2 } }, not: { title: { beginsWith: "x" } } },
  });
  await client.post.list({ filter: { publishedAt: { between: [new Date(0), "2026-01-01T00:00:00.000001Z"] } } });
  await client.post.list({
    filter: { author: { role: { in: ["admin"] } }, comments: { some: { content: { contains: "x" } } } },
  });
  await client.comment.list({ filter: { post: { isNull: false, title: { endsWith: "?" } } } });
  // an operator that the field lacks
  // @ts-expect-error
  await client.post.list({ filter: { status: { contains: "x" } } });
  // @ts-expect-error
  await client.post.list({ filter: { id: { beginsWith: "x" } } });
  // @ts-expect-error
  await client.post.list({ filter: { publishedAt: { beginsWith: "2026" } } });
  // a value of another type
  // @ts-expect-error
  await client.post.list({ filter: { title: { eq: 1 } } });
  // @ts-expect-error
  await client.post.list({ filter: { status: { eq: "gone" } } });
  // a computed field is not stored
  // @ts-expect-error
  await client.post.list({ filter: { readingMinutes: { gt: 1 } } });
  // one of many is asked for by a quantifier
  // @ts-expect-error
  await client.post.list({ filter: { comments: { content: { eq: "x" } } } });
  // @ts-expect-error
  await client.post.list({ filter: { metadata: { not: { isNull: true } } } });
}

export async function orders() {
  await client.comment.list({ orderBy: [{ post: { author: { name: "ASC" } } }, { createdAt: "DESC" }] });
  // @ts-expect-error
  await client.post.list({ orderBy: [{ title: "UP" }] });
  // a list has no order
  // @ts-expect-error
  await client.post.list({ orderBy: [{ tags: "ASC" }] });
  // nor have many records
  // @ts-expect-error
  await client.post.list({ orderBy: [{ comments: { content: "ASC" } }] });
}

export async function pages() {
  const counted = await client.post.list({ count: true });
  is<Same<typeof counted.count, number>>();
  is<Same<typeof counted.nextToken, string | null>>();
  const plain = await client.post.list();
  // it is counted only when that was asked for
  // @ts-expect-error
  plain.count;
  for await (const post of client.post.all({ include: ["author"], fields: ["title"] })) {
    is<Same<typeof post.author, User | null>>();
    is<Same<typeof post.title, string>>();
  }
}

export async function writes() {
  const post = await client.post.create({ title: "One", content: "0123456789" }, { include: ["author"] });
  is<Same<typeof post.author, User | null>>();
  await client.post.create({
    title: "Two",
    content: "0123456789",
    publishedAt: new Date(),
    author: { connect: { id: "alice" } },
    comments: { create: [{ content: "First" }] },
  });
  await client.post.update(post.id, { metadata: { summary: null } }, { ifMatch: post._etag });
  await client.post.replace(post.id, { title: "Three", content: "0123456789" }, { ifNone: true });
  await client.comment.create({ content: "x", postId: "1" });
  await client.comment.create({ content: "x", post: { connect: { id: "1" } } });
  const gone = await client.post.delete(post.id, { ifMatch: post._etag });
  is<Same<typeof gone, void>>();
  const changed = await client.post.updateMany(
    { filter: {}, maxAffected: 5, fields: ["title"] },
    { status: "archived" },
  );
  is<Same<typeof changed.count, number>>();
  // @ts-expect-error: content is required
  await client.post.create({ title: "One" });
  // @ts-expect-error: clients never set it
  await client.post.create({ title: "One", content: "0123456789", createdAt: new Date() });
  // @ts-expect-error: the key, or the relation
  await client.comment.create({ content: "x" });
  // @ts-expect-error: not both
  await client.comment.create({ content: "x", postId: "1", post: { connect: { id: "1" } } });
  // @ts-expect-error: what is immutable is set on create only
  await client.comment.update("1", { postId: "2" });
  // @ts-expect-error: null is not accepted
  await client.post.update("1", { title: null });
  // @ts-expect-error: the keys of its comments are immutable
  await client.post.create({ title: "One", content: "0123456789", comments: { connect: [{ id: "1" }] } });
  // @ts-expect-error: nobody deletes all records by mistake
  await client.post.deleteMany({});
}

export async function others() {
  const published = await client.post.publish("1", { ifMatch: "e", include: ["author"] });
  is<Same<typeof published.author, User | null>>();
  // @ts-expect-error: comments have no such action
  await client.comment.publish("1");

  const groups = await client.post.aggregate({ groupBy: ["status", "metadata.isFeatured"], max: ["publishedAt"] });
  for (const { group, count, max } of groups) {
    is<Same<typeof group.status, PostStatus>>();
    is<Same<(typeof group)["metadata.isFeatured"], boolean | null>>();
    is<Same<typeof count, number>>();
    is<Same<typeof max.publishedAt, Date | null>>();
  }
  // @ts-expect-error: nothing was summed up
  groups[0]?.sum;
  // @ts-expect-error: a text cannot be summed up
  await client.post.aggregate({ sum: ["title"] });
  // @ts-expect-error: a list is no group
  await client.post.aggregate({ groupBy: ["tags"] });

  const comments = await client.post.related("1", "comments", { include: ["user"], count: true });
  is<Same<(typeof comments.items)[0]["user"], User | null>>();
  is<Same<typeof comments.count, number>>();
  const author = await client.post.relatedOne("1", "author");
  is<Same<typeof author, User>>();
  // @ts-expect-error: it leads to many
  await client.post.relatedOne("1", "comments");
}

export async function batches() {
  const [post, gone, page] = await client.batch(
    [client.post.create({ title: "1", content: "0123456789" }), client.comment.delete("1"), client.user.list()],
    { atomic: true },
  );
  is<Same<typeof post, Post>>();
  is<Same<typeof gone, void>>();
  is<Same<(typeof page.items)[0], User>>();
  const [outcome] = await client.batch([client.comment.get("1")]);
  if (outcome.ok) is<Same<typeof outcome.value, Comment>>();
  else is<Same<typeof outcome.error.status, number>>();
  // @ts-expect-error: what became of it is asked first
  outcome.value;
}

export async function realtime() {
  const stop = await client.post.subscribe({
    filter: { status: { eq: "published" } },
    onCreate: (post, change) => is<Same<[typeof post, typeof change.timestamp], [Post, Date]>>(),
    onDelete: (post) => is<Same<typeof post.title, string | undefined>>(),
  });
  await stop();
  // @ts-expect-error: users are not in real time
  await client.user.subscribe({ onCreate: () => {} });
  // @ts-expect-error
  await client.post.subscribe({ filter: { status: { gt: "a" } }, onCreate: () => {} });
}
