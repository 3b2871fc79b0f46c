"""The page as one file: complete, escaped, one library, nothing fetched from anywhere."""

import json
import re
import threading

import plotly.graph_objects as go
import pytest
from plotly.offline import get_plotlyjs

from core.ui import record
from core.ui import state as session
from core.ui.record import Chart, Figures, Page, Table
from core.ui.share import dialog
from core.ui.share.document import contents, document, in_words
from core.ui.share.links import address
from core.words import prose
from tests.ui.share.elements import Reader

HOSTILE = (
    '</script><script>alert("x")</script><img src=http://e.example/x.png onerror=alert(1)>&amp;<!-- \' {{ title }}'
)
WORDS = prose.Words("relu", {"title": "ReLU & co <b>", "lead": "A **lead** with $a<b$."})


def chart(name="A", **layout):
    return go.Figure(
        {"data": [{"type": "scatter", "name": name, "y": [1, None, 3]}], "layout": {"height": 420, **layout}}
    )


def page(words=WORDS, controls=None, parts=None):
    return Page(words, controls or {}, parts=parts or {})


def read(made):
    return Reader(document(made, {}, ""))


FULL = page(
    controls={"depth": "Depth", "batch": "Batch", "other": "Batch"},
    parts={
        "section dead": "## Dying\n\nUnits.",
        "figures x": Figures([("left", "0.1"), ("left", "none")]),
        "relu.gradient": Chart(chart(), "Line chart of A."),
        "relu.dead": Chart(chart("B"), "Line chart of B."),
        "table": Table({"f": ["ReLU", "GELU"], "sup": [1.0, 1.128990433]}, "Table of facts."),
        "claim luck": "**What is so:** luck.",
    },
)
VALUES = {"depth": 7, "batch": 32, "other": ["Tanh", "ReLU"]}
LINK = "https://e.example/relu?depth=7&batch=32"


@pytest.fixture(scope="module")
def full():
    return document(FULL, VALUES, LINK)


def test_a_document_is_well_formed_names_its_language_and_has_the_title_twice(full):
    found = Reader(full)
    assert full.startswith("<!doctype html>\n")
    assert found.all("html") == [{"lang": "en"}]
    assert {"charset": "utf-8"} in found.all("meta")
    assert found.text.count("ReLU & co <b>") == 2  # of the window, and on the page
    identities = [attributes["id"] for _, attributes in found.elements if "id" in attributes]
    assert len(identities) == len(set(identities))
    assert [name for name, _ in found.elements if name in ("h1", "h2")] == ["h1", "h2", "h2"]
    (table,) = found.all("table")
    assert full.count(f'<figcaption id="{table["aria-labelledby"]}">Table of facts.</figcaption>') == 1


def test_every_setting_is_there_in_words_also_two_of_one_name(full):
    rows = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", full)
    assert rows == [("Depth", "7"), ("Batch", "32"), ("Batch", "Tanh and ReLU"), ("left", "0.1"), ("left", "none")]


def test_every_chart_is_there_by_its_key_with_what_it_shows_in_words(full):
    found = Reader(full)
    places = [attributes for attributes in found.all("div") if attributes.get("class") == "chart"]
    assert [place["id"] for place in places] == ["relu.gradient", "relu.dead"]
    captions = dict(re.findall(r'<figcaption id="(.*?)">(.*?)</figcaption>', full))
    assert [captions[place["aria-labelledby"]] for place in places] == ["Line chart of A.", "Line chart of B."]
    assert all(place["role"] == "img" and "420px" in place["style"] for place in places)
    drawn = json.loads(found.scripts[1])
    assert list(drawn) == ["relu.gradient", "relu.dead"]
    assert [figure["data"][0]["name"] for figure in drawn.values()] == ["A", "B"]
    assert drawn["relu.dead"]["data"][0]["y"] == [1, None, 3]


def test_every_chart_has_a_button_for_each_format(full):
    buttons = [(b["data-chart"], b["data-format"]) for b in Reader(full).all("button")]
    assert buttons == [(key, kind) for key in ("relu.gradient", "relu.dead") for kind in ("png", "svg")]


def test_the_parts_stand_in_the_order_of_the_page(full):
    parts = ["<h2>Settings", "Dying", "<dt>left", 'id="relu.gradient"', 'id="relu.dead"', "<table ", "What is so"]
    places = [full.index(part) for part in parts]
    assert places == sorted(places)
    assert 'class="claim"' in full
    assert "<td>1.13</td>" in full


def test_the_experiment_has_its_address_and_without_one_there_is_no_link(full):
    assert [a["href"] for a in Reader(full).all("a")] == [LINK]
    assert read(FULL.__class__(WORDS)).all("a") == []


def test_a_file_says_once_what_of_it_can_still_be_moved_before_the_link_to_the_rest(full):
    said = f"<p>{prose.common('snapshot')}</p>"
    assert full.count(said) == 1
    assert full.index("<h2>Settings") < full.index(said) < full.index(f"<p>{prose.common('address')}")
    assert full.index(said) < full.index('class="chart"')


@pytest.mark.parametrize(
    ("link", "near"),
    [("http://127.0.0.1:8501/relu?depth=7", 1), ("http://localhost:8501/relu", 1), (LINK, 0), ("", 0)],
)
def test_of_an_address_that_only_this_machine_knows_the_file_says_so(link, near):
    assert document(FULL, VALUES, link).count(prose.common("share near")) == near


def test_the_library_is_there_once_and_nothing_is_fetched(full):
    library = get_plotlyjs()
    assert full.count(library) == 1
    rest = full.replace(library, "").replace(LINK, "").replace(LINK.replace("&", "&amp;"), "")
    assert "plotly.js v" not in rest
    assert "http:" not in rest
    assert "https:" not in rest
    assert not re.search(r"@import|url\(|fetch\(|\bsrc=|<link|<iframe|\bimport\b", rest)
    (policy,) = [meta["content"] for meta in Reader(full).all("meta") if "http-equiv" in meta]
    assert policy.startswith("default-src 'none'; ")
    assert "http" not in policy
    assert "*" not in policy


def test_no_slot_of_the_template_is_left_open(full):
    assert "{{" not in full.replace(get_plotlyjs(), "")


# Hostile words


def test_whatever_a_setting_a_label_or_a_chart_is_called_nothing_of_it_is_code(full):
    made = page(
        prose.Words("relu", {"title": HOSTILE.partition("{{")[0], "lead": "Lead."}),
        {"k": HOSTILE},
        {
            f"a {HOSTILE}": Chart(chart(HOSTILE, title=HOSTILE), HOSTILE),
            f"b {HOSTILE}": HOSTILE,
            "c": Figures([(HOSTILE, HOSTILE)]),
            "d": Table({HOSTILE: [HOSTILE]}, HOSTILE),
        },
    )
    text = document(made, {"k": HOSTILE}, f"http://x/?{HOSTILE}")
    found = Reader(text)
    clean = Reader(full)
    assert len(found.scripts) == len(clean.scripts) == 3
    assert found.scripts[0] == clean.scripts[0]
    assert found.scripts[2] == clean.scripts[2]
    assert not {"img", "b"} & {name for name, _ in found.elements}
    assert not [a for _, a in found.elements if any(name.startswith("on") for name in a)]
    assert found.text.count(HOSTILE) == 9, "as text it is there, unchanged"
    assert found.text.count(HOSTILE.replace("&amp;", "&")) == 1, "in Markdown, as the page shows it"
    assert json.loads(found.scripts[1])[f"a {HOSTILE}"]["data"][0]["name"] == HOSTILE
    assert "<" not in found.scripts[1]


@pytest.mark.parametrize("url", ["javascript:alert(1)//", "file:///etc/passwd", "", None, "data:text/html,x"])
def test_only_a_web_address_is_believed(url):
    assert address(url, {"depth": 7}) == ""


def test_an_address_carries_every_setting_as_the_page_reads_it():
    values = {"depth": 7, "gain": 1.5, "residual": True, "activations": ["Leaky ReLU", "GELU (tanh)"], "none": []}
    assert address("https://e.example/relu", values) == (
        "https://e.example/relu?depth=7&gain=1.5&residual=true&activations=Leaky%20ReLU&activations=GELU%20%28tanh%29"
    )
    assert '"' not in address("https://e.example/", {"x": '"><script>&'})


# Words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (7, "7"), (0.25, "0.25"), (-0.2, "−0.2"), (0.1 + 0.2, "0.3"), (3000, "3000"), (1.0, "1"), (True, "on"),
        (False, "off"), ([], "none"), (["Tanh"], "Tanh"), (["Tanh", "ReLU", "ELU"], "Tanh, ReLU and ELU"),
        ("Normal, fixed σ", "Normal, fixed σ"), (1e-5, "1e−05"),
    ],
)  # fmt: skip
def test_a_setting_is_said_as_a_reader_writes_it(value, words):
    assert in_words(value) == words


# What a run notes


@pytest.fixture
def state(monkeypatch):
    values = {}
    fake = type("Streamlit", (), {"session_state": values, "context": type("C", (), {"url": "http://e.example/"})})
    for module in (dialog, session):
        monkeypatch.setattr(module, "st", fake)
    return values


def test_a_run_begins_with_nothing_of_the_one_before(state):
    state.update(depth=7, old=1)
    record.begin(WORDS)
    record.note("gone", "Gone paragraph")
    record.control("old", "Old control")
    record.begin(WORDS)
    record.control("depth", "Depth")
    text = contents()()
    assert "Gone paragraph" not in text
    assert "Old control" not in text
    assert "<dt>Depth</dt><dd>7</dd>" in text


def test_the_settings_are_those_of_the_run_and_not_of_the_click(state):
    record.begin(WORDS)
    record.control("depth", "Depth")
    state["depth"] = 7
    made = contents()
    state["depth"] = 8
    assert "<dd>7</dd>" in made()
    assert "depth=7" in made()


def test_a_control_without_a_value_is_not_told(state):
    record.begin(WORDS)
    for key in ("a", "b", "c"):
        record.control(key, f"Control {key}")
    state.update(a="", b=None)
    assert "<dt>Control" not in contents()()


def test_of_a_film_the_last_picture_stays_in_the_place_of_the_first(state):
    """Also of what has been drawn since the button was shown."""
    record.begin(WORDS)
    record.note("film", Chart(chart("first"), "First."))
    record.note("below", "Below it")
    made = contents()
    record.note("film", Chart(chart("last"), "Last."))
    text = made()
    assert "First." not in text
    assert list(json.loads(Reader(text).scripts[1])) == ["film"]
    assert text.index("Last.") < text.index("Below it")


def test_what_is_shown_without_a_page_is_noted_nowhere():
    def run():
        record.note("x", "Nothing")
        record.control("x", "Nothing")
        seen.append(record.page())

    seen = []
    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert seen == [None]


def test_two_readers_at_once_never_mix(state):
    both = threading.Barrier(2)
    made = {}

    def read_as(name):
        record.begin(WORDS)
        both.wait(10)
        record.note("chart", Chart(chart(name), f"Chart of {name}."))
        both.wait(10)
        made[name] = contents()()

    threads = [threading.Thread(target=read_as, args=(name,)) for name in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert "Chart of one." in made["one"]
    assert "Chart of two." not in made["one"]
    assert "Chart of two." in made["two"]
