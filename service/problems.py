"""Every error of every route: one body, `application/problem+json` (RFC 9457), made in one place."""

import logging
from collections.abc import Mapping

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from model import DocumentError, ParagraphError
from service.wire import write_json

log = logging.getLogger(__name__)

PROBLEM_TYPE = "application/problem+json"
"""The media type of a problem."""

PROBLEMS = {
    "bad-request": (400, "The request cannot be read"),
    "not-json": (400, "The body is not JSON"),
    "unauthorized": (401, "The request has no key, or an unknown one"),
    "unknown-route": (404, "There is no such route"),
    "unknown-version": (404, "The model does not have this version"),
    "method-not-allowed": (405, "The route does not answer this method"),
    "request-timeout": (408, "The request did not come in time"),
    "body-too-large": (413, "The body is too large"),
    "uri-too-long": (414, "The address is too long"),
    "unsupported-media-type": (415, "The body is not JSON by its content type"),
    "invalid-request": (422, "The request is not valid"),
    "too-many-paragraphs": (422, "The call has too many paragraphs"),
    "unknown-theme": (422, "The model does not have this theme"),
    "paragraph-not-text": (422, "A paragraph is not text"),
    "paragraph-empty": (422, "A paragraph has no text"),
    "paragraph-too-long": (422, "A paragraph is too long"),
    "document-empty": (422, "The document is empty"),
    "document-no-text": (422, "The document holds no text"),
    "document-too-large": (413, "The document is too large"),
    "document-undecodable": (422, "The document is no text in a known encoding"),
    "document-unsupported": (415, "The document is of a format that is not read"),
    "document-protected": (422, "The document is protected by a password"),
    "document-broken": (422, "The document is broken"),
    "headers-too-large": (431, "The headers are too large"),
    "internal-error": (500, "The service failed"),
    "not-implemented": (501, "The service does not speak this way of transfer"),
    "overloaded": (503, "Too many calls are waiting"),
    "stopping": (503, "The service is about to stop"),
}
"""The stable types of problem, each with its status and title."""

_BY_STATUS = {400: "bad-request", 404: "unknown-route", 405: "method-not-allowed", 413: "body-too-large"}


class ProblemError(Exception):
    """A request that is answered with a problem.

    :param type: a key of `PROBLEMS`.
    :param detail: one sentence on this very request.
    :param pointer: JSON pointer (RFC 6901) to the field or item of the body at fault.
    :param members: further members of the body, such as the limit that was passed.
    """

    def __init__(self, type: str, detail: str, pointer: str | None = None, **members: object) -> None:
        super().__init__(detail)
        self.type = type
        self.members = members if pointer is None else {"pointer": pointer, **members}


def problem_uri(type: str) -> str:
    """The URI that names a type of problem."""
    return f"urn:themetag:{type}"


def paragraph_problem(error: ParagraphError) -> str:
    """The type of problem that a paragraph's error is."""
    return f"paragraph-{error.type}"


def register_problems(app: Flask) -> None:
    """Map every exception of `app` to its problem."""

    @app.errorhandler(ProblemError)
    def known(error: ProblemError) -> Response:
        return problem_response(error, request.path)

    @app.errorhandler(DocumentError)
    def unread_document(error: DocumentError) -> Response:
        limit = {"limit": app.extensions["settings"].max_document_bytes} if error.type == "too-large" else {}
        return problem_response(ProblemError(f"document-{error.type}", str(error), **limit), request.path)

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response:
        detail = error.description or error.name
        status = error.code or 500
        problem = ProblemError(_BY_STATUS.get(status, "bad-request"), detail, status=status)
        response = problem_response(problem, request.path)
        response.status_code = status
        response.headers.extend([item for item in error.get_headers() if item[0] == "Allow"])
        return response

    @app.errorhandler(Exception)
    def unforeseen(error: Exception) -> Response:
        log.error("unforeseen error", exc_info=error)
        return problem_response(ProblemError("internal-error", "the service failed; its log says more"), request.path)


def problem_response(error: ProblemError, path: str = "", headers: Mapping[str, str] | None = None) -> Response:
    """The answer to a request that cannot be granted.

    :param path: the path asked for, where it is known.
    """
    status, title = PROBLEMS[error.type]
    body = {"type": problem_uri(error.type), "title": title, "status": status, "detail": str(error), **error.members}
    if path.startswith("/v2"):
        body["error"] = str(error)  # the Open Inference Protocol wants it so
    response = json_response(body, status, PROBLEM_TYPE)
    response.headers.extend(headers or {})
    return response


def json_response(value: object, status: int = 200, mimetype: str = "application/json") -> Response:
    """`value` as JSON."""
    return Response(write_json(value), status, mimetype=mimetype)
