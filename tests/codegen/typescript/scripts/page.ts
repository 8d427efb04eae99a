// A page in a browser, of another origin than the app.
import { BlogClient, ProblemError } from "../client/index.js";

const [endpoint = "", token = ""] = decodeURIComponent(location.hash.slice(1)).split(" ");
const client = new BlogClient({ endpoint, auth: { token: () => token } });
const write = (text: string) => {
  const line = document.createElement("li");
  line.textContent = text;
  document.body.append(line);
};
await client.user.create({ id: "alice", name: "Alice" });
await client.post.subscribe({ onCreate: (post) => write(`heard of ${post.title}`) });
const post = await client.post.create({ title: "Hello" });
const changed = await client.post.update(post.id, { views: 1 }, { ifMatch: post._etag });
try {
  await client.post.delete(post.id, { ifMatch: post._etag });
} catch (error) {
  write(error instanceof ProblemError ? error.code : String(error));
}
for await (const each of client.post.all({ include: ["author"] })) {
  write(`${each.title} by ${each.author?.name} in ${each.createdAt.getFullYear() > 2000}, ${changed.views}`);
}
await client.post.replace(post.id, { title: "Bye" });
await client.post.delete(post.id);
document.title = "Done";
