// The answer to a request: status, time, headers, and the body in colours.

/** Shows an answer. `onNext(token)` loads the next page, where the operation has pages. */
function showAnswer(box, answer, onNext) {
  if (answer.failure) {
    fill(box, answerLine(answer), h("p", { class: "problem" }, answer.failure));
    return;
  }
  const text = prettyJson(answer.text);
  const link = (key, value) => {
    if (key === "nextToken" && onNext) return { title: "Load the next page", run: () => onNext(value) };
    const code = key === "type" && value.startsWith(`${location.pathname}#`) ? value.split("#")[1] : "";
    return /^[\w-]+$/.test(code) ? { title: "What this problem means", run: () => { location.hash = code; } } : null;
  };
  const next = onNext && !jsonProblem(answer.text) ? JSON.parse(answer.text)?.nextToken : null;
  fill(box,
    h("div", { class: "answer-head" },
      answerLine(answer),
      next && h("button", { type: "button", class: "button small", onclick: () => onNext(next) }, "Next page"),
      answer.status === 401 && h("button", { type: "button", class: "button small", onclick: () => byId("token").click() }, "Set a token"),
      text && copyButton(() => text, "Copy the answer")),
    headerList(answer.headers),
    text ? h("pre", { class: "json", tabindex: "0", role: "region", "aria-label": "Answer" }, ...jsonView(text, link)) : h("p", { class: "hint empty" }, "The answer has no body."));
  announce(`${answer.status} ${answer.reason}`);
}

/** The headers, folded away. */
function headerList(headers) {
  const rows = headers.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]);
  return h("details", { class: "headers" }, h("summary", {}, `${headers.length} headers`), h("dl", {}, ...rows));
}
