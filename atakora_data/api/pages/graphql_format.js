// GraphQL laid out: a field a line, arguments beside it while they fit. Comments stay where they were.

const LINE_WIDTH = 90;

/** The document in its usual layout; as it was when its brackets do not match. */
function prettyGraphql(text) {
  const tokens = graphqlTokens(text);
  if (!isBalanced(tokens) || tokens.some((token) => token.kind === "wrong")) return text;
  const layout = new GraphqlLayout(text, tokens);
  return `${layout.selection(0).trim()}\n`;
}

function isBalanced(tokens) {
  const open = [];
  for (const { kind, text } of tokens) {
    if (kind !== "punctuation") continue;
    if (text in BRACKETS) open.push(BRACKETS[text]);
    else if (/^[})\]]$/.test(text) && open.pop() !== text) return false;
  }
  return !open.length;
}

class GraphqlLayout {
  constructor(text, tokens) {
    this.text = text;
    this.tokens = tokens;
    this.index = 0;
  }

  /** Whether a line ended between the token before and this one. */
  startsLine(token) {
    const before = this.tokens[this.tokens.indexOf(token) - 1];
    return !before || this.text.slice(before.end, token.start).includes("\n");
  }

  /** Definitions (depth 0) or fields, each on its line, up to the closing brace. */
  selection(depth) {
    const indent = "  ".repeat(depth);
    const lines = [];
    while (this.index < this.tokens.length && this.tokens[this.index].text !== "}") {
      const token = this.tokens[this.index];
      if (token.kind === "comment" && lines.length && !this.startsLine(token)) lines[lines.length - 1] += ` ${token.text}`;
      else if (token.kind === "comment") lines.push(indent + token.text);
      else { lines.push(this.line(depth)); continue; }
      this.index += 1;
    }
    return depth ? lines.join("\n") : this.spaced(lines);
  }

  /** Definitions with a blank line after each that is not a comment. */
  spaced(lines) {
    return lines.map((line) => (line.startsWith("#") ? line : `${line}\n`)).join("\n");
  }

  /** One field or definition: everything up to where the next begins. */
  line(depth) {
    const indent = "  ".repeat(depth);
    let out = indent;
    let last = null;
    while (this.index < this.tokens.length) {
      const token = this.tokens[this.index];
      if (token.text === "}" || token.kind === "comment" || (last && this.begins(token, last, depth))) break;
      this.index += 1;
      if (token.text === "{") {
        const inner = this.selection(depth + 1);
        this.index += 1;
        return `${out}${out.trim() ? " " : ""}{\n${inner}${inner ? "\n" : ""}${indent}}`;
      }
      if (token.text === "(") out += this.inputs(depth, out.length);
      else out += this.gap(last, token) + token.text;
      last = token.text === "(" ? { text: ")", kind: "punctuation" } : token;
    }
    return out;
  }

  /** Whether the token begins a new field rather than going on with this one. */
  begins(token, last, depth) {
    if (depth === 0) return false;
    if (token.text === "...") return true;
    return token.kind === "name" && ![":", "...", "on"].includes(last.text);
  }

  gap(last, token) {
    if (!last || token.text === ":" || last.text === "...") return last?.text === "..." && token.text === "on" ? " " : "";
    return " ";
  }

  /** What stands in parentheses: on one line when it fits, else one to a line. */
  inputs(depth, column) {
    const items = this.items(")");
    const flat = `(${items.map((item) => item.join("")).join(", ")})`;
    if (column + flat.length <= LINE_WIDTH && !flat.includes("\n") && !flat.includes("#")) return flat;
    const indent = "  ".repeat(depth + 1);
    return `(\n${items.map((item) => indent + item.join("")).join("\n")}\n${"  ".repeat(depth)})`;
  }

  /** The comma-separated items up to the closing sign, each as its pieces. */
  items(close) {
    const items = [];
    while (this.index < this.tokens.length && this.tokens[this.index].text !== close) {
      const token = this.tokens[this.index];
      this.index += 1;
      const item = items.at(-1);
      const last = item?.at(-1) ?? "";
      const piece = token.text in BRACKETS ? this.nested(token.text) : token.text;
      const goesOn = item && token.kind !== "comment" && !last.startsWith("#") && (/^[:!=]$/.test(token.text) || /[:=] $/.test(last) || token.kind === "directive" || last.startsWith("@"));
      if (goesOn) item.push(this.joint(token, last) + piece + (token.text === ":" ? " " : token.text === "=" ? " " : ""));
      else items.push([piece]);
    }
    this.index += 1;
    return items;
  }

  joint(token, last) {
    return token.text === "=" || (token.kind === "directive" && !last.endsWith(" ")) ? " " : "";
  }

  /** An object, a list or arguments inside a value. */
  nested(open) {
    const close = BRACKETS[open];
    const inner = this.items(close).map((item) => item.join("")).join(", ");
    return open === "{" && inner ? `{ ${inner} }` : open + inner + close;
  }
}
