"""The web page: one page and its files, for those who will never call an API. All of its work is done in `static/`."""

from pathlib import Path

from flask import Blueprint, Response, request

from service.openapi import Operation, described

page = Blueprint("page", __name__, static_folder="static", static_url_path="/page")

_INDEX = Path(__file__).parent / "static" / "index.html"


@page.get("/")
@described(Operation(answer="text/html"))
def index() -> Response:
    """The page. Browsers ask each time whether it has changed, and by its ETag mostly hear that it has not."""
    response = Response(_INDEX.read_bytes(), mimetype="text/html")
    response.cache_control.no_cache = True
    response.add_etag()
    response.make_conditional(request)
    return response
