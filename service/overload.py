"""The place in the queue: a request's body is read whole before it takes one, and beyond the last place there is a 503.

A worker tags one small call after another in its loop, and large ones and documents one after another in a thread
beside it, so that small calls, probes and refusals are answered in between. What waits is bounded, in calls and bytes,
and so is what is still coming of large bodies; slow senders of small ones keep no place.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Any

from service.keys import KEPT
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

DOCUMENTS = "/v1/documents"
"""The route whose bodies are documents, which take long however small they are."""

ENVELOPE = 65_536
"""Bytes that a form may add to the document in it."""

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
        self._calls = self._bytes = self._coming = 0
        self.pause: Callable[[], None] = lambda: None
        self.apart: Callable[[Callable[[], Any]], Any] = lambda run: run()
        self.limit: Callable[[], AbstractContextManager[object]] = nullcontext

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Read the body, wait for a place or refuse, then answer; where nothing is tagged no body is read."""
        if environ["REQUEST_METHOD"] in ("GET", "HEAD", "OPTIONS") or not _path(environ).startswith(KEPT):
            return self._app(environ, start_response)
        sent = environ["wsgi.input"]
        try:
            most = self._expected(environ)
            with self._room(most):
                size = self._read(environ, most)
            return self._admit(size, environ, start_response)
        except ProblemError as error:
            headers = {"Retry-After": RETRY_AFTER} if error.type == "overloaded" else {}
            return problem_response(error, _path(environ), headers)(environ, start_response)
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
            json = environ.get("CONTENT_TYPE", "").startswith("application/json")
            if size <= SMALL and json and _path(environ) != DOCUMENTS:
                self.pause()
                return self._app(environ, start_response)
            answer: list[bytes] = self.apart(lambda: [b"".join(self._app(environ, start_response))])
            return answer
        finally:
            self._calls -= 1
            self._bytes -= size

    def _expected(self, environ: "WSGIEnvironment") -> int:
        """The bytes that are read of the body: none of one that says to be larger than its route takes."""
        settings = self._settings
        limit = settings.max_document_bytes + ENVELOPE if _path(environ) == DOCUMENTS else settings.max_bytes
        said = environ.get("CONTENT_LENGTH") or ""
        if said.isdigit():
            return int(said) if int(said) <= limit else 0
        return limit + 1 if "HTTP_TRANSFER_ENCODING" in environ else 0

    @contextmanager
    def _room(self, size: int) -> "Iterator[None]":
        """Room for a body that is still coming; only large ones need any."""
        size = size if size > SMALL else 0
        if size and self._coming and self._coming + size > self._settings.max_waiting_bytes:
            raise ProblemError("overloaded", "too many large bodies are coming; try again in a second")
        self._coming += size
        try:
            yield
        finally:
            self._coming -= size

    def _read(self, environ: "WSGIEnvironment", most: int) -> int:
        """Put the whole body, at most `most` bytes, in the place of the stream it comes from; its size in bytes."""
        if not most:
            return 0
        said = environ.get("CONTENT_LENGTH")
        try:
            with self.limit():
                body, size = _copy(environ["wsgi.input"], most)
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


def _path(environ: "WSGIEnvironment") -> str:
    path: str = environ.get("PATH_INFO", "")
    return path


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
