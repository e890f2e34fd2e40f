"""The published JSON Schema: the shapes of `schema` and `overlay_schema`, for editors and for programs that write definitions.

It accepts exactly what the shape accepts, where the file is read as strings. Beside the strings it takes
`1` and `true` where only these can stand, because an editor types them before it asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from zeroerror.definition.overlay_schema import OverlayShape
from zeroerror.definition.schema import WorkflowShape
from zeroerror.definition.terms import Shape

ID = "urn:zeroerror:workflow:format:1"
OVERLAY_ID = "urn:zeroerror:overlay:format:1"


class _Published(GenerateJsonSchema):
    """Leaves out what only Python knows: that a key may be missing is said by `required`, not by null."""

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def field_title_should_be_set(self, schema: object) -> bool:
        return False


def json_schema() -> dict[str, Any]:
    """The schema of a definition, draft 2020-12."""
    return _published(WorkflowShape, ID)


def overlay_schema() -> dict[str, Any]:
    """The schema of an overlay, the same draft."""
    return _published(OverlayShape, OVERLAY_ID)


def _published(shape: type[Shape], id: str) -> dict[str, Any]:
    made = shape.model_json_schema(schema_generator=_Published)
    return {"$schema": GenerateJsonSchema.schema_dialect, "$id": id, **_closed(made)}


def _closed(schema: Any) -> Any:
    """The schema with every mapping closed: pydantic leaves one open whose keys follow a pattern."""
    if isinstance(schema, list):
        return [_closed(each) for each in schema]
    if not isinstance(schema, Mapping):
        return schema
    closed = {key: _closed(each) for key, each in schema.items()}
    if "patternProperties" in closed:
        closed["additionalProperties"] = False
    return closed
