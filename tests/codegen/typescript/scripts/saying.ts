// What scripts say to the test that runs them: lines of JSON.
import { BlogClient, type ClientOptions } from "../client/index.js";

declare const process: {
  argv: string[];
  env: { [name: string]: string | undefined };
  stdin: { on(event: "data", called: () => void): void };
  exit(code: number): void;
};

export const say = (...words: unknown[]) => console.log(JSON.stringify(words));
export const clientOf = (options: Partial<ClientOptions> = {}) =>
  new BlogClient({ endpoint: process.argv[2] ?? "", auth: { token: async () => process.env["TOKEN"] }, ...options });
export const whenTold = (called: () => Promise<unknown>) =>
  process.stdin.on("data", () => void called().then(() => process.exit(0)));

/** What went wrong, in the words that matter. */
export async function failure(call: PromiseLike<unknown>): Promise<unknown> {
  try {
    return await call;
  } catch (error) {
    const { name, code, status, hint, errors, operation, message } = error as { [name: string]: unknown };
    return { name, code, status, hint, errors, operation, message };
  }
}
