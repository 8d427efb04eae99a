// Running: the operation at the caret, with its variables and headers, to this page's own URL.

const ENDPOINT = location.href.replace(/[?#].*$/, "");

/** Posts one GraphQL request and reads the answer. */
function postGraphql({ query, variables, operationName, headers = {} }) {
  const body = JSON.stringify({ query, ...(variables && { variables }), ...(operationName && { operationName }) });
  const accept = "application/graphql-response+json, application/json;q=0.9";
  return send({ method: "POST", url: ENDPOINT, headers: { "Content-Type": "application/json", Accept: accept, ...headers }, body });
}

/** The schema, or the reason why it cannot be had. */
async function fetchSchema() {
  const answer = await postGraphql({ query: INTROSPECTION, operationName: "IntrospectionQuery" });
  if (answer.failure) return { reason: answer.failure };
  try {
    const { data, errors } = JSON.parse(answer.text);
    if (data?.__schema) return { schema: new GraphqlSchema(data) };
    const error = errors?.[0]?.message ?? `The server answered ${answer.status} ${answer.reason}.`;
    return { reason: `The schema cannot be shown, and nothing can be completed. ${error}` };
  } catch (error) {
    return { reason: `The schema cannot be read: ${error.message}` };
  }
}

/** The operation the caret stands in, else the nearest before it, else the first. */
function operationAt(operations, caret) {
  return operations.find(({ start, end }) => start <= caret && caret <= end) ?? operations.findLast(({ start }) => start <= caret) ?? operations[0];
}

/** An object from a JSON text; empty text is an empty object. Throws what a person can act on. */
function objectFrom(text, what) {
  if (!text.trim()) return {};
  const problem = jsonProblem(text);
  if (problem) throw new Error(`${what}: ${problem}`);
  const value = JSON.parse(text);
  if (value === null || typeof value !== "object" || Array.isArray(value)) throw new Error(`${what} must be an object: { … }.`);
  return value;
}

/** Header names and values as text; refuses what no header can hold. */
function headersFrom(text) {
  const entries = Object.entries(objectFrom(text, "Headers")).map(([name, value]) => [name, String(value)]);
  for (const [name, value] of entries) {
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name) || /[^\t\x20-\x7e]/.test(value)) throw new Error(`Headers: ${name} cannot be sent. Names and values are plain text.`);
  }
  return Object.fromEntries(entries);
}

/** Where the server's errors are in the query, as places to underline. */
function errorPlaces(text, errors) {
  const starts = [0];
  for (const match of text.matchAll(/\n/g)) starts.push(match.index + 1);
  const tokens = graphqlTokens(text);
  return errors.flatMap((error) => error?.locations ?? []).map(({ line, column }) => {
    const start = (starts[line - 1] ?? 0) + column - 1;
    const token = tokens.find((each) => each.start <= start && start < each.end);
    return { start, end: token ? token.end : start + 1 };
  });
}

/** The errors of an answer, or none. */
function errorsIn(text) {
  if (jsonProblem(text)) return [];
  const errors = JSON.parse(text)?.errors;
  return Array.isArray(errors) ? errors : [];
}
