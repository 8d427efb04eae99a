// Judges expressions by npm `recheck`: reads [[pattern, flags], …] and prints [[complexity, attack], …].
import { createRequire } from "node:module";
const { checkSync } = createRequire(process.argv[2] + "/")("recheck");
let text = "";
for await (const part of process.stdin) text += part;
const judged = JSON.parse(text).map(([pattern, flags]) => {
  const told = checkSync(pattern, flags, { timeout: 20_000 });
  return [told.complexity?.type ?? `${told.status}: ${JSON.stringify(told.error)}`, told.attack?.pattern ?? ""];
});
console.log(JSON.stringify(judged));
