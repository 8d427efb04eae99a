// Hears of changes until it is told to end.
import { clientOf, failure, say, whenTold } from "./saying.js";

const client = clientOf();
say("needs a handler", await failure(client.post.subscribe({})));
const stop = await client.post.subscribe({
  filter: { status: { eq: "published" } },
  onCreate: (post, change) =>
    say("created", post.title, post.createdAt instanceof Date, change.timestamp instanceof Date),
  onUpdate: async (post, change) => {
    await new Promise((resolve) => setTimeout(resolve, post.views === 1 ? 100 : 0));
    say("updated", post.views, change.changedFields, change.version);
    if (post.views === 2) throw new Error("thrown by a handler");
  },
  onDelete: (post) => say("deleted", post.title ?? null),
  onError: (error) => say("error", String(error)),
});
say("subscribed");
whenTold(async () => {
  await stop();
  await client.close();
  say("stopped");
});
