"""Write data models once; the deployed Azure Function App is the backend.

A schema module imports everything it needs from here. Nothing here imports Azure, GraphQL or a web framework.
"""

from atakora_data.errors import ValidationError
from atakora_data.schema.clock import utcnow
from atakora_data.schema.computed import computed
from atakora_data.schema.conditions import col, not_, principal, this
from atakora_data.schema.data import Data, EntitySet, Group, Page, Query
from atakora_data.schema.entity import Entity
from atakora_data.schema.fields import Field
from atakora_data.schema.hooks import (
    ActionContext,
    HookContext,
    RuleContext,
    action,
    after_create,
    after_delete,
    after_update,
    before_create,
    before_delete,
    before_update,
    validate,
)
from atakora_data.schema.indexes import Index
from atakora_data.schema.migrations import Migration
from atakora_data.schema.model import Model
from atakora_data.schema.relationships import (
    BelongsTo,
    HasMany,
    HasOne,
    ManyToMany,
    Polymorphic,
    belongs_to,
    has_many,
    has_one,
    many_to_many,
    polymorphic,
    through,
)
from atakora_data.schema.rules import Authorization, FieldRules, allow
from atakora_data.schema.storage import (
    Storage,
    autoscale,
    by_entity,
    by_hash,
    by_hierarchy,
    by_id,
    by_tenant,
    manual,
)

__all__ = [
    "ActionContext",
    "Authorization",
    "BelongsTo",
    "Data",
    "Entity",
    "EntitySet",
    "Field",
    "FieldRules",
    "Group",
    "HasMany",
    "HasOne",
    "HookContext",
    "Index",
    "ManyToMany",
    "Migration",
    "Model",
    "Page",
    "Polymorphic",
    "Query",
    "RuleContext",
    "Storage",
    "ValidationError",
    "action",
    "after_create",
    "after_delete",
    "after_update",
    "allow",
    "autoscale",
    "before_create",
    "before_delete",
    "before_update",
    "belongs_to",
    "by_entity",
    "by_hash",
    "by_hierarchy",
    "by_id",
    "by_tenant",
    "col",
    "computed",
    "has_many",
    "has_one",
    "manual",
    "many_to_many",
    "not_",
    "polymorphic",
    "principal",
    "this",
    "through",
    "utcnow",
    "validate",
]
