"""The words of the pages as HTML: what the page shows, and nothing that a text smuggles in."""

import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.ui.share.markdown import formula, markdown
from core.words import prose
from tests.ui.share.elements import Reader

ROOT = Path(__file__).parents[3]
ENGLISH = "\n".join(path.read_text(encoding="utf-8") for path in sorted((prose.FOLDER / prose.language()).glob("*.md")))
FORMULAS = sorted(set(re.findall(r"\$([^$\n]+)\$", ENGLISH)))
ENTITIES = sorted(set(re.findall(r"&[#\w]+;", ENGLISH)))
SPACING = {"stretchy", "movablelimits", "width", "lspace", "rspace"}
# What Markdown may make, as CommonMark and GitHub list it, but for pictures and HTML.
ELEMENTS = {"p", "br", "hr", "ul", "ol", "li", "strong", "em", "s", "code", "pre", "blockquote", "a"}
ELEMENTS |= {"table", "thead", "tbody", "tr", "th", "td", *(f"h{level}" for level in range(1, 7))}


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("One.\n\nTwo.", "<p>One.</p>\n<p>Two.</p>"),
        ("**What is so:** *and* **so**", "<p><strong>What is so:</strong> <em>and</em> <strong>so</strong></p>"),
        ("- a\n- **b**\n\nThen", "<ul>\n<li>a</li>\n<li><strong>b</strong></li>\n</ul>\n<p>Then</p>"),
        ("## Dying ReLU\n\nText", "<h2>Dying ReLU</h2>\n<p>Text</p>"),
        ("$L$, **with $z$** so", f"<p>{formula('L')}, <strong>with {formula('z')}</strong> so</p>"),
        ("$x*y$ and $z*w$", f"<p>{formula('x*y')} and {formula('z*w')}</p>"),
        ("no $\\frac{$", "<p>no <code>\\frac{</code></p>"),
        ("a &ensp; b, **c&emsp;d**", "<p>a \u2002 b, <strong>c\u2003d</strong></p>"),
        ("&lt;b&gt; AT&T &copy &none; &amp;amp;", "<p>&lt;b&gt; AT&amp;T &amp;copy &amp;none; &amp;amp;</p>"),
        ("[Tanh](#line=Tanh) and [it](<#line=Leaky ReLU>)", "<p>Tanh and it</p>"),
        ("2 * 3 * 4, 5 $ each", "<p>2 * 3 * 4, 5 $ each</p>"),
        ("a & b <c>", "<p>a &amp; b &lt;c&gt;</p>"),
        (":blue[**w = −1**], :red[so]", "<p><strong>w = −1</strong>, :red[so]</p>"),
        ("", ""),
    ],
)
def test_markdown_as_pages_use_it(text, html):
    assert markdown(text) == html


# Expected as the specifications of CommonMark and of GitHub's tables say.
@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("[text](https://a.example/?b=1&c=2)", '<p><a href="https://a.example/?b=1&amp;c=2">text</a></p>'),
        ("[**the** map](order_and_chaos)", '<p><a href="order_and_chaos"><strong>the</strong> map</a></p>'),
        ("<http://a.example>", '<p><a href="http://a.example">http://a.example</a></p>'),
        ("`a <b> $c$ **d**`", "<p><code>a &lt;b&gt; $c$ **d**</code></p>"),
        ("```\nx = 1\n\n$y$\n```", "<pre><code>x = 1\n\n$y$\n</code></pre>"),
        ("1. a\n2. b", "<ol>\n<li>a</li>\n<li>b</li>\n</ol>"),
        ("3) a", '<ol start="3">\n<li>a</li>\n</ol>'),
        ("- a\n  - $b$", f"<ul>\n<li>a\n<ul>\n<li>{formula('b')}</li>\n</ul>\n</li>\n</ul>"),
        ("* a", "<ul>\n<li>a</li>\n</ul>"),
        ("Text\n- a", "<p>Text</p>\n<ul>\n<li>a</li>\n</ul>"),
        ("a  \nb", "<p>a<br>\nb</p>"),
        ("a \\* b \\$ c", "<p>a * b $ c</p>"),
        ("> a", "<blockquote>\n<p>a</p>\n</blockquote>"),
        ("~~a~~", "<p><s>a</s></p>"),
        (
            "| a |\n| - |\n| $b$ |",
            f"<table>\n<thead>\n<tr>\n<th>a</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>{formula('b')}</td>\n"
            "</tr>\n</tbody>\n</table>",
        ),
        ("$$\nx^2\n$$", f"<p>{formula('x^2')}</p>"),
        ("a $$x$$ b", f"<p>a {formula('x')} b</p>"),
    ],
)
def test_a_text_may_have_whatever_the_page_itself_shows(text, html):
    assert markdown(text) == html


@pytest.mark.parametrize(
    "text",
    [
        "[x](javascript:alert(1))", "[x](JavaScript:alert(1))", "[x](&#106;avascript:alert(1))",
        "[x](data:text/html,x)", "[x](<java\tscript:alert(1)>)", "[x](vbscript:x)", "[x](file:///etc/passwd)",
        "[x](data:image/png;base64,x)", "<javascript:alert(1)>", "<ftp://a.example>", "<mailto:a@b.example>",
        "<a href=x>x</a>", "<img src=x onerror=alert(1)>", "<script>alert(1)</script>", "<!-- a -->",
        "[x]\n\n[x]: javascript:alert(1)", "<div>\n\na\n</div>",
        "<b>a</b>", "<?php ?>", "<![CDATA[a]]>", "```<b>\n</code><b>\n```",
    ],
)  # fmt: skip
def test_what_is_no_web_link_and_all_html_stays_as_it_was_typed(text):
    assert {name for name, _ in Reader(markdown(text)).elements} <= {"p", "code", "pre"}


def test_no_picture_is_fetched():
    assert Reader(markdown("![a](https://a.example/b.png)")).all("img") == []


def test_every_entity_of_the_words_is_shown_as_what_it_means():
    assert ENTITIES
    for entity in ENTITIES:
        assert "&" not in markdown(f"a {entity} b"), entity


@given(st.text(max_size=60) | st.text(alphabet="[](){}<>!$*_~`#|-:/&;.= \n\\ahscript1", max_size=60))
def test_no_text_ever_becomes_an_element_that_markdown_has_not(text):
    found = [(name, attributes) for name, attributes in Reader(markdown(text)).elements]
    mathematics = [attributes for name, attributes in found if name.startswith("m")]
    assert {name for name, _ in found if not name.startswith("m")} <= ELEMENTS
    assert all(set(attributes) <= SPACING for attributes in mathematics)
    rest = {name for tag, attributes in found if not tag.startswith("m") for name in attributes}
    assert rest <= {"href", "title", "start", "class", "style"}
    for link in [attributes["href"] for tag, attributes in found if tag == "a"]:
        assert urlsplit(link).scheme in ("", "http", "https")


@given(st.text(max_size=40))
def test_no_formula_ever_becomes_anything_but_mathematics(text):
    found = Reader(formula(text))
    assert {name for name, _ in found.elements} == {"code"} or all(name.startswith("m") for name, _ in found.elements)
    assert all(set(attributes) <= SPACING for _, attributes in found.elements)


@pytest.mark.parametrize(
    "source",
    [
        r"\text{<script>alert(1)</script>}", r"\href{javascript:alert(1)}{x}", r"\style{color:red}{x}",
        r"\class{save}{x}", r"\text{&lt;img src=x onerror=alert(1)&gt;}", r"a < b > c & d", r"\frac{", "}{", "a^b^c",
    ],
)  # fmt: skip
def test_what_a_formula_smuggles_in_is_text(source):
    found = Reader(formula(source))
    assert not {"script", "img", "a"} & {name for name, _ in found.elements}
    assert all(set(attributes) <= SPACING for _, attributes in found.elements)


# Formulas


@pytest.mark.parametrize("source", FORMULAS)
def test_every_formula_of_the_words_is_drawn_by_the_browser_itself(source):
    """Well-formed MathML with every letter and digit of the source, and nothing of the way it was typed."""
    math = ElementTree.fromstring(formula(source))
    assert math.tag == "math"
    assert {element.tag for element in math.iter()} <= {
        "math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "msup", "msub", "msubsup", "msqrt", "mfrac",
    }  # fmt: skip
    text = "".join(math.itertext())
    assert not set("\\^_{}$&") & set(text)
    typed = re.sub(r"\\[a-zA-Z]+", "", source)
    assert sorted(re.findall(r"[a-zA-Z0-9]", typed)) == sorted(
        re.findall(r"[a-zA-Z0-9]", re.sub(r"tanh|max", "", text))
    )


@pytest.mark.parametrize(
    ("source", "mathml"),
    [
        ("0.25^L", "<msup><mn>0.25</mn><mi>L</mi></msup>"),
        (r"\sigma_w^2", "<msubsup><mi>σ</mi><mi>w</mi><mn>2</mn></msubsup>"),
        (r"\sqrt 2", "<msqrt><mn>2</mn></msqrt>"),
        ("-1", "<mo>−</mo><mn>1</mn>"),
        (r"\textcolor{#1e7dd0}{w}", '<mstyle mathcolor="#1e7dd0"><mrow><mi>w</mi></mrow></mstyle>'),
        ("x/n", '<mi>x</mi><mo lspace="0" rspace="0">/</mo><mi>n</mi>'),
    ],
)
def test_formulas_as_mathml(source, mathml):
    assert formula(source) == f"<math><mrow>{mathml}</mrow></math>"


@pytest.mark.parametrize("library", ["latex2mathml", "markdown_it", "mdit_py_plugins", "jinja2", "text2qti"])
def test_a_library_for_what_is_taken_home_is_loaded_by_nothing_else(library):
    code = f"import sys; import core.ui.page.parts, core.ui.teach.teaching; print({library!r} in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "False"
