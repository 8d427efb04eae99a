// The OpenAPI document as this page reads it: references followed, operations gathered under their tags.

const METHODS = ["get", "post", "put", "patch", "delete", "head", "options"];

class ApiDocument {
  constructor(source, url) {
    this.source = source;
    this.url = url;
    this.title = source.info?.title ?? "API";
    this.version = source.info?.version ?? "";
    this.description = source.info?.description ?? "";
    this.schemas = source.components?.schemas ?? {};
    this.base = this.serverUrl();
    this.operations = this.readOperations();
    this.tags = this.readTags();
  }

  /** Where the paths begin. Pages may only talk to their own origin, so another server is passed over. */
  serverUrl() {
    const url = new URL(this.source.servers?.[0]?.url ?? ".", this.url);
    const base = url.origin === this.url.origin ? url : new URL(".", this.url);
    return base.href.replace(/\/$/, "");
  }

  /** The value itself, or what its `$ref` leads to inside this document; `{}` when it leads nowhere. */
  follow(value) {
    for (let steps = 0; value && typeof value === "object" && "$ref" in value && steps < 20; steps += 1) {
      const { $ref, ...beside } = value;
      const target = this.at($ref);
      value = Object.keys(beside).length ? { ...target, ...beside } : target;
    }
    return value ?? {};
  }

  /** What a local reference such as `#/components/schemas/Post` points at. */
  at(reference) {
    if (!String(reference).startsWith("#/")) return {};
    const keys = reference.slice(2).split("/").map((key) => decodeURIComponent(key).replace(/~1/g, "/").replace(/~0/g, "~"));
    return keys.reduce((value, key) => (value && Object.hasOwn(value, key) ? value[key] : undefined), this.source) ?? {};
  }

  readOperations() {
    const found = [];
    for (const [path, item] of Object.entries(this.source.paths ?? {})) {
      const shared = this.follow(item);
      for (const method of METHODS.filter((each) => each in shared)) {
        const operation = shared[method];
        const parameters = this.mergeParameters(shared.parameters ?? [], operation.parameters ?? []);
        const id = operation.operationId ?? `${method}-${path.replace(/[^\w]+/g, "-")}`;
        found.push({ ...operation, id, method, path, parameters, tag: operation.tags?.[0] ?? "Other" });
      }
    }
    return found;
  }

  /** The parameters of the path and of the operation; the operation's own win. */
  mergeParameters(shared, own) {
    const merged = new Map();
    for (const each of [...shared, ...own].map((value) => this.follow(value))) merged.set(`${each.in} ${each.name}`, each);
    return [...merged.values()];
  }

  /** The declared tags in their order, then those that operations name; empty ones are left out. */
  readTags() {
    const byName = new Map((this.source.tags ?? []).map((tag) => [tag.name, { ...tag, operations: [] }]));
    for (const operation of this.operations) {
      if (!byName.has(operation.tag)) byName.set(operation.tag, { name: operation.tag, operations: [] });
      byName.get(operation.tag).operations.push(operation);
    }
    return [...byName.values()].filter((tag) => tag.operations.length);
  }

  /** Whether an operation asks for a token: "required", "optional" or "none". */
  tokenUse(operation) {
    const choices = operation.security ?? this.source.security ?? [];
    if (!choices.length) return "none";
    return choices.some((choice) => Object.keys(choice).length === 0) ? "optional" : "required";
  }
}
