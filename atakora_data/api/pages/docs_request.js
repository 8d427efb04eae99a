// From what was filled in to the request that is sent.

/** The request for an operation: `values` by "in name", and the body's text. Empty values are not sent. */
function buildRequest(api, operation, values, bodyText, mediaType) {
  const filled = operation.parameters.map((parameter) => [parameter, values[`${parameter.in} ${parameter.name}`] ?? ""]).filter(([, text]) => text !== "");
  let path = operation.path;
  const query = [];
  const headers = {};
  for (const [parameter, text] of filled) {
    if (parameter.in === "path") path = path.replace(`{${parameter.name}}`, encodeURIComponent(text));
    if (parameter.in === "query") query.push(...queryPairs(parameter, text));
    if (parameter.in === "header") headers[parameter.name] = text;
  }
  const body = bodyText === undefined || bodyText.trim() === "" ? undefined : bodyText;
  if (body !== undefined) headers["Content-Type"] = mediaType;
  return { method: operation.method.toUpperCase(), url: api.base + path + (query.length ? `?${query.join("&")}` : ""), headers, body };
}

/** The pairs a query parameter becomes: a list once or several times, an object in brackets, anything else once. */
function queryPairs({ name, style = "form", explode = style === "form", schema = {} }, text) {
  const pair = (key, value) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`;
  if (style === "deepObject" && !jsonProblem(text)) return bracketPairs(name, JSON.parse(text)).map(([key, value]) => pair(key, value));
  if ([schema.type].flat().includes("array")) {
    const items = text.split(",").map((item) => item.trim()).filter(Boolean);
    return explode ? items.map((item) => pair(name, item)) : [`${encodeURIComponent(name)}=${items.map(encodeURIComponent).join(",")}`];
  }
  return [pair(name, text)];
}

/** `{status: {eq: "x"}}` as `filter[status][eq]` and its value. */
function bracketPairs(prefix, value) {
  if (value === null || typeof value !== "object") return [[prefix, value === null ? "null" : String(value)]];
  return Object.entries(value).flatMap(([key, inner]) => bracketPairs(`${prefix}[${key}]`, inner));
}

/** Required parameters that were left empty. */
function missingParameters(operation, values) {
  return operation.parameters.filter((each) => (each.required || each.in === "path") && (values[`${each.in} ${each.name}`] ?? "") === "");
}

/** The media type to send and its description, JSON before others, or null when the operation takes no body. */
function requestBody(api, operation) {
  if (!operation.requestBody) return null;
  const { content = {}, required = false, description } = api.follow(operation.requestBody);
  const types = Object.keys(content);
  const type = types.find((each) => /json/.test(each)) ?? types[0];
  return type ? { type, required, description, ...content[type] } : null;
}
