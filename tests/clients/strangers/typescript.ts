// Calls the app with nothing but the types that openapi-typescript made.
import type { components, paths } from './api.js';

type Post = components['schemas']['Post'];
type Draft = Extract<
  paths['/posts']['post']['requestBody']['content']['application/json'],
  { title: string }
>;
type Page = paths['/posts']['get']['responses']['200']['content']['application/json'];

const [api, token] = process.argv.slice(2);
const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };

const draft: Draft = { id: 'openapi-typescript', title: 'Typed', status: 'published' };
const made = await fetch(`${api}/posts`, { method: 'POST', headers, body: JSON.stringify(draft) });
const post = (await made.json()) as Post;
const listed = await fetch(`${api}/posts?orderBy=-title&limit=5`, { headers });
const page = (await listed.json()) as Page;
const missing = await fetch(`${api}/posts/none`, { headers });
const problem = (await missing.json()) as components['schemas']['Api.Problem'];
console.log(JSON.stringify([made.status, post.title, page.items.map((each) => each.id), problem.code]));
