"""The web page: one page and its files, for those who will never call an API. All of its work is done in `static/`."""

from flask import Blueprint, Response

from service.openapi import Operation, described

page = Blueprint("page", __name__, static_folder="static", static_url_path="/page")


@page.get("/")
@described(Operation(answer="text/html"))
def index() -> Response:
    """The page. Browsers ask each time whether it has changed, and by its ETag mostly hear that it has not."""
    return page.send_static_file("index.html")
