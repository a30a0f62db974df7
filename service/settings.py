"""The service's settings: one table with default, meaning and allowed range, for command line, file and environment."""

import difflib
import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, Self

from annotated_types import Ge, Gt, Le
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic.fields import FieldInfo

from model.document import MOST_BYTES

PREFIX = "THEMETAG_"

CONFIG = PREFIX + "CONFIG"
"""The variable that names a file of settings."""

LIMITS = ("max_paragraphs", "max_characters", "max_bytes", "max_document_bytes")
"""The settings that bound a call, and that callers may know."""

_KUBERNETES = re.compile(PREFIX + r"(SERVICE_(HOST|PORT(_\w+)?)|PORT(_\d+_(TCP|UDP)(_\w+)?)?)")
"""What Kubernetes sets in every container beside a Service named themetag."""

_TOML: Mapping[object, tuple[type, ...]] = {
    bool: (bool,),
    int: (int,),
    float: (int, float),
    tuple[str, ...]: (list,),
}
"""The types in a TOML file of all settings but texts."""

Count = Annotated[int, Field(ge=1)]
Seconds = Annotated[float, Field(ge=0, le=86_400, allow_inf_nan=False)]


class SettingsError(Exception):
    """A setting is wrong; the message names its key, the value and what is allowed."""


class Settings(BaseModel):
    """What the service is and accepts. Each is set by its name: in a TOML file, or in capitals after THEMETAG_."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = Field(default="127.0.0.1", min_length=1, description="address to listen on")
    port: int = Field(default=8000, ge=0, le=65_535, description="port to listen on; 0 takes a free one")
    workers: int = Field(default=0, ge=0, le=1024, description="worker processes; 0 is one a core")
    bundle: Path | None = Field(default=None, description="folder of the model; none is the one `make model` built")
    max_paragraphs: Count = Field(default=1000, description="paragraphs in one call")
    max_characters: Count = Field(default=20_000, description="characters in one paragraph")
    max_bytes: Count = Field(default=8_388_608, description="bytes in the body of one call")
    max_document_bytes: Count = Field(default=MOST_BYTES, description="bytes in one document")
    max_waiting: Count = Field(default=128, description="calls that a worker tags or keeps waiting; more get a 503")
    max_waiting_bytes: Count = Field(default=33_554_432, description="bytes of their bodies; more get a 503")
    keepalive: int = Field(default=5, ge=1, le=3600, description="seconds in which the head of a request must come")
    body_timeout: Seconds = Field(default=30, gt=0, description="seconds in which the body of a request must come")
    drain: Seconds = Field(default=0, description="seconds between /readyz saying 503 and the stop, after SIGTERM")
    stop_timeout: int = Field(
        default=30, ge=1, le=3600, description="seconds that running calls have to finish at a stop"
    )
    api_keys: tuple[str, ...] = Field(default=(), description="SHA-256 of each key that may call; see `themetag key`")
    open: bool = Field(default=False, description="serve a public address without keys")
    metrics_key: bool = Field(default=False, description="ask for a key at /metrics too")
    access_log: bool = Field(default=True, description="a line of log for each request")

    @field_validator("bundle", mode="before")
    @classmethod
    def _or_none(cls, value: object) -> object:
        """An empty variable names no folder."""
        return value or None

    @field_validator("api_keys", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        """The variable holds the hashes with commas between them."""
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("api_keys")
    @classmethod
    def _check_hashes(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not all(re.fullmatch("[0-9a-f]{64}", part) for part in value):
            raise ValueError("not a hash")
        return value

    @classmethod
    def from_environment(
        cls, environment: Mapping[str, str], *, file: Path | None = None, given: Mapping[str, object] | None = None
    ) -> Self:
        """The settings of `given`, else of `environment`, else of `file` (or the one $THEMETAG_CONFIG names).

        :raises SettingsError: for the first key that is no setting, and the first value that is not allowed.
        """
        named = environment.get(CONFIG)
        place = file or (Path(named) if named else None)
        read = cls._read_file(place) if place else {}
        given = given or {}
        values = {**read, **cls._read_environment(environment), **given}
        return cls._checked(values, lambda name: _option(name) if name in given else _variable(name))

    @classmethod
    def _read_environment(cls, environment: Mapping[str, str]) -> dict[str, str]:
        found = {}
        for key in sorted(environment):
            if not key.startswith(PREFIX) or key == CONFIG:
                continue
            name = key.removeprefix(PREFIX).lower()
            if _KUBERNETES.fullmatch(key) and (name not in cls.model_fields or "://" in environment[key]):
                continue
            if name not in cls.model_fields:
                raise _unknown(key, [CONFIG, *map(_variable, cls.model_fields)])
            found[name] = environment[key]
        return found

    @classmethod
    def _read_file(cls, path: Path) -> dict[str, Any]:
        try:
            values = tomllib.loads(path.read_text("utf-8"))
        except OSError as error:
            raise SettingsError(f"{path}: {(error.strerror or str(error)).lower()}") from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise SettingsError(f"{path}: is not TOML: {error}") from error
        for name in values:
            if name not in cls.model_fields:
                raise _unknown(f"{path}: {name}", list(cls.model_fields), name)
        for name, value in values.items():
            if type(value) not in _TOML.get(cls.model_fields[name].annotation, (str,)):
                raise _wrong(name, value, f"{path}: {name}")
        cls._checked(values, lambda name: f"{path}: {name}")
        return values

    @classmethod
    def _checked(cls, values: Mapping[str, object], called: Callable[[str], str]) -> Self:
        try:
            return cls.model_validate(dict(values))
        except ValidationError as error:
            name = str(error.errors(include_url=False)[0]["loc"][0])
            raise _wrong(name, values[name], called(name)) from error

    def limits(self) -> dict[str, int]:
        """What bounds a call, for callers."""
        return {name: getattr(self, name) for name in LIMITS}


def allowed(name: str) -> str:
    """What may be said for the setting `name`, in words."""
    field = Settings.model_fields[name]
    if field.annotation is bool:
        return "true or false"
    if name == "api_keys":
        return "SHA-256 hashes of 64 hexadecimal digits, as `themetag key` prints them"
    if _is_text(field):
        return "text"
    kind = "a whole number" if field.annotation is int else "a number"
    low = next((f" from {m.ge}" for m in field.metadata if isinstance(m, Ge)), "")
    above = next((f" above {m.gt}" for m in field.metadata if isinstance(m, Gt)), "")
    high = next((f" to {m.le}" for m in field.metadata if isinstance(m, Le)), "")
    return f"{kind}{above or low}{high}"


def _is_text(field: FieldInfo) -> bool:
    return field.annotation in (str, Path | None)


def _variable(name: str) -> str:
    return PREFIX + name.upper()


def _option(name: str) -> str:
    return "--" + name.replace("_", "-")


def _wrong(name: str, value: object, called: str) -> SettingsError:
    shown = "" if name == "api_keys" else f"={value!r}"  # what stands there by mistake may be a key
    return SettingsError(f"{called}{shown}: allowed is {allowed(name)}")


def _unknown(key: str, known: list[str], name: str | None = None) -> SettingsError:
    near = difflib.get_close_matches(name or key, known, 1, 0)
    return SettingsError(f"{key}: there is no such setting; the nearest is {near[0]}")
