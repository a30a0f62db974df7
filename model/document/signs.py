"""The signs by which Chinese print shows what a line is. No rule here names the words of any one document."""

import re
from functools import lru_cache

from model.text import HAN

LONGEST_HEADING = 46
_PUNCTUATION = frozenset("，。、；：？！“”‘’（）《》「」『』【】…—")
_CLOSING = "”’」』）)》】\"'"
_FINAL = re.compile(rf"[。！？…；：!?;:][{_CLOSING}]*(?:[（(][^（()）。]{{2,30}}[)）])?$")
_SENTENCE = re.compile(rf"[。！？!?…][{_CLOSING}]*(?:[（(][^（()）。]{{2,30}}[)）])?$")
_INSIDE = re.compile(r"[。！？；](?=.)")
_NUMBERED = re.compile(
    r"(?:[（(]?[\d一二三四五六七八九十]{1,3}(?:[)）、]|[.．](?!\d))|第[\d一二三四五六七八九十]{1,3}[章节条部篇]|[①-⑳]|[一二三四五六七八九十]是)"
)
_ITEM = re.compile(r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})、|[（(][\d一二三四五六七八九十]{1,3}[)）]|[①-⑳]")
_OPENING = re.compile(
    r"(?:[—-]{2,}|[□■◎●◆▲△▶·•*]|本[报報][讯訊]|(?:本[报報]|特[约約]|[见見][习習])(?:通[讯訊][员員]|[记記]者)|[图圖][为為]|[图圖][一二三四\d]"
    r"|[上下左右][图圖])"
)

_BOILERPLATE = re.compile(
    r"[（(【\[]?(?:文章|信息|稿件|内容|資料|资料|新闻|新聞|稿源)?[来來]\s*源[:：][^。]{0,40}"
    r"|<?(?:https?://|www\.)[^\s<>]+>?(?:\s+<?(?:https?://|www\.)[^\s<>]+>?)*"
    r"|原[标標][题題]\s*[:：][^。]{1,60}|首[页頁](?:\s*[>›»][^>›»。，；]{1,12}){1,6}"
    r"|返回[^。，；！？]{1,24}|[上下]一[篇页頁条條][:：\s][^。]{0,60}|[上下]一[篇页頁条條]"
    r"|(?:本版|本期|今日|[值當当]班)?[（(【\[]?(?:[责責]任?[编編][辑輯]?|[编編][辑輯]|校[对對]|[审審]核|[审審]校|美[编編]|版式)\s*[:：/][^。]{0,40}"
    r"|[^。，；]{0,20}(?:扫一扫|[扫掃]描二[维維][码碼]|分享到|打印本页|关闭窗口|版权所有|版權所有|免责声明|ICP备|点击数|阅读量|浏览次数|字体[:：])"
    r"[^。，；]{0,40}"
    r"|[【\[]?(?:字号|大|中|小|打印|关闭|收藏|分享|评论|首页|更多)(?:[\s|｜/]*(?:大|中|小|打印|关闭|收藏|分享|评论|首页|更多))*[】\]]?"
    r"|第\s*\d+\s*[页版頁](?:\s*[/共]\s*\d+\s*[页頁]?|\s*[:：]\s*[^。，；]{1,12})?"
    r"|[【\[]?(?:免[责責]|版[权權]|本[网網站])[声聲]明[】\]]?[:：]?.{1,400}"
    r"|[【\[]?(?:特[别別])?[声聲]明[】\]]?[:：]\s*(?:本文|以上|[转轉][载載]|文章|[图圖]片|[内內]容|本[网網站]).{1,400}"
    r"|[^。，；：！？\d]{0,24}[(+-]?\d[\d,.]*%?(?:\s+[(+-]?\d[\d,.]*[%)]*)+"
    r"|[\W\d_]+",
    re.IGNORECASE,
)
_PAGE_NUMBER = re.compile(r"[-—–·~.\s]*\d{1,4}[-—–·~.\s]*|第\s*\d+\s*页(?:\s*[/，,]?\s*共?\s*\d+\s*页?)?|\d+\s*/\s*\d+")
_DATED = re.compile(
    r"(?:(?:发布|更新|发表|發佈|發布)?(?:时间|時間|日期)[:：]?\s*)?\d{4}\s*[-年./]\s*\d{1,2}\s*[-月./]\s*\d{1,2}\s*日?"
    r"(?:\s*星期[一二三四五六日])?(?:\s*\d{1,2}:\d{2}(?::\d{2})?)?(?:\s*(?:[来來]源|作者|[编編][辑輯])[:：].{0,30})?"
)
_REPORTER = r"(?:通讯员|通訊員|记者|記者|[实實][习習]生|作者|撰文|摄影|攝影|供稿|文[/／]|图[/／]|文[:：]|图[:：])"
_BYLINE = re.compile(
    rf"[□■◎●◆]?\s*[（(]?\s*(?:(?:本[报報]|本刊|本[网網]|特[约約]|[见見][习習]|全媒体|首席|[经經][济濟]|金融)\s*)*{_REPORTER}[^。！？]{{0,45}}"
    rf"|[□■◎]\s*[^。！？]{{2,30}}"
    rf"|[（(][{HAN}·、\s]{{2,24}}[)）]|[{HAN}·、\s]{{2,12}}(?:[摄攝]|供图)"
    rf"|(?:本[版文报]|以上|文中)?(?:图片|照片|供图|摄影)(?:均)?[由:：为来][^。]{{0,30}}"
)
_CREDIT = re.compile(r"(?:本[版文报组]|以上|文中|均为)?(?:图片|照片|组图).{0,4}(?:由|来自|[:：]).{1,30}")
_CAPTION = re.compile(
    r"(?:图为|圖為|[上下左右][图圖]|图[\d一二三四五]\s*[:：])|.*[（(][^（()）]{1,30}(?:摄|攝|供图|供圖|提供|资料图)[)）]?。?$"
    r"|.*[（(][^（()）]{0,20}(?:[摄攝]影|[图圖])\s*[:：/／][^（()）]{1,20}[)）]。?$"
    r"|.{0,120}[。\s]\s*[^。]{1,20}(?:[摄攝]|供图)[)）]?$|[▲△▼↑↓←→]"
)
_LETTER_SPACED = re.compile(rf"(?:[{HAN}，。、“”；：]\s){{4,}}")
_CHINESE = rf"[{HAN}\u2014\u2018-\u201d\u2026\u3001-\u3011\uff01-\uff5e]"
LOOSE = re.compile(rf"(?<={_CHINESE})\s++|(?<!\s)\s++(?={_CHINESE})")
"""Blanks that touch a Chinese character."""
_LONGEST_ENTRY = 16
_LONGEST_SIGN = 160
"""No line longer than this is anything but running text."""


@lru_cache(maxsize=64)  # a line is measured again and again while its neighbours are read
def width(text: str) -> float:
    """How wide `text` stands in print, in Chinese characters, letter spacing aside.

    Punctuation takes from half a character to a whole one, as the printer fills the line: it counts as three quarters.
    """
    return sum(0.75 if c in _PUNCTUATION else 1.0 if c >= "\u2e80" else 0.5 for c in tighten(text))


def most_width(text: str) -> float:
    """How wide `text` may stand at most."""
    return sum(1.0 if c >= "\u2e80" or c in _PUNCTUATION else 0.6 for c in tighten(text))


def tighten(text: str) -> str:
    """`text` without the blanks that touch a Chinese character."""
    return LOOSE.sub("", text)


def words_meet(first: str, second: str) -> bool:
    """Where a line ended between these, a blank stands in a text without lines; not within a number."""
    if not first or not (first[-1].isascii() and second[:1].isascii() and second[:1].isalnum()):
        return False
    return not (first[-1].isdigit() and second[:1].isdigit())


def letter_spaced(text: str) -> bool:
    """Blanks stand between most characters, to fill the line."""
    return bool(_LETTER_SPACED.search(text))


def ends(text: str) -> bool:
    """The text ends as paragraphs and items end."""
    return bool(_FINAL.search(text))


def ends_sentence(text: str) -> bool:
    """The text ends with a sentence."""
    return bool(_SENTENCE.search(text))


def ends_in_comma(text: str) -> bool:
    """The text breaks off where it must go on."""
    return text.endswith(("，", "、", ","))


def goes_on(text: str) -> bool:
    """The text begins as only the rest of a sentence does."""
    return text.startswith(("，", "。", "、", "；", "：", "！", "？", "”", "’", "）", "》", "】"))


def holds_sentence(text: str) -> bool:
    """A sentence or clause ends within the text."""
    return bool(_INSIDE.search(text))


def opens(text: str) -> bool:
    """The text begins as only a new paragraph does."""
    return bool(_NUMBERED.match(text) or _OPENING.match(text))


def is_bullet(text: str) -> bool:
    """The text begins with a mark by which items of a list are told apart."""
    return text.startswith(tuple("□■◎●◆▲△▶·•*"))


def is_item(text: str) -> bool:
    """The text begins with a number by which items of a list are told apart."""
    return bool(_ITEM.match(text))


def may_head(text: str) -> bool:
    """The text is short enough for a heading, and no sentence."""
    return len(text) <= LONGEST_HEADING and not ends_sentence(text) and not holds_sentence(text)


def is_boilerplate(text: str) -> bool:
    """What belongs to the page and not to the article: source, links, page numbers, lone marks."""
    return bool(_BOILERPLATE.fullmatch(text))


def is_entry(text: str) -> bool:
    """What stands in a grid of names and figures, and is no text to be read."""
    clauses = "，" in text and len(text) > _LONGEST_ENTRY
    return may_head(text) and not clauses and not is_byline(text)


def is_page_number(text: str) -> bool:
    """The number of a page, as it stands by itself at its foot."""
    return bool(_PAGE_NUMBER.fullmatch(text))


def is_byline(text: str) -> bool:
    """Who wrote or photographed, and when."""
    return len(text) <= _LONGEST_SIGN and bool(_BYLINE.fullmatch(text) or _DATED.fullmatch(text))


def is_name(text: str) -> bool:
    """Three characters by themselves, or two set apart, as a name stands."""
    return bool(re.fullmatch(rf"[{HAN}]\s[{HAN}]|[{HAN}]{{3}}", text))


def is_credit(text: str) -> bool:
    """A line that says whose the pictures are, and so stands among them."""
    return bool(_CREDIT.fullmatch(text))


def is_caption(text: str) -> bool:
    """A picture's caption by its own words."""
    return len(text) <= _LONGEST_SIGN and bool(_CAPTION.match(text))
