// Calls the app with the documents and types that GraphQL Code Generator made.
import { print } from 'graphql';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { ListPostsDocument, MakePostDocument } from './generated.js';

const [api, token] = process.argv.slice(2);

async function ask<Data, Variables>(document: TypedDocumentNode<Data, Variables>, variables: Variables): Promise<Data> {
  const answer = await fetch(`${api}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query: print(document), variables }),
  });
  const told = (await answer.json()) as { data?: Data; errors?: { message: string }[] };
  if (!told.data || told.errors) throw new Error(JSON.stringify(told.errors));
  return told.data;
}

const made = await ask(MakePostDocument, { input: { id: 'graphql-codegen', title: 'Typed', status: 'published' } });
const page = await ask(ListPostsDocument, { filter: { title: { eq: 'Typed' } } });
console.log(JSON.stringify([made.createPost?.title, page.listPosts?.items.map((each) => each.id)]));
