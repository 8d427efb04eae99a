"""Cursors: a position, sealed and bound to the query and the caller it was made for."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac

import orjson

from atakora_data.errors import InvalidCursor
from atakora_data.query.page import Position

_SIGNATURE = 16
_PADDED = 32
_LONGEST = 1_048_576
_HINT = "Start again without nextToken."


def binding(*parts: str) -> str:
    """What a cursor is bound to, as a digest: equal parts in equal order give equal bindings."""
    content = "".join([f"{len(part)}:{part}" for part in parts])
    return hashlib.blake2b(content.encode(errors="surrogatepass"), digest_size=16).hexdigest()


class CursorSigner:
    """Makes and opens cursors.

    They are signed, so that nobody can make one up, and encrypted: a list whose rule is a function may have to go on
    behind a record that its caller may not read. The cipher needs no nonce, since the signature is one (SIV, RFC 5297).
    """

    def __init__(self, key: bytes) -> None:
        self._key = hashlib.sha256(key).digest()
        self._cipher = hashlib.shake_256(hashlib.sha256(b"cipher" + self._key).digest())

    def sign(self, position: Position, binding: str) -> str:
        """The token of this position, URL-safe; of its values it tells at most about how long they are."""
        content = orjson.dumps(position)
        content += b" " * (-len(content) % _PADDED)
        signature = self._signature(content, binding)
        return _encoded(signature + self._enciphered(content, signature))

    def verify(self, token: str, binding: str) -> Position:
        """The position of the token; InvalidCursor unless it was signed here with the same binding."""
        content = self._opened(token, binding)
        position = None if content is None else _decoded(content)
        if position is None:
            raise InvalidCursor("The nextToken was changed, or belongs to another query or caller.", hint=_HINT)
        return position

    def _opened(self, token: str, binding: str) -> bytes | None:
        """What was signed, None unless the token is letter for letter what `sign` made."""
        if not isinstance(token, str) or not token.isascii() or len(token) > _LONGEST:
            return None
        try:
            data = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        except binascii.Error:
            return None
        signature, content = data[:_SIGNATURE], self._enciphered(data[_SIGNATURE:], data[:_SIGNATURE])
        signed = hmac.compare_digest(signature, self._signature(content, binding))
        return content if signed and _encoded(data) == token else None

    def _signature(self, content: bytes, binding: str) -> bytes:
        signed = binding.encode() + b"\n" + content
        return hashlib.blake2b(signed, key=self._key, digest_size=_SIGNATURE).digest()

    def _enciphered(self, content: bytes, signature: bytes) -> bytes:
        """The content added to what the key makes of the signature: done twice, it is the content again."""
        cipher = self._cipher.copy()
        cipher.update(signature)
        length = len(content)
        stream = int.from_bytes(cipher.digest(length), "big")
        return (int.from_bytes(content, "big") ^ stream).to_bytes(length, "big")


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decoded(content: bytes) -> Position | None:
    """A position, unless the key has signed something else."""
    try:
        position = orjson.loads(content)
    except orjson.JSONDecodeError:
        return None
    return tuple(position) if isinstance(position, list) else None
