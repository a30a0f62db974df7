"""API keys: made at random, kept as hashes only, compared in constant time.

A key is 256 random bits, which nobody can guess or list: one round of SHA-256 keeps it as safe as a slow hash would.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping

KEPT = ("/v1/", "/v2/")
"""Where text is read and the model is told: what asks for a key. Probes, the page and the description do not."""

_OPEN = "/v2/health/"


def new_key() -> str:
    """A new key, 256 random bits behind a prefix by which a leaked one is found."""
    return f"themetag_{secrets.token_urlsafe(32)}"


def hash_of(key: str) -> str:
    """What the settings hold of a key: its SHA-256, in hexadecimal."""
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()


def is_kept(path: str, *, metrics: bool = False) -> bool:
    """Whether a path asks for a key, where there are keys."""
    return (path.startswith(KEPT) and not path.startswith(_OPEN)) or (metrics and path == "/metrics")


def sent_key(environ: Mapping[str, str]) -> str:
    """The key in a request's headers: `Authorization: Bearer KEY` or `X-API-Key: KEY`; empty where there is none."""
    scheme, _, key = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else environ.get("HTTP_X_API_KEY", "").strip()


def is_known(key: str, hashes: Iterable[str]) -> bool:
    """Whether `key` is that of one of `hashes`; the time it takes does not depend on which."""
    given = hash_of(key)
    return bool(sum(hmac.compare_digest(given, known) for known in hashes))
