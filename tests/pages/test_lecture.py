"""A lesson step by step: every step shows its sentence, its chart with its settings, and leads on."""

import re

import pytest

from core.words import lessons, prose
from tests.pages.reader import charts, texts, values, visit

WORDS = prose.read("lecture")
STEPS = [(name, number) for name in lessons.names() for number in range(1, len(lessons.read(name).steps) + 1)]


def shown(name, number):
    part, _ = lessons.read(name).steps[number - 1]
    return visit(part.page, lesson=name, step=str(number)).run()


@pytest.mark.parametrize(("name", "number"), STEPS)
def test_a_step_says_its_sentence_and_shows_its_chart_with_its_settings(name, number):
    part, step = lessons.read(name).steps[number - 1]
    at = shown(name, number)
    assert not at.exception
    assert [warning.value for warning in at.warning] == [], "it speaks of nothing that is not there"
    said = at.main.markdown[0].value
    pattern = ".+".join(re.escape(piece) for piece in re.split(r"\{\{ \w+ \}\}", step.text))
    assert re.fullmatch(pattern, said)
    assert "{{" not in "".join(texts(at))
    assert not at.title, "nothing but the step"
    if step.ask:
        assert at.button(key=f"{part.page}.reveal").disabled, "the class has not answered yet"
    else:
        assert any(key == step.chart or key.startswith(f"{step.chart}.") for key in charts(at))
        wanted = {**part.settings, **step.settings}
        assert {key: values(at)[key] for key in wanted if key in values(at)} == wanted
        kept = {*values(at), *(button.key for button in at.button), f"{part.page}.buttons", "learn.buttons"}
        assert set(step.keep) <= kept


def test_where_no_chart_is_alone_the_numbers_of_a_sentence_are_those_of_the_chart():
    at = shown("short", 2)
    assert re.search(r"sigmoid keeps 1 part in \d+", at.main.markdown[0].value)


def test_the_buttons_lead_on_and_back_and_to_the_ends():
    at = shown("short", 2)
    for press, step in (("on", "3"), ("back", "2"), ("last", "8"), ("first", "1")):
        at.button(key=f"lecture.{press}").click().run()
        assert at.query_params["step"] == step, press
        assert at.query_params["lesson"] == "short"
    assert at.button(key="lecture.back").disabled


def test_settings_of_another_step_or_visit_do_not_hold():
    at = shown("short", 2)
    at.slider(key="depth").set_value(70).run()
    assert at.slider(key="depth").value == 70, "the teacher may move it"
    at.button(key="lecture.on").click().run()
    assert at.slider(key="depth").value == 50
    at.button(key="lecture.back").click().run()
    assert at.slider(key="depth").value == 10


@pytest.mark.parametrize("step", ["0", "99", "-1", "x", "", "1" * 5000, "٣"])
def test_rubbish_for_a_step_is_the_first_or_the_last(step):
    at = visit("vanishing_gradient", lesson="short", step=step).run()
    assert not at.exception
    assert len(at.main.markdown) > 0


@pytest.mark.parametrize("name", ["", "nobody", "../short", "short.toml", "\x00"])
def test_a_lesson_that_is_not_there_leaves_the_page_as_it_is(name):
    at = visit("vanishing_gradient", lesson=name, step="2").run()
    assert not at.exception
    assert [title.value for title in at.title] == [prose.read("vanishing_gradient")("title")]


def test_the_address_of_a_step_on_another_page_leads_to_its_own():
    at = visit("beyond_relu", lesson="short", step="5").run()
    assert not at.exception
    assert "saturating.gradient" in charts(at)
    assert at.main.markdown[0].value.startswith("20 layers of sigmoid leave")


def test_outside_a_lesson_the_address_has_the_settings_again():
    at = shown("short", 2)
    at.query_params.clear()
    at.switch_page("pages/vanishing_gradient.py").run()
    assert at.title
    assert at.sidebar.toggle(key="predict") is not None


# The page of the lessons


def test_every_lesson_can_be_given():
    at = visit("lecture").run()
    assert not at.exception
    assert WORDS("keys") in [node.value for node in at.markdown]
    for name in lessons.names():
        assert WORDS("lesson", title=lessons.read(name).title, about=lessons.read(name).about,
                     minutes=lessons.read(name).minutes) in [node.value for node in at.markdown]  # fmt: skip
    at.button(key="give.short.start").click().run()
    assert at.query_params["lesson"] == "short"


def test_a_link_to_a_lesson_opens_its_step():
    at = visit("lecture", lesson="short", step="6").run()
    assert at.query_params["step"] == "6"
    assert "relu.reveal" in [button.key for button in at.button]


@pytest.mark.parametrize("number", [1, 4, 8])
def test_the_notes_have_the_question_and_the_answer_and_no_chart(number):
    at = visit("lecture", lesson="short", step=str(number), notes="1").run()
    part, _ = lessons.read("short").steps[number - 1]
    text = "\n".join(node.value for node in at.main.markdown)
    assert part.heading in text
    assert part.say in text
    assert "{{" not in text
    assert re.search(r"\d", text.partition("**Computed:**")[2])
    assert not charts(at)
    if number < 8:
        at.button(key="lecture.on").click().run()
        assert at.query_params["step"] == str(number + 1)
        assert at.query_params["notes"] == "1"


def test_a_clock_is_told_what_is_planned():
    at = shown("short", 5)
    (keys,) = (node for node in at.main if node.type == "bidi_component" and "planned" in node.proto.json)
    assert prose.common("lecture planned", start=4, end=8) in keys.proto.json


# A lesson that somebody has written, with a mistake in it

OWN = """
title = "Own"
about = "About."

[[part]]
name = "own"
page = "relu"
minutes = 5
numbers = "relu"
heading = "Heading"
say = "Say."
ask = "Ask."
answer = "Answer."
settings = { "relu.depth" = 50, "relu.bias" = -1.0, "relu.rate" = 1.0 }

[[part.step]]
text = "At {{ relu_depth }} layers."
chart = "relu.gradient"
keep = ["relu.depth"]
mark = { line = "He", say = "here" }
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """No lesson but one's own."""
    monkeypatch.setattr(lessons, "_files", lambda language: {"own": tmp_path / "own.toml"})
    lessons._read.cache_clear()
    yield tmp_path
    lessons._read.cache_clear()


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("{{ relu_depth }}", "{{ depths }}", "nothing fills the slot `depths`"),
        ('say = "here"', 'say = "{{ here }}"', "nothing fills the slot `here`"),
        ('["relu.depth"]', '["relu.dept"]', "the page `relu` has no control `relu.dept`"),
        ('"relu.gradient"', '"relu.gradients"', "the page `relu` has no chart `relu.gradients`"),
        ('"relu.bias" = -1.0', '"relu.biases" = -1.0', "because of 'relu.bias'"),
        ('line = "He"', 'line = "She"', "no line 'She' in this chart"),
        ('line = "He"', "layer = 51", "no layer 51 in this chart"),
        ('line = "He"', 'control = "relu gain"', "the page `relu` has no control `relu gain`"),
    ],
)
def test_a_step_says_what_it_speaks_of_that_is_not_there(folder, right, wrong, said):
    assert right in OWN
    (folder / "own.toml").write_text(OWN.replace(right, wrong), encoding="utf-8")
    at = visit("relu", lesson="own", step="1").run()
    assert not at.exception
    (warning,) = at.warning
    assert said in warning.value
    assert "The lesson `own` has a mistake in step 1: " in warning.value


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ('numbers = "relu"', 'numbers = "re"', "has a mistake in step 1: there are no numbers called `re`"),
        ('page = "relu"', 'page = "relus"', "has a mistake in step 1: there is no page `relus`"),
        ("minutes = 5", "minutes = ", "cannot be read. own.toml: Invalid value"),
        ("mark = { line", "mark = { lines", "cannot be read. own.toml: a mark has no 'lines'"),
        ('line = "He"', 'between = [0, "x"]', "has a mistake in step 1: `between` needs two numbers"),
        (
            'mark = {', 'seen = { sight = "no", ask = "?", choices = { a = "A", b = "B" } }\nmark = {',
            "has a mistake in step 1: nothing computes the sight `no`",
        ),
        ('line = "He", ', "", "has a mistake in step 1: its mark does not say what to light up"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_lesson_stands_where_the_lessons_do(folder, right, wrong, said):
    assert right in OWN
    (folder / "own.toml").write_text(OWN.replace(right, wrong), encoding="utf-8")
    for where in ("lecture", "relu"):
        at = visit(where, lesson="own", step="1").run()
        assert not at.exception
        assert at.title, "the page as it is"
    (warning,) = visit("lecture").run().warning
    assert f"The lesson `own` {said}" in warning.value


def test_what_the_teacher_takes_away_is_no_mistake(folder):
    (folder / "own.toml").write_text(OWN.replace('line = "He"', "layer = 50"), encoding="utf-8")
    at = visit("relu", lesson="own", step="1").run()
    at.slider(key="relu.depth").set_value(20).run()
    assert not at.exception
    assert [warning.value for warning in at.warning] == []
