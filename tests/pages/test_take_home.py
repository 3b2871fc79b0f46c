"""Every page can be taken home: its file holds what the page shows, with the settings of now."""

import html
import json
import re

import pytest
from plotly.offline import get_plotlyjs
from streamlit.delta_generator import DeltaGenerator

from core.experiments import showing
from core.ui import record, state
from core.ui.play import watching
from core.ui.share.document import in_words
from core.ui.share.markdown import formula
from core.words import prose
from tests.pages.reader import MENU, PAGES, charts, opened, steps, texts, unfolded, values, visit, widgets

STORY = "learn.story"  # no setting of its own: it sets all the others
KINDS = ("selectbox", "toggle", "slider", "select_slider", "button_group")  # the first may bring others


@pytest.fixture
def offered(monkeypatch):
    """What the download buttons of a page give away, by key; the last run counts."""
    found = {}
    button = DeltaGenerator.download_button

    def seen(self, label, data, *arguments, **settings):
        found[settings["key"]] = (data, settings["file_name"])
        return button(self, label, data, *arguments, **settings)

    monkeypatch.setattr(DeltaGenerator, "download_button", seen)
    return found


def unfold(at, stem):
    at.session_state[f"{stem}.file"] = True
    at.run()
    assert [error.message for error in at.exception] == []
    return at


def words(markdown):
    """A text without its marks, colours and what it points at, as one run of words, each formula as one of them."""
    text = re.sub(r"^(#+|-) ", "", re.sub(r"\$[^$\n]+\$", "formula", markdown), flags=re.MULTILINE)
    text = re.sub(r":[a-z]+\[(.*?)\]", r"\1", re.sub(r"\[([^\[\]]+)\]\(<?#.*?=.*?\)", r"\1", text))
    return " ".join(html.unescape(re.sub(r"\*+", "", text)).split())


def plain(document):
    """A document without its elements, as one run of words, each formula as one of them."""
    text = re.sub(r"<math>.*?</math>", "formula", document)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", text)).split())


def assert_holds(document, at, stem):
    """The file holds what the page shows."""
    document = document.replace(get_plotlyjs(), "")
    assert "{{" not in document
    rows = [
        (html.unescape(label), html.unescape(value))
        for label, value in re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", document)
    ]
    for key, widget in widgets(at).items():
        if key != STORY:
            label = getattr(widget, "label", None) or widget.proto.label
            assert (label, in_words(widget.value)) in rows, key
    assert {(metric.label, metric.value) for metric in at.metric} <= set(rows)
    drawn = json.loads(re.search(r'id="drawn">(.*?)</script>', document, re.DOTALL)[1])
    assert {key: json.loads(proto.spec) for key, proto in charts(at).items()} == drawn
    assert list(drawn) == list(charts(at))
    text = plain(document.partition("<script>")[0])
    for key, proto in charts(at).items():
        assert f'id="{key}"' in document
        assert " ".join(proto.alt.split()) in text, key
    for table in at.dataframe:  # all other folds are closed: a table of the page itself
        cells = [*table.value.columns, *table.value.iloc[:, 0], table.proto.alt]
        assert [cell for cell in cells if cell not in text] == []
    for block in [prose.read(stem)("title"), prose.read(stem)("lead")]:
        assert words(block) in text
    ways_on = {prose.read(other)("card") for other in MENU} | {f"**{prose.common('try')}**", prose.common("file what")}
    for node in at.markdown:
        assert node.value in ways_on or node.value.startswith(":") or words(node.value) in text, node.value


def assert_no_mark_is_left(document):
    """Neither of Markdown nor of the source of a formula in the words."""
    text = document[document.index("<main>") : document.index("</main>")]
    paragraphs = re.findall(r"<(?:p|li|h2)>(.*?)</(?:p|li|h2)>", text, re.DOTALL)
    assert len(paragraphs) > 5
    assert [p for p in paragraphs if re.search(r"\*\*|\$|\\|^#|^- |\n- ", p)] == []
    assert "<code>" not in text, "a formula that could not be read"
    assert re.findall(r"&(?!lt;|gt;|quot;|amp;|#34;|#39;)\S*|&amp;#?\w+;", text) == []


@pytest.mark.parametrize("stem", PAGES)
def test_the_file_of_a_page_holds_the_page(offered, stem):
    at = unfold(visit(stem).run(), stem)
    data, name = offered[f"{stem}.html"]
    assert name == f"{stem}.html"
    document = data()
    assert len(document.encode()) < 8_000_000
    assert document.count(get_plotlyjs()) == 1
    assert_holds(document, at, stem)
    assert_no_mark_is_left(document)


@pytest.mark.parametrize("stem", PAGES)
def test_the_file_follows_the_settings(offered, stem):
    at = unfold(visit(stem).run(), stem)
    before = offered[f"{stem}.html"][0]
    changed = {}
    for kind in KINDS:
        for key in [key for key, widget in widgets(at).items() if widget.type == kind and key != STORY][:1]:
            changed[key] = next(value for value in steps(widgets(at)[key]) if value != values(at)[key])
            widgets(at)[key].set_value(changed[key]).run()
    assert changed
    assert {key: values(at)[key] for key in changed} == changed
    document = offered[f"{stem}.html"][0]()
    assert_holds(document, at, stem)
    for value in changed.values():
        assert f"<dd>{html.escape(in_words(value))}</dd>" in document
    assert before() != document


@pytest.mark.parametrize("stem", [stem for stem in PAGES if opened(stem).latex])
def test_the_file_has_the_formulas_of_the_page_as_mathematics(offered, stem):
    at = unfold(visit(stem).run(), stem)
    document = offered[f"{stem}.html"][0]()
    found = [formula(node.value.strip("$\n")) for node in at.latex]
    assert len(found) >= 4 or stem == "relu"
    places = [document.find(f"<p>{mathematics}</p>") for mathematics in found]
    assert -1 not in places
    assert all(mathematics.startswith("<math>") for mathematics in found)


def test_a_second_run_leaves_nothing_of_the_first_behind(offered):
    at = unfold(visit("laboratory").run(), "laboratory")
    at.button(key="lab.other.keep").click().run()
    document = offered["laboratory.html"][0]()
    assert 'id="lab.inside.A"' in document
    assert f"<dt>{prose.read('laboratory')('other')}</dt>" in document
    at.button(key="lab.other.drop").click().run()
    document = offered["laboratory.html"][0]()
    assert 'id="lab.inside.A"' not in document
    assert_holds(document, at, "laboratory")


def test_what_is_taken_away_of_a_film_is_of_one_moment(offered, monkeypatch):
    """Of the one that is seen when it is asked for, not of the one when its button came: charts, words and numbers."""
    monkeypatch.setattr(showing, "FRAME", 1e-9)
    monkeypatch.setattr(showing, "CROWD", 0.0)
    address = {"learn.data": "Circles", "learn.depth": "2", "learn.width": "8", "learn.steps": "300"}
    at = visit("watch_it_learn", **address).run()
    at.session_state["learn.history.data"] = True
    at = unfold(at, "watch_it_learn")
    turns, made, drawn, noted, breathe = [(0, 0)], [], watching.draw, record.note, state.breathe

    def take():
        made.append((turns[-1][0], *(offered[key][0]() for key in ("watch_it_learn.html", "learn.history.csv"))))

    def seen(shown, step, turn):
        turns.append((step, turn))
        return drawn(shown, step, turn)

    def noting(name, part):
        noted(name, part)
        if name == "learn.network" and turns[-1][1] == 5:  # a picture is on its way: some of it is there
            take()

    def breathing():
        if turns[-1][1] == 5 and len(made) == 1:  # in the middle of the film, with the buttons of its first picture
            take()
        breathe()

    monkeypatch.setattr(watching, "draw", seen)
    monkeypatch.setattr(record, "note", noting)
    monkeypatch.setattr(state, "breathe", breathing)
    at.button(key="learn.start").click().run()
    (_, between, _), (step, middle, numbers), *_ = made
    assert 0 < step < 300
    (before,) = [step for step, turn in turns if turn == 4]
    for document, at_step in ((between, before), (middle, step)):
        text = plain(document.partition("<script>")[0])
        assert set(re.findall(r"[Aa]fter step ([0-9]+)", text)) == {str(at_step)}
        assert text.count(f"after step {at_step} of 300") == 3, "the charts"
        assert f"After step {at_step} it" in text, "the words beside"
    assert [int(float(row.split(",")[0])) for row in numbers.splitlines()[1:]][-1] == step
    figures = json.loads(re.search(r'id="drawn">(.*?)</script>', middle, re.DOTALL)[1])
    assert list(figures) == ["learn.pictures", "learn.network", "learn.curves", "learn.history"]
    at.session_state["learn.history.data"] = False
    at.run()
    document = offered["watch_it_learn.html"][0]()
    assert_holds(document, at, "watch_it_learn")
    assert "after step 300 of 300" in document


# Pictures


def format_of(at, key):
    return json.loads(charts(at)[key].config)["toImageButtonOptions"]


@pytest.mark.parametrize("stem", PAGES)
def test_a_picture_is_a_png_named_after_its_chart_until_a_reader_chooses(stem):
    for key in charts(opened(stem)):
        assert format_of(opened(stem), key) == {"format": "png", "filename": key, "scale": 2}
    chosen = {group.key: group.value for group in unfolded(stem).button_group if group.key.endswith(".picture")}
    folds = [box.key.removesuffix(".data") for box in unfolded(stem).expander if box.key.endswith(".data")]
    assert chosen == {f"{key}.picture": "PNG" for key in folds}


def test_who_chooses_svg_gets_it_for_that_chart_and_also_when_the_fold_is_closed_again():
    at = visit("relu").run()
    at.session_state["relu.dead.data"] = True
    at.run()
    at.button_group(key="relu.dead.picture").set_value("SVG").run()
    assert format_of(at, "relu.dead") == {"format": "svg", "filename": "relu.dead", "scale": 2}
    assert format_of(at, "relu.gradient")["format"] == "png"
    at.session_state["relu.dead.data"] = False
    at.run()
    at.slider(key="relu.depth").set_value(7).run()
    assert format_of(at, "relu.dead")["format"] == "svg"
    at.session_state["relu.dead.data"] = True
    at.run()
    assert at.button_group(key="relu.dead.picture").value == "SVG"
    at.button_group(key="relu.dead.picture").set_value("PNG").run()
    assert format_of(at, "relu.dead")["format"] == "png"


@pytest.mark.parametrize("rubbish", ["Foo", "webp", "", None, 7])
def test_any_other_format_is_a_png(rubbish):
    at = visit("relu")
    at.session_state["relu.dead.picture"] = rubbish
    at.run()
    assert [error.message for error in at.exception] == []
    assert format_of(at, "relu.dead")["format"] == "png"


def test_the_choice_of_a_picture_is_no_setting_of_the_experiment(offered):
    at = unfold(visit("relu").run(), "relu")
    at.session_state["relu.dead.data"] = True
    at.run()
    assert prose.common("control picture") in texts(at)
    assert prose.common("control picture") not in offered["relu.html"][0]()


def test_definitions_that_depend_on_what_follows_stand_in_the_file_where_they_stand_on_the_page(offered):
    unfold(visit("beyond_relu"), "beyond_relu")
    contents, _ = offered["beyond_relu.html"]
    text = plain(contents().partition("<script>")[0])
    heading = prose.read("beyond_relu")("bell").partition("\n")[0].removeprefix("## ")
    places = [text.index(f" {each} ") for each in (prose.common("definitions"), heading)]
    assert places == sorted(places)
