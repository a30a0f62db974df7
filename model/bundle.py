"""The artefact: a folder of plain data (JSON and arrays), written whole, verified at load, memory-mapped.

manifest.json   format, version, digest, the digest and size of every file, where the bundle comes from, its figures
model.json      themes with terms, threshold, review band and calibration; variants of characters
MODELCARD.md    for people: data, figures, errors
words.json      the vocabulary, in the order of the columns
weights.npy     float64 (words + term features, themes): what a word, or a term feature of 1, adds to a logit
"""

import hashlib
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from model.errors import BundleError
from model.terms import TermList
from model.text import Variants

FORMAT = 1
"""The layout this code writes, and the newest it can read."""

FILES = ("model.json", "words.json", "weights.npy", "MODELCARD.md")
"""The files of a bundle beside its manifest."""

DEFAULT = Path(__file__).parent / "artefact"
"""Where `make model` puts the bundle."""

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class BundleTheme:
    """A theme as the bundle knows it.

    :ivar intercept: logit of a paragraph without any feature, before calibration.
    :ivar slope: with `offset`, turns a logit into a calibrated one: `slope * logit + offset`.
    :ivar threshold: the calibrated probability from which the answer is yes.
    :ivar review: the half-open band of calibrated probabilities in which a person should look.
    :ivar added: whether it was added to themes that were trained before, whose words its terms leave alone.
    """

    key: str
    name_zh: str
    name_en: str
    definition: str
    excludes: str
    color: str
    terms: Sequence[str]
    pairs: Sequence[tuple[Sequence[str], Sequence[str]]]
    intercept: float
    slope: float
    offset: float
    threshold: float
    review: tuple[float, float]
    added: bool = False


@dataclass(frozen=True)
class Bundle:
    """Everything that moves a score, and where it comes from."""

    themes: Sequence[BundleTheme]
    words: Sequence[str]
    weights: Array
    variants: Variants
    fingerprint: str
    dictionary: str
    seeds_digest: str
    libraries: Mapping[str, str]
    metrics: Mapping[str, Any]
    card: str
    version: str = ""
    digest: str = ""
    term_lists: Mapping[str, TermList] = field(init=False)

    def __post_init__(self) -> None:
        lists = {theme.key: TermList(theme.terms, theme.pairs, theme.added) for theme in self.themes}
        object.__setattr__(self, "term_lists", lists)


def write_bundle(bundle: Bundle, folder: Path, base_version: str) -> Bundle:
    """Write `bundle` to `folder`, replacing what is there only once the new one is whole.

    :param base_version: the program's version; the bundle's is it with the start of the digest.
    :returns: the bundle as loaded from the folder, with version and digest.
    :raises BundleError: when something that is no bundle is in the way.
    """
    check_target(folder)
    folder = folder.resolve()
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = folder.with_name(f".{folder.name}.{os.getpid()}")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    _write_json(draft / "model.json", _model_json(bundle))
    _write_json(draft / "words.json", list(bundle.words))
    np.save(draft / "weights.npy", np.asfortranarray(bundle.weights))  # what a theme needs lies together
    (draft / "MODELCARD.md").write_text(bundle.card, "utf-8")
    manifest = {
        "format": FORMAT,
        "files": {name: _file_entry(draft / name) for name in FILES},
        "seeds": bundle.seeds_digest,
        "fingerprint": bundle.fingerprint,
        "dictionary": bundle.dictionary,
        "libraries": dict(bundle.libraries),
        "metrics": dict(bundle.metrics),
    }
    digest = _manifest_digest(manifest)
    _write_json(draft / "manifest.json", {"version": f"{base_version}+{digest[:8]}", "digest": digest, **manifest})
    if folder.exists():
        old = folder.with_name(f".{folder.name}.old")
        shutil.rmtree(old, ignore_errors=True)
        folder.rename(old)
        draft.rename(folder)
        shutil.rmtree(old)
    else:
        draft.rename(folder)
    return load_bundle(folder)


def check_target(folder: Path) -> None:
    """Do nothing if a bundle may be written to `folder`: it is not there, is empty, or holds a bundle.

    :raises BundleError: when anything else would be overwritten.
    """
    empty = not folder.exists() or (folder.is_dir() and not any(folder.iterdir()))
    if not empty and not (folder / "manifest.json").is_file():
        raise BundleError(f"{folder} is there and is no bundle: name another folder, it would be overwritten")


def load_bundle(folder: Path) -> Bundle:
    """Verify and load the bundle in `folder`; the weights stay on disk and are mapped into memory.

    :raises BundleError: when it is missing, unreadable, foreign, damaged or written by a newer themetag.
    """
    try:
        return _load_bundle(folder)
    except OSError as error:  # no right to read it, or it went while it was read
        cause = (error.strerror or str(error)).lower()
        raise BundleError(f"bundle {folder} cannot be read: {error.filename or folder}: {cause}") from error


def _load_bundle(folder: Path) -> Bundle:
    manifest = _read_manifest(folder)
    for name in FILES:
        path = folder / name
        if name not in manifest["files"] or not path.is_file():
            raise BundleError(f"bundle {folder} lacks {name}; train it again with `make model`")
        if _file_entry(path) != manifest["files"][name]:
            raise BundleError(f"bundle {folder} is damaged: {name} is not what was written; run `make model` again")
    try:
        return _read_bundle(folder, manifest)
    except (KeyError, TypeError, ValueError) as error:
        raise BundleError(f"bundle {folder} is none of this themetag's; run `make model` again") from error


def _read_bundle(folder: Path, manifest: Mapping[str, Any]) -> Bundle:
    model = json.loads((folder / "model.json").read_text("utf-8"))
    themes = [
        BundleTheme(**{**theme, "review": tuple(theme["review"]), "pairs": [tuple(pair) for pair in theme["pairs"]]})
        for theme in model["themes"]
    ]
    words = json.loads((folder / "words.json").read_text("utf-8"))
    weights = np.load(folder / "weights.npy", mmap_mode="r")
    features = len(words) + sum(1 + len(theme.pairs) for theme in themes)
    if weights.dtype != np.float64 or weights.shape != (features, len(themes)):
        raise ValueError(f"weights of {weights.dtype} {weights.shape}")
    return Bundle(
        themes=themes,
        words=words,
        weights=weights,
        variants=Variants(**model["variants"]),
        fingerprint=manifest["fingerprint"],
        dictionary=manifest["dictionary"],
        seeds_digest=manifest["seeds"],
        libraries=manifest["libraries"],
        metrics=manifest["metrics"],
        card=(folder / "MODELCARD.md").read_text("utf-8"),
        version=manifest["version"],
        digest=manifest["digest"],
    )


def _read_manifest(folder: Path) -> dict[str, Any]:
    path = folder / "manifest.json"
    if not path.is_file():
        raise BundleError(f"no bundle in {folder}: train one with `make model` or `themetag train -o {folder}`")
    try:
        manifest = json.loads(path.read_text("utf-8"))
        newer = manifest["format"] > FORMAT
        whole = manifest["digest"] == _manifest_digest(
            {key: value for key, value in manifest.items() if key not in ("version", "digest")}
        )
    except (ValueError, KeyError, TypeError) as error:
        raise BundleError(f"{path} is not the manifest of a themetag bundle; run `make model` again") from error
    if newer:
        raise BundleError(
            f"bundle {folder} has format {manifest['format']}, this themetag reads up to {FORMAT}: "
            "update themetag, or train the bundle again with `make model`"
        )
    if not whole:
        raise BundleError(f"bundle {folder} is damaged: manifest.json was changed; run `make model` again")
    return dict(manifest)


def _model_json(bundle: Bundle) -> dict[str, Any]:
    return {
        "themes": [
            {name: value for name, value in asdict(theme).items() if name != "added" or value}
            for theme in bundle.themes
        ],
        "variants": asdict(bundle.variants),
    }


def _manifest_digest(manifest: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(manifest, sort_keys=True).encode()).hexdigest()


def _file_entry(path: Path) -> dict[str, Any]:
    content = path.read_bytes()
    return {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")
