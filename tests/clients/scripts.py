"""Small scripts that use the programs of the docs, and say what they hear in lines of JSON."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from tests.support.talk import Talk, talking

LISTENER: Final = """
import { Realtime } from "./realtime.mjs";
const say = (...words) => console.log(JSON.stringify(words));
const realtime = new Realtime(process.argv[2], () => process.env.TOKEN);
await realtime.open();
const stop = await realtime.subscribe(JSON.parse(process.argv[3]), (payload) => say("next", payload));
say("subscribed");
process.stdin.on("data", async () => { await stop(); say("stopped"); await realtime.close(); process.exit(0); });
"""
"""Arguments: the API, and what is wanted."""

GRAPHQL: Final = """
import { createClient } from "graphql-ws";
import { Realtime } from "./realtime.mjs";
import { socketOver } from "./signalr-socket.mjs";
const say = (...words) => console.log(JSON.stringify(words));
const [, , api, query, variables, count] = process.argv;
const realtime = new Realtime(api, () => process.env.TOKEN);
await realtime.open();
const client = createClient({ url: "ws://realtime", webSocketImpl: socketOver(realtime), retryAttempts: 0 });
let heard = 0;
try {
  for await (const result of client.iterate({ query, variables: JSON.parse(variables) })) {
    say("next", result);
    heard += 1;
    if (heard === Number(count)) break;
  }
  say("done");
} catch (error) {
  say("error", error);
}
process.stdin.on("data", () => process.exit(0));
"""
"""Arguments: the API, a document, its variables, and after how many results to break off."""


@asynccontextmanager
async def listening(api: str, token: str, desk: Path, script: str, *arguments: str) -> AsyncIterator[Talk]:
    """A script beside the programs of the docs, run with the API and these arguments."""
    (desk / "script.mjs").write_text(script)
    environ = {**os.environ, "TOKEN": token}
    async with talking("node", "script.mjs", api, *arguments, folder=desk, environ=environ) as talk:
        yield talk
