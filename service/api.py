"""The routes of the REST service."""

from typing import Any, NoReturn

from flask import Blueprint, Response, request
from werkzeug.datastructures import MultiDict

from model import DocumentError, Tagger
from model.document import Document, read_document
from service.documents import articles, summary, tag_paragraphs
from service.front import ROWS
from service.incoming import (
    check_themes,
    current_settings,
    current_tagger,
    sent_bytes,
    sent_files,
    sent_json,
    sent_options,
)
from service.openapi import BYTES, JSON, Operation, described
from service.overload import ENVELOPE
from service.paragraphs import Wishes, tag_items
from service.problems import ProblemError, json_response
from service.schemas import (
    Alive,
    DocumentAnswer,
    DocumentForm,
    ModelAnswer,
    Options,
    Ready,
    TagAnswer,
    TagRequest,
    ThemesAnswer,
)
from service.settings import Settings

api = Blueprint("api", __name__)

FORM = "multipart/form-data"

_REQUEST = ("body-too-large", "invalid-request", "too-many-paragraphs", "unknown-theme")
_PARAGRAPHS = ("paragraph-empty", "paragraph-not-text", "paragraph-too-long")
_DOCUMENTS = ("broken", "empty", "no-text", "protected", "too-large", "undecodable", "unsupported")


@api.post("/v1/tag")
@described(
    Operation(
        body={JSON: TagRequest},
        answer=TagAnswer,
        problems=("not-json", "unsupported-media-type", *_REQUEST, *_PARAGRAPHS),
    )
)
def tag() -> Response:
    """Tag paragraphs, in order; a paragraph that cannot be tagged carries its own error.

    The call fails if none can be. Every theme's probability is always answered.
    """
    tagger, settings = current_tagger(), current_settings()
    if not request.is_json:
        sent = request.mimetype or "nothing"
        raise ProblemError("unsupported-media-type", f"the content type is application/json, this is {sent}")
    asked = sent_json(TagRequest, sent_bytes(settings.max_bytes))
    count, limit = len(asked.paragraphs), settings.max_paragraphs
    if count > limit:
        detail = f"the call has {count} paragraphs, at most {limit} are allowed"
        raise ProblemError("too-many-paragraphs", detail, "/paragraphs", limit=limit)
    check_themes(tagger, asked.themes, asked.thresholds)
    wishes = Wishes(asked.themes, asked.thresholds, asked.evidence, settings.max_characters)
    answers = tag_items(tagger, asked.paragraphs, wishes)
    request.environ[ROWS] = answers
    if all("error" in answer for answer in answers):
        _refuse(answers, settings)
    return json_response({"model": _model(tagger), "paragraphs": answers})


@api.post("/v1/documents")
@described(
    Operation(
        body={"text/plain": None, BYTES: None, FORM: DocumentForm},
        query=Options,
        answer=DocumentAnswer,
        problems=(*_REQUEST, *(f"document-{type}" for type in _DOCUMENTS)),
    )
)
def documents() -> Response:
    """Read a document, sent as the body or as one file of a form, and tag its bodies.

    Text, Markdown, posts with front matter, HTML, PDF and DOCX are told apart by their content, whatever the content
    type says. The options stand in the query or in fields of the form.
    """
    tagger, settings = current_tagger(), current_settings()
    request.max_content_length = settings.max_document_bytes + ENVELOPE
    data, name, given = _sent_document()
    options = sent_options(Options, given)
    check_themes(tagger, options.themes, options.thresholds, text=True)
    document = _read(data, name, settings.max_document_bytes)
    bodies = sum(paragraph.kind == "body" for paragraph in document.paragraphs)
    if bodies > settings.max_paragraphs:
        detail = f"the document has {bodies} bodies, at most {settings.max_paragraphs} are tagged in one call"
        raise ProblemError("too-many-paragraphs", detail, limit=settings.max_paragraphs)
    wishes = Wishes(options.themes, options.thresholds, options.evidence, settings.max_characters)
    rows = tag_paragraphs(tagger, document.paragraphs, wishes)
    request.environ[ROWS] = rows
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
@described(Operation(answer=ThemesAnswer))
def themes() -> Response:
    """What each theme means and how it is decided."""
    tagger = current_tagger()
    names = ("key", "name_zh", "name_en", "definition", "excludes", "color", "threshold", "review")
    listed = [{name: getattr(theme, name) for name in names} for theme in tagger.themes]
    return json_response({"model": _model(tagger), "themes": listed})


@api.get("/v1/model")
@described(Operation(answer=ModelAnswer))
def model() -> Response:
    """Where the scores come from: version, digests, libraries, figures, limits, and what turns weights into scores."""
    tagger, settings = current_tagger(), current_settings()
    bundle = tagger.bundle
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
            "limits": settings.limits(),
        }
    )


@api.get("/livez")
@described(Operation(answer=Alive))
def livez() -> Response:
    """The process answers."""
    return json_response({"status": "alive"})


@api.get("/readyz")
@described(Operation(answer=Ready, problems=("stopping",)))
def readyz() -> Response:
    """The model is loaded: the service does not listen before it is."""
    return json_response({"status": "ready", "model": _model(current_tagger())})


def _sent_document() -> tuple[bytes, str, MultiDict[str, str]]:
    """The bytes of the document in the request, its name, and the options beside it."""
    limit = current_settings().max_document_bytes + ENVELOPE
    if request.mimetype != FORM:  # curl says that any body is a form of another kind
        return sent_bytes(limit), "document", request.args
    files = sent_files(limit)
    if len(files) != 1:
        raise ProblemError("invalid-request", f"the form has one file, the document; this one has {len(files)}")
    return files[0].read(), files[0].filename or "document", request.values


def _read(data: bytes, name: str, most_bytes: int) -> Document:
    """The document; a file's name stands in messages only, so that the same bytes are read alike however they come."""
    try:
        return read_document(data, most_bytes=most_bytes)
    except DocumentError as error:
        raise DocumentError(error.type, name, error.cause) from error


def _refuse(answers: list[dict[str, Any]], settings: Settings) -> NoReturn:
    """A call none of whose paragraphs can be tagged is a problem: that of its first paragraph, with all of them."""
    first = answers[0]["error"]
    type = first["type"].rpartition(":")[2]
    limit = {"limit": settings.max_characters} if type == "paragraph-too-long" else {}
    raise ProblemError(type, first["detail"], "/paragraphs/0", **limit, paragraphs=answers)


def _model(tagger: Tagger) -> dict[str, str]:
    return {"version": tagger.version, "digest": tagger.digest}
