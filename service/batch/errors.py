"""What batch tagging refuses, in sentences."""

import contextlib
import zlib
from collections.abc import Iterator

from model import DocumentError


class BatchError(Exception):
    """A run cannot begin or go on; the message says why and what to do."""


class InputError(Exception):
    """A file of the input cannot be read, or not to its end; the message says why, without the file's name."""


def needs_extra(package: str, what: str) -> BatchError:
    """The refusal where an optional package is missing."""
    extra = "dask" if package == "distributed" else "archive"
    return BatchError(f"{what} needs the package {package}: install themetag[{extra}]")


@contextlib.contextmanager
def unreadable(name: str) -> Iterator[None]:
    """What goes wrong in reading the file `name`, whichever package says so, is an `InputError`."""
    try:
        yield
    except (OSError, EOFError, zlib.error, DocumentError) as error:
        detail = str(error)
        if isinstance(error, OSError) and error.strerror:
            detail = error.strerror.lower()
        raise InputError(detail.removeprefix(f"{name}: ")) from error
    except Exception as error:
        if type(error).__module__.partition(".")[0] in ("backports", "compression", "pyarrow"):
            raise InputError(f"it is broken: {error}") from error
        raise
