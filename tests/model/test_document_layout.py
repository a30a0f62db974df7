"""What makes lines into paragraphs, and what tells their kinds."""

import pytest

from model.document import read_document

LONG = "山城农商行把贷款办到了果园里，客户经理带着平板电脑上门，果农在家门口就能签字"
END = "拿到钱。支行说，明年还要把服务点开到另外五个村。"


def read(text, name="document"):
    return [(p.kind, p.text) for p in read_document(text.encode(), name).paragraphs]


@pytest.mark.parametrize("between", ["\n", "\n\n", "\r\n\r\n"])
def test_a_sentence_broken_by_a_column_is_whole_again(between):
    """The first half breaks off in a comma, and the second is no new paragraph."""
    assert read(f"{LONG}，{between}{END}") == [("body", f"{LONG}，{END}")]


def test_a_heading_is_not_joined_to_what_follows():
    """It ends without punctuation too, and is short and without a sentence."""
    assert read(f"把服务送到果园\n\n{LONG}。\n\n又到收获时节\n\n{END}") == [
        ("title", "把服务送到果园"),
        ("body", f"{LONG}。"),
        ("heading", "又到收获时节"),
        ("body", END),
    ]


def test_a_number_in_a_broken_sentence_begins_nothing():
    """A decimal point is no item's point."""
    assert len(read(f"{LONG}，\n\n12.5万元到账。支行说，明年还来。")) == 1


@pytest.mark.parametrize("begun", ["\n\n", "\n\n\u3000\u3000"])
def test_a_line_that_begins_with_a_comma_goes_on(begun):
    """No paragraph begins so, even where it is indented."""
    assert read(f"{LONG}{begun}，{END}") == [("body", f"{LONG}，{END}")]


def test_a_sentence_that_breaks_off_in_a_comma_goes_on_in_an_indented_line():
    """Where lines are indented, a paragraph that has begun and breaks off is not ended."""
    text = f"\u3000\u3000又到收获时节。{LONG}，\n\u3000\u3000{END}\n\u3000\u3000{LONG}。"
    assert [text for _, text in read(text)] == [f"又到收获时节。{LONG}，{END}", f"{LONG}。"]


def test_articles_of_a_traditional_page_have_their_titles():
    """The signs of print are known in both scripts."""
    first = "支行送書進山村\n\n本報訊（記者 陳一禾）支行把圖書送進山村小學。"
    page = f"{first}\n\n老街防騙忙\n\n本報訊（記者 吳清）支行在老街講防騙課。\n"
    assert [kind for kind, _ in read(page)] == ["title", "body", "title", "body"]


def test_bullets_part_wrapped_lines():
    """After the end of an item a mark begins the next one."""
    running = ["支行全年为老人做了这样几件事情，件", "件都有人负责到底，月月有人来检查，"] * 4
    items = ["• 上门为行动不便的老人办银行卡；", "• 在集市上讲怎样认出骗子的电话。"]
    texts = [text for _, text in read("\n\n".join([*running, "又说：", *items]))]
    assert texts[-2:] == [item.replace(" ", "") for item in items]


@pytest.mark.parametrize("item", ["2、", "3.", "（二）", "□", "——", "二是"])
def test_an_item_is_not_joined_to_what_stands_before(item):
    """A number or a mark begins a paragraph, whatever stands before it."""
    assert len(read(f"{LONG}，\n\n{item}{END}")) == 2


def test_items_are_bodies():
    """Numbers before them and semicolons after them make no heading of them."""
    text = "1、支行为三家合作社发放了春耕贷款，利率优惠；\n10、支行为两所小学送去了图书和书架。"
    assert [kind for kind, _ in read(text)] == ["body", "body"]


def test_half_width_punctuation_stays():
    """What the source has is what the paragraph has."""
    text = "支行优化服务举措、规范经营行为,提升服务质效:为民办事;不收费用。"
    assert read(text) == [("body", text)]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("（文章来源：老街晚报）", "boilerplate"),
        ("https://example.org/a?b=c", "boilerplate"),
        ("返回首页", "boilerplate"),
        ("……", "boilerplate"),
        ("- 3 -", "boilerplate"),
        ("第06版:金融周刊", "boilerplate"),
        ("首页 > 财经 > 正文", "boilerplate"),
        ("原标题：山城农商行把服务送到果园", "boilerplate"),
        ("扫描二维码关注我们", "boilerplate"),
        ("本版编辑：何青 校对：吴清", "boilerplate"),
        ("【免责声明】文章版权归原作者所有，转载请注明出处。", "boilerplate"),
        ("声明：本文只是作者的看法，投资有风险。", "boilerplate"),
        ("小店贷款（亿元） 12.6 14.8", "boilerplate"),
        ("声明：本行从未委托他人办理贷款，请客户谨防上当。", "body"),
        ("风险提示：陌生人发来的链接不要点，验证码不要告诉别人。", "body"),
        ("本報記者 陳一禾", "byline"),
        ("特約通訊員 陳一禾", "byline"),
        ("圖為客戶經理與果農查看長勢。", "caption"),
        ("□通讯员 陈一禾 周小满", "byline"),
        ("本报记者 陈一禾", "byline"),
        ("(陈一禾 周小满)", "byline"),
        ("陈一禾", "byline"),
        ("2024-05-16 09:20", "byline"),
        ("本版图片由山城农商行提供", "byline"),
        ("客户经理与果农查看长势 (陈一禾摄)", "caption"),
        ("图为客户经理与果农查看长势。", "caption"),
        ("——云岭县支持李子产业见闻", "heading"),
        ("一、把服务送到果园", "heading"),
        ("客户只要扫一扫柜台上的二维码，就能看到利率。", "body"),
        ("返回家乡以后，他在村口开了一家小店。", "body"),
        ("记者从会上获悉，今年的春耕贷款已经全部到位。", "body"),
        ("本报讯(通讯员 吴清) 一位老人来到支行，说要转账。", "body"),
        ("现将二〇二四年度有关事项通知如下：", "body"),
    ],
)
def test_kinds_by_their_signs(line, kind):
    """A line between two bodies is known by its own signs."""
    assert read(f"{LONG}。\n\n{line}\n\n{LONG}。")[1] == (kind, line)


def test_captions_stand_beside_the_line_that_says_whose_pictures_they_are():
    """Single short sentences next to it; the same sentence elsewhere is body."""
    sentence = "员工在集市上帮助摊主办理收款码。"
    texts = read(f"{LONG}。支行很忙。\n\n{sentence}\n\n本版图片由支行提供\n\n{LONG}。支行很忙。\n\n{sentence}")
    assert [kind for kind, _ in texts] == ["body", "caption", "byline", "body", "body"]


def test_a_heading_over_two_strong_paragraphs_is_one():
    """When the first ends in a comma."""
    text = "<p><strong>守住钱袋，</strong></p><p><strong>陪伴老人</strong></p><p>正文一句话，说完就完。</p>"
    assert read(text) == [("title", "守住钱袋，陪伴老人"), ("body", "正文一句话，说完就完。")]


def test_two_paragraphs_on_a_line_are_two():
    """Markup parts them, and not the line."""
    assert len(read("<p>正文一句话，说完就完。</p> <p>正文第二句，也就完了。</p>")) == 2


def test_a_strong_sentence_is_body():
    """Only what can be a heading becomes one."""
    assert read("<p><b>这一段全是粗体，可它是一句完整的话。</b></p><p>二</p>")[0][0] == "body"


def test_characters_by_name_are_characters():
    """Entities are read, and the offsets hold them."""
    source = "<html><p>甲&nbsp;&lt;乙&#x4e19;&gt;丁&amp;</p></html>"
    (paragraph,) = read_document(source.encode()).paragraphs
    assert paragraph.text == "甲 <乙丙>丁&"
    assert source[paragraph.start : paragraph.end] == "甲&nbsp;&lt;乙&#x4e19;&gt;丁&amp;"


def test_scripts_and_styles_are_no_text():
    """What no reader sees is not read."""
    assert read("<html><style>p{}</style><script>'<p>x</p>'</script><p>正文一句话，说完就完。</p>") == [
        ("body", "正文一句话，说完就完。")
    ]


def test_front_matter_that_is_no_yaml_still_gives_its_title():
    """A colon too many spoils the title only for the parser."""
    document = read_document("---\ntitle: 小店: 一年\nx: [\n---\n正文一句话，说完就完。\n".encode())
    assert document.paragraphs[0].text == "小店: 一年"
    assert document.warnings == ("the front matter is no YAML: only its title was read",)


def test_a_rule_is_no_front_matter():
    """Text between two rules is text."""
    assert ("body", "正文一句话，说完就完。") in read(
        "---\n正文一句话，说完就完。\n---\n\n后面还有一句话，说完就完。\n"
    )


@pytest.mark.parametrize("forgotten", ["<h1>把服务送到果园", "<a name='top'>把服务送到果园", "<title>把服务送到果园"])
def test_a_forgotten_end_tag_spoils_one_line_only(forgotten):
    """What follows is body all the same."""
    page = f"<html><form>{forgotten}<p>正文一句话，说完就完。</p><p>正文第二句，也就完了。</p></form>"
    assert [kind for kind, _ in read(page)] == ["title", "body", "body"]


def test_a_short_item_is_one_paragraph_again():
    """Two lines as wide as a column that break off are no headings, however few lines there are."""
    text = (
        "支行进社区讲防骗\n\n　　周六上午，网点员工来到银杏社区，给居民讲解刷单返利和冒充公检法的套路，发放折\n"
        "页三百多份，几位老人当场装上了反诈软件，社区主任希望这样的讲座每个月都能来办一次\n，让更多人听到。\n"
    )
    found = read_document(text.encode()).paragraphs
    assert [(each.kind, len(each.text)) for each in found] == [("title", 8), ("body", 86)]
