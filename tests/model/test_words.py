"""The two engines cut alike, and nothing from outside changes how."""

import json
import pickle
import re
import tempfile
from pathlib import Path

import pytest
import rjieba
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from model.text import Normaliser, Variants
from model.words import SAMPLE, Segmenter, dictionary_digest, is_word

TERMS = ["绿色信贷", "科创贷", "普惠小微", "反诈宣传", "保险+期货", "ESG投资"]
SEEDS = Path(__file__).parents[2] / "seeds" / "paragraphs"


@pytest.fixture(scope="module")
def engines():
    return Segmenter(TERMS, "rjieba"), Segmenter(TERMS, "jieba")


def alike(engines, text):
    normal = Normaliser(Variants())(text).text
    first, second = (sorted(engine.spans(normal)) for engine in engines)
    return first == second and all("".join(engine.cut(normal)) == normal for engine in engines)


def test_engines_cut_real_writing_alike(engines):
    """On every paragraph of the seeds rjieba gives jieba's words, terms added."""
    lines = [line for file in SEEDS.glob("*.jsonl") for line in file.read_text("utf-8").splitlines()]
    texts = [json.loads(line)["text"] for line in lines]
    assert len(texts) > 500
    assert [text for text in texts if not alike(engines, text)] == []


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from("绿色信贷科创普惠小微金融研究生命起源的了中国人民银行，。！a1.%+-_#& \n")))
def test_engines_cut_anything_alike(engines, text):
    """Odd mixtures of Chinese, letters, digits and marks are cut alike too, but for ties.

    In 微微微 the cuts 微微/微 and 微/微微 are equally probable, and the engines choose differently.
    """
    assume(not re.search(r"(.)\1\1", text))
    assert alike(engines, text)


def test_words_are_those_of_jiebas_search_mode():
    """Words looked for inside each word of the best cut are what jieba itself gives."""
    lines = [line for file in sorted(SEEDS.glob("*.jsonl"))[:3] for line in file.read_text("utf-8").splitlines()]
    normals = [Normaliser(Variants())(json.loads(line)["text"]).text for line in lines]
    plain, engine = Segmenter(), rjieba.Jieba()
    for normal in normals:
        assert sorted(plain.spans(normal)) == sorted(engine.tokenize(normal, "search", False))


def test_spans_are_where_the_words_stand(engines):
    """Every word is the slice of the text that its span names."""
    for engine in engines:
        assert all(SAMPLE[start:end] == word for word, start, end in engine.spans(SAMPLE))


def test_added_terms_are_words():
    """A term the dictionary lacks is cut as one word."""
    assert ("科创贷", 2, 5) in Segmenter(["科创贷"]).spans("办理科创贷")
    assert ("科创贷", 2, 5) not in Segmenter().spans("办理科创贷")


def test_numbers_and_marks_are_no_words():
    """Only what holds a Chinese character or a letter counts."""
    assert [word for word in Segmenter().cut("3.5%，2024 kwh") if is_word(word)] == ["kwh"]


def test_fingerprint_is_the_engines_and_not_the_terms(engines):
    """Engines share a fingerprint; other terms in the sample change it."""
    assert engines[0].fingerprint() == engines[1].fingerprint()
    assert Segmenter(["发放首笔"]).fingerprint() != Segmenter().fingerprint()


def test_foreign_cache_in_the_shared_folder_is_not_read(tmp_path, monkeypatch):
    """Whatever lies in jieba's default cache changes no segmentation."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (tmp_path / "jieba.cache").write_bytes(b"not a dictionary")
    assert Segmenter([], "jieba").fingerprint() == Segmenter([], "rjieba").fingerprint()
    assert [path.name for path in tmp_path.iterdir()] == ["jieba.cache"]


def test_a_segmenter_travels_to_another_process():
    """A pickled segmenter cuts as before; joblib keeps pipelines so."""
    again = pickle.loads(pickle.dumps(Segmenter(["科创贷"])))
    assert ("科创贷", 2, 5) in again.spans("办理科创贷")


def test_dictionary_is_known():
    """The digest is that of a file, so never empty while jieba is installed."""
    assert len(dictionary_digest()) == 64
