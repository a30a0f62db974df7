"""What routes take and answer: the models that check requests, and that the description in OpenAPI is made of."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SkipValidation, WithJsonSchema
from pydantic.json_schema import SkipJsonSchema
from typing_extensions import TypeAliasType

from model.document import Kind

ThemeKey = TypeAliasType("ThemeKey", Annotated[str, Field(description="the key of a theme of the model")])
Text = TypeAliasType(
    "Text",  # what it may hold is checked with a problem of its own, in service/paragraphs.py
    Annotated[
        str,
        Field(
            description="a paragraph: not blank, no NUL, no lone surrogate",
            json_schema_extra={"minLength": 1, "pattern": r"\S"},
        ),
    ],
)
ThemeKeys = Annotated[list[ThemeKey], Field(min_length=1)]
Probability = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1)]
Offset = Annotated[int, Field(ge=0)]
Scores = Annotated[dict[ThemeKey, Share], Field(description="the calibrated probability of every theme")]


class Asked(BaseModel):
    """What a caller sends: members that are not described are refused."""

    model_config = ConfigDict(strict=True, extra="forbid")


class Answered(BaseModel):
    """What the service sends: nothing that is not described."""

    model_config = ConfigDict(extra="forbid")


class SentParagraph(BaseModel):
    """A paragraph with an id of the caller's; further members are the caller's own."""

    id: Annotated[Any, Field(description="any value; the answer repeats it. The index where there is none")] = None
    text: Text


class TagRequest(Asked):
    """Paragraphs, and what is wanted of them."""

    # Each is checked by itself, so that one bad paragraph spoils no other.
    paragraphs: Annotated[
        list[SkipValidation[Text | SentParagraph]],
        Field(min_length=1, description="strings or objects; one that cannot be tagged carries its own error"),
    ]
    themes: Annotated[ThemeKeys | None, Field(description="answer and explain only these; all are scored")] = None
    thresholds: Annotated[
        dict[ThemeKey, Probability] | None, Field(description="probabilities from which a theme is said")
    ] = None
    evidence: Annotated[bool, Field(description="also answer the spans of text that made it so")] = False


def _keys(value: object) -> object:
    """`green,charity` as a list."""
    return value.split(",") if isinstance(value, str) else value


def _thresholds(value: object) -> object:
    """`green:0.7,charity:0.5` as a mapping."""
    if not isinstance(value, str):
        return value
    pairs = [pair.rpartition(":") for pair in value.split(",")]
    if not all(key for key, _, _ in pairs) or len({key for key, _, _ in pairs}) < len(pairs):
        raise ValueError("write each theme once, with its probability, like green:0.7,charity:0.5")
    return {key: _number(digits) for key, _, digits in pairs}


def _number(digits: str) -> float:
    try:
        return float(digits)
    except ValueError:
        raise ValueError(f"{digits[:20]!r} is no number; write thresholds like green:0.7,charity:0.5") from None


def _boolean(value: object) -> object:
    """`true` and `false` as booleans."""
    return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value


class Options(Asked):
    """What is wanted of paragraphs, as text: in a query, in a form, in the parameters of an inference."""

    evidence: Annotated[
        bool, BeforeValidator(_boolean), Field(description="also answer the spans of text that made it so")
    ] = False
    themes: Annotated[
        ThemeKeys | SkipJsonSchema[None],
        BeforeValidator(_keys),
        Field(description="answer and explain only these, with a comma between; all are scored"),
    ] = None
    thresholds: Annotated[
        dict[ThemeKey, Probability] | SkipJsonSchema[None],
        BeforeValidator(_thresholds),
        WithJsonSchema({"type": "string", "examples": ["green:0.7,charity:0.5"]}),
        Field(description="probabilities from which a theme is said, like green:0.7,charity:0.5"),
    ] = None


class DocumentForm(Options):
    """A form with one file; the name of its field is free, and the file's name decides nothing but messages."""

    file: Annotated[Any, WithJsonSchema({"type": "string", "format": "binary"}), Field(description="the document")]


class Model(Answered):
    """The model that answered."""

    version: str
    digest: Annotated[str, Field(pattern="^[0-9a-f]{64}$", description="SHA-256 of the bundle")]


class Evidence(Answered):
    """A span of the text, in characters, and its part of the theme's logit before calibration."""

    theme: ThemeKey
    start: Offset
    end: Offset
    text: str
    weight: float


class DocumentEvidence(Evidence):
    """Evidence with its place in the decoded source, where there is one."""

    source_start: Offset | None = None
    source_end: Offset | None = None


class TaggedParagraph(Answered):
    """The tags of a paragraph."""

    id: Any
    themes: Annotated[list[ThemeKey], Field(description="themes whose probability reaches their threshold")]
    review: Annotated[list[ThemeKey], Field(description="themes so near their threshold that a person should look")]
    scores: Scores
    evidence: Annotated[list[Evidence] | SkipJsonSchema[None], Field(description="where it was asked for")] = None


class ParagraphError(Answered):
    """Why a paragraph could not be tagged."""

    type: Literal["urn:themetag:paragraph-not-text", "urn:themetag:paragraph-empty", "urn:themetag:paragraph-too-long"]
    detail: str


class FailedParagraph(Answered):
    """A paragraph that could not be tagged."""

    id: Any
    error: ParagraphError


class TagAnswer(Answered):
    """The paragraphs in the order of the call."""

    model: Model
    paragraphs: list[TaggedParagraph | FailedParagraph]


class DocumentParagraph(Answered):
    """A paragraph of a document; bodies have tags, or an error."""

    n: Annotated[int, Field(ge=1)]
    kind: Kind
    text: str
    start: Annotated[Offset | None, Field(description="in characters of the decoded source; null for PDF and DOCX")]
    end: Offset | None
    article: Annotated[int, Field(ge=1, description="the number of the article it belongs to")]
    themes: list[ThemeKey] | SkipJsonSchema[None] = None
    review: list[ThemeKey] | SkipJsonSchema[None] = None
    scores: Scores | SkipJsonSchema[None] = None
    evidence: list[DocumentEvidence] | SkipJsonSchema[None] = None
    error: ParagraphError | SkipJsonSchema[None] = None


class Article(Answered):
    """Where an article of the document begins."""

    article: Annotated[int, Field(ge=1)]
    title: str | None
    paragraph: Annotated[int, Field(ge=1, description="the number of its first paragraph")]


class ThemeShare(Answered):
    """How much of a document's tagged bodies has a theme."""

    bodies: Offset
    share_of_bodies: Share
    characters: Offset
    share_of_characters: Share


class DocumentAnswer(Answered):
    """What was read out of a document, and its tags."""

    model: Model
    format: Literal["text", "post", "html", "pdf", "docx"]
    warnings: list[str]
    articles: list[Article]
    paragraphs: list[DocumentParagraph]
    summary: dict[ThemeKey, ThemeShare]


class Theme(Answered):
    """What a theme means and how it is decided."""

    key: ThemeKey
    name_zh: str
    name_en: str
    definition: str
    excludes: str
    color: str
    threshold: Share
    review: Annotated[list[Share], Field(min_length=2, max_length=2, description="the half-open band of review")]


class ThemesAnswer(Answered):
    """The themes of the model."""

    model: Model
    themes: list[Theme]


class Decision(Answered):
    """The probability is the logistic function of `slope * (intercept + weights) + offset`."""

    intercept: float
    slope: float
    offset: float


class Limits(Answered):
    """What a call may have; beyond it the answer is 413 or 422 and names the limit."""

    max_paragraphs: int
    max_characters: int
    max_bytes: int
    max_document_bytes: int


class ModelAnswer(Answered):
    """Where scores come from, and what turns evidence into them."""

    model: Model
    seeds: Annotated[str, Field(description="SHA-256 of the seeds")]
    libraries: dict[str, str]
    metrics: Annotated[dict[str, Any], Field(description="figures on rows that were not trained on")]
    decisions: dict[ThemeKey, Decision]
    limits: Limits


class Alive(Answered):
    """The process answers."""

    status: Literal["alive"]


class Ready(Answered):
    """The model is loaded."""

    status: Literal["ready"]
    model: Model


class Problem(Answered):
    """Every error of every route (RFC 9457)."""

    type: Annotated[str, Field(description="the stable name of the problem")]
    title: str
    status: int
    detail: Annotated[str, Field(description="one sentence on this very request")]
    pointer: Annotated[str | SkipJsonSchema[None], Field(description="JSON pointer into the body")] = None
    parameter: Annotated[str | SkipJsonSchema[None], Field(description="its name, where no pointer leads to it")] = None
    limit: Annotated[int | SkipJsonSchema[None], Field(description="the limit that was passed")] = None
    paragraphs: Annotated[
        list[FailedParagraph] | SkipJsonSchema[None], Field(description="each paragraph's error, where all have one")
    ] = None
    error: Annotated[str | SkipJsonSchema[None], Field(description="the detail again, on routes below /v2")] = None
