// JSON in colours: read into tokens, shown as text.

const JSON_TOKEN = /("(?:\\.|[^"\\\n])*"?)(?=(\s*:)?)|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\b(?:true|false|null)\b|[{}[\],:]/g;

/** The coloured pieces of a JSON text, in order. */
function jsonTokens(text) {
  return Array.from(text.matchAll(JSON_TOKEN), (match) => {
    const start = match.index;
    if (match[1] !== undefined) return { start, end: start + match[1].length, kind: match[2] ? "key" : "string" };
    const end = start + match[0].length;
    const first = match[0][0];
    if (/[{}[\],:]/.test(first)) return { start, end, kind: "punctuation" };
    return { start, end, kind: /[tfn]/.test(first) ? "keyword" : "number" };
  });
}

const JSON_COLOURED = 400_000;

/** The value as lines in colours. `link(key, value)` may give an action for a string, which then can be pressed. */
function jsonView(text, link) {
  if (text.length > JSON_COLOURED) return [text];
  const nodes = [];
  let end = 0;
  let key = "";
  for (const token of jsonTokens(text)) {
    if (token.start > end) nodes.push(text.slice(end, token.start));
    end = token.end;
    const piece = text.slice(token.start, token.end);
    if (token.kind === "key") key = parsedString(piece);
    const action = token.kind === "string" && link ? link(key, parsedString(piece)) : null;
    nodes.push(action
      ? h("button", { type: "button", class: "link string", title: action.title, onclick: action.run }, piece)
      : h("span", { class: token.kind }, piece));
  }
  return [...nodes, text.slice(end)];
}

/** The string a JSON literal stands for; the literal itself while it is not finished. */
function parsedString(literal) {
  try {
    return JSON.parse(literal);
  } catch {
    return literal;
  }
}

/** The text laid out over lines when it is JSON, else as it is. Numbers keep every digit they came with. */
function prettyJson(text) {
  if (jsonProblem(text)) return text;
  let out = "";
  let depth = 0;
  const pieces = jsonTokens(text).map((token) => text.slice(token.start, token.end));
  const line = () => `\n${"  ".repeat(depth)}`;
  pieces.forEach((piece, index) => {
    const isEmpty = /[{[]/.test(pieces[index - 1]?.[0] ?? "") && pieces[index - 1].length === 1;
    if (piece === "}" || piece === "]") {
      depth -= 1;
      out += isEmpty ? piece : line() + piece;
    } else {
      out += isEmpty ? line() + piece : piece;
      if (piece === "{" || piece === "[") depth += 1;
      if (piece === ",") out += line();
      if (piece === ":") out += " ";
    }
  });
  return out;
}

/** What is wrong with a JSON text, with the line, or "" when nothing is. */
function jsonProblem(text) {
  try {
    JSON.parse(text);
    return "";
  } catch (error) {
    const position = /position (\d+)/.exec(error.message);
    const line = position ? text.slice(0, Number(position[1])).split("\n").length : 0;
    return `Not JSON yet${line ? `, see line ${line}` : ""}: ${error.message.replace(/ in JSON at position.*| at position.*/, "")}.`;
  }
}
