"""The description of the service, OpenAPI 3.1, made of the routes and of the models that check their requests."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from flask import Blueprint, Flask, Response, current_app
from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue, models_json_schema
from pydantic_core import core_schema
from werkzeug.routing import Rule

from service.examples import DOCUMENT, EXAMPLES
from service.keys import is_kept
from service.problems import PROBLEM_TYPE, PROBLEMS, json_response, problem_uri
from service.schemas import Problem
from service.settings import Settings

openapi = Blueprint("openapi", __name__)

JSON = "application/json"
BYTES = "application/octet-stream"

EVERYWHERE = ("bad-request", "internal-error")
"""The problems that any route may have."""

Schema = dict[str, Any]

KEYS: Schema = {
    "bearer": {"type": "http", "scheme": "bearer"},
    "header": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
}
"""The two ways to send a key, where the service asks for one."""

View = TypeVar("View", bound=Callable[..., Response])


@dataclass(frozen=True)
class Operation:
    """What a route takes and answers, beside what its path and its docstring say.

    :ivar answer: the model of the answer, or the media type of one that is no JSON.
    :ivar also: another media type of the answer.
    :ivar body: the model of the body by media type; None for bytes.
    :ivar query: the model of the query.
    :ivar headers: the headers it reads, each with its schema.
    :ivar problems: the problems it may answer beside those of `EVERYWHERE`.
    """

    answer: type[BaseModel] | str
    also: str | None = None
    body: Mapping[str, type[BaseModel] | None] = field(default_factory=dict)
    query: type[BaseModel] | None = None
    headers: Mapping[str, Schema] = field(default_factory=dict)
    problems: Sequence[str] = ()

    @property
    def models(self) -> list[type[BaseModel]]:
        """All its models."""
        found = [*self.body.values(), self.query, self.answer]
        return [model for model in found if isinstance(model, type)]


def described(operation: Operation) -> Callable[[View], View]:
    """Describe a view function: its docstring is the summary."""

    def mark(view: View) -> View:
        view.operation = operation  # type: ignore[attr-defined]  # a function takes any attribute
        return view

    return mark


@openapi.get("/openapi.json")
@described(Operation(answer=JSON))
def description() -> Response:
    """The description that you read."""
    return json_response(describe(current_app))


def describe(app: Flask) -> Schema:
    """The OpenAPI document of `app`: its described routes, for the model and with the limits it now has."""
    operations: list[tuple[Rule, Operation]] = [
        (rule, operation)
        for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule)
        if (operation := getattr(app.view_functions[rule.endpoint], "operation", None))
    ]
    schemas = _schemas({model for _, operation in operations for model in operation.models})
    settings, tagger = app.extensions["settings"], app.extensions["tagger"]
    schemas["ThemeKey"]["enum"] = [theme.key for theme in tagger.themes]
    schemas["Text"]["maxLength"] = settings.max_characters
    schemas["TagRequest"]["properties"]["paragraphs"]["maxItems"] = settings.max_paragraphs
    paths: defaultdict[str, Schema] = defaultdict(dict)
    for rule, operation in operations:
        path = re.sub(r"<(\w+)>", r"{\1}", rule.rule)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            paths[path][method.lower()] = _operation(app, rule, operation, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "themetag", "version": tagger.version, "description": _overview(settings)},
        "tags": [{"name": name} for name in app.blueprints],
        "paths": dict(paths),
        "components": {"schemas": schemas, "securitySchemes": KEYS},
    }


def _overview(settings: Any) -> str:
    return (
        "Tags paragraphs of Chinese bank and finance text with themes, says how sure it is and which words made it "
        f"say so. A call has at most {settings.max_paragraphs} paragraphs of {settings.max_characters} characters and "
        f"{settings.max_bytes} bytes, a document at most {settings.max_document_bytes} bytes; beyond that the answer "
        f"is 413 or 422 and names the limit. Every error is {PROBLEM_TYPE} with a stable type."
    )


class _Generator(GenerateJsonSchema):
    """Schemas without what says nothing: titles made of names, and null for what may be left out."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002
        return False

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        value = super().default_schema(schema)
        if value.get("default", ...) is None:
            del value["default"]
        return value


def _schemas(models: set[type[BaseModel]]) -> Schema:
    """The components: the models and all that they name."""
    _, made = models_json_schema(
        [(model, "validation") for model in sorted(models | {Problem}, key=str)],
        ref_template="#/components/schemas/{model}",
        schema_generator=_Generator,
    )
    schemas: Schema = made["$defs"]
    return schemas


def _operation(app: Flask, rule: Rule, operation: Operation, schemas: Schema) -> Schema:
    settings: Settings = app.extensions["settings"]
    summary, _, more = (app.view_functions[rule.endpoint].__doc__ or "").partition("\n")
    made: Schema = {
        "operationId": "_".join([rule.endpoint.replace(".", "_"), *sorted(rule.arguments)]),
        "tags": [rule.endpoint.partition(".")[0]],
        "summary": summary,
        "parameters": [*_path(app, rule), *_query(operation, schemas), *_headers(operation)],
        "responses": {
            "200": {"description": "all is well", "content": _answer(operation)},
            **_problems(rule, operation, settings),
        },
    }
    if is_kept(rule.rule, metrics=settings.metrics_key):
        made["security"] = [{name: []} for name in KEYS] + ([] if settings.api_keys else [{}])
    if more.strip():
        made["description"] = " ".join(more.split())
    if operation.body:
        made["requestBody"] = {
            "required": True,
            "content": {media: _body(media, model, schemas) for media, model in operation.body.items()},
        }
    return made


def _path(app: Flask, rule: Rule) -> list[Schema]:
    """The variables of the path; the only one there is names the version of the model."""
    schema = {"type": "string", "enum": [app.extensions["tagger"].version]}
    return [{"name": name, "in": "path", "required": True, "schema": schema} for name in sorted(rule.arguments)]


def _query(operation: Operation, schemas: Schema) -> list[Schema]:
    if operation.query is None:
        return []
    properties: Schema = schemas[operation.query.__name__]["properties"]
    return [
        {"name": name, "in": "query", "style": "form", "explode": False, "schema": schema}
        for name, schema in properties.items()
    ]


def _headers(operation: Operation) -> list[Schema]:
    return [{"name": name, "in": "header", "schema": schema} for name, schema in operation.headers.items()]


def _body(media: str, model: type[BaseModel] | None, schemas: Schema) -> Schema:
    if model is None:
        text = {"schema": {"type": "string", "minLength": 1}, "example": DOCUMENT}
        return text if media.startswith("text/") else {"schema": {"type": "string", "format": "binary"}}
    made = _content(model)
    if media.startswith("multipart/"):
        lists = [name for name, part in schemas[model.__name__]["properties"].items() if part.get("type") == "array"]
        made["encoding"] = {name: {"style": "form", "explode": False} for name in lists}
    return made


def _before(rule: Rule, settings: Settings) -> Iterator[str]:
    """The problems of what stands before the application: keys and the queue."""
    if is_kept(rule.rule, metrics=settings.metrics_key):
        yield "unauthorized"
    if "POST" in (rule.methods or ()):
        yield from ("overloaded", "request-timeout")


def _answer(operation: Operation) -> Schema:
    if isinstance(operation.answer, str):
        return {operation.answer: {"schema": {} if operation.answer == JSON else {"type": "string"}}}
    also = {} if operation.also is None else {operation.also: {"schema": {"type": "string", "format": "binary"}}}
    return {JSON: _content(operation.answer), **also}


def _content(model: type[BaseModel]) -> Schema:
    made: Schema = {"schema": {"$ref": f"#/components/schemas/{model.__name__}"}}
    if model in EXAMPLES:
        made["example"] = EXAMPLES[model]
    return made


def _problems(rule: Rule, operation: Operation, settings: Settings) -> Schema:
    """The answers that are problems, by status."""
    types: defaultdict[int, list[str]] = defaultdict(list)
    for type in sorted({*operation.problems, *EVERYWHERE, *_before(rule, settings)}):
        types[PROBLEMS[type][0]].append(type)
    return {
        str(status): {
            "description": "; ".join(f"`{type}`: {PROBLEMS[type][1]}" for type in named),
            "content": {
                PROBLEM_TYPE: {
                    "schema": {
                        "$ref": "#/components/schemas/Problem",
                        "properties": {"type": {"enum": [*map(problem_uri, named)]}, "status": {"const": status}},
                    }
                }
            },
        }
        for status, named in sorted(types.items())
    }
