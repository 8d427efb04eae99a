"""What changed for REST clients, by two OpenAPI documents of ours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from atakora_data.codegen.diff.change import Area, Change, Severity
from atakora_data.codegen.diff.shapes import Found, Shapes, Way

_METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_KEEP: Final = "Keep it until nobody asks for it."
_OPTIONAL: Final = "Let it be left out."
_GOOD: Final = "2"
_DERIVED: Final = ("Filter", "Aggregate")
_SEVERITIES: Final = [*Severity]

Document = Mapping[str, Any]


def rest_changes(old: Document, new: Document) -> Iterator[Change]:
    """All changes; the same one in several parts of an entity's description is told once."""
    owners = {
        place: operation.get("tags", [place])[0]
        for each in (old, new)
        for place, operation in _operations(each).items()
    }
    yield from _together([*_Comparison(old, new).run()], owners)


class _Comparison:
    """Two documents, compared operation by operation."""

    def __init__(self, old: Document, new: Document) -> None:
        self._old = old
        self._new = new
        self._shapes = Shapes(*(each.get("components", {}).get("schemas", {}) for each in (old, new)))

    def run(self) -> Iterator[Found]:
        before, after = _operations(self._old), _operations(self._new)
        for place in sorted(before.keys() | after.keys()):
            if place not in after:
                yield Found(Severity.BREAKING, place, "was removed", _KEEP)
            elif place not in before:
                yield Found(Severity.SAFE, place, "was added", "")
            else:
                yield from self._operation(place, before[place], after[place])

    def _operation(self, place: str, old: Document, new: Document) -> Iterator[Found]:
        yield from self._parameters(place, old, new)
        yield from self._bodies(place, old.get("requestBody"), new.get("requestBody"))
        yield from self._answers(place, old["responses"], new["responses"])
        if self._is_open(old, self._old) and not self._is_open(new, self._new):
            yield Found(Severity.BREAKING, place, "is not for anonymous callers any more", "Tell them to sign in.")

    def _parameters(self, place: str, old: Document, new: Document) -> Iterator[Found]:
        before, after = self._named(old, self._old), self._named(new, self._new)
        for name in sorted(before.keys() | after.keys()):
            called = f"parameter `{name[1]}`"
            if name not in after:
                yield Found(Severity.BREAKING, place, f"{called} was removed", _KEEP)
            elif name not in before:
                severity = Severity.BREAKING if after[name].get("required") else Severity.SAFE
                yield Found(severity, place, f"{called} was added", _OPTIONAL if severity == "breaking" else "")
            else:
                if after[name].get("required") and not before[name].get("required"):
                    yield Found(Severity.BREAKING, place, f"{called} is required", _OPTIONAL)
                schemas = _schema(before[name]), _schema(after[name])
                for each in self._shapes.compare(*schemas, Way.SENT, place):
                    yield each._replace(what=f"{called} {each.what}") if each.place == place else each

    def _bodies(self, place: str, old: Any, new: Any) -> Iterator[Found]:
        if old is None or new is None:
            if old is not new:
                is_asked = new is not None and bool(new.get("required"))
                severity = Severity.BREAKING if old is not None or is_asked else Severity.SAFE
                yield Found(severity, place, f"{'takes a' if old is None else 'has no'} body", _OPTIONAL)
            return
        if new.get("required") and not old.get("required"):
            yield Found(Severity.BREAKING, place, "requires a body", _OPTIONAL)
        yield from self._contents(place, old["content"], new["content"], Way.SENT)

    def _answers(self, place: str, old: Document, new: Document) -> Iterator[Found]:
        for status in sorted(old.keys() | new.keys()):
            if not status.startswith(_GOOD):
                continue
            if status not in new:
                yield Found(Severity.BREAKING, place, f"does not answer {status} any more", _KEEP)
            elif status not in old:
                yield Found(Severity.DANGEROUS, place, f"may answer {status}", "Clients must cope with it.")
            else:
                before, after = _resolved(old[status], self._old), _resolved(new[status], self._new)
                yield from self._contents(place, before.get("content", {}), after.get("content", {}), Way.TOLD)

    def _contents(self, place: str, old: Document, new: Document, way: Way) -> Iterator[Found]:
        for kind in sorted(old.keys() | new.keys()):
            if kind not in new:
                yield Found(Severity.BREAKING, place, f"has no {kind} any more", _KEEP)
            elif kind not in old:
                yield Found(Severity.SAFE, place, f"has {kind} as well", "")
            else:
                yield from self._shapes.compare(old[kind].get("schema", {}), new[kind].get("schema", {}), way, place)

    def _named(self, operation: Document, document: Document) -> dict[tuple[str, str], Document]:
        found = [_resolved(each, document) for each in operation.get("parameters", ())]
        return {(each["in"], each["name"]): each for each in found}

    def _is_open(self, operation: Document, document: Document) -> bool:
        return {} in operation.get("security", document.get("security", [{}]))


def _operations(document: Document) -> dict[str, Document]:
    return {
        f"{method.upper()} {path}": {
            **operation,
            "parameters": [*item.get("parameters", ()), *operation.get("parameters", ())],
        }
        for path, item in document.get("paths", {}).items()
        for method, operation in item.items()
        if method in _METHODS
    }


def _schema(parameter: Document) -> Document:
    """Its own, or that of its only content."""
    contents = [each.get("schema", {}) for each in parameter.get("content", {}).values()]
    found: Document = parameter.get("schema", contents[0] if contents else {})
    return found


def _resolved(part: Document, document: Document) -> Document:
    """The part, or the component it refers to."""
    if "$ref" not in part:
        return part
    found: Any = document
    for name in part["$ref"].removeprefix("#/").split("/"):
        found = found[name.replace("~1", "/").replace("~0", "~")]
    return dict(found)


def _together(found: Sequence[Found], owners: Mapping[str, str]) -> Iterator[Change]:
    """One change of an entity is told once, wherever in its description it is seen. owners: of operations."""
    parts: dict[Found, set[str]] = {}
    for each in _told_already(found):
        whole = _whole(each, owners)
        parts.setdefault(each._replace(place=whole, path=()), set()).add(each.place)
    for (severity, place, what, remedy, _), where in parts.items():
        parts_of_it = tuple(sorted(where)) if where != {place} else ()
        yield Change(severity, Area.REST, place, what, remedy, parts_of_it)


def _told_already(found: Sequence[Found]) -> Iterator[Found]:
    """What is so in filters and aggregates because it is so in the record is told with the record, if as bad."""
    known = {(each.place, each.path[0]): each for each in found if len(each.path) == 1}
    for each in found:
        base, _, part = each.place.partition(".")
        causes = (known.get((base, name)) for name in each.path)
        worst = min((_SEVERITIES.index(cause.severity) for cause in causes if cause), default=len(_SEVERITIES))
        if part not in _DERIVED or worst > _SEVERITIES.index(each.severity):
            yield each


def _whole(found: Found, owners: Mapping[str, str]) -> str:
    """`Post.Create` and `Post.Filter` are parts of `Post`, and so are the parameters of its operations."""
    if " " not in found.place:
        return found.place.partition(".")[0]
    return owners.get(found.place, found.place) if found.what.startswith("parameter") else found.place
