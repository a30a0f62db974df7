"""A page of print, wrapped as PDFs give it, has the paragraphs that it had."""

import pytest

from model.document import read_document

PAGE = [
    ("title", "把银行开到渡口边"),
    ("heading", "——青石农商行水上服务点一年记"),
    (
        "body",
        (
            "青石县有四十多个村子散在湖边，从前村民办事要先坐船再坐车，来回得花一天。去年三月，青石农商行在渡口租下两间旧屋，"
            "装上取款机和视频柜台，开起了县里第一个水上服务点。头一天来了六十多人，队伍一直排到了码头的台阶上。"
        ),
    ),
    (
        "body",
        (
            "“过去取养老金要托人捎，心里总不踏实。”七十二岁的船工老乔说，如今下船走几步就能取到钱，柜员还帮他把字念得清清楚楚。"
            "服务点一年办了九千多笔业务，其中八成是老人来取养老金。"
        ),
    ),
    ("heading", "贷款跟着渔汛走"),
    (
        "body",
        (
            "1、湖里的银鱼每年只有四十天可捕，渔民要赶在汛期前修船、补网、备油。支行把贷款的还款日改到汛期之后，利率降了一个百分点，"
            "全年为二百一十户渔民发放贷款1860万元，没有一笔逾期。"
        ),
    ),
    (
        "body",
        (
            "2、湖边的水产加工厂过去用煤烧炉，烟气大，成本也高。支行发放绿色贷款350万元，帮助三家加工厂换上了电炉和冷库，"
            "一年少烧煤四百吨，湖水也清了许多。厂长说，等到账上有了余钱，还要把屋顶铺满光伏板。"
        ),
    ),
    ("heading", "守住渔民的辛苦钱"),
    (
        "body",
        (
            "汛期一过，渔民手里有了钱，骗子的电话也跟着来了。服务点的墙上贴着最近发生的几个骗局，柜员每天讲给排队的人听。"
            "去年十月，渔民小冯要给一个“低价柴油”的卖家转六万元，柜员看出收款账户有问题，拦了下来，又陪他去派出所报了案。"
        ),
    ),
    (
        "body",
        (
            "今年春天，青石农商行又在对岸开了第二个服务点，还把每年的渔具捐赠改成了助学金，资助湖边学校的二十六名学生。"
            "支行负责人说，只要渡口还有人等船，服务点的灯就会一直亮着。"
        ),
    ),
]


def wrapped(text, columns, blanks):
    """The lines of a paragraph that is set in so many columns, its first line `blanks` shorter."""
    lines, room = [""], columns - blanks
    for character in text:
        size = 1.0 if character >= "\u2014" else 0.5
        if size > room and character not in "，。、；：？！”":
            lines.append("")
            room = columns
        lines[-1] += character
        room -= size
    return lines


def printed(columns, style, between):
    pages = []
    for kind, text in PAGE:
        lines = wrapped(text, columns, 2 if kind == "body" and style != "flush" else 0)
        if kind == "body" and style == "indented":
            lines[0] = "\u3000\u3000" + lines[0]
        pages.append(("\n\n" if between == "lines" else "\n").join(lines))
    return ("\n" if between == "nothing" else "\n\n").join(pages)


@pytest.mark.parametrize("between", ["lines", "paragraphs", "nothing"])
@pytest.mark.parametrize("style", ["indented", "blanks lost"])
@pytest.mark.parametrize("columns", [17, 18, 20, 22, 24, 25, 28, 32, 36, 40])
def test_wrapped_paragraphs_are_whole_again(columns, style, between):
    """Whatever the column, and wherever empty lines stand."""
    document = read_document(printed(columns, style, between).encode())
    assert [(p.kind, p.text) for p in document.paragraphs] == PAGE


@pytest.mark.parametrize("columns", [18, 20, 22, 24, 25, 28, 32, 36, 40])
def test_flush_paragraphs_are_whole_again_where_empty_lines_part_them(columns):
    """Without blanks before them, and with nothing lost."""
    document = read_document(printed(columns, "flush", "paragraphs").encode())
    assert [(p.kind, p.text) for p in document.paragraphs] == PAGE


@pytest.mark.parametrize("columns", [17, 20, 25, 36])
def test_flush_paragraphs_end_at_their_short_lines(columns):
    """Where nothing else parts them, most of the bodies are whole; a last line as wide as the column tells nothing."""
    read = {p.text for p in read_document(printed(columns, "flush", "lines").encode()).paragraphs}
    bodies = [text for kind, text in PAGE if kind == "body"]
    assert sum(text in read for text in bodies) >= len(bodies) / 2
