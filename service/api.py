"""The routes of the REST service."""

from typing import Annotated, Any, NoReturn

from flask import Blueprint, Response, current_app, request
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from werkzeug.exceptions import RequestEntityTooLarge

from model import Tagger, UnknownThemeError
from model.document import read_document
from service.documents import articles, summary, tag_paragraphs
from service.paragraphs import Wishes, json_kind, tag_item
from service.problems import ProblemError, json_response
from service.settings import Settings
from service.wire import WireError, read_json

api = Blueprint("api", __name__)

SHOWN = 60
"""The most characters of a caller's own name that a message repeats."""

Probability = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]

_ENVELOPE = 65536
"""Bytes that a form may add to the document in it."""


class TagRequest(BaseModel):
    """The body of POST /v1/tag; what a paragraph may be is checked one by one, so that one bad one spoils no other."""

    model_config = ConfigDict(strict=True, extra="forbid")

    paragraphs: Annotated[list[Any], Field(min_length=1)]
    themes: Annotated[list[str], Field(min_length=1)] | None = None
    thresholds: dict[str, Probability] | None = None
    evidence: bool = False


@api.post("/v1/tag")
def tag() -> Response:
    """Tag paragraphs, in order; a paragraph that cannot be tagged carries its own error."""
    tagger, settings = _tagger(), _settings()
    asked = _body()
    count, limit = len(asked.paragraphs), settings.max_paragraphs
    if count > limit:
        detail = f"the call has {count} paragraphs, at most {limit} are allowed"
        raise ProblemError("too-many-paragraphs", detail, "/paragraphs", limit=limit)
    _check_themes(tagger, asked)
    wishes = Wishes(asked.themes, asked.thresholds, asked.evidence, settings.max_characters)
    answers = [tag_item(tagger, item, index, wishes) for index, item in enumerate(asked.paragraphs)]
    if all("error" in answer for answer in answers):
        _refuse(answers)
    return json_response({"model": _model(tagger), "paragraphs": answers})


@api.post("/v1/documents")
def documents() -> Response:
    """Read a document, sent as the body or as one file of a form, and tag its bodies."""
    tagger, settings = _tagger(), _settings()
    request.max_content_length = settings.max_document_bytes + _ENVELOPE
    document = read_document(*_sent_document(), most_bytes=settings.max_document_bytes)
    bodies = sum(paragraph.kind == "body" for paragraph in document.paragraphs)
    if bodies > settings.max_paragraphs:
        detail = f"the document has {bodies} bodies, at most {settings.max_paragraphs} are tagged in one call"
        raise ProblemError("too-many-paragraphs", detail, limit=settings.max_paragraphs)
    wishes = Wishes(evidence=request.args.get("evidence") == "true", max_characters=settings.max_characters)
    rows = tag_paragraphs(tagger, document.paragraphs, wishes)
    return json_response(
        {
            "model": _model(tagger),
            "format": document.format,
            "warnings": document.warnings,
            "articles": articles(document.paragraphs),
            "paragraphs": rows,
            "summary": summary(tagger, rows),
        }
    )


@api.get("/v1/themes")
def themes() -> Response:
    """What each theme means and how it is decided."""
    tagger = _tagger()
    names = ("key", "name_zh", "name_en", "definition", "excludes", "color", "threshold", "review")
    listed = [{name: getattr(theme, name) for name in names} for theme in tagger.themes]
    return json_response({"model": _model(tagger), "themes": listed})


@api.get("/v1/model")
def model() -> Response:
    """Where the scores come from: version, digests, libraries, figures, limits, and what turns weights into scores."""
    tagger, bundle = _tagger(), _tagger().bundle
    decisions = {
        theme.key: {"intercept": theme.intercept, "slope": theme.slope, "offset": theme.offset}
        for theme in tagger.themes
    }
    return json_response(
        {
            "model": _model(tagger),
            "seeds": bundle.seeds_digest,
            "libraries": bundle.libraries,
            "metrics": bundle.metrics,
            "decisions": decisions,
            "limits": _settings().model_dump(),
        }
    )


@api.get("/livez")
def livez() -> Response:
    """The process answers."""
    return json_response({"status": "alive"})


@api.get("/readyz")
def readyz() -> Response:
    """The model is loaded: the service does not listen before it is."""
    return json_response({"status": "ready", "model": _model(_tagger())})


def _body() -> TagRequest:
    if not request.is_json:
        sent = request.mimetype or "nothing"
        raise ProblemError("unsupported-media-type", f"the content type is application/json, this is {sent}")
    try:
        value = read_json(_bytes(_settings().max_bytes))
    except WireError as error:
        raise ProblemError("not-json", f"the body {error}") from error
    if not isinstance(value, dict):
        raise ProblemError("invalid-request", f"the body is an object, this is {json_kind(value)}", "")
    try:
        return TagRequest.model_validate(value)
    except ValidationError as error:
        raise _invalid(error) from error


def _bytes(limit: int) -> bytes:
    """The whole body, at most `limit` bytes."""
    try:
        data = request.get_data()
    except RequestEntityTooLarge as error:
        raise _too_large(limit) from error
    except Exception as error:  # what the server's reader raises is its own
        raise ProblemError("bad-request", "the body broke off or is badly chunked") from error
    if len(data) > limit:  # a chunked body is cut without a word
        raise _too_large(limit)
    return data


def _too_large(limit: int) -> ProblemError:
    return ProblemError("body-too-large", f"the body is larger than {limit} bytes", limit=limit)


def _sent_document() -> tuple[bytes, str]:
    """The bytes of the document in the request, and its name."""
    if request.mimetype != "multipart/form-data":
        return _bytes(_settings().max_document_bytes + _ENVELOPE), "document"
    files = list(request.files.values())
    if len(files) != 1:
        raise ProblemError("invalid-request", f"the form has one file, the document; this one has {len(files)}")
    return files[0].read(), files[0].filename or "document"


def _check_themes(tagger: Tagger, asked: TagRequest) -> None:
    named = [(f"/themes/{number}", key) for number, key in enumerate(asked.themes or ())]
    for pointer, key in [*named, *((f"/thresholds/{_escaped(key)}", key) for key in asked.thresholds or ())]:
        try:
            tagger.check_themes([key])
        except UnknownThemeError as error:
            raise ProblemError("unknown-theme", str(error), pointer) from error


def _escaped(part: str) -> str:
    """A part of a JSON pointer; of a very long one its start."""
    return part[:SHOWN].replace("~", "~0").replace("/", "~1")


def _refuse(answers: list[dict[str, Any]]) -> NoReturn:
    """A call none of whose paragraphs can be tagged is a problem: that of its first paragraph, with all of them."""
    first = answers[0]["error"]
    raise ProblemError(first["type"].rpartition(":")[2], first["detail"], "/paragraphs/0", paragraphs=answers)


def _invalid(error: ValidationError) -> ProblemError:
    detail = error.errors(include_url=False)[0]
    path = [str(part)[:SHOWN] for part in detail["loc"]]
    pointer = "".join(f"/{_escaped(part)}" for part in path)
    message = detail["msg"][:1].lower() + detail["msg"][1:]
    return ProblemError("invalid-request", f"{'.'.join(path) or 'the body'}: {message}", pointer)


def _model(tagger: Tagger) -> dict[str, str]:
    return {"version": tagger.version, "digest": tagger.digest}


def _tagger() -> Tagger:
    tagger: Tagger = current_app.extensions["tagger"]
    return tagger


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
