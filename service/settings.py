"""The service's settings: limits with a default, a meaning and an allowed range, read from the environment."""

from collections.abc import Mapping
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from model.document import MOST_BYTES

PREFIX = "THEMETAG_"


class SettingsError(Exception):
    """A setting is wrong; the message names its key, the value and what is allowed."""


class Settings(BaseModel):
    """What the service accepts. Each is set by its name in capitals after THEMETAG_."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    max_paragraphs: int = Field(default=1000, ge=1, description="paragraphs in one call")
    max_characters: int = Field(default=20_000, ge=1, description="characters in one paragraph")
    max_bytes: int = Field(default=8_388_608, ge=1, description="bytes in the body of one call")
    max_document_bytes: int = Field(default=MOST_BYTES, ge=1, description="bytes in one document")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """The settings in `environment`; keys that are no setting are other people's.

        :raises SettingsError: for the first value that is not allowed.
        """
        keys = {PREFIX + name.upper(): name for name in cls.model_fields}
        given = {name: environment[key] for key, name in keys.items() if key in environment}
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            detail = error.errors(include_url=False)[0]
            key = PREFIX + str(detail["loc"][0]).upper()
            raise SettingsError(f"{key}={detail['input']!r}: {detail['msg']} (a whole number from 1)") from error
