"""Links that hide controls or show one chart alone: what is read from an address, hidden by a style, and written."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.ui.record import Page
from core.ui.share import dialog
from core.ui.share.dialog import qr_code
from core.ui.share.hiding import css
from core.ui.share.links import KEY, LONGEST, MOST, OWN, View, here, known, link, near, renewed, view
from core.words.prose import Words

SHOWN = Page(
    Words("relu", {}),
    controls={"depth": "Depth", "initializer": "Initialization", "width": "Width", "seed": "Seed"},
    charts={"gradient": "The gradient", "relu.dead": "Dead"},
    boxes={"more": ["width", "seed"]},
)
HOSTILE = [
    "x}body{display:none}", "</style><script>alert(1)</script>", "a,b{}", "depth/*", "*/depth", "depth}", ".depth",
    "depth.", "depth..x", "depth x", " depth", "depth\n", "depth\x00", "\\64 epth", "url(//evil)", "@import 'x'", "*",
    ":root", "[class]", "a>b", "a\"b", "a'b", "a;b", "a:b", "a#b", "−", "ｄｅｐｔｈ", "depth\u202e", "1depth", "_x",
    "-x", "a" * (LONGEST + 1), "", ",", ",,,",
]  # fmt: skip
SAFE = st.from_regex(KEY, fullmatch=True).filter(lambda key: len(key) <= LONGEST)


# Reading


def test_a_label_of_before_is_renewed_where_it_names_an_initialization_and_nowhere_else():
    asked = {
        "initializer": ["He"],
        "lab.initializer": ["Glorot, uniform"],
        "learn.initializers": ["LeCun", "He", "He (Kaiming)", "Foo"],
        "step.initializer": ["LeCun"],
        "variants.initializer": [],
        "lab.other": ["He"],
        "initializer.std": ["He"],
        "hide": ["initializer"],
    }
    assert renewed(asked) == {
        "initializer": ["He (Kaiming)"],
        "lab.initializer": ["Glorot (Xavier), uniform"],
        "learn.initializers": ["LeCun", "He (Kaiming)", "He (Kaiming)", "Foo"],
    }
    assert renewed({"initializer": ["He (Kaiming)"]}) == {}, "or the page would run again and again"


def test_lists_are_read_with_commas_and_as_repeated_parameters():
    assert view({"hide": ["depth,initializer"]}) == View(hide=("depth", "initializer"))
    assert view({"hide": ["depth", "initializer", "depth"]}) == View(hide=("depth", "initializer"))
    assert view({"only": ["gradient"], "keep": ["relu.depth,x"]}) == View(only="gradient", keep=("relu.depth", "x"))
    assert view({"only": ["gradient"]}) == View(only="gradient")
    assert view({"depth": ["5"]}) == View()


def test_where_one_chart_stands_alone_there_is_nothing_to_hide_and_without_it_nothing_to_keep():
    assert view({"only": ["gradient"], "hide": ["depth"]}) == View(only="gradient")
    assert view({"keep": ["depth"], "hide": ["width"]}) == View(hide=("width",))


@pytest.mark.parametrize("value", HOSTILE, ids=lambda value: f"{value!r:.24}")
def test_what_cannot_be_a_key_is_not_read(value):
    """Of "a,b{}" the first part is one."""
    rest = ("a",) if value == "a,b{}" else ()
    assert view({"hide": [value]}) == View(hide=rest)
    assert view({"only": [value], "hide": ["depth"]}) == (View(only="a") if rest else View(hide=("depth",)))
    assert view({"only": ["gradient"], "keep": [value, "depth"]}).keep == (*rest, "depth")


@given(st.lists(st.text()), st.lists(st.text()), st.lists(st.text()))
def test_whatever_comes_only_safe_keys_reach_the_style(hide, only, keep):
    found = view({"hide": hide, "only": only, "keep": keep})
    for key in (*found.hide, *found.keep, *([found.only] if found.only else [])):
        assert re.fullmatch(r"[A-Za-z0-9_.]{1,64}", key)
    written = css(found, {"more": ["width", "seed"]})
    assert not set(written) & set("<>\\@/;%") - {";", ">"}
    assert written.count("{") == written.count("}") == (4 if found.only else 1 if found.hide else 0)


def test_long_lists_are_cut():
    many = ",".join(f"k{i}" for i in range(10_000))
    assert len(view({"hide": [many]}).hide) == MOST
    assert len(view({"hide": [f"k{i}" for i in range(10_000)]}).hide) == MOST
    assert view({"hide": ["x" * 10**7]}) == View()
    assert view({"only": ["gradient"], "keep": ["," * 10**7]}) == View(only="gradient")


def test_of_what_is_asked_for_only_what_is_on_the_page_counts():
    assert known(View(hide=("depth", "gradient", "relu.code")), SHOWN) == View(hide=("depth",))
    assert known(View(only="gradient", keep=("depth", "gradient")), SHOWN) == View(only="gradient", keep=("depth",))
    assert known(View(only="depth", keep=("depth",)), SHOWN) == View()
    assert known(View(only="nobody"), SHOWN) == View()


# Hiding


def test_a_page_that_hides_nothing_has_no_style():
    assert css(View(), {"more": ["width"], "empty": []}) == ""


def test_a_control_goes_with_what_belongs_to_it_but_not_with_what_is_called_alike():
    (names, _) = css(View(hide=("lab.seed",)), {}).split(", :is", 1)
    assert names == ':is(.st-key-lab-seed, [class*="st-key-lab-seed-"])'


@pytest.mark.parametrize(("hide", "gone"), [(("width",), False), (("seed", "width"), True), (("depth",), False)])
def test_a_box_is_hidden_with_the_last_of_its_controls(hide, gone):
    assert (".st-key-more" in css(View(hide=hide), SHOWN.boxes)) is gone


def test_an_empty_box_is_let_be():
    assert ".st-key-more" not in css(View(hide=("depth",)), {"more": []})


@pytest.mark.parametrize(("keep", "stays"), [(("depth",), False), (("width",), True), ((), False)])
def test_of_one_chart_alone_a_box_stays_if_a_control_in_it_does(keep, stays):
    assert (".st-key-more" in css(View(only="gradient", keep=keep), SHOWN.boxes)) is stays


def test_one_chart_alone_has_no_menu_and_warnings_stay():
    written = css(View(only="relu.dead", keep=("depth",)), {})
    for part in (
        "stSidebar",
        "stHeader",
        ".st-key-relu-dead,",
        ".st-key-relu-dead-film,",
        ".st-key-depth",
        ".st-key-share-whole",
        "stAlert",
    ):
        assert part in written


@pytest.mark.parametrize("value", HOSTILE, ids=lambda value: f"{value!r:.24}")
def test_a_style_of_anything_but_keys_is_refused(value):
    """Even where somebody forgets to read it with `view`."""
    if value == "a" * (LONGEST + 1):
        return
    for wanted in (View(hide=(value,)), View(only=value or ","), View(only="x", keep=(value,))):
        with pytest.raises(ValueError, match="no key"):
            css(wanted, {})


# Writing


@given(
    st.dictionaries(st.text(min_size=1), st.lists(st.text(min_size=1), min_size=1, max_size=3), max_size=4),
    st.one_of(
        st.builds(View, hide=st.lists(SAFE, unique=True, max_size=5).map(tuple)),
        st.builds(View, only=SAFE, keep=st.lists(SAFE, unique=True, max_size=5).map(tuple)),
    ),
)
def test_what_is_written_is_read_again(settings, wanted):
    settings = {key: values for key, values in settings.items() if key not in OWN}
    made = link("https://x.example/relu", settings, wanted)
    read = parse_qs(urlsplit(made).query, keep_blank_values=True)
    assert view(read) == wanted
    assert {key: values for key, values in read.items() if key not in OWN} == settings
    assert re.fullmatch(r"[A-Za-z0-9/:.?&=%,_~-]+", made), "nothing that Markdown or a messenger would take for more"


def test_a_link_replaces_what_the_address_has_asked_for():
    settings = {"depth": ["5"], "hide": ["x"], "only": ["y"], "keep": ["z"], "activations": ["GELU (tanh)", "ReLU"]}
    assert link("a", settings, View()) == "a?depth=5&activations=GELU%20%28tanh%29&activations=ReLU"
    assert link("a", settings, View(hide=("depth", "gain"))).endswith("ReLU&hide=depth,gain")
    assert link("a", {}, View(only="gradient", keep=("depth",))) == "a?only=gradient&keep=depth"
    assert link("a", {}, View()) == "a"


PAGES = ["vanishing_gradient", "relu", "relu_variants", "beyond_relu"]


@pytest.mark.parametrize("base", ["https://x.example", "http://127.0.0.1:8501", "https://x.example/deep/down"])
@pytest.mark.parametrize("page", PAGES[1:])
def test_the_address_of_a_page_is_its_own_although_streamlit_takes_one_name_for_the_end_of_another(page, base):
    assert here(f"{base}/{page}", page) == f"{base}/{page}"
    assert here("https://x.example/beyond_/beyond_relu", "beyond_relu") == "https://x.example/beyond_relu"


def test_the_front_page_has_no_name_in_its_address():
    assert here("https://x.example", PAGES[0]) == "https://x.example/"
    assert here("https://x.example/app", PAGES[0]) == "https://x.example/app"


@pytest.mark.parametrize("url", [None, "", "javascript:alert(1)", "file:///etc/passwd", "x.example"])
def test_nothing_but_a_web_address_is_believed(url):
    assert here(url, "relu") == ""


@pytest.mark.parametrize(
    ("address", "mine"),
    [
        ("http://localhost:8501/relu", True), ("http://127.0.0.1:8501", True), ("http://[::1]:8501/", True),
        ("http://app.localhost/", True), ("https://x.streamlit.app/relu", False), ("http://192.168.1.5:8501", False),
        ("http://localhost.example/", False), ("", False),
    ],
)  # fmt: skip
def test_an_address_of_the_own_machine_is_known_as_such(address, mine):
    assert near(address) is mine


def modules(svg):
    """The dark modules of a code, drawn as runs of a row: `M x y h n`, then moves relative to the end of the last."""
    path = re.search(r'<path[^>]*class="qrline"[^>]* d="([^"]+)"|stroke="#000"[^>]* d="([^"]+)"', svg)
    x = y = 0.0
    dark = set()
    for kind, numbers in re.findall(r"([Mmh])([-\d. ]+)", path[1] or path[2]):
        values = [float(number) for number in re.findall(r"-?\d*\.?\d+", numbers)]
        if kind == "h":
            dark |= {(int(y), int(x) + i) for i in range(int(values[0]))}
            x += values[0]
        else:
            x, y = (values[0], values[1]) if kind == "M" else (x + values[0], y + values[1])
    return dark


def test_the_code_draws_the_modules_of_the_link_and_has_its_quiet_zone_in_any_theme():
    import segno

    text = "https://x.example/relu?relu.depth=100&only=relu.gradient&keep=relu.depth"
    svg = qr_code(text)
    matrix = segno.make_qr(text, error="l").matrix
    assert modules(svg) == {
        (row + 4, column + 4) for row, line in enumerate(matrix) for column, dark in enumerate(line) if dark
    }
    assert f'fill="#fff" d="M0 0h{len(matrix) + 8}v{len(matrix) + 8}h-{len(matrix) + 8}z"' in svg


def test_a_link_too_long_for_a_code_has_none():
    assert qr_code("https://x.example/?" + "x" * 2900)
    assert qr_code("https://x.example/?" + "x" * 3000) is None


def test_names_that_occur_twice_are_told_apart():
    assert dialog._distinct({"a": "Depth", "b": "Depth", "c": "Width"}) == {
        "a": "Depth (a)", "b": "Depth (b)", "c": "Width",
    }  # fmt: skip
