// Hears of changes from an app that plays tricks: events twice, too early, cut short.
import { clientOf, say, whenTold } from "./saying.js";

const client = clientOf();
const stop = await client.post.subscribe({
  onCreate: (post) => say("created", post.id, post.title ?? null),
  onDelete: (post) => say("deleted", post.id),
  onError: (error) => say("error", (error as { code?: string }).code ?? String(error)),
});
say("subscribed");
whenTold(async () => {
  await stop();
  await client.close();
  say("stopped");
});
