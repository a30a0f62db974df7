"""Themes are added from terms or from few paragraphs, and change nothing of the themes that are there."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest

from model.adding import add_themes, train_folders
from model.bundle import load_bundle, write_bundle
from model.errors import SeedsError
from model.seeds import MIN_ROWS, load_folders, load_seeds
from model.tagger import Tagger

THEME = (
    'key = "weather"\nname_zh = "天气"\nname_en = "Weather"\n'
    'terms = ["暴雨", "冰雹", "小麦", "年金", "丰收", "收成", "玉米"]\n'
)
PAIRS = '[[pairs]]\nwho = ["村里", "农户"]\nwhat = ["减半", "水稻"]\n'


@pytest.fixture
def mine(tmp_path):
    """A folder with a theme and no paragraph."""
    folder = tmp_path / "mine"
    (folder / "themes").mkdir(parents=True)
    (folder / "paragraphs").mkdir()
    (folder / "themes" / "weather.toml").write_text(THEME + PAIRS, "utf-8")
    return folder


def write_rows(folder, rows):
    lines = [json.dumps({"text": text, "themes": themes}, ensure_ascii=False) for text, themes in rows]
    (folder / "paragraphs" / "mine.jsonl").write_text("\n".join(lines), "utf-8")


ROWS = [
    ("昨夜一场暴雨冲垮了河堤边的菜棚，镇上连夜排水。", ["weather"]),
    ("冰雹打落了半树的梨，果园主人只好提早收摊。", ["weather"]),
    ("台风过境，渔船都回了港，码头上的缆绳加了三道。", ["weather"]),
    ("入冬头一场雪下了三天，山路封了，班车改走国道。", ["weather"]),
    ("连着四十天没下雨，水库见了底，洒水车日夜送水。", ["weather", "pension"]),
    ("会议室的空调坏了，大家热得直扇扇子。", []),
    ("新的一期彩票开奖，没有人中头奖。", []),
]


def trained_with(seeds_copy, mine):
    return train_folders(load_folders([seeds_copy, mine]))[0]


def test_old_themes_keep_all_that_moves_a_score(seeds_copy, mine, tiny_bundle):
    """Weights, intercepts, calibration and words of the old themes are the same bits; new words weigh nothing."""
    write_rows(mine, ROWS)
    bundle = trained_with(seeds_copy, mine)
    count, old = len(tiny_bundle.words), len(tiny_bundle.themes)
    assert list(bundle.themes[:old]) == list(tiny_bundle.themes)
    assert list(bundle.words[:count]) == list(tiny_bundle.words)
    assert np.array_equal(bundle.weights[:count, :old], tiny_bundle.weights[:count])
    assert not bundle.weights[count : len(bundle.words), :old].any()
    terms = len(tiny_bundle.weights) - count
    assert np.array_equal(bundle.weights[len(bundle.words) :][:terms, :old], tiny_bundle.weights[count:])
    assert not bundle.weights[len(bundle.words) + terms :, :old].any()


def test_old_themes_answer_as_before(seeds_copy, mine, tagger, tmp_path):
    """Also where a term of the new theme is a word of theirs, or stands across the borders of their words."""
    bundle = write_bundle(trained_with(seeds_copy, mine), tmp_path / "bundle", "1")
    wider = Tagger(bundle)
    for text in ("参加年金的人多了", "小麦和玉米", "这一年金价涨了，大小麦芽糖", "养老金与年金", "今天没有什么事"):
        before, after = tagger.tag(text, evidence=True), wider.tag(text, evidence=True)
        for theme in tagger.themes:
            assert after.scores[theme.key] == pytest.approx(before.scores[theme.key], abs=1e-15)
            kept = [item for item in after.evidence if item.theme == theme.key]
            assert kept == [item for item in before.evidence if item.theme == theme.key]


def test_terms_alone_make_a_weak_theme(seeds_copy, mine, tmp_path):
    """Without a labelled paragraph it is said where its terms stand, and no figure is made up."""
    bundle = write_bundle(trained_with(seeds_copy, mine), tmp_path / "bundle", "1")
    assert bundle.metrics["themes"]["weather"] is None
    assert "not measured" in bundle.card
    assert bundle.metrics["macro_f1"] > 0
    tags = Tagger(bundle).tag("暴雨和冰雹毁了小麦，农户收成减半。", evidence=True)
    assert "weather" in tags.themes
    assert "暴雨" in {item.text for item in tags.evidence if item.theme == "weather"}


def test_labelled_paragraphs_are_measured(seeds_copy, mine):
    """From as many as a theme needs on, figures are given; the labels then are people's alone."""
    write_rows(mine, ROWS)
    metrics = trained_with(seeds_copy, mine).metrics["themes"]["weather"]
    assert metrics["gold"] == MIN_ROWS
    assert 0 <= metrics["f1"] <= 1


def test_evidence_of_an_added_theme_adds_up(seeds_copy, mine, tmp_path):
    """Its contributions and its intercept are its logit, as of any theme."""
    write_rows(mine, ROWS)
    wider = Tagger(write_bundle(trained_with(seeds_copy, mine), tmp_path / "bundle", "1"))
    text = "暴雨毁了农户的小麦，年金照发，水库见了底。"
    found = wider.tag(text, themes=["weather"], evidence=True).evidence
    total = wider.themes[-1].intercept + sum(item.weight for item in found)
    assert total == pytest.approx(wider.logits(text)[-1])


def test_folders_do_not_matter_to_each_other(seeds_copy, mine, tmp_path):
    """A theme is the same whether or not another was added before it."""
    other = tmp_path / "other"
    (other / "themes").mkdir(parents=True)
    other_theme = THEME.replace("weather", "storm").replace('"暴雨", "冰雹", ', "")
    (other / "themes" / "storm.toml").write_text(other_theme + PAIRS, "utf-8")
    alone = trained_with(seeds_copy, mine)
    both, _ = train_folders(load_folders([seeds_copy, other, mine]))
    assert both.themes[-1] == alone.themes[-1]


def test_training_twice_gives_the_same_digest(seeds_copy, mine, tmp_path):
    """Also with added folders."""
    first, second = (write_bundle(trained_with(seeds_copy, mine), tmp_path / name, "1") for name in ("a", "b"))
    assert first.digest == second.digest


def test_a_bundle_with_added_themes_is_read_back(seeds_copy, mine, tmp_path):
    """Which themes were added is written; a bundle without any is written as ever."""
    bundle = write_bundle(trained_with(seeds_copy, mine), tmp_path / "bundle", "1")
    assert [theme.added for theme in load_bundle(tmp_path / "bundle").themes] == [False, False, True]
    model = json.loads((tmp_path / "bundle" / "model.json").read_text("utf-8"))
    assert ["added" in theme for theme in model["themes"]] == [False, False, True]
    assert bundle.seeds_digest != load_seeds(seeds_copy).digest


def test_a_thin_theme_of_the_first_folder_is_added_too(seeds_copy, mine, tagger, tmp_path):
    """A theme with terms needs no paragraphs, wherever its file lies."""
    (mine / "themes" / "weather.toml").rename(seeds_copy / "themes" / "weather.toml")
    bundle, _ = train_folders(load_folders([seeds_copy]))
    assert [theme.key for theme in bundle.themes] == ["harvest", "pension", "weather"]
    scores = Tagger(write_bundle(bundle, tmp_path / "bundle", "1")).tag("养老金").scores
    assert scores["pension"] == pytest.approx(tagger.tag("养老金").scores["pension"], abs=1e-15)


def test_terms_that_stand_nowhere_are_told(seeds_copy, mine):
    """A theme that neither terms nor paragraphs speak of cannot be learnt; the message says what to do."""
    (mine / "themes" / "weather.toml").write_text(THEME.split("terms", maxsplit=1)[0] + 'terms = ["霜冻"]', "utf-8")
    with pytest.raises(SeedsError, match=r"weather\.toml: theme 'weather' has too few paragraphs: 0 labelled.*label"):
        trained_with(seeds_copy, mine)


def test_terms_that_stand_everywhere_are_told(seeds_copy, mine):
    """Nothing then shows what the theme is not."""
    (mine / "themes" / "weather.toml").write_text(THEME.replace('"暴雨"', '"。", "，", "的"'), "utf-8")
    with pytest.raises(SeedsError, match=r"theme 'weather': its terms stand in nearly every paragraph"):
        trained_with(seeds_copy, mine)


@pytest.mark.parametrize(
    ("name", "source", "message"),
    [
        ("themes/pension.toml", '\nkey = "pension"\nname_zh = "a"\nname_en = "b"',
         r"mine/themes/pension\.toml:2: theme 'pension' is defined in .*seeds/themes/pension\.toml already"),
        ("themes/bare.toml", 'key = "bare"\nname_zh = "a"\nname_en = "b"',
         r"mine/themes/bare\.toml: theme 'bare' has 0 labelled paragraphs, at least 5 are needed"),
        ("paragraphs/mine.jsonl", '{"text": "有字", "themes": ["wether"]}',
         r"mine/paragraphs/mine\.jsonl:1: unknown theme 'wether'; the themes are harvest, pension, weather"),
        ("paragraphs/mine.jsonl",
         '{"text": "支行大堂里，五十岁的罗师傅开立了个人养老金账户，当场缴存三千元。", "themes": []}',
         r"mine/paragraphs/mine\.jsonl:1: the same text as .*seeds/paragraphs/bank\.jsonl:1"),
    ],
)  # fmt: skip
def test_problems_name_the_folder(seeds_copy, mine, name, source, message):
    """Of folders read together, each file is named with its folder."""
    (mine / name).write_text(source, "utf-8")
    with pytest.raises(SeedsError, match=message):
        load_folders([seeds_copy, mine])


def test_one_theme_needs_paragraphs(seeds_copy):
    """The first folder needs a theme to train on; the message says where."""
    for path in (seeds_copy / "themes").glob("*.toml"):
        path.unlink()
    (seeds_copy / "themes" / "weather.toml").write_text(THEME, "utf-8")
    for path in (seeds_copy / "paragraphs").glob("*.jsonl"):
        path.write_text(re.sub(r'"themes": \[[^\]]*\]', '"themes": []', path.read_text("utf-8")), "utf-8")
    with pytest.raises(SeedsError, match=r"themes: no theme has 5 labelled paragraphs"):
        load_folders([seeds_copy])


def test_rows_of_an_added_folder_teach_old_themes_nothing(seeds_copy, mine, tiny_bundle):
    """Whatever they say of them."""
    write_rows(mine, ROWS)
    base, added = load_folders([seeds_copy, mine])
    silent = replace(added, paragraphs=tuple(replace(row, themes=row.themes - {"pension"}) for row in added.paragraphs))
    one, other = (add_themes(tiny_bundle, base, seeds) for seeds in (added, silent))
    assert np.array_equal(one.weights, other.weights)
