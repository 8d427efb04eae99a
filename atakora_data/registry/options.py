"""The options of an entity: names, indexes, operations and limits."""

from __future__ import annotations

from typing import Any, Final

from atakora_data.errors import perhaps
from atakora_data.registry.declared import Declared
from atakora_data.registry.entity import FieldModel, IndexKey, IndexModel
from atakora_data.registry.fields import Fields
from atakora_data.registry.findings import Findings
from atakora_data.registry.names import RESERVED_COLLECTIONS, collection_of, is_collection_name
from atakora_data.schema.indexes import Index
from atakora_data.schema.migrations import Migration
from atakora_data.schema.storage import Storage

OPERATIONS: Final = ("list", "get", "create", "update", "replace", "delete")


class OptionReader:
    """Reads the options of one entity."""

    def __init__(self, findings: Findings, declared: Declared, fields: Fields) -> None:
        self._findings = findings
        self._declared = declared
        self._fields = fields
        self._check_storage()

    def collection(self) -> str:
        """The path segment of the entity."""
        plural = self._declared.option("plural", None)
        if plural is None:
            plural = collection_of(self._declared.name)
        elif not isinstance(plural, str) or not is_collection_name(plural):
            self._refuse(
                "plural", f"plural is {plural!r}, which is not kebab-case.", 'Write for instance "blog-posts".'
            )
            return collection_of(self._declared.name)
        if plural in RESERVED_COLLECTIONS:
            self._refuse("plural", f"the path /{plural} is taken.", "Set another `plural`.")
        return plural

    def container(self) -> str:
        """Where the records are kept: the collection's name unless `storage` says otherwise."""
        return self.storage().container or str(
            self._declared.option("plural", None) or collection_of(self._declared.name)
        )

    def storage(self) -> Storage:
        """How the container is partitioned, and what else is declared of it."""
        storage = self._declared.option("storage", None)
        return storage if isinstance(storage, Storage) else Storage()

    def operations(self) -> frozenset[str]:
        """What the doors offer."""
        found = self._declared.option("operations", OPERATIONS)
        if isinstance(found, str) or not all(isinstance(each, str) for each in found):
            self._refuse("operations", "operations is no set of names.", 'Write `operations = {"list", "get"}`.')
            return frozenset(OPERATIONS)
        for each in sorted(set(found) - set(OPERATIONS)):
            known = ", ".join(OPERATIONS)
            self._refuse(
                "operations", f"there is no operation `{each}`.", perhaps(each, OPERATIONS) or f"There are {known}."
            )
        return frozenset(found)

    def positive(self, option: str, default: int) -> int:
        """A whole number from 1."""
        value = self._declared.option(option, default)
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            self._refuse(option, f"{option} is {value!r}.", "It is a whole number from 1.")
            return default
        return value

    def flag(self, option: str) -> bool:
        """True or False."""
        value = self._declared.option(option, False)
        if not isinstance(value, bool):
            self._refuse(option, f"{option} is {value!r}.", "It is True or False.")
        return bool(value)

    def indexes(self) -> tuple[IndexModel, ...]:
        """The declared indexes."""
        found: dict[str, IndexModel] = {}
        for each in self._listed("indexes", Index):
            keys = [self._key(term) for term in each.fields]
            name = each.name or "by_" + "_".join(term.removeprefix("-").replace(".", "_") for term in each.fields)
            if not each.fields:
                self._refuse(
                    "indexes", "an index has no fields.", 'Write for instance `Index("author_id", "-created_at")`.'
                )
            elif name in found:
                self._refuse("indexes", f"two indexes are called {name}.", "Leave one out, or set another name.")
            else:
                found[name] = IndexModel(name, tuple(key for key in keys if key is not None))
        return tuple(found.values())

    def _key(self, term: str) -> IndexKey | None:
        *parents, last = term.removeprefix("-").split(".")
        fields = {field.name: field for field in self._fields.values()}
        wire: list[str] = []
        for parent in parents:
            found = self._field(parent, fields, term)
            if found is None or found.type.object is None:
                if found is not None:
                    self._refuse(
                        "indexes", f"`{term}` names {parent}, which is no nested model.", f"Index `{parent}` itself."
                    )
                return None
            wire.append(found.wire)
            fields = {field.name: field for field in found.type.object.fields.values()}
        field = self._field(last, fields, term)
        if field is None:
            return None
        if not field.type.is_scalar:
            self._refuse("indexes", f"`{term}` is a {field.type.name}, which has no order.", "Index a scalar field.")
            return None
        return IndexKey(field.ref(*wire), term.startswith("-"))

    def _field(self, name: str, fields: dict[str, FieldModel], term: str) -> FieldModel | None:
        found = fields.get(name)
        if found is None:
            self._refuse(
                "indexes",
                f"an index names `{term}`, a field that is missing.",
                perhaps(name, fields) or f"The fields are {', '.join(fields)}.",
            )
        return found

    def _listed(self, option: str, cls: type[Any]) -> list[Any]:
        found = self._declared.option(option, ())
        if not isinstance(found, list | tuple) or not all(isinstance(each, cls) for each in found):
            self._refuse(option, f"{option} is no list of {cls.__name__}.", f"Write `{option} = [{cls.__name__}(…)]`.")
            return []
        return list(found)

    def _check_storage(self) -> None:
        storage = self._declared.option("storage", None)
        if storage is not None and not isinstance(storage, Storage):
            self._refuse("storage", "storage is no Storage.", "Write `storage = Storage(container=…)`.")
        self._listed("migrations", Migration)

    def _refuse(self, option: str, message: str, remedy: str) -> None:
        cls = self._declared.cls
        attribute = option if option in self._declared.declarations.options else None
        self._findings.refuse(cls, attribute, f"{self._declared.name}: {message}", remedy)
