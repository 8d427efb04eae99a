// What an editor knows about text: painting it, finding the partner of a bracket, typing as a person would.

const BRACKETS = { "{": "}", "(": ")", "[": "]" };

/** The text as coloured pieces. Marks are `{start, end, kind}` laid over the tokens: errors, brackets. */
function paint(text, tokens, marks) {
  const edges = new Set(marks.flatMap((mark) => [mark.start, mark.end]));
  const nodes = [];
  let end = 0;
  const put = (from, to, kind) => {
    const inside = [...edges].filter((edge) => edge > from && edge < to).sort((left, right) => left - right);
    for (const stop of [...inside, to]) {
      const kinds = [kind, ...marks.filter((mark) => mark.start <= from && stop <= mark.end).map((mark) => mark.kind)];
      const name = kinds.filter(Boolean).join(" ");
      nodes.push(name ? h("span", { class: name }, text.slice(from, stop)) : text.slice(from, stop));
      from = stop;
    }
  };
  for (const token of tokens) {
    if (token.start > end) put(end, token.start, "");
    put(token.start, token.end, token.kind);
    end = token.end;
  }
  if (end < text.length) put(end, text.length, "");
  return nodes;
}

/** Marks for the bracket beside the caret and its partner; one without a partner is marked as wrong. */
function bracketMarks(text, tokens, caret) {
  const signs = tokens.filter((token) => token.kind === "punctuation" && /[{}()[\]]/.test(text[token.start]));
  const at = signs.findIndex((token) => token.end === caret || token.start === caret);
  if (at < 0) return [];
  const forward = text[signs[at].start] in BRACKETS;
  let depth = 0;
  for (let i = at; i >= 0 && i < signs.length; i += forward ? 1 : -1) {
    depth += text[signs[i].start] in BRACKETS === forward ? 1 : -1;
    if (depth === 0) return [signs[at], signs[i]].map(({ start }) => ({ start, end: start + 1, kind: "bracket" }));
  }
  return [{ start: signs[at].start, end: signs[at].end, kind: "wrong" }];
}

/** What typing this key means: `{from, to, insert, caret}` in the text, or null for what a text box does itself. */
function typing(text, start, end, key) {
  const before = text[start - 1] ?? "";
  const after = text[end] ?? "";
  if (key === "Enter") return typedLine(text, start, end);
  if (key === "Tab") return { from: start, to: end, insert: "  ", caret: start + 2 };
  if (start !== end && (key in BRACKETS || key === '"')) {
    const close = BRACKETS[key] ?? key;
    return { from: start, to: end, insert: key + text.slice(start, end) + close, caret: end + 1 };
  }
  if (key in BRACKETS && !/[\w$"]/.test(after)) return { from: start, to: end, insert: key + BRACKETS[key], caret: start + 1 };
  if (key === '"' && after === '"') return { from: start, to: end, insert: "", caret: start + 1 };
  if (key === '"' && !/[\w"\\]/.test(before) && !/\w/.test(after)) return { from: start, to: end, insert: '""', caret: start + 1 };
  if (Object.values(BRACKETS).includes(key) && after === key) return { from: start, to: end, insert: "", caret: start + 1 };
  const isPair = BRACKETS[before] === after || (before === '"' && after === '"');
  if (key === "Backspace" && start === end && after && isPair) return { from: start - 1, to: end + 1, insert: "", caret: start - 1 };
  return null;
}

/** A new line, indented like this one, deeper after an opening bracket. */
function typedLine(text, start, end) {
  const line = text.slice(text.lastIndexOf("\n", start - 1) + 1, start);
  const indent = /^\s*/.exec(line)[0];
  const opens = BRACKETS[text[start - 1]];
  const deeper = opens ? `${indent}  ` : indent;
  const tail = opens && text[end] === opens ? `\n${indent}` : "";
  return { from: start, to: end, insert: `\n${deeper}${tail}`, caret: start + 1 + deeper.length };
}

/** The lines of a selection commented out with `#`, or back in when all of them are out. */
function toggledComment(text, start, end) {
  const from = text.lastIndexOf("\n", start - 1) + 1;
  const to = text.indexOf("\n", end) < 0 ? text.length : text.indexOf("\n", end);
  const lines = text.slice(from, to).split("\n");
  const isOut = lines.every((line) => /^\s*#|^\s*$/.test(line));
  const changed = lines.map((line) => (isOut ? line.replace(/^(\s*)# ?/, "$1") : line.replace(/^(\s*)(?=\S)/, "$1# ")));
  const insert = changed.join("\n");
  return { from, to, insert, caret: Math.max(from, start + insert.length - (to - from)) };
}
