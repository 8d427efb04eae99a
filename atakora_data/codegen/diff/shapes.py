"""What changed in JSON schemas, for those who send such data and for those who are told it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any, Final, NamedTuple, TypeAlias

from atakora_data.codegen.diff.change import Severity

Schema: TypeAlias = Mapping[str, Any]

_UPPER: Final = ("maxLength", "maximum", "exclusiveMaximum", "maxItems", "maxProperties")
_LOWER: Final = ("minLength", "minimum", "exclusiveMinimum", "minItems", "minProperties")
_REF: Final = "#/components/schemas/"

_KEEP: Final = "Keep it until nobody uses it."
_OPTIONAL: Final = "Give it a default, or let it be null."
_ANOTHER: Final = "Add a field of another name, and keep this one for a while."
_CARE: Final = "Clients that know only what there was must cope with it."
_LOOSEN: Final = "Take what was taken before, or tell those who send it."


class Way(Enum):
    """Which way data goes: clients send it, or are told it."""

    SENT = "sent"
    TOLD = "told"


class Found(NamedTuple):
    """One change. place: the name of a component, or where the comparison began; what: it, with the path below.

    path: the names below the place that it is about.
    """

    severity: Severity
    place: str
    what: str
    remedy: str
    path: tuple[str, ...] = ()


class _At(NamedTuple):
    """Where the comparison is: in a component, at a path of names below."""

    place: str
    path: tuple[str, ...] = ()

    def says(self, severity: Severity, what: str, remedy: str = "") -> Found:
        name = ".".join(self.path)
        remedy = "" if severity is Severity.SAFE else remedy
        return Found(severity, self.place, f"`{name}` {what}" if name else what, remedy, self.path)


class Shapes:
    """Compares schemas of two OpenAPI documents; each component once for each way."""

    def __init__(self, old: Mapping[str, Schema], new: Mapping[str, Schema]) -> None:
        self._old = old
        self._new = new
        self._seen: set[tuple[str, Way]] = set()

    def compare(self, old: Schema, new: Schema, way: Way, place: str) -> Iterator[Found]:
        """All changes between two schemas."""
        yield from self._compare(old, new, way, _At(place))

    def _compare(self, old: Schema, new: Schema, way: Way, at: _At) -> Iterator[Found]:
        before, after = _alternatives(old, self._old), _alternatives(new, self._new)
        is_sent = way is Way.SENT
        if is_sent and old.get("default") != new.get("default"):
            yield at.says(Severity.DANGEROUS, _from("default", old.get("default"), new.get("default")), _CARE)
        if "null" in before and "null" not in after:
            yield at.says(Severity.BREAKING if is_sent else Severity.SAFE, "is not null any more", _LOOSEN)
        if "null" in after and "null" not in before:
            yield at.says(Severity.SAFE if is_sent else Severity.BREAKING, "may be null", _CARE)
        gone = [each for each in before if each not in after and each != "null"]
        come = [each for each in after if each not in before and each != "null"]
        if gone and come:
            yield from self._exchanged(before, after, (gone, come), way, at)
        elif gone:
            severity = Severity.BREAKING if is_sent else Severity.SAFE
            yield at.says(severity, f"is not {_listed(gone)} any more", _LOOSEN)
        elif come:
            yield at.says(Severity.SAFE if is_sent else Severity.DANGEROUS, f"may be {_listed(come)} as well", _CARE)
        for name in sorted(before.keys() & after.keys() - {"null"}):
            yield from self._same(name, before[name], after[name], way, at)

    def _exchanged(
        self,
        before: Mapping[str, Schema],
        after: Mapping[str, Schema],
        names: tuple[list[str], list[str]],
        way: Way,
        at: _At,
    ) -> Iterator[Found]:
        """Other alternatives than before: the same shape under another name is no change of type."""
        (old, *more), (new, *others) = names
        one = before[old], after[new]
        if not more and not others and all("properties" in each or "enum" in each for each in one):
            if (f"{old}{new}", way) not in self._seen:
                self._seen.add((f"{old}{new}", way))
                yield from self._inside(*one, way, at)
            return
        what = f"is {_listed(names[1])} instead of {_listed(names[0])}"
        yield at.says(Severity.BREAKING, what, _ANOTHER)

    def _same(self, name: str, old: Schema, new: Schema, way: Way, at: _At) -> Iterator[Found]:
        if not name.startswith("#"):
            yield from self._inside(old, new, way, at)
            return
        if (name, way) not in self._seen:
            self._seen.add((name, way))
            yield from self._inside(old, new, way, _At(name[1:]))

    def _inside(self, old: Schema, new: Schema, way: Way, at: _At) -> Iterator[Found]:
        yield from _values(old, new, way, at)
        if way is Way.SENT:
            yield from _bounds(old, new, at)
        yield from self._properties(old, new, way, at)
        if "items" in old and "items" in new:
            yield from self._compare(old["items"], new["items"], way, at)
        more, now = old.get("additionalProperties"), new.get("additionalProperties")
        if isinstance(more, Mapping) and isinstance(now, Mapping):
            yield from self._compare(more, now, way, at)

    def _properties(self, old: Schema, new: Schema, way: Way, at: _At) -> Iterator[Found]:
        before, after = old.get("properties", {}), new.get("properties", {})
        must, now = set(old.get("required", ())), set(new.get("required", ()))
        for name in sorted(before.keys() | after.keys()):
            inner = _At(at.place, (*at.path, name))
            if name not in after:
                yield inner.says(Severity.BREAKING, "was removed", _KEEP)
            elif name not in before:
                is_asked = way is Way.SENT and name in now
                yield inner.says(
                    Severity.BREAKING if is_asked else Severity.SAFE,
                    f"was added{' and is required' * is_asked}",
                    _OPTIONAL,
                )
            else:
                yield from _requirement(name in must, name in now, way, inner)
                yield from self._compare(before[name], after[name], way, inner)


def _requirement(must: bool, now: bool, way: Way, at: _At) -> Iterator[Found]:
    if now and not must:
        yield at.says(Severity.BREAKING if way is Way.SENT else Severity.SAFE, "is required", _OPTIONAL)
    if must and not now:
        yield at.says(Severity.SAFE if way is Way.SENT else Severity.BREAKING, "may be missing", _CARE)


def _values(old: Schema, new: Schema, way: Way, at: _At) -> Iterator[Found]:
    before, after = old.get("enum"), new.get("enum")
    if before is None or after is None:
        if before != after:
            is_worse = (after is None) is (way is Way.TOLD)
            what = "may have any value" if after is None else f"takes only {_listed(map(repr, after))}"
            yield at.says(Severity.BREAKING if is_worse else Severity.SAFE, what, _LOOSEN)
        return
    gone, come = [each for each in before if each not in after], [each for each in after if each not in before]
    if gone:
        severity = Severity.BREAKING if way is Way.SENT else Severity.SAFE
        yield at.says(severity, f"lost the value {_listed(map(repr, gone))}", _KEEP)
    if come:
        severity = Severity.SAFE if way is Way.SENT else Severity.DANGEROUS
        yield at.says(severity, f"has the new value {_listed(map(repr, come))}", _CARE)


def tightens(name: str, before: Any, after: Any) -> bool:
    """Whether a bound, such as `maxLength`, lets less through than before; another pattern may."""
    if after is None or before == after:
        return False
    if before is None or name not in (*_UPPER, *_LOWER):
        return True
    return bool(after < before if name in _UPPER else after > before)


def _bounds(old: Schema, new: Schema, at: _At) -> Iterator[Found]:
    for name in (*_UPPER, *_LOWER):
        before, after = old.get(name), new.get(name)
        if before != after:
            is_tighter = tightens(name, before, after)
            yield at.says(Severity.BREAKING if is_tighter else Severity.SAFE, _from(name, before, after), _LOOSEN)
    for name in ("pattern", "multipleOf", "uniqueItems"):
        before, after = old.get(name), new.get(name)
        if before != after:
            severity = Severity.SAFE if after in (None, False) else Severity.BREAKING
            yield at.says(severity, _from(name, before, after), _LOOSEN)


def _from(name: str, before: Any, after: Any) -> str:
    was, now = ("none" if each is None else repr(each) for each in (before, after))
    return f"has another {name}: {was} becomes {now}"


def _alternatives(schema: Schema, components: Mapping[str, Schema]) -> dict[str, Schema]:
    """What data may be, by what tells the alternatives apart: `null`, `string:uuid`, or `#` and a component's name."""
    for union in ("anyOf", "oneOf"):
        if union in schema:
            found: dict[str, Schema] = {}
            for each in schema[union]:
                for name, inner in _alternatives(each, components).items():
                    found[name if name not in found or name == "null" else f"{name} {len(found) + 1}"] = inner
            return found
    if len(schema.get("allOf", ())) == 1:
        return _alternatives(schema["allOf"][0], components)
    if "$ref" in schema:
        name = str(schema["$ref"]).removeprefix(_REF)
        component = components.get(name, {})
        is_union = any(each in component for each in ("anyOf", "oneOf")) or isinstance(component.get("type"), list)
        return _alternatives(component, components) if is_union else {f"#{name}": component}
    types = schema.get("type", "anything")
    formatted = f":{schema['format']}" if "format" in schema else ""
    return {
        each if each == "null" else f"{each}{formatted}": schema
        for each in ([types] if isinstance(types, str) else types)
    }


def _listed(names: Any) -> str:
    return " or ".join(str(each).removeprefix("#") for each in names)
