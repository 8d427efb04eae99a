"""Entities and models as Python classes."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID, uuid4

import pydantic
import pytest

from atakora_data import (
    BelongsTo,
    Entity,
    Field,
    HasMany,
    HasOne,
    HookContext,
    ManyToMany,
    Model,
    Polymorphic,
    action,
    before_create,
    belongs_to,
    col,
    computed,
    has_many,
    has_one,
    many_to_many,
    polymorphic,
    this,
    validate,
)
from atakora_data.schema.computed import attributes_read
from atakora_data.schema.conditions import FieldCondition, RelatedCondition
from atakora_data.schema.declarations import read_annotation
from atakora_data.schema.naming import camel
from atakora_data.schema.relationships import NotLoaded


class Cover(Model):
    """The outside of a book."""

    main_color: str = "red"


class Book(Entity):
    """Something to read."""

    id: UUID = Field(primary_key=True, default_factory=uuid4)
    title: str = Field(min_length=1)
    status: Literal["draft", "done"] = "draft"
    price: Decimal | None = None
    sold_at: datetime | None = None
    cover: Cover | None = None
    author_id: str | None = None

    author: BelongsTo[Author] = belongs_to("author_id")
    sequel: HasOne[Book] = has_one("prequel_id")
    copies: HasMany[Copy] = has_many("book_id")
    shelves: ManyToMany[Shelf] = many_to_many("BookShelves")
    owner: Polymorphic[Author | Shelf] = polymorphic(["Author", "Shelf"], id="owner_id", type="owner_type")

    @computed
    def loud(self) -> str:
        """The title, shouted."""
        return self.title.upper()

    @computed(reads=("price",))
    def is_free(self) -> bool:
        """Whether it costs nothing."""
        return not self.price

    @before_create
    def polish(draft: Book, ctx: HookContext) -> Book:
        """Tidy the title."""
        draft.title = draft.title.strip()
        return draft

    @action
    def sell(record: Book, ctx: HookContext, price: Decimal) -> Book:
        """Sell it."""
        record.price = price
        return record

    @validate
    def check(self) -> None:
        """Nothing is for sale for less than nothing."""
        if self.price is not None and self.price < 0:
            raise ValueError("must not be negative")

    def shout(self) -> str:
        """An ordinary method."""
        return f"{self.title}!"


class Author(Entity):
    """Who wrote it."""

    id: str = Field(primary_key=True)


class Shelf(Author):
    """Where it stands."""


class Copy(Author):
    """One of it."""


def test_an_instance_is_made_by_python_names() -> None:
    """Python says snake_case; the wire name is no keyword."""
    assert "alice" == Book(title="A", author_id="alice").author_id
    with pytest.raises(pydantic.ValidationError, match="authorId"):
        Book(title="A", authorId="alice")  # type: ignore[call-arg]  # the mistake in question


def test_only_fields_are_fields() -> None:
    """Relationships, hooks, actions, checks and computed fields are not part of the data."""
    assert ["id", "title", "status", "price", "sold_at", "cover", "author_id"] == list(Book.model_fields)
    assert set(Book.model_fields) == set(Book(title="A").model_dump())


def test_functions_of_an_entity_can_be_called() -> None:
    """Hooks and actions take the record as an argument; computed fields and methods are of the instance."""
    context = HookContext(principal=None, data=None)  # type: ignore[arg-type]  # nobody asks here
    book = Book.sell(Book.polish(Book(title=" a "), context), context, Decimal(2))
    assert ("a", Decimal(2), "A", False, "a!") == (book.title, book.price, book.loud, book.is_free, book.shout())


def test_a_field_of_the_class_is_a_path_for_conditions() -> None:
    """`Book.title == "x"` is a condition, as is `col(Book.cover).main_color == "red"`."""
    paths: Any = Book
    written: Any = Book.title == "x"
    assert (FieldCondition(("title",), "eq", "x"), Book) == (written, written.of)
    condition = col(Book.cover).main_color == "red"
    assert (("cover", "main_color"), "eq", "red") == (condition.path, condition.operator, condition.operand)
    with pytest.raises(AttributeError):
        _ = paths.titel


@pytest.mark.parametrize("name", ["author", "sequel", "copies", "shelves", "owner"])
def test_a_relationship_that_was_not_loaded_says_how_to_read_it(name: str) -> None:
    """Reading it raises an AttributeError that names the remedy."""
    with pytest.raises(NotLoaded) as caught:
        getattr(Book(title="A"), name)
    remedy = f"Include it: `await ctx.data.Book.query().include(Book.{name}).get(book.id)`."
    assert f"Book.{name} is not loaded. {remedy}" == str(caught.value)
    assert not hasattr(Book(title="A"), name)


def test_a_loaded_relationship_is_read_like_any_attribute() -> None:
    """What was loaded stands in the instance, and is no part of its data."""
    book, author = Book(title="A"), Author(id="alice")
    book.__dict__["author"] = author
    assert (author, {"author"} & set(book.model_dump())) == (book.author, set())


def test_on_the_class_a_relationship_is_a_path() -> None:
    """`Book.author.name == "x"` is a condition through the relationship, `some` one on its records."""
    through: Any = Book.author.id == "alice"
    assert (FieldCondition(("author", "id"), "eq", "alice"), Book) == (through, through.of)
    some = Book.copies.some(this.is_lent == True)  # noqa: E712  # a condition
    assert RelatedCondition(("copies",), "some", FieldCondition(("is_lent",), "eq", True)) == some


ANNOTATIONS: list[tuple[Any, tuple[str | None, tuple[str, ...]]]] = [
    ('BelongsTo["User"]', ("BelongsTo", ("User",))),
    ("atakora_data.HasMany[User]", ("HasMany", ("User",))),
    ("HasMany['user.User']", ("HasMany", ("User",))),
    ('Polymorphic["Post | Video"]', ("Polymorphic", ("Post", "Video"))),
    ('"BelongsTo[User]"', ("BelongsTo", ("User",))),
    (BelongsTo["User"], ("BelongsTo", ("User",))),  # type: ignore[name-defined]  # declared elsewhere
    (HasMany[Author], ("HasMany", ("Author",))),
    (BelongsTo, ("BelongsTo", ())),
    ("str | None", (None, ())),
    ("list[", (None, ())),
    (int, (None, ())),
]


@pytest.mark.parametrize(("annotation", "expected"), ANNOTATIONS)
def test_an_annotation_names_its_targets_without_being_evaluated(
    annotation: Any, expected: tuple[str | None, tuple[str, ...]]
) -> None:
    """Targets may be quoted, dotted, or classes; they need not exist."""
    assert expected == read_annotation(annotation)


@pytest.mark.parametrize(
    ("name", "wire"), [("id", "id"), ("published_at", "publishedAt"), ("a_b_c", "aBC"), ("line_2", "line2")]
)
def test_the_wire_name_is_camel_case(name: str, wire: str) -> None:
    """snake_case in Python is camelCase on the wire."""
    assert wire == camel(name)


def test_field_refuses_what_it_does_not_know() -> None:
    """A misspelt keyword is told, with the likely word; `alias` has no place here."""
    with pytest.raises(TypeError, match=r"Field\(\) has no keyword `uniqe`. Perhaps you meant `unique`."):
        Field(uniqe=True)  # type: ignore[call-arg]  # the mistake in question
    with pytest.raises(TypeError, match=r"Field\(\) has no keyword `alias`"):
        Field(alias="x")  # type: ignore[call-arg]  # the mistake in question


def test_a_datetime_needs_its_zone_in_python_too() -> None:
    """A naive datetime is refused by the constructor."""
    with pytest.raises(pydantic.ValidationError, match="timezone"):
        Book(title="A", sold_at=datetime(2024, 1, 1))  # noqa: DTZ001  # the mistake in question
    assert Book(title="A", sold_at=datetime(2024, 1, 1, tzinfo=UTC)).sold_at is not None


def _certain(self: Any) -> Any:
    return self.title + self.cover.main_color


def _passed_on(self: Any) -> Any:
    return str(self)


def _captured(self: Any) -> Any:
    return [self.title for _ in range(3)] + [lambda: self.price]


def _rebound(self: Any) -> Any:
    other = self
    return other.title


def test_what_a_function_reads_is_found_when_its_code_is_certain() -> None:
    """A function that hands the record on, or captures it, might read anything."""
    assert frozenset({"title", "cover"}) == attributes_read(_certain)
    assert [None, None, None] == [attributes_read(each) for each in (_passed_on, _captured, _rebound)]
    assert attributes_read(len) is None


def test_rules_and_options_are_data() -> None:
    """Options are taken out of the class; they are read by the registry."""
    assert not hasattr(Book, "authorization")
    assert ["author", "sequel", "copies", "shelves", "owner"] == list(Book.__declarations__.relationships)
