"""The gunicorn worker: connections cost no thread, so slow and silent ones keep nobody else waiting.

Why gevent: with 300 half-sent bodies open, gthread (4 threads, or 64) gave others no answer within 20 s, gevent one
within 10 ms, and half as many answers again without them (two workers of gunicorn 27, wrk on a bare Flask route).
"""

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import gevent
from gevent import socket
from gevent.threadpool import ThreadPool
from gunicorn.http import errors
from gunicorn.workers.ggevent import GeventWorker

from service.front import extra_headers
from service.logs import log_request, request_id
from service.overload import CHUNK
from service.problems import PROBLEMS, ProblemError, problem_response

if TYPE_CHECKING:
    from collections.abc import Iterator

_TYPES = {
    errors.LimitRequestLine: "uri-too-long",
    errors.LimitRequestHeaders: "headers-too-large",
    errors.UnsupportedTransferCoding: "not-implemented",
}


class Worker(GeventWorker):  # type: ignore[misc]  # gunicorn has no types
    """Serves many connections in one loop."""

    sockets: list[Any]

    def patch(self) -> None:
        """Make the listening sockets ones of gevent; nothing else waits in the loop, so nothing else is patched."""
        self.sockets = [
            socket.socket(listener.FAMILY, socket.SOCK_STREAM, fileno=listener.sock.detach())
            for listener in self.sockets
        ]

    def load_wsgi(self) -> None:
        """Let the application wait and work as this worker does."""
        super().load_wsgi()
        gate, settings = self.wsgi.extensions["gate"], self.wsgi.extensions["settings"]
        gate.pause = lambda: gevent.sleep(0)
        gate.apart = ThreadPool(1).apply
        gate.limit = lambda: _limit(settings.body_timeout)
        self._body_timeout = settings.body_timeout

    def handle_request(self, listener_name: Any, req: Any, sock: Any, addr: Any) -> None:
        """Answer a request, then throw away what nobody read of its body.

        A client whose connection is closed while it still sends may never see its answer. gunicorn itself would also
        do this before the next request, a kilobyte at a time, with a copy of the rest each time.
        """
        try:
            super().handle_request(listener_name, req, sock, addr)
        finally:
            whole = self._discard(req.body)
        if not whole:  # where the next request starts is not known
            raise StopIteration

    def _discard(self, body: Any) -> bool:
        """Whether the rest of a body came to its end."""
        try:
            with _limit(self._body_timeout):
                while body.read(CHUNK):
                    pass
        except Exception:  # noqa: BLE001  # a client that is gone, late or at fault: all is said
            return False
        return True

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:  # noqa: ARG002  # gunicorn's
        """Answer what never came to be a request; of the caller's bytes nothing goes to the log."""
        type = "bad-request" if isinstance(exc, errors.ParseException) else "internal-error"
        type = next((type for kind, type in _TYPES.items() if isinstance(exc, kind)), type)
        if type == "internal-error":
            self.log.error("the worker failed", exc_info=exc)
        id = request_id(None)
        name = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", exc.__class__.__name__).lower()
        response = problem_response(ProblemError(type, f"the request cannot be read: {name}"))
        headers = [*response.headers, ("Connection", "close")]
        lines = [f"HTTP/1.1 {response.status}", *(f"{k}: {v}" for k, v in headers + extra_headers(headers, id))]
        log_request(id, "-", "unknown", PROBLEMS[type][0], 0, 0)
        try:
            client.sendall("\r\n".join([*lines, "", ""]).encode() + response.data)
        except OSError:
            self.log.debug("the client is gone")


@contextmanager
def _limit(seconds: float) -> "Iterator[None]":
    with gevent.Timeout(seconds, TimeoutError()):
        yield
