"""Pure generators: a registry in, files as `{path: text}` out; always the same text for the same registry."""
