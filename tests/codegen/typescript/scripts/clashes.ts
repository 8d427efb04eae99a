// What clashing names become.
import { HardClient, type Batch, type Page, type ProblemError } from "../hard/index.js";
import { ProblemError as Refusal } from "../hard/runtime/index.js";

const client = new HardClient({ endpoint: "" });

export async function clashes() {
  const batch: Batch = await client.batch_.create({
    id: "1",
    new: "x",
    toString: "y",
    constructor: "z",
    record: { create: { id: "r" } },
  });
  const own: Batch = await client.batch_.all_(batch.id);
  for await (const each of client.batch_.all({ fields: ["constructor", "typeof"] }))
    each.typeof satisfies "var" | "let";
  await client.batch_.list({ filter: { constructor: { eq: own.constructor }, items: { contains: "x" } } });
  await client.batch_.listAll("1");
  await client.batch_.then_("1", { input: "x" }, { ifMatch: "e" });
  const page: Page = await client.page.get("1");
  // @ts-expect-error: what the entity does not offer
  await client.page.create({ id: "1" });
  await client.then_.get(page.id);
  await client.constructor_.get("1");
  await client.class.get("1");
  await client.promise.get("1");
  await client.record.get("1", { include: ["items.record"] });
  const entity: ProblemError = await client.problemError.get("1"); // the error itself is in ./runtime
  const refusal = new Refusal({ title: entity.id, status: 400, code: "malformed_request" });
  refusal.code satisfies string;
  await client.aPIKey.get("1");
  await client.apiKey.get("1");
}
