"""`Idempotency-Key`: a POST that is sent again gets the first answer, and nothing is done twice."""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

import orjson
from msgspec.structs import replace

from atakora_data.api.http.message import Handler, Request, Response
from atakora_data.api.http.pipeline import KEY_HEADER
from atakora_data.authorization.principal import Principal
from atakora_data.errors import (
    AnswerLost,
    IdempotencyKeyReused,
    MalformedRequest,
    RequestInProgress,
    SignInRequired,
    StoreUnavailable,
)
from atakora_data.service.receipts import KIND, Receipt
from atakora_data.storage.state import StateStore

REPLAYED_HEADER: Final = "Idempotency-Replayed"
LONGEST_KEY: Final = 255
LARGEST_ANSWER: Final = 256 * 1024
"""How many bytes an answer may have to be given again."""

LONGEST_WORK: Final = 300.0
"""So many seconds after it began a request is under way no more, whatever became of it."""

_PASSING: Final = frozenset({"exp", "iat", "nbf", "auth_time", "jti", "uti", "aio", "rh", "sid", "amr", "xms_ftd"})
"""Claims that differ from one token of a caller to the next, and that no rule asks for."""

_log = logging.getLogger(__name__)


class Once:
    """Carries out each request of a caller once per key.

    state: where receipts are; seconds: for how long. clock: seconds since 1970.
    """

    def __init__(self, state: StateStore, seconds: float, *, clock: Callable[[], float] = time.time) -> None:
        self._state = state
        self._seconds = seconds
        self._clock = clock
        self._under_way: set[tuple[str, str]] = set()

    async def answer(self, handle: Handler, request: Request) -> Response:
        """The answer of the handler, or that to the first request with this key.

        RequestInProgress, AnswerLost, IdempotencyKeyReused: as they say. SignInRequired: nobody can be told apart.
        """
        receipt = _receipt(request, self._seconds, self._clock())
        place = receipt.partition, receipt.key
        if place in self._under_way:
            raise RequestInProgress
        self._under_way.add(place)
        try:
            known = await self._state.get(KIND, *place)
            if known is not None:
                return _again(known.value, receipt.value, self._clock())
            return await self._first(handle, request, receipt)
        finally:
            self._under_way.discard(place)

    async def _first(self, handle: Handler, request: Request, receipt: Receipt) -> Response:
        request.context = replace(request.context, receipt=receipt)
        try:
            response = await handle(request)
        except RequestInProgress:
            known = await self._state.get(KIND, receipt.partition, receipt.key)
            if known is None:
                raise
            return _again(known.value, receipt.value, self._clock())
        if receipt.is_kept:
            await self._remember(receipt, response)
        return response

    async def _remember(self, receipt: Receipt, response: Response) -> None:
        """Keep the answer beside the receipt; the write is done, so that its caller is answered in any case."""
        answer = {"status": response.status, "headers": response.headers, "body": response.body.decode()}
        value = {**receipt.value, "answer": answer if len(response.body) <= LARGEST_ANSWER else None, "until": 0}
        try:
            await self._state.put(KIND, receipt.partition, receipt.key, value, ttl=receipt.seconds)
        except StoreUnavailable:
            _log.warning("The answer to a request with an Idempotency-Key is not kept: the store is away.")


def _receipt(request: Request, seconds: float, now: float) -> Receipt:
    key, principal = _key(request.headers[KEY_HEADER]), request.context.principal
    if principal.id is None:
        raise SignInRequired(
            "An Idempotency-Key belongs to a caller, and nobody has signed in.",
            hint="Send `Authorization: Bearer <token>`, or leave the key out.",
        )
    value = {
        "request": _digest(request.method, *request.path, *map(list, request.query), request.body.hex()),
        "rights": _rights(principal),
        "until": now + LONGEST_WORK,
    }
    return Receipt(_digest(request.context.tenant, principal.id), key, value, seconds)


def _key(text: str) -> str:
    if not 0 < len(text) <= LONGEST_KEY or not all("!" <= each <= "~" for each in text):
        raise MalformedRequest(
            f"The Idempotency-Key is no text of 1 to {LONGEST_KEY} ASCII characters without blanks.",
            hint="Send a new UUID with each request.",
        )
    return text


def _again(known: Mapping[str, Any], asked: Mapping[str, Any], now: float) -> Response:
    """The first answer once more, if it is known and still the caller's."""
    if known["request"] != asked["request"]:
        raise IdempotencyKeyReused
    answer = known.get("answer")
    if answer is None:
        if now < known["until"]:
            raise RequestInProgress
        raise AnswerLost("its answer was too large to keep, or is not known")
    if known["rights"] != asked["rights"]:
        raise AnswerLost("you had other rights then")
    return Response(answer["status"], {**answer["headers"], REPLAYED_HEADER: "true"}, answer["body"].encode())


def _rights(principal: Principal) -> str:
    """Equal as long as no rule tells the caller from whom it was before."""
    claims = {name: value for name, value in principal.claims.items() if name not in _PASSING}
    groups = [sorted(each) for each in (principal.roles, principal.groups, principal.scopes)]
    return _digest(*groups, principal.email, principal.name, claims)


def _digest(*parts: Any) -> str:
    text = orjson.dumps(parts, default=str, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)
    return hashlib.blake2b(text, digest_size=24).hexdigest()
