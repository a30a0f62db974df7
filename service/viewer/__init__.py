"""The page of documentation: Swagger UI over /openapi.json, served whole from here, so that it needs no internet."""

from importlib.util import find_spec
from pathlib import Path

from flask import Blueprint, Response, send_from_directory

from service.openapi import Operation, described

viewer = Blueprint("viewer", __name__)

HERE = Path(__file__).parent
OWN = frozenset({"start.js"})

HEADER = "Content-Security-Policy"
# Swagger UI brings small pictures inside its style sheet.
POLICY = "default-src 'self'; img-src 'self' data:"


@viewer.get("/docs")
@described(Operation(answer="text/html"))
def page() -> Response:
    """The page that shows this description and tries its calls."""
    return Response((HERE / "index.html").read_bytes(), mimetype="text/html", headers={HEADER: POLICY})


@viewer.get("/docs/<path:name>")
def file(name: str) -> Response:
    """A file of the page."""
    return send_from_directory(HERE if name in OWN else _swagger_ui(), name, max_age=3600)


def _swagger_ui() -> Path:
    """The files of Swagger UI, found without running the package they come in."""
    package = find_spec("flask_openapi3_swagger")
    if package is None or package.origin is None:  # an installation that left out a dependency
        raise ModuleNotFoundError("flask_openapi3_swagger")
    return Path(package.origin).parent / "templates" / "swagger"
