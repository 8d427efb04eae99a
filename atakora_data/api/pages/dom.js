"use strict";
// Elements without markup: whatever comes from a server becomes text, so it can be shown and never run.

/** Builds an element. `on…` functions listen, true and false switch attributes, strings among the children are text. */
function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  return fill(element, ...children);
}

/** Puts children into an element in place of what it has; null and false are left out. */
function fill(element, ...children) {
  const present = children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);
  element.replaceChildren(...present.map((child) => (child instanceof Node ? child : String(child))));
  return element;
}

/** The element with this id, which the page always has. */
function byId(id) {
  return document.getElementById(id);
}

/** A small drawing of the set used on buttons. */
function icon(path) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("aria-hidden", "true");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

const ICONS = {
  copy: "M7 7V4.5A1.5 1.5 0 0 1 8.5 3h7A1.5 1.5 0 0 1 17 4.5v7a1.5 1.5 0 0 1-1.5 1.5H13M4.5 7h7A1.5 1.5 0 0 1 13 8.5v7a1.5 1.5 0 0 1-1.5 1.5h-7A1.5 1.5 0 0 1 3 15.5v-7A1.5 1.5 0 0 1 4.5 7z",
  done: "M4 10.5 8 14.5 16 6",
  open: "M7 4l6 6-6 6",
  close: "M5 5l10 10M15 5L5 15",
  back: "M12 4l-6 6 6 6",
  plus: "M10 4v12M4 10h12",
};

/** A folded part whose content is made when it is first opened. */
function lazyDetails(title, content, attributes = {}) {
  const details = h("details", attributes, h("summary", {}, title));
  details.addEventListener("toggle", () => details.append(content()), { once: true });
  return details;
}

/** Lists of nodes with a word between them. */
function joined(lists, word) {
  return lists.flatMap((list, index) => (index ? [word, ...list] : list));
}

/** A button that copies what `text()` gives when it is pressed. */
function copyButton(text, label = "Copy") {
  const button = h("button", { type: "button", class: "icon copy", "aria-label": label, title: label }, icon(ICONS.copy));
  button.addEventListener("click", async () => {
    const copied = await copyText(text());
    fill(button, icon(copied ? ICONS.done : ICONS.close));
    announce(copied ? "Copied" : "This browser does not allow copying");
    setTimeout(() => fill(button, icon(ICONS.copy)), 1500);
  });
  return button;
}

/** Copies through the clipboard API, or, where a page is not trusted with it, through a selection. */
async function copyText(text) {
  if (navigator.clipboard && window.isSecureContext) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch (refused) {
      if (!(refused instanceof DOMException)) throw refused;
    }
  }
  const area = h("textarea", { class: "unseen" });
  area.value = text;
  document.body.append(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  return copied;
}

/** Says something to those who hear the page. */
function announce(text) {
  let region = byId("announcement");
  if (!region) document.body.append((region = h("div", { id: "announcement", class: "unseen", role: "status" })));
  region.textContent = text;
}

/** Calls `action` once things have been quiet for a while; `cancel()` calls it off. */
function whenQuiet(milliseconds, action) {
  let timer = 0;
  const cancel = () => clearTimeout(timer);
  const restart = () => {
    cancel();
    timer = setTimeout(action, milliseconds);
  };
  return Object.assign(restart, { cancel });
}

/** The known word nearest to one that is not known, or null when none comes near. */
function nearest(word, known) {
  const ranked = [...known].map((each) => [distance(word.toLowerCase(), each.toLowerCase()), each]);
  ranked.sort((left, right) => left[0] - right[0]);
  return ranked.length && ranked[0][0] <= Math.max(1, Math.round(word.length * 0.4)) ? ranked[0][1] : null;
}

/** How many letters have to be put in, left out or changed (Levenshtein). */
function distance(left, right) {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= right.length; j += 1) {
      next.push(Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (left[i - 1] === right[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[right.length];
}
