// Descriptions as people write them: paragraphs, lists, headings, `code`, **strong** and links, built as text, never as markup.

/** The nodes of a description. */
function prose(text) {
  const blocks = String(text ?? "").replace(/\r\n?/g, "\n").split(/\n{2,}/).map((block) => block.trim()).filter(Boolean);
  return blocks.map(proseBlock);
}

/** A paragraph, a list, a heading or a block of code. */
function proseBlock(block) {
  const lines = block.split("\n");
  const fence = /^```\w*\n?([\s\S]*?)(```)?$/.exec(block);
  if (fence) return h("pre", { class: "snippet" }, fence[1]);
  if (lines.every((line) => /^\s*([-*]|\d+\.)\s+|^\s{2,}/.test(line))) return proseList(lines);
  const heading = /^#{1,6}\s+(.*)$/.exec(block);
  if (heading) return h("h4", {}, ...proseLine(heading[1]));
  const list = lines.findIndex((line) => /^[-*]\s+/.test(line));
  if (list > 0) return h("div", {}, proseBlock(lines.slice(0, list).join("\n")), proseBlock(lines.slice(list).join("\n")));
  return h("p", {}, ...proseLine(lines.join(" ")));
}

/** A list; an indented line goes on with the item above it. */
function proseList(lines) {
  const items = [];
  for (const line of lines) {
    const start = /^\s*(?:[-*]|\d+\.)\s+(.*)$/.exec(line);
    if (start) items.push(start[1]);
    else items[items.length - 1] += ` ${line.trim()}`;
  }
  return h("ul", {}, ...items.map((item) => h("li", {}, ...proseLine(item))));
}

/** One line with its code, strong words and links. */
function proseLine(line) {
  const pattern = /`([^`]+)`|\*\*([^*]+)\*\*|\[([^\]]+)\]\((https?:\/\/[^\s)]+)\)/g;
  const nodes = [];
  let end = 0;
  for (const match of line.matchAll(pattern)) {
    nodes.push(line.slice(end, match.index));
    end = match.index + match[0].length;
    if (match[1] !== undefined) nodes.push(h("code", {}, match[1]));
    else if (match[2] !== undefined) nodes.push(h("strong", {}, match[2]));
    else nodes.push(h("a", { href: match[4], target: "_blank", rel: "noopener noreferrer" }, match[3]));
  }
  return [...nodes, line.slice(end)];
}

/** The first sentence or line, for lists. */
function firstLine(text) {
  return String(text ?? "").trim().split("\n")[0].replace(/[`*]/g, "");
}
