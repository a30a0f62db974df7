"""A bundle is plain data, comes back as it was written, and is refused when it is not what was written."""

import json
from pathlib import Path

import numpy as np
import pytest

from model.bundle import FILES, FORMAT, _file_entry, _manifest_digest, load_bundle, write_bundle
from model.errors import BundleError
from model.tagger import Tagger


def edit_manifest(folder, **changes):
    """Change the manifest and make it whole again, as a newer or a foreign program might have written it."""
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text("utf-8")) | changes
    content = {key: value for key, value in manifest.items() if key not in ("version", "digest")}
    path.write_text(json.dumps(manifest | {"digest": _manifest_digest(content)}), "utf-8")


def test_round_trip_keeps_everything(trained, tiny_bundle):
    """What is loaded is what was trained, with version and digest added."""
    bundle = trained[0]
    assert tiny_bundle.themes == bundle.themes
    assert tiny_bundle.words == bundle.words
    assert np.array_equal(tiny_bundle.weights, bundle.weights)
    assert tiny_bundle.metrics == bundle.metrics
    assert tiny_bundle.version == f"1.2.3+{tiny_bundle.digest[:8]}"


def test_arrays_are_mapped_from_disk(tiny_bundle):
    """Weights are memory-mapped, so that workers share them."""
    assert isinstance(tiny_bundle.weights, np.memmap)
    assert not tiny_bundle.weights.flags.writeable


def test_holds_only_json_and_plain_arrays(tiny_folder):
    """No file needs pickle to be read."""
    for path in tiny_folder.iterdir():
        if path.suffix == ".npy":
            np.load(path, allow_pickle=False)
        elif path.suffix == ".json":
            json.loads(path.read_text("utf-8"))
        else:
            assert path.name == "MODELCARD.md"


def test_missing_bundle_says_how_to_get_one(tmp_path):
    """An empty place is answered with the command that fills it."""
    with pytest.raises(BundleError, match=r"no bundle in .*: train one with `make model`"):
        load_bundle(tmp_path / "nowhere")


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("damage", ["truncated", "flipped", "missing"])
def test_damaged_file_is_refused_by_name(bundle_copy, name, damage):
    """A byte less, another byte or no file at all: the message names the file."""
    path = bundle_copy / name
    content = path.read_bytes()
    if damage == "missing":
        path.unlink()
    else:
        path.write_bytes(content[:-1] if damage == "truncated" else content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(BundleError, match=rf"{name}.*make model"):
        load_bundle(bundle_copy)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"format": 1}', b"\xff\xfe", b"null"])
def test_foreign_manifest_is_refused(bundle_copy, content):
    """Whatever else lies under the manifest's name is not taken for one."""
    (bundle_copy / "manifest.json").write_bytes(content)
    with pytest.raises(BundleError, match=r"is not the manifest of a themetag bundle"):
        load_bundle(bundle_copy)


def test_manifest_without_a_file_is_refused(bundle_copy):
    """A whole manifest of too few files names the one that lacks."""
    edit_manifest(bundle_copy, files={})
    with pytest.raises(BundleError, match=r"lacks model\.json"):
        load_bundle(bundle_copy)


def test_other_arrays_than_the_words_need_are_refused(bundle_copy):
    """Weights of another shape or kind are foreign, however well their digest fits."""
    for content in (np.zeros((2, 2)), np.array(["x"])):
        np.save(bundle_copy / "weights.npy", content)
        files = json.loads((bundle_copy / "manifest.json").read_text("utf-8"))["files"]
        edit_manifest(bundle_copy, files=files | {"weights.npy": _file_entry(bundle_copy / "weights.npy")})
        with pytest.raises(BundleError, match="is none of this themetag's"):
            load_bundle(bundle_copy)


def test_changed_manifest_is_refused(bundle_copy):
    """Figures in the manifest cannot be embellished."""
    path = bundle_copy / "manifest.json"
    path.write_text(path.read_text("utf-8").replace('"rows": 28', '"rows": 99'), "utf-8")
    with pytest.raises(BundleError, match=r"manifest\.json was changed"):
        load_bundle(bundle_copy)


def test_too_new_bundle_says_to_update(bundle_copy):
    """A format of the future is named, with the one this program reads."""
    edit_manifest(bundle_copy, format=FORMAT + 1)
    with pytest.raises(BundleError, match=rf"has format {FORMAT + 1}, this themetag reads up to {FORMAT}: update"):
        load_bundle(bundle_copy)


@pytest.mark.parametrize("proof", ["fingerprint", "dictionary"])
def test_bundle_of_another_jieba_is_refused(bundle_copy, proof):
    """Words that would be cut otherwise than in training are not scored."""
    edit_manifest(bundle_copy, **{proof: "0" * 64})
    with pytest.raises(BundleError, match=r"trained with another jieba"):
        Tagger.load(bundle_copy)


def test_writing_over_a_bundle_leaves_one_whole_bundle(trained, bundle_copy):
    """A new bundle takes the old one's place, and nothing lies about."""
    again = write_bundle(trained[0], bundle_copy, "9.9.9")
    assert load_bundle(bundle_copy).version == again.version
    assert [path.name for path in bundle_copy.parent.iterdir()] == [bundle_copy.name]


def test_an_unreadable_bundle_is_refused(bundle_copy, monkeypatch):
    """No right to read a file of it is a bundle's error, which names the file: a running service keeps its model."""

    def refuse(path):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(BundleError, match=r"cannot be read: .*: permission denied"):
        load_bundle(bundle_copy)
