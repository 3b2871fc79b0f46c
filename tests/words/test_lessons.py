"""Lessons are files that a teacher can write: what they must have, and what is said of a wrong one."""

import tomllib

import pytest

from core.ui.teach.lessons import faults
from core.words import lessons, prose

PART = """
[[part]]
name = "one"
page = "relu"
minutes = 5
heading = "h"
say = "s"
ask = "q"
answer = "a"
"""
STEP = """
[[part.step]]
text = "t"
chart = "relu.gradient"
keep = ["relu.depth"]
mark = { between = [0, 5], say = "here" }
"""
HEAD = 'title = "T"\nabout = "A"\n'


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Lessons in a folder of their own."""
    (tmp_path / "en" / "lessons").mkdir(parents=True)
    monkeypatch.setattr(prose, "FOLDER", tmp_path)
    for kept in (lessons._files, lessons._read):
        kept.cache_clear()
    yield tmp_path / "en" / "lessons"
    for kept in (lessons._files, lessons._read):
        kept.cache_clear()


def put(folder, text, name="own"):
    (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    lessons._files.cache_clear()
    lessons._read.cache_clear()


def test_a_lesson_has_parts_with_steps_in_order(folder):
    put(folder, HEAD + PART + STEP + STEP.replace('"t"', '"u"') + PART.replace("one", "two") + STEP)
    lesson = lessons.read("own")
    assert [(part.name, step.text) for part, step in lesson.steps] == [("one", "t"), ("one", "u"), ("two", "t")]
    assert lesson.minutes == 10
    step = lesson.steps[0][1]
    assert (step.keep, step.mark.between, step.mark.say) == (("relu.depth",), (0, 5), "here")


def test_the_longest_comes_first(folder):
    put(folder, HEAD + PART + STEP, "a")
    put(folder, HEAD + PART.replace("5", "9") + STEP, "b")
    assert lessons.names() == ["b", "a"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HEAD + PART.replace('say = "s"\n', "") + STEP, "own.toml: 'one' needs 'say'"),
        (HEAD + PART + STEP + 'tempo = "fast"\n', "own.toml: a step has no 'tempo'"),
        ('title = "T"\n' + PART + STEP, "own.toml: 'T' needs 'about'"),
        (HEAD + "[[part]\n", "own.toml: Expected"),
        (HEAD + PART + STEP.replace("between", "beside"), "own.toml: a mark has no 'beside'"),
        (HEAD + PART.replace("5", '"five"') + STEP, "own.toml: 'minutes' of a part is 'five', and must be of type int"),
        (HEAD + 'part = "relu"\n', "own.toml: 'part' of a lesson is 'relu', and must be of type array"),
        (HEAD + "part = [1]\n", "own.toml: a part is 1, and must be of type table"),
        (HEAD + PART + "step = []\n", "own.toml: 'step' of a part is empty"),
    ],
)
def test_a_wrong_file_says_what_is_wrong(folder, text, said):
    put(folder, text)
    with pytest.raises(ValueError, match=said):
        lessons.read("own")
    assert lessons.names() == [], "the others can still be given"
    assert lessons.wrong()["own"].startswith(said)


def test_a_lesson_that_is_not_there_is_none(folder):
    with pytest.raises(KeyError):
        lessons.read("../../../etc/passwd")


def test_what_is_written_of_a_page_is_a_part_of_a_lesson(folder):
    settings = {"relu.depth": 50, "relu.bias": -0.5, "activations": ["ReLU", 'with "quotes"'], "same": True}
    put(folder, HEAD + lessons.written("relu", settings, "relu.gradient"))
    (part,) = lessons.read("own").part
    assert (dict(part.settings), part.page) == (settings, "relu")
    assert part.step[0].chart == "relu.gradient"


# Those that are there


@pytest.mark.parametrize("name", lessons.names())
def test_every_lesson_speaks_of_pages_and_numbers_that_there_are(name):
    lesson = lessons.read(name)
    assert faults(lesson) == []
    tomllib.loads(lessons.source(name))


def test_no_two_parts_have_one_name():
    found = [part.name for name in lessons.names() for part in lessons.read(name).part]
    assert len(found) == len(set(found))


@pytest.mark.parametrize("name", lessons.names())
def test_a_sentence_on_the_projector_is_short(name):
    for _, step in lessons.read(name).steps:
        assert len(step.text.split()) <= 22, step.text
