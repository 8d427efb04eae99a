// GraphQL text as tokens. Nothing is refused: what cannot be read is a token of kind "wrong".

const GRAPHQL_TOKEN = new RegExp([
  "(?<comment>#[^\\n]*)",
  '(?<string>"""(?:[^\\\\]|\\\\[\\s\\S])*?"""|"""[\\s\\S]*|"(?:\\\\.|[^"\\\\\\n])*"?)',
  "(?<number>-?\\d+(?:\\.\\d+)?(?:[eE][+-]?\\d+)?)",
  "(?<variable>\\$\\w*)",
  "(?<directive>@\\w*)",
  "(?<name>[_A-Za-z]\\w*)",
  "(?<punctuation>\\.\\.\\.|[{}()[\\]:!=|&])",
  "(?<wrong>[^\\s,\\ufeff])",
].join("|"), "g");

/** `{kind, start, end, text}` in order; blanks and commas stand between them. */
function graphqlTokens(text) {
  return Array.from(text.matchAll(GRAPHQL_TOKEN), (match) => {
    const kind = Object.keys(match.groups).find((name) => match.groups[name] !== undefined);
    return { kind, start: match.index, end: match.index + match[0].length, text: match[0] };
  });
}
