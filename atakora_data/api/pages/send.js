// One request with the token in use, and everything that can be said of its answer.

/** Sends and reads to the end. `failure` says why there was no answer at all. */
async function send({ method, url, headers = {}, body }) {
  const all = new Headers(headers);
  const token = currentToken();
  if (token && !all.has("Authorization")) all.set("Authorization", `Bearer ${token}`);
  const started = performance.now();
  try {
    const response = await fetch(url, { method, headers: all, body, cache: "no-store", credentials: "same-origin" });
    const text = await response.text();
    const milliseconds = performance.now() - started;
    const size = new TextEncoder().encode(text).length;
    return { status: response.status, reason: response.statusText || REASONS[response.status] || "", headers: [...response.headers], text, milliseconds, size };
  } catch (error) {
    return { failure: `No answer: ${error.message}. Is the app still running?`, milliseconds: performance.now() - started };
  }
}

const REASONS = {
  200: "OK", 201: "Created", 202: "Accepted", 204: "No Content", 304: "Not Modified", 400: "Bad Request", 401: "Unauthorized",
  403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 406: "Not Acceptable", 409: "Conflict", 412: "Precondition Failed",
  413: "Content Too Large", 415: "Unsupported Media Type", 422: "Unprocessable Content", 429: "Too Many Requests",
  500: "Internal Server Error", 503: "Service Unavailable",
};

/** A time for people. */
function duration(milliseconds) {
  return milliseconds < 1000 ? `${milliseconds < 10 ? milliseconds.toFixed(1) : Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(2)} s`;
}

/** A size for people. */
function byteCount(bytes) {
  return bytes < 1024 ? `${bytes} B` : bytes < 1024 ** 2 ? `${(bytes / 1024).toFixed(1)} KiB` : `${(bytes / 1024 ** 2).toFixed(1)} MiB`;
}

/** Status, time and size of an answer, side by side. */
function answerLine(answer) {
  if (answer.failure) return h("div", { class: "answer-line" }, h("span", { class: "status bad" }, "No answer"), h("span", {}, duration(answer.milliseconds)));
  const kind = answer.status < 300 ? "good" : answer.status < 400 ? "" : "bad";
  return h("div", { class: "answer-line" },
    h("span", { class: `status ${kind}` }, `${answer.status} ${answer.reason}`.trim()),
    h("span", {}, duration(answer.milliseconds)),
    h("span", {}, byteCount(answer.size)));
}

/** The request as a command line; the token stands in it by name only. */
function curlCommand({ method, url, headers = {}, body }) {
  const quote = (text) => `'${text.replace(/'/g, "'\\''")}'`;
  const verb = { GET: "", HEAD: " --head" }[method] ?? ` -X ${method}`;
  const parts = [`curl${verb} ${quote(url)}`];
  if (currentToken()) parts.push('-H "Authorization: Bearer $TOKEN"');
  for (const [name, value] of Object.entries(headers)) parts.push(`-H ${quote(`${name}: ${value}`)}`);
  if (body !== undefined) parts.push(`--data ${quote(body)}`);
  return parts.join(" \\\n  ");
}
