"""What every request passes: an id and the key on its way in; headers, a log line and counters on its way out."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from service.keys import is_kept, is_known, sent_key
from service.logs import log_request, request_id
from service.metrics import Metrics
from service.problems import ProblemError, problem_response
from service.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ROWS = "themetag.rows"
"""Where in the WSGI environment a route leaves the rows it answers, to be counted."""

ROUTE = "themetag.route"
"""Where in it the application leaves the route that answered."""

READY = frozenset({"/readyz", "/v2/health/ready"})
"""The probes of readiness."""

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""The methods that the log names; what else a caller makes up does not reach it."""

SECURITY = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
}
"""The headers of every answer. A route that needs another policy of content sets its own."""

_SECURED = frozenset(map(str.lower, SECURITY))


class Front:
    """Stands before an application.

    :ivar stopping: whether the service is about to stop, so that it is no longer ready; the server sets it.
    """

    def __init__(self, app: "WSGIApplication", settings: Settings, metrics: Metrics) -> None:
        self._app = app
        self._settings = settings
        self._metrics = metrics
        self.stopping: Callable[[], bool] = lambda: False

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer a request."""
        begin = time.perf_counter()
        id = request_id(environ.get("HTTP_X_REQUEST_ID"))
        said = 500

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], object]:
            nonlocal said
            said = int(status[:3])
            return start_response(status, headers + extra_headers(headers, id), exc_info)

        try:
            return self._answer(environ, start)
        finally:
            self._record(environ, id, said, time.perf_counter() - begin)

    def _answer(self, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        settings = self._settings
        if settings.api_keys and is_kept(path, metrics=settings.metrics_key):
            key = sent_key(environ)
            if not is_known(key, settings.api_keys):
                detail = "this key is unknown" if key else "send a key: Authorization: Bearer KEY, or X-API-Key: KEY"
                refusal = problem_response(ProblemError("unauthorized", detail), path, {"WWW-Authenticate": "Bearer"})
                return refusal(environ, start)
        if path in READY and self.stopping():
            return problem_response(ProblemError("stopping", "the service is about to stop"), path)(environ, start)
        return self._app(environ, start)

    def _record(self, environ: "WSGIEnvironment", id: str, status: int, seconds: float) -> None:
        route = environ.get(ROUTE, "unknown")
        rows: Iterable[Mapping[str, Any]] = environ.get(ROWS, ())
        tagged = self._metrics.count_tagged(rows) if rows else 0
        self._metrics.count_request(route, status, seconds)
        if self._settings.access_log:
            method = environ["REQUEST_METHOD"]
            log_request(id, method if method in METHODS else "other", route, status, seconds, tagged)


def extra_headers(headers: Sequence[tuple[str, str]], id: str) -> list[tuple[str, str]]:
    """The headers that every answer has, but those it has already."""
    added = [("X-Request-ID", id), *SECURITY.items()]
    own = {name.lower() for name, _ in headers} & _SECURED
    return [item for item in added if item[0].lower() not in own] if own else added
