"""Answers that arrive in pieces, as they do over a network."""

from __future__ import annotations

import asyncio
import json

from aiohttp import web

PIECE = 64


async def in_pieces(request: web.BaseRequest, found: object) -> web.StreamResponse:
    """A JSON answer, piece by piece."""
    answer = web.StreamResponse(headers={"Content-Type": "application/json"})
    await answer.prepare(request)
    content = json.dumps(found).encode()
    for start in range(0, len(content), PIECE):
        await answer.write(content[start : start + PIECE])
        await asyncio.sleep(0.001)
    await answer.write_eof()
    return answer
