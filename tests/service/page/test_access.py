"""For everyone: screen readers, keyboards, phones, both schemes of colours; and nobody else is asked anything."""

import json
from importlib.resources import files
from pathlib import Path

import pytest
from flask import Response
from selenium.webdriver import Keys

STRINGS = Path(__file__).parents[3] / "service" / "page" / "static" / "strings.json"
AXE = files("axe_core_python").joinpath("axe.min.js").read_text("utf-8")
BOTH = "小麦丰收，玉米亩产也高，收成好，村民领取企业年金。"
PLAIN = "分行召开会议，部署对公存款工作。"
LONG = "长" * 201


def fill(page, tmp_path):
    """Everything the page can show: kinds, chips, marks, details, an error in its place and one above."""
    path = tmp_path / "news.txt"
    path.write_text(f"丰收时节\n\n{BOTH}\n\n{LONG}。\n\n{PLAIN}\n", "utf-8")
    page.upload(path)
    page.until(lambda: page.all("mark"))
    page.set_threshold("harvest", 0.9)
    page.one(".filter[data-theme=pension]").click()
    page.until(lambda: len(page.shown()) < 4)
    page.one("#unfilter").click()
    page.until(lambda: len(page.shown()) == 4)
    page.one(".chip[data-theme=pension]").click()
    page.until(lambda: page.all(".chip[aria-pressed=true]"))
    page.one(".behind summary").click()
    page.until(lambda: page.all(".behind table"))
    page.run("document.getElementById('meanings').open = true; document.getElementById('text').value = ' '")
    page.one("#go").click()
    page.until(lambda: page.text("#problem"))


def violations(page):
    found = page.browser.execute_async_script("axe.run().then(arguments[0])")["violations"]
    return [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found]


def test_axe_finds_nothing(page, tmp_path):
    """No rule of axe is broken, empty or full of results, in both schemes, wide and narrow; contrast is one of them."""
    page.run(AXE)
    assert violations(page) == []
    fill(page, tmp_path)
    for width, scheme in [(1280, "light"), (1280, "dark"), (360, "dark"), (360, "light")]:
        page.device(width, 900, scheme)
        assert violations(page) == [], (width, scheme)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_phone_shows_it_without_scrolling_sideways(page, tmp_path, language):
    """At 360 pixels nothing is wider than the screen."""
    page.device(360, 740)
    page.one(f"[data-language={language}]").click()
    fill(page, tmp_path)
    assert page.run("const root = document.documentElement; return root.scrollWidth - root.clientWidth") == 0
    wide = """return [...document.querySelectorAll('body *')].filter((element) =>
        !element.closest('.scroll, .hidden, .skip')
        && element.getBoundingClientRect().right > 360.5).map((element) => element.outerHTML.slice(0, 80))"""
    assert page.run(wide) == []


def test_the_way_from_text_to_themes_needs_no_mouse(page):
    """Type, Control and Enter: the focus is on the results' heading; then the tabulator leads to chips and words."""
    page.one("#text").send_keys(BOTH, Keys.CONTROL, Keys.ENTER)
    page.until(lambda: page.browser.switch_to.active_element.get_attribute("id") == "source")
    page.until(lambda: page.all("mark"))
    met = []
    for _ in range(5):
        page.browser.switch_to.active_element.send_keys(Keys.TAB)
        met.append(page.browser.switch_to.active_element.tag_name)
    assert met[:4] == ["button", "button", "mark", "summary"]


def test_a_chip_keeps_the_focus(page):
    """What is pressed stays in reach, though the paragraph is drawn anew."""
    page.paste(BOTH)
    page.until(lambda: page.all("mark"))
    page.one(".chip[data-theme=pension]").send_keys(Keys.ENTER)
    page.until(lambda: page.one(".chip[data-theme=pension]").get_attribute("aria-pressed") == "true")
    assert page.browser.switch_to.active_element == page.one(".chip[data-theme=pension]")


def test_focus_is_seen(page):
    """What has the focus has an outline."""
    page.one("#text").send_keys(Keys.TAB)
    outline = "return getComputedStyle(document.activeElement).outlineStyle"
    assert page.run(outline) == "solid"


def test_results_are_announced(page):
    """What goes on is said in a status region, also in the end."""
    page.paste(BOTH)
    assert page.one("#status").get_attribute("role") == "status"
    assert page.text("#status") == "标注完成：1 段正文。"


def test_no_request_leaves_the_server(page, site, tmp_path):
    """Whatever is done, the browser asks this service only."""
    page.asked()
    page.open().one("#example").click()
    page.until(page.shown)
    fill(page, tmp_path)
    asked = page.asked()
    assert f"{site.url}v1/tag" in asked
    assert [address for address in asked if not address.startswith(site.url)] == []


def test_every_word_comes_from_the_strings(page, site, tmp_path):
    """With other strings, no word of the page's own is left: none is written elsewhere."""
    strings = json.loads(STRINGS.read_text("utf-8"))
    odd = {key: f"⟦{words}⟧" if key != "htmlLang" else "zh" for key, words in strings["zh"].items()}
    site.instead["/page/strings.json"] = lambda: Response(json.dumps({"zh": odd}), mimetype="application/json")
    page.open()
    fill(page, tmp_path)
    words = """const odd = (text) => text.trim() && !/^⟦[^]*⟧$|^[\\d+−.%<>]*$/.test(text.trim());
        const given = 'noscript, .brand, dt, dd, .text, .word, .filter, .chip.yes, .behind th[scope=row], [lang=en], '
          + '#source, #version, #digest';
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
        while (walker.nextNode()) {
          const { data, parentElement } = walker.currentNode;
          if (!parentElement.closest(given) && odd(data)) found.push(data);
        }
        const labels = [...document.querySelectorAll('[aria-label], [title], [placeholder]')];
        return [...found, ...labels.flatMap((one) => ['aria-label', 'title', 'placeholder']
          .map((name) => one.getAttribute(name) ?? '').filter(odd))];"""
    assert page.run(words) == []
