"""Between wire form and instances: strict when judging, lenient when loading, canonical when dumping."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atakora_data import Entity, Field, ValidationError, action, validate
from atakora_data.registry.build import build_registry
from tests.registry.every_type import MINIMAL, Color, Inner, Level, thing

THING = thing()
CODEC = THING.codec


def violations(data: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Pointer, detail and code of everything wrong with the input."""
    with pytest.raises(ValidationError) as caught:
        CODEC.parse({**MINIMAL, **data})
    return [(each.pointer, each.detail, each.code) for each in caught.value.errors]


CANONICAL = [
    ("otherId", "0F8FAD5B-D9CB-469F-A165-70867728950E", "0f8fad5b-d9cb-469f-a165-70867728950e"),
    ("number", -5, -5),
    ("longNumber", 2**53 - 1, 2**53 - 1),
    ("ratio", 3, 3.0),
    ("isGood", False, False),
    ("price", "1.10", "1.10"),
    ("price", 7, "7"),
    ("price", "-0.0", "0.0"),
    ("price", "1.5e3", "1500"),
    ("at", "2024-01-31T09:30:00Z", "2024-01-31T09:30:00.000000Z"),
    ("at", "2024-01-31t09:30:00.5z", "2024-01-31T09:30:00.500000Z"),
    ("at", "2024-01-31T09:30:00.1234567+02:00", "2024-01-31T07:30:00.123456Z"),
    ("at", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000000Z"),
    ("day", "2024-02-29", "2024-02-29"),
    ("clock", "09:30", "09:30:00.000000"),
    ("clock", "09:30:00.25", "09:30:00.250000"),
    ("color", "green", "green"),
    ("level", "high", "high"),
    ("status", "done", "done"),
    ("tags", ["a", "b"], ["a", "b"]),
    ("moments", ["2024-01-31T09:30:00+01:00"], ["2024-01-31T08:30:00.000000Z"]),
    ("scores", {"a/b": 1}, {"a/b": 1.0}),
    (
        "inner",
        {"seenAt": "2024-01-31T09:30:00Z"},
        {"readTime": 0, "seenAt": "2024-01-31T09:30:00.000000Z"},
    ),
    ("inners", [{"readTime": 2}], [{"readTime": 2, "seenAt": None}]),
    ("byName", {"x": {}}, {"x": {"readTime": 0, "seenAt": None}}),
    ("counts", [0, 1], [0, 1]),
]


@pytest.mark.parametrize(("name", "sent", "stored"), CANONICAL)
def test_a_value_is_stored_in_canonical_form(name: str, sent: Any, stored: Any) -> None:
    """What was sent is answered in its one canonical form, which parses and loads to the same again."""
    instance = CODEC.parse({**MINIMAL, name: sent})
    record = CODEC.dump(instance)
    assert stored == record[name]
    assert type(stored) is type(record[name])
    assert record == CODEC.dump(CODEC.parse(record)) == CODEC.dump(CODEC.load(record))
    assert instance == CODEC.load(record)


@pytest.mark.parametrize(("name", "sent", "stored"), CANONICAL)
def test_a_filter_literal_has_the_stored_form(name: str, sent: Any, stored: Any) -> None:
    """`canonical` says of a filter's value what storing it would make of it."""
    if name not in ("inner", "inners", "byName"):
        assert stored == CODEC.canonical(THING.fields[name], sent)


REFUSED = [
    ({"text": None}, "/text", "must be a string, not null", "type"),
    ({"text": 5}, "/text", "must be a string", "type"),
    ({"text": ""}, "/text", "must have at least 1 character", "too_short"),
    ({"text": "123456"}, "/text", "must have at most 5 characters", "too_long"),
    ({"text": "a\0"}, "/text", "must not contain the character U+0000", "invalid"),
    ({"text": "\ud800"}, "/text", "must be valid Unicode, without lone surrogates", "invalid"),
    ({"number": "5"}, "/number", "must be a whole number", "type"),
    ({"number": 5.0}, "/number", "must be a whole number, written without a decimal point", "type"),
    ({"number": 1.5}, "/number", "must be a whole number", "type"),
    ({"number": 2.0**64}, "/number", "must be a number of fewer digits", "too_large"),
    ({"number": -1e300}, "/number", "must be a number of fewer digits", "too_small"),
    ({"number": True}, "/number", "must be a whole number", "type"),
    ({"number": -6}, "/number", "must be at least -5", "too_small"),
    (
        {"number": 2**31},
        "/number",
        (
            "must be at most 2147483647, as the field holds 32-bit integers; "
            "to allow more, declare it with Field(le=9007199254740991)"
        ),
        "too_large",
    ),
    (
        {"longNumber": 2**53},
        "/longNumber",
        "must be at most 9007199254740991, as far as JSON numbers are exact; for more, declare the field as Decimal",
        "too_large",
    ),
    ({"ratio": "0.5"}, "/ratio", "must be a number", "type"),
    ({"ratio": math.nan}, "/ratio", "must be a finite number", "type"),
    ({"isGood": "true"}, "/isGood", "must be true or false", "type"),
    ({"isGood": 1}, "/isGood", "must be true or false", "type"),
    ({"price": 1.1}, "/price", 'must be a string, since a JSON number loses digits: send "1.10", not 1.10', "format"),
    ({"price": "one"}, "/price", 'must be a decimal number in a string, such as "1.10"', "format"),
    ({"price": "NaN"}, "/price", 'must be a decimal number in a string, such as "1.10"', "format"),
    ({"price": "1e9999"}, "/price", "must have at most 400 digits", "format"),
    ({"price": "1234567890123"}, "/price", "must have at most 12 digits", "too_many_digits"),
    ({"otherId": "x"}, "/otherId", "must be a UUID such as 0f8fad5b-d9cb-469f-a165-70867728950e", "format"),
    ({"otherId": 5}, "/otherId", "must be a UUID in a string", "type"),
    ({"at": "2024-01-31"}, "/at", "must be a date and time such as 2024-01-31T09:30:00Z", "format"),
    ({"at": 1706693400}, "/at", "must be a date and time such as 2024-01-31T09:30:00Z", "format"),
    ({"at": "1706693400"}, "/at", "must be a date and time such as 2024-01-31T09:30:00Z", "format"),
    (
        {"at": "2024-01-31T09:30:00"},
        "/at",
        "must say its offset from UTC: append Z for UTC, or an offset such as +02:00",
        "format",
    ),
    (
        {"at": "0001-01-01T00:00:00+01:00"},
        "/at",
        "must be a date and time that exists, from year 1 to 9999 in UTC",
        "format",
    ),
    (
        {"at": "2024-02-30T00:00:00Z"},
        "/at",
        "must be a date and time that exists, from year 1 to 9999 in UTC",
        "format",
    ),
    ({"day": "2024-02-30"}, "/day", "must be a date that exists", "format"),
    ({"day": "5"}, "/day", "must be a date such as 2024-01-31", "format"),
    ({"clock": "25:00"}, "/clock", "must be a time of day that exists", "format"),
    ({"clock": "09:30Z"}, "/clock", "must be a time of day without an offset, such as 09:30:00", "format"),
    ({"color": "blue"}, "/color", "must be one of 'red' or 'green'", "enum"),
    ({"status": "drft"}, "/status", "must be one of 'draft' or 'done'", "enum"),
    ({"tags": "a"}, "/tags", "must be a list", "type"),
    ({"tags": ["a", 1]}, "/tags/1", "must be a string", "type"),
    ({"tags": ["a", None]}, "/tags/1", "must be a string, not null", "type"),
    ({"tags": list("abcd")}, "/tags", "must have at most 3 items", "too_long"),
    ({"scores": []}, "/scores", "must be an object", "type"),
    ({"scores": {"a/b~": "x"}}, "/scores/a~1b~0", "must be a number", "type"),
    ({"inner": []}, "/inner", "must be an object", "type"),
    ({"inner": {"readTime": "x"}}, "/inner/readTime", "must be a whole number", "type"),
    (
        {"inner": {"read_time": 1}},
        "/inner/read_time",
        "is not a field of Inner. Perhaps you meant `readTime`.",
        "unknown_field",
    ),
    ({"inners": [{}, {"x": 1}]}, "/inners/1/x", "is not a field of Inner.", "unknown_field"),
    (
        {"byName": {"k": {"readTim": 1}}},
        "/byName/k/readTim",
        "is not a field of Inner. Perhaps you meant `readTime`.",
        "unknown_field",
    ),
    ({"counts": [0, -1]}, "/counts/1", "must be at least 0", "too_small"),
    ({"other_id": None}, "/other_id", "is not a field of Thing. Perhaps you meant `otherId`.", "unknown_field"),
    ({"txt": None}, "/txt", "is not a field of Thing. Perhaps you meant `text`.", "unknown_field"),
    ({"at": datetime(2024, 1, 1, tzinfo=UTC), "tags": {1}}, "/tags", "must be JSON data, not a Python set", "type"),
]


@pytest.mark.parametrize(("data", "pointer", "detail", "code"), REFUSED)
def test_wrong_input_is_refused_with_pointer_words_and_code(
    data: dict[str, Any], pointer: str, detail: str, code: str
) -> None:
    """Input is judged strictly; each violation has a pointer in wire names, clear words and a stable code."""
    assert (pointer, detail, code) in violations(data)


def test_all_violations_are_told_at_once() -> None:
    """Nobody has to send an input again and again to learn what else is wrong."""
    with pytest.raises(ValidationError) as caught:
        CODEC.parse({"number": "x", "inner": {"readTime": None}, "tagss": []})
    assert [
        ("/text", "required"),
        ("/number", "type"),
        ("/inner/readTime", "type"),
        ("/tagss", "unknown_field"),
    ] == [(each.pointer, each.code) for each in caught.value.errors]
    assert "/text is required (and 3 more)" == caught.value.detail


def test_a_violation_never_repeats_the_value() -> None:
    """A sensitive value does not turn up in an error."""
    shown = str(
        [violations({name: "s3cret-s3cret"}) for name in ("text", "number", "at", "price", "otherId", "status")]
    )
    assert "s3cret" not in shown


def test_defaults_fill_what_is_left_out() -> None:
    """A minimal input gives a whole record, in order of declaration."""
    record = CODEC.dump(CODEC.parse(MINIMAL))
    assert list(THING.fields) == list(record)
    assert ("hello", 1, "1.10", "red", None, []) == tuple(
        record[name] for name in ("text", "number", "price", "color", "inner", "tags")
    )


def test_parsed_values_are_python_values() -> None:
    """An instance has UUIDs, dates, decimals and enums, not strings."""
    instance = CODEC.parse(
        {
            **MINIMAL,
            "otherId": "0f8fad5b-d9cb-469f-a165-70867728950e",
            "at": "2024-01-31T09:30:00+02:00",
            "day": "2024-01-31",
            "clock": "09:30",
            "level": "low",
            "inner": {"readTime": 2},
        }
    )
    assert (
        UUID("0f8fad5b-d9cb-469f-a165-70867728950e"),
        datetime(2024, 1, 31, 7, 30, tzinfo=UTC),
        date(2024, 1, 31),
        time(9, 30),
        Decimal("1.10"),
        Color.RED,
        Level.LOW,
        Inner(read_time=2),
    ) == (
        instance.other_id,
        instance.at,
        instance.day,
        instance.clock,
        instance.price,
        instance.color,
        instance.level,
        instance.inner,
    )


def test_loading_judges_nothing() -> None:
    """A stored record loads although it breaks today's rules: missing fields get defaults, the rest stays."""
    instance = CODEC.load({"_etag": "x", "text": "too long for today", "color": "purple", "at": "long ago", "old": 1})
    assert ("too long for today", "purple", "long ago", 1, None) == (
        instance.text,
        instance.color,
        instance.at,
        instance.number,
        instance.inner,
    )
    assert isinstance(instance.id, UUID)
    assert not hasattr(instance, "old")
    record = CODEC.dump(instance)
    assert ("purple", "long ago") == (record["color"], record["at"])


def test_what_a_hook_puts_in_wrongly_is_refused_when_parsed_again() -> None:
    """A dump passes values of a wrong type on, and names a datetime without a zone."""
    instance = CODEC.parse(MINIMAL)
    instance.number = "x"
    with pytest.raises(ValidationError, match="/number must be a whole number"):
        CODEC.parse(CODEC.dump(instance))
    instance.at = datetime(2024, 1, 1)  # noqa: DTZ001  # the mistake in question
    with pytest.raises(ValidationError, match="/at must say its time zone: use utcnow"):
        CODEC.dump(instance)


def test_records_and_instances_share_no_lists() -> None:
    """The caller owns a dumped record, and an instance does not change what it was loaded from."""
    record = CODEC.dump(CODEC.parse({**MINIMAL, "tags": ["a"]}))
    instance = CODEC.load(record)
    instance.tags.append("b")
    CODEC.dump(instance)["tags"].append("c")
    assert (["a"], ["a", "b"]) == (record["tags"], instance.tags)


class Period(Entity):
    """From here to there."""

    id: str = Field(primary_key=True)
    starts_on: date
    ends_on: date

    @validate
    def check_order(self) -> None:
        """The end is not before the start."""
        if self.ends_on < self.starts_on:
            raise ValidationError("must not be before startsOn", field="ends_on")

    @validate
    def check_id(self) -> None:
        """A plain ValueError is for the whole."""
        if self.id == "x":
            raise ValueError("may not be called x")

    @action
    async def shift(record: Period, ctx: Any, days: int, why: str = "because") -> Period:  # an action
        """Move it."""
        return record


def test_checks_across_fields_run_after_the_fields_are_right() -> None:
    """Every check runs, and its field is told by its wire name."""
    codec = build_registry([Period])["Period"].codec
    with pytest.raises(ValidationError) as caught:
        codec.parse({"id": "x", "startsOn": "2024-02-01", "endsOn": "2024-01-01"})
    assert [("/endsOn", "must not be before startsOn", "invalid"), ("", "may not be called x", "invalid")] == [
        (each.pointer, each.detail, each.code) for each in caught.value.errors
    ]


def test_parameters_of_actions_are_judged_like_records() -> None:
    """The input of an action is strict, has defaults and knows its names."""
    entity = build_registry([Period])["Period"]
    shift = entity.actions["shift"]
    assert {"days": 3, "why": "because"} == entity.codec.parse_parameters(shift, {"days": 3})
    with pytest.raises(ValidationError) as caught:
        entity.codec.parse_parameters(shift, {"day": 3})
    assert [
        ("/days", "is required"),
        ("/day", "is not a field of the input of shift. Perhaps you meant `days`."),
    ] == [(each.pointer, each.detail) for each in caught.value.errors]


@pytest.mark.parametrize("id", ["", "a/b", "a\\b", "a?b", "a#b", "a\nb", ".", "..", "x" * 256, "aggregate"])
def test_an_id_that_some_store_or_url_cannot_carry_is_refused(id: str) -> None:
    """A text id has 1 to 255 characters that fit into paths, and is none that a path has already."""
    codec = build_registry([Period])["Period"].codec
    with pytest.raises(ValidationError) as caught:
        codec.parse({"id": id, "startsOn": "2024-02-01", "endsOn": "2024-03-01"})
    assert ["/id"] == [each.pointer for each in caught.value.errors]


@pytest.mark.parametrize("id", ["a", "ä ö", "a.b", "x" * 255, "😀", "aggregates"])
def test_any_other_text_is_an_id(id: str) -> None:
    """Spaces, dots and Unicode are fine."""
    codec = build_registry([Period])["Period"].codec
    assert id == codec.parse({"id": id, "startsOn": "2024-02-01", "endsOn": "2024-03-01"}).id


def _text() -> st.SearchStrategy[str]:
    return st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=5)


_ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
_MOMENTS = st.datetimes(
    min_value=datetime(1, 1, 3),  # noqa: DTZ001  # hypothesis adds the zone
    max_value=datetime(9999, 12, 29),  # noqa: DTZ001  # hypothesis adds the zone
    timezones=_ZONES,
).map(lambda moment: moment.isoformat())

RECORDS = st.fixed_dictionaries(
    {"text": _text().filter(bool)},
    optional={
        "id": st.uuids().map(str),
        "number": st.integers(-5, 2**31 - 1),
        "longNumber": st.integers(-(2**53 - 1), 2**53 - 1),
        "ratio": st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**53), 2**53),
        "isGood": st.booleans(),
        "price": st.decimals(-(10**9), 10**9, places=2).map(str) | st.integers(-(10**9), 10**9),
        "otherId": st.none() | st.uuids().map(str),
        "at": st.none() | _MOMENTS,
        "day": st.none() | st.dates().map(str),
        "clock": st.none() | st.times().map(str),
        "color": st.sampled_from(["red", "green"]),
        "level": st.sampled_from([None, "low", "high"]),
        "status": st.sampled_from(["draft", "done"]),
        "tags": st.lists(_text(), max_size=3),
        "moments": st.lists(_MOMENTS, max_size=3),
        "scores": st.dictionaries(_text(), st.floats(allow_nan=False, allow_infinity=False), max_size=3),
        "inner": st.none() | st.fixed_dictionaries({}, optional={"readTime": st.integers(0, 9), "seenAt": _MOMENTS}),
        "inners": st.lists(st.fixed_dictionaries({"readTime": st.integers(0, 9)}), max_size=2),
    },
)


@given(RECORDS)
def test_a_record_survives_every_round_trip(data: dict[str, Any]) -> None:
    """For any valid input, parsing and loading what was dumped give the same instance."""
    instance = CODEC.parse(data)
    record = CODEC.dump(instance)
    assert instance == CODEC.parse(record)
    assert instance == CODEC.load(record)
    assert record == CODEC.dump(CODEC.load(record))
    assert record == {name: _canonical(name, value) for name, value in record.items()}


def _canonical(name: str, value: Any) -> Any:
    return None if value is None else CODEC.canonical(THING.fields[name], value)


@given(_MOMENTS, _MOMENTS)
def test_code_point_order_of_datetimes_is_their_order_in_time(one: str, other: str) -> None:
    """Stored datetimes compare as text as they compare in time."""
    field = THING.fields["at"]
    assert (datetime.fromisoformat(one) < datetime.fromisoformat(other)) == (
        CODEC.canonical(field, one) < CODEC.canonical(field, other)
    )
