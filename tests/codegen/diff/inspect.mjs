// What @graphql-inspector/core says of pairs of schemas: [[old, new], …] on standard input, and for each pair
// [[criticality, message], …] on standard output.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';

const require = createRequire(`${process.argv[2]}/node_modules/`);
const { diff } = require('@graphql-inspector/core');
const { buildSchema } = require('graphql');

const pairs = JSON.parse(readFileSync(0, 'utf8'));
const judged = await Promise.all(pairs.map(([older, newer]) => diff(buildSchema(older), buildSchema(newer))));
console.log(JSON.stringify(judged.map((changes) => changes.map((each) => [each.criticality.level, each.message]))));
