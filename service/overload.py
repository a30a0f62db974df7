"""The place in the queue: a request's body is read whole before it takes one, and beyond the last place there is a 503.

A worker tags one small call after another in its loop, and large ones and documents one after another in a thread
beside it, so that small calls, probes and refusals are answered in between. What waits is bounded, in calls and bytes.
"""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Any

from service.problems import ProblemError, problem_response
from service.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SMALL = 32_768
"""Bytes of the largest JSON body that is tagged in the loop: some milliseconds."""

IN_MEMORY = 262_144
"""Bytes of a body that are held in memory while it comes; the rest goes to a temporary file."""

RETRY_AFTER = "1"
"""Seconds after which a refused caller may try again: by then many small calls are done."""

_ENVELOPE = 65_536
CHUNK = 1_048_576
"""As much as gunicorn takes from the socket at a time: of what is left of it, it makes a copy at every read."""


class Gate:
    """Lets a bounded number of calls with a body through to an application.

    :ivar pause: gives way to other requests that are ready; the worker sets it.
    :ivar apart: runs a function in the thread beside the loop and returns its result; the worker sets it.
    :ivar limit: bounds the time in which a body comes; the worker sets it.
    """

    def __init__(self, app: "WSGIApplication", settings: Settings) -> None:
        self._app = app
        self._settings = settings
        self._most = max(settings.max_bytes, settings.max_document_bytes + _ENVELOPE)
        self._calls = 0
        self._bytes = 0
        self.pause: Callable[[], None] = lambda: None
        self.apart: Callable[[Callable[[], Any]], Any] = lambda run: run()
        self.limit: Callable[[], AbstractContextManager[object]] = nullcontext

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Read the body, wait for a place or refuse, then answer."""
        if environ["REQUEST_METHOD"] in ("GET", "HEAD", "OPTIONS"):
            return self._app(environ, start_response)
        sent = environ["wsgi.input"]
        try:
            size = self._read(environ)
            return self._admit(size, environ, start_response)
        except ProblemError as error:
            headers = {"Retry-After": RETRY_AFTER} if error.type == "overloaded" else {}
            return problem_response(error, environ.get("PATH_INFO", ""), headers)(environ, start_response)
        finally:
            if environ["wsgi.input"] is not sent:
                environ["wsgi.input"].close()

    def _admit(self, size: int, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if self._calls >= self._settings.max_waiting or (
            self._calls and self._bytes + size > self._settings.max_waiting_bytes
        ):
            raise ProblemError("overloaded", "too many calls are waiting; try again in a second")
        self._calls += 1
        self._bytes += size
        try:
            if size <= SMALL and environ.get("CONTENT_TYPE", "").startswith("application/json"):
                self.pause()
                return self._app(environ, start_response)
            answer: list[bytes] = self.apart(lambda: [b"".join(self._app(environ, start_response))])
            return answer
        finally:
            self._calls -= 1
            self._bytes -= size

    def _read(self, environ: "WSGIEnvironment") -> int:
        """Put the whole body in the place of the stream it comes from; its size in bytes.

        A body that says to be larger than any may be is left unread: the application refuses it.
        """
        said = environ.get("CONTENT_LENGTH") or ""
        if "HTTP_TRANSFER_ENCODING" not in environ and not (said.isdigit() and int(said) <= self._most):
            return 0
        try:
            with self.limit():
                body, size = _copy(environ["wsgi.input"], int(said) if said else self._most + 1)
        except TimeoutError as error:
            seconds = self._settings.body_timeout
            raise ProblemError("request-timeout", f"the body did not come within {seconds:g} seconds") from error
        except Exception as error:  # what the server's reader raises is its own
            raise ProblemError("bad-request", "the body broke off or is badly chunked") from error
        if said and size < int(said):
            raise ProblemError("bad-request", f"the body broke off after {size} of {said} bytes")
        environ.pop("HTTP_TRANSFER_ENCODING", None)
        environ["wsgi.input"], environ["CONTENT_LENGTH"] = body, str(size)
        return size


def _copy(source: IO[bytes], most: int) -> tuple[IO[bytes], int]:
    """At most `most` bytes of `source`, in memory or, if they are many, in a temporary file; and how many they are."""
    if most <= IN_MEMORY:
        data = source.read(most)
        return BytesIO(data), len(data)
    body: IO[bytes] = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  # closed when the call is answered
    left = most
    while left and (chunk := source.read(min(left, CHUNK))):
        body.write(chunk)
        left -= len(chunk)
    body.seek(0)
    return body, most - left
