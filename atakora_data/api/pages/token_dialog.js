// The box in which a token is set, and the button that opens it and says who is asking.

const TOKEN_COMMAND = "python -m atakora_data token --id alice";

/** Makes the button open the box, and keeps its words true. */
function attachTokenButton(button) {
  const dialog = tokenDialog();
  document.body.append(dialog);
  const show = () => {
    const token = currentToken();
    const expired = token !== "" && (tokenClaims(token)?.exp ?? Infinity) < Date.now() / 1000;
    fill(button, h("span", { class: `dot ${token ? (expired ? "bad" : "good") : ""}` }), h("span", {}, tokenOwner(token)));
    button.title = tokenSentence(token);
    button.setAttribute("aria-label", `Token: ${tokenSentence(token)}`);
  };
  button.addEventListener("click", () => dialog.open || openTokenDialog(dialog));
  tokenListeners.push(show);
  setInterval(show, 30_000);
  show();
}

/** Shows the box with the token in use. */
function openTokenDialog(dialog) {
  const area = dialog.querySelector("textarea");
  area.value = currentToken();
  area.dispatchEvent(new Event("input"));
  dialog.showModal();
  area.select();
}

/** The box itself. */
function tokenDialog() {
  const state = h("p", { class: "state", role: "status" });
  const area = h("textarea", { id: "token-text", rows: 5, spellcheck: "false", autocomplete: "off", placeholder: "eyJhbGciOi…" });
  const accept = h("button", { class: "button primary", type: "submit" }, "Use this token");
  const forget = h("button", { class: "button", type: "button" }, "Forget it");
  const dismiss = h("button", { class: "icon", type: "button", "aria-label": "Close" }, icon(ICONS.close));
  const dialog = h("dialog", { class: "token", "aria-labelledby": "token-heading" },
    h("form", { method: "dialog" },
      h("div", { class: "heading" }, h("h2", { id: "token-heading" }, "Who is asking?"), dismiss),
      h("p", {}, "Without a token you are anonymous and see what the rules allow to everyone. On your own machine, make a token for anybody you like:"),
      h("div", { class: "command" }, h("code", {}, TOKEN_COMMAND), copyButton(() => TOKEN_COMMAND, "Copy the command")),
      h("p", { class: "hint" }, "Add ", h("code", {}, "--role admin"), " for a role. A deployed app takes the tokens of your identity provider instead."),
      h("label", { for: "token-text" }, "Bearer token"),
      area,
      state,
      h("p", { class: "hint" }, "It is kept in this tab until you close it, and goes into the Authorization header, never into a URL."),
      h("div", { class: "actions" }, forget, accept)));
  const close = () => dialog.close();
  const check = () => {
    const token = bareToken(area.value);
    const problem = tokenProblem(token);
    state.textContent = problem || tokenSentence(token);
    state.classList.toggle("bad", problem !== "");
    accept.disabled = problem !== "";
  };
  area.addEventListener("input", check);
  area.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !accept.disabled) { event.preventDefault(); accept.click(); }
  });
  accept.addEventListener("click", () => useToken(bareToken(area.value)));
  forget.addEventListener("click", () => { useToken(""); close(); });
  dismiss.addEventListener("click", close);
  dialog.addEventListener("click", (event) => event.target === dialog && close());
  return dialog;
}
