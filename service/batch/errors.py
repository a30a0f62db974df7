"""What batch tagging refuses, in sentences."""


class BatchError(Exception):
    """A run cannot begin or go on; the message says why and what to do."""


class InputError(Exception):
    """A file of the input cannot be read, or not to its end; the message says why, without the file's name."""


def needs_extra(package: str, what: str) -> BatchError:
    """The refusal where an optional package is missing."""
    extra = "dask" if package == "distributed" else "archive"
    return BatchError(f"{what} needs the package {package}: install themetag[{extra}]")
