// A code editor: a plain text box, whose own text is clear, over the same text in colours.

/**
 * `tokens(text)` gives the colours; `comments` allows Ctrl-/; `onchange(text)` hears every change.
 * Tab indents; Escape and then Tab leaves, so nobody is caught who has only a keyboard.
 */
class CodeEditor {
  constructor({ label, value = "", tokens, onchange, comments = false, placeholder = "", id }) {
    this.tokens = tokens;
    this.onchange = onchange;
    this.comments = comments;
    this.errors = [];
    this.painting = h("pre", { class: "paint", "aria-hidden": "true" });
    this.gutter = h("pre", { class: "gutter", "aria-hidden": "true" });
    this.area = h("textarea", {
      id, "aria-label": label, placeholder, spellcheck: "false", autocomplete: "off", autocapitalize: "off", wrap: "off",
    });
    this.element = h("div", { class: "editor" }, this.gutter, h("div", { class: "sheet" }, this.painting, this.area));
    this.area.addEventListener("input", () => this.changed());
    this.area.addEventListener("keydown", (event) => this.pressed(event));
    for (const name of ["keyup", "click", "focus", "blur"]) this.area.addEventListener(name, () => this.moved());
    this.element.addEventListener("mousedown", (event) => this.clicked(event));
    this.value = value;
  }

  get value() {
    return this.area.value;
  }

  set value(text) {
    this.area.value = text;
    this.repaint();
  }

  /** Where the caret stands. */
  get caret() {
    return this.area.selectionStart;
  }

  /** Underlines these places `{start, end}` until the text changes. */
  underline(errors) {
    this.errors = errors.map(({ start, end }) => ({ start, end, kind: "wrong" }));
    this.repaint();
  }

  /** Puts the change in as if it were typed, so that undo knows it. */
  edit({ from, to, insert, caret }) {
    this.area.focus();
    this.area.setSelectionRange(from, to);
    if (from !== to || insert) {
      const typed = document.execCommand(insert ? "insertText" : "delete", false, insert);
      if (!typed) this.area.setRangeText(insert, from, to, "end");
      if (!typed) this.changed();
    }
    this.area.setSelectionRange(caret, caret);
    this.moved();
  }

  /** Replaces the whole text, in a way that undo knows. */
  replace(text) {
    if (text !== this.value) this.edit({ from: 0, to: this.value.length, insert: text, caret: Math.min(this.caret, text.length) });
  }

  changed() {
    this.errors = [];
    this.repaint();
    this.reveal();
    this.onchange?.(this.value);
  }

  moved() {
    if (this.caret !== this.painted) this.repaint();
  }

  pressed(event) {
    const leaves = event.key === "Tab" && (this.escaped || event.shiftKey);
    this.escaped = event.key === "Escape" || (this.escaped && event.key === "Shift");
    if (event.defaultPrevented || event.isComposing || event.altKey || leaves) return;
    const { selectionStart: start, selectionEnd: end } = this.area;
    const isCommand = event.ctrlKey || event.metaKey;
    const comment = isCommand && event.key === "/" && this.comments;
    if (isCommand && !comment) return;
    const change = comment ? toggledComment(this.value, start, end) : typing(this.value, start, end, event.key);
    if (!change) return;
    event.preventDefault();
    this.edit(change);
  }

  /** A press beside the text is meant for the text. */
  clicked(event) {
    if (event.target === this.area) return;
    event.preventDefault();
    this.area.focus();
  }

  repaint() {
    const text = this.value;
    const tokens = this.tokens(text);
    this.painted = this.caret;
    const brackets = document.activeElement === this.area ? bracketMarks(text, tokens, this.caret) : [];
    fill(this.painting, ...paint(text, tokens, [...this.errors, ...brackets]), "\n");
    const lines = text.split("\n").length;
    if (lines !== this.lines) this.gutter.textContent = Array.from({ length: lines }, (_, index) => index + 1).join("\n");
    this.lines = lines;
  }

  /** Where in the window the character at this offset stands. */
  place(offset) {
    const walker = document.createTreeWalker(this.painting, NodeFilter.SHOW_TEXT);
    let left = offset;
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (left < node.length) {
        const range = document.createRange();
        range.setStart(node, left);
        range.setEnd(node, left + 1);
        return range.getClientRects()[0] ?? range.getBoundingClientRect();
      }
      left -= node.length;
    }
    return this.painting.getBoundingClientRect();
  }

  /** Scrolls as far as is needed to see the caret. */
  reveal() {
    const box = this.element.getBoundingClientRect();
    const at = this.place(this.caret);
    const gap = 24;
    if (at.bottom + gap > box.bottom) this.element.scrollTop += at.bottom + gap - box.bottom;
    if (at.top - gap < box.top) this.element.scrollTop -= box.top + gap - at.top;
    if (at.left + gap > box.right) this.element.scrollLeft += at.left + gap - box.right;
    const inner = box.left + this.gutter.offsetWidth;
    if (at.left - gap < inner) this.element.scrollLeft -= inner + gap - at.left;
  }
}
