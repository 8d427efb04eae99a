// The list of what may be written, at the caret of an editor.

/** Offers while somebody types, and on Ctrl-Space. `offers(text, caret)` gives `{from, to, items}` or null. */
class Completion {
  constructor(editor, offers) {
    this.editor = editor;
    this.offers = offers;
    this.found = null;
    this.list = h("ul", { class: "offers", role: "listbox", id: `offers-${editor.area.id}`, "aria-label": "Completions" });
    this.words = h("div", { class: "offer-words" });
    this.box = h("div", { class: "offer-box", hidden: true }, this.list, this.words);
    document.body.append(this.box);
    const { area } = editor;
    area.setAttribute("aria-autocomplete", "list");
    area.setAttribute("aria-controls", this.list.id);
    area.addEventListener("keydown", (event) => this.pressed(event), { capture: true });
    area.addEventListener("input", (event) => this.typed(event));
    area.addEventListener("blur", () => this.close());
    area.addEventListener("click", () => this.close());
    editor.element.addEventListener("scroll", () => this.close());
    this.box.addEventListener("mousedown", (event) => {
      event.preventDefault();
      const item = event.target.closest("li");
      if (item) this.accept([...this.list.children].indexOf(item));
    });
  }

  typed(event) {
    const before = this.editor.value[this.editor.caret - 1] ?? "";
    if (/^insert(Text|CompositionText)$/.test(event.inputType) && /[\w$@]/.test(before)) this.open();
    else if (this.found && /^delete/.test(event.inputType) && /[\w$@]/.test(before)) this.open();
    else this.close();
  }

  open() {
    this.found = this.offers(this.editor.value, this.editor.caret);
    if (!this.found) { this.close(); return; }
    fill(this.list, ...this.found.items.map((item, index) => h("li", { role: "option", id: `${this.list.id}-${index}`, class: item.deprecated ? "deprecated" : null },
      h("span", { class: "offer-name" }, item.label), h("span", { class: "offer-detail" }, item.detail ?? ""))));
    this.box.hidden = false;
    this.choose(0);
    this.place();
  }

  close() {
    this.found = null;
    this.box.hidden = true;
    this.editor.area.removeAttribute("aria-activedescendant");
  }

  /** Below the word, or above it where there is no room. */
  place() {
    const at = this.editor.place(this.found.from);
    const { offsetWidth: width, offsetHeight: height } = this.box;
    const below = at.bottom + 4;
    this.box.style.left = `${Math.max(8, Math.min(at.left, innerWidth - width - 8))}px`;
    this.box.style.top = `${below + height > innerHeight ? Math.max(8, at.top - height - 4) : below}px`;
  }

  choose(index) {
    const { items } = this.found;
    this.chosen = (index + items.length) % items.length;
    [...this.list.children].forEach((each, position) => each.setAttribute("aria-selected", String(position === this.chosen)));
    const line = this.list.children[this.chosen];
    line.scrollIntoView({ block: "nearest" });
    this.editor.area.setAttribute("aria-activedescendant", line.id);
    this.words.textContent = firstLine(items[this.chosen].description ?? "");
  }

  accept(index) {
    const { from, to, items } = this.found;
    const item = items[index];
    const text = this.editor.value;
    const indent = /^ */.exec(text.slice(text.lastIndexOf("\n", from - 1) + 1))[0];
    const insert = item.opens ? `${item.label} {\n${indent}  \n${indent}}` : (item.insert ?? item.label);
    const caret = item.opens ? from + item.label.length + 5 + indent.length : from + insert.length - (item.back ?? 0);
    this.close();
    this.editor.edit({ from, to, insert, caret });
    this.close();
    if (item.opens || insert.endsWith(": ")) this.open();
  }

  pressed(event) {
    if (event.ctrlKey && event.code === "Space") { event.preventDefault(); this.open(); return; }
    if (!this.found || event.ctrlKey || event.metaKey || event.altKey) return;
    const isWritten = this.found.items[this.chosen].label === this.editor.value.slice(this.found.from, this.found.to);
    const actions = {
      ArrowDown: () => this.choose(this.chosen + 1),
      ArrowUp: () => this.choose(this.chosen - 1),
      Escape: () => this.close(),
      Tab: event.shiftKey ? null : () => this.accept(this.chosen),
      Enter: isWritten && !this.found.items[this.chosen].opens ? null : () => this.accept(this.chosen),
    };
    if (["ArrowLeft", "ArrowRight", "Home", "End", "Enter"].includes(event.key) && !actions[event.key]) this.close();
    if (!actions[event.key]) return;
    event.preventDefault();
    event.stopPropagation();
    actions[event.key]();
  }
}
