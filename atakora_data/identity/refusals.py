"""Why a token is refused, in words; the text of foreign errors is not shown."""

from __future__ import annotations

from atakora_data.errors import InvalidToken


def refusal(error: Exception, algorithm: str, hint: str) -> InvalidToken:
    """What a caller is told whose token failed this check of PyJWT."""
    import jwt

    reasons: tuple[tuple[type[Exception], str], ...] = (
        (jwt.ExpiredSignatureError, "The token has expired."),
        (jwt.ImmatureSignatureError, "The token is not valid yet."),
        (jwt.InvalidIssuedAtError, "The token was issued in the future."),
        (jwt.InvalidAudienceError, "The token is meant for another audience."),
        (jwt.InvalidIssuerError, "The token comes from another issuer."),
        (jwt.MissingRequiredClaimError, "The token lacks one of the claims `exp`, `iss` and `aud`."),
        (jwt.InvalidSignatureError, "The signature of the token does not verify."),
        (jwt.InvalidAlgorithmError, f"The token is not signed with {algorithm}."),
    )
    detail = next((text for kind, text in reasons if isinstance(error, kind)), None)
    return malformed(hint) if detail is None else InvalidToken(detail, hint=hint)


def malformed(hint: str) -> InvalidToken:
    """What a caller is told whose token is none."""
    return InvalidToken("The token is not a well-formed JWT.", hint=hint)
