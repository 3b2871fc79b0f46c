"""The quiz is read back as Moodle and Canvas read it, and its answers are computed another way."""

import io
import re
import zipfile
from contextlib import redirect_stdout
from dataclasses import replace

import mpmath
import numpy as np
import pytest
from scipy.special import expit, ndtr

from core.experiments import quiz
from core.experiments.quiz.drawing import Draw, drawn
from core.experiments.quiz.exercises import EXERCISES
from core.experiments.quiz.predictions import PREDICTIONS
from core.experiments.scripts import numpy_script
from core.maths.cures import CURES, PATIENTS, treated
from core.maths.network import Network
from core.maths.recurrent import Recurrent, measure_time
from core.maths.training import look, start
from core.words import gift, labels, prose, qti
from core.words.quiz import Question, Topic
from tests.pages.reader import texts, visit
from tests.words import platforms
from tests.words.test_prose import value

SOME = 2
MAKERS = {**PREDICTIONS, **EXERCISES}
PAGES = (
    "vanishing_gradient", "why_it_matters", "activation_functions", "watch_it_learn", "laboratory", "through_time",
    "cures",
)  # fmt: skip


@pytest.fixture(scope="module")
def topics():
    return quiz.topics(SOME)


@pytest.fixture(scope="module")
def variants(topics):
    return {name: topic.variants for name, topic in zip(MAKERS, topics, strict=True)}


def numbers(text):
    """All numbers of a text, in order."""
    found = re.findall(r"−?\d[\d,.]*(?: × 10[⁻⁰¹²³⁴-⁹]+)?(?!\w)", re.sub(r"\$[^$]*\$|[Ll]ayer 1\b|float\d+", "", text))
    return [value(number.rstrip(".,")) for number in found]


# Both files, read back


def test_both_files_ask_the_same_questions_with_the_same_answers(topics):
    moodle = platforms.gift(quiz.moodle(SOME))
    files, canvas = platforms.qti(quiz.canvas(SOME))
    assert len(files) == 2
    assert [topic.title for topic in topics for _ in range(SOME)] == [read.topic for read in moodle]
    assert len({read.title for read in moodle}) == len(moodle) == len(topics) * SOME
    assert [read.topic for read in moodle] == [read.topic for read in canvas]
    asked = [question for topic in topics for question in topic.variants]
    for question, one, other in zip(asked, moodle, canvas, strict=True):
        assert one.options == other.options == question.options
        if question.options:
            assert one.accepted == other.accepted == question.answer
        else:
            ends = (question.answer - question.tolerance, question.answer + question.tolerance)
            assert one.accepted == pytest.approx(ends)
            assert other.accepted == pytest.approx(ends, abs=6e-5), "four digits after the point"
        for read in (one, other):
            assert len(read.text) > 30
            assert len(read.feedback) > 20
            assert "{{" not in read.text + read.feedback
            assert (prose.read("teachers")("quiz computed", answer="").split(":")[0][2:] in read.feedback) == (
                not question.options
            )


AWKWARD = Question(
    r"~ = # { } : \n \\ / < & and $\neq \{x\}$ “quoted” // no comment" + "\n\nanother paragraph",
    "a = b {c}",
    "why #### ~%50% :: feedback",
    ("a = b {c}", "~c # d: e", r"\f"),
)


def test_signs_of_the_format_are_escaped_and_read_back_as_they_are():
    topic = Topic("One/two: # {three}", (AWKWARD,))
    (read,) = platforms.gift(gift.written("A/B", (topic,)))
    assert read.topic == topic.title
    assert read.title == f"{topic.title} (1)"
    assert read.options == AWKWARD.options
    assert read.accepted == "a = b {c}"
    assert read.feedback == AWKWARD.feedback
    assert read.text == (r"~ = # { } : \n \ / < & and \(\neq \{x\}\) “quoted” // no comment another paragraph")


def test_what_looks_like_a_mark_of_a_package_is_text():
    """A line that begins with one belongs to the text it is indented in, and a program in it is never run."""
    marks = "first\n\n*a) no choice\n\n= 3 +- 1\n\n```{.python .run}\nopen('/tmp/ran', 'w')\n```\n\nEND_GROUP"
    files, (read,) = platforms.qti(
        qti.written("Title", "What", (Topic("One", (Question(marks, "yes", "- why\n\n+ so", ("yes", "no")),)),))
    )
    assert read.options == ("yes", "no")
    assert "*a) no choice" in read.text
    assert "END_GROUP" in read.text
    assert "open(" in read.text
    assert len(files) == 2


def test_a_package_that_would_run_a_program_is_refused():
    """Were a text not indented, the library would find the program: it is told never to run one."""
    from text2qti.err import Text2qtiError

    with pytest.raises(Text2qtiError, match="not enabled"):
        qti.written("Title\n\n```{.python .run}\nprint(1)\n```", "What", (Topic("One", (AWKWARD,)),))


def test_nothing_of_a_package_comes_from_elsewhere():
    with zipfile.ZipFile(io.BytesIO(quiz.canvas(1))) as package:
        text = "".join(package.read(name).decode() for name in package.namelist())
    sources = set(re.findall(r"src=(?:\"|&quot;)(.*?)(?:\"|&quot;)", text))
    assert sources
    assert {source.split("/")[1] for source in sources} == {"equation_images"}, "formulas, set by Canvas itself"
    assert not re.search(r"(?:src|href)=(?:\"|&quot;)(?:https?:)?//", text)


# Variants


@pytest.mark.parametrize("name", [name for name in MAKERS if name not in ("watch_it_learn", "laboratory", "relu")])
def test_as_many_variants_as_may_be_asked_for_all_differ(name):
    questions = drawn(MAKERS[name], 20)
    assert len({question.text for question in questions}) == 20
    assert len({question.answer for question in questions}) > 1, "or one answer could be learnt by heart"


def test_more_variants_begin_with_the_same_ones_and_are_always_the_same(topics):
    quiz.topics.clear()
    again = quiz.topics(2)
    assert [topic.variants for topic in again] == [topic.variants[:2] for topic in topics]


@pytest.mark.parametrize("rubbish", [0, 21, -1, 2.5, float("nan"), "many", None, 10**400])
def test_a_number_of_variants_out_of_bounds_is_refused(rubbish):
    with pytest.raises(ValueError, match="variants must"):
        quiz.topics(rubbish)


@pytest.mark.parametrize(
    "broken",
    [
        {"answer": "c", "options": ("a", "b")},
        {"answer": "a", "options": ("a",)},
        {"answer": "a", "options": ("a", "a")},
        {"answer": 1.0},
        {"answer": float("nan"), "tolerance": 1.0},
        {"answer": 1.0, "tolerance": 1e-5},
        {"answer": "a"},
    ],
)
def test_a_question_that_nobody_could_answer_is_refused(broken):
    with pytest.raises(ValueError, match="the answer must"):
        Question("text", feedback="because", **broken)


# Every answer, another way


def phi(x):
    return mpmath.ncdf(x)


def sigmoid(x):
    return 1 / (1 + mpmath.exp(-x))


def floor(text):
    depth, share, _ = numbers(text)
    smallest = {"float16": -24, "float32": -149}[re.search(r"float\d+", text)[0]]
    factor = mpmath.mpf(share) ** (mpmath.mpf(1) / (depth - 1))
    return mpmath.ceil(mpmath.log(mpmath.mpf(2) ** (smallest - 1)) / mpmath.log(factor))


def chained(function, neurons, weight, x):
    """The derivative of the whole composition, by mpmath."""

    def output(at):
        for _ in range(int(neurons)):
            at = function(weight * at)
        return at

    return mpmath.diff(output, x)


def line(text):
    first, second, third, bias, _ = numbers(text)
    ends = [third * (second * (first * x + bias) + bias) + bias for x in (0.0, 1.0)]
    return ends[1] - ends[0]


EXACT = {
    "floor": floor,
    "hand": lambda text: chained(sigmoid, *numbers(text)[:3]),
    "tipping": lambda text: chained(mpmath.tanh, *numbers(text)[:2], 0),
    "line": line,
    "saturation": lambda text: 200 * phi(-numbers(text)[1] / numbers(text)[0]),
    "root": lambda text: mpmath.sqrt(2) ** (numbers(text)[0] - 1),
    "born": lambda text: 100 * phi(-numbers(text)[0] / mpmath.sqrt(numbers(text)[1])),
    "slope": lambda text: mpmath.findroot(lambda g: g**2 * (1 + numbers(text)[0] ** 2) / 2 - 1, 1),
    "swish": lambda text: 100 * phi(
        mpmath.findroot(lambda x: mpmath.diff(lambda t: t * sigmoid(numbers(text)[0] * t), x), -1 / numbers(text)[0])
    ),
    "deeper": lambda text: numbers(text)[1] / numbers(text)[0],
}  # fmt: skip


def test_every_exercise_has_another_way():
    assert set(EXACT) == set(EXERCISES)
    assert list(EXERCISES) == [name.removeprefix("exercise ") for name in prose.read("teachers").names("exercise")]


@pytest.mark.parametrize("name", EXACT)
def test_the_answer_of_an_exercise_is_what_its_text_says_and_nothing_else(name, variants):
    for question in variants[name]:
        assert float(EXACT[name](question.text)) == pytest.approx(question.answer, abs=question.tolerance / 2)


def test_where_a_derivative_falls_below_a_share(variants):
    for question in variants["sigmoid_and_tanh"]:
        share = mpmath.mpf(numbers(question.text)[0]) / 100
        tanh = "Tanh" in question.text
        # sigmoid: s (1 - s) = share / 4; tanh: 1 - t^2 = share
        place = mpmath.atanh(mpmath.sqrt(1 - share)) * (1 if tanh else 2)
        assert question.answer == pytest.approx(float(place), rel=1e-5)


def test_where_a_derivative_crosses_zero(variants):
    gelu, *swish = variants["beyond_relu"]
    assert gelu.answer == pytest.approx(-0.7517915246935645, rel=1e-5)
    for question in swish:
        beta = numbers(question.text)[0]
        assert question.answer == pytest.approx(-1.2784645427610738 / beta, rel=1e-5)  # of Swish at beta = 1


def within(log10, options):
    """The option whose range a size is in, by the numbers that stand in it."""
    ends = sorted({number for option in options for number in numbers(option)}, reverse=True)
    return options[sum(log10 <= mpmath.log10(end) for end in ends)]


def test_the_derivative_of_a_chain_is_in_the_range_that_is_right(variants):
    functions = {"Sigmoid": sigmoid, "Tanh": mpmath.tanh, "Softplus": lambda x: mpmath.log(1 + mpmath.exp(x))}
    for question in variants["backpropagation"]:
        neurons, weight = numbers(question.text)[:2]
        label, x = re.findall(r": \*\*(.+?)\*\*", question.text)[-2:]
        total = chained(functions[label], neurons, weight, value(x))
        assert question.answer == within(mpmath.log10(abs(total)), question.options)


def test_a_leak_multiplies_what_hundred_layers_keep(variants):
    for question in variants["relu_variants"]:
        alpha, layers = numbers(question.text)
        grown = (layers - 1) * mpmath.log10(1 + alpha**2) / 2  # a layer: mean squares (1 + alpha^2) / 2 against 1 / 2
        ends = sorted({number for option in question.options for number in numbers(option)})
        assert question.answer == question.options[sum(grown > mpmath.log10(end) for end in ends)]


def reach(network):
    """log10 of what is left in layer 1, by the script that a reader takes away."""
    with redirect_stdout(io.StringIO()) as out, np.errstate(all="ignore"):
        exec(numpy_script(network), {})
    header, *rows = out.getvalue().splitlines()
    column = header.split(",").index("log10_delta")
    first, last = (float(rows[k].split(",")[column]) for k in (0, -1))
    return first - last


CELLS = {  # as the page names them: the cell, its weights, and the memory that keeps the most
    "Tanh": ("tanh", "glorot_normal", "log10_hidden"),
    "ReLU": ("relu", "he_normal", "log10_hidden"),
    "ReLU, identity": ("relu", "identity", "log10_hidden"),
    "LSTM": ("lstm", "glorot_normal", "log10_cell"),
    "GRU": ("gru", "glorot_normal", "log10_hidden"),
}


def stated(question):
    """The settings that a question states, in its order."""
    return re.findall(r": \*\*(.+?)\*\*", question.text)


def names(text):
    """The items of a list that is stated: with dots between them where a name has a comma."""
    return re.split(" · " if " · " in text else ", | and ", text)


def test_what_reaches_the_first_time_step_is_in_the_range_that_is_right():
    asked = drawn(MAKERS["through_time"], 12)
    for question in asked:
        cells, steps, gain, forget = stated(question)
        left = []
        for cell, weights, memory in (CELLS[name] for name in names(cells)):
            times = getattr(
                measure_time(
                    Recurrent(cell, steps=int(steps), initializer=weights, weight_gain=value(gain),
                              forget_bias=value(forget))
                ),
                memory,
            )  # fmt: skip
            left.append(times[0] - times[-1])
        assert question.answer == within(max(left), question.options), question.text
    assert {cell for question in asked for cell in names(stated(question)[0])} == set(CELLS)


def test_the_cure_that_helps_most_has_the_gradient_nearest_to_that_of_the_output_layer():
    """By the gradients themselves: the sick network as the page describes it, with what each cure sets."""
    sick = {prose.common(f"patient {name}"): run for name, run in PATIENTS.items()}
    called = {prose.common(f"cure {name}"): name for name in CURES}
    answers = set()
    for question in drawn(MAKERS["cures"], 12):
        patient, depth, shown = stated(question)
        times = {}
        for label in ("Sick network", *names(shown)):
            run = treated(replace(sick[patient], depth=int(depth)), called[label])
            first, *_, last = 10.0 ** look(run, start(run)).log10_gradient
            times[label] = max(first, 1e-300) / last
        off = {label: max(ratio, 1 / ratio) for label, ratio in times.items()}
        nearest = min(names(shown), key=off.__getitem__)
        none = question.options[-1]
        right = nearest if off[nearest] < off["Sick network"] / 3 else none
        assert question.answer == right, question.text
        assert set(question.options) <= {*names(shown), none}
        answers.add(right)
    assert none in answers
    assert len(answers) > 3


POINTS = {
    "Tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "Sigmoid": (expit, lambda z: expit(z) * expit(-z)),
    "ReLU": (lambda z: np.maximum(z, 0), lambda z: 1.0 * (z > 0)),
    "ELU": (lambda z: np.where(z > 0, z, np.expm1(np.minimum(z, 0))), lambda z: np.exp(np.minimum(z, 0))),
    "GELU": (lambda z: z * ndtr(z), lambda z: ndtr(z) + z * np.exp(-z * z / 2) / np.sqrt(2 * np.pi)),
}


def test_what_theory_says_of_a_point():
    """chi = w E[f'(sqrt(q) z)^2] at the variance q = w E[f(sqrt(q) z)^2] + b, both as sums over a fine grid."""
    z = np.linspace(-9, 9, 1001)
    weight = np.exp(-z * z / 2) / np.sqrt(2 * np.pi) * (z[1] - z[0])
    for question in drawn(MAKERS["order_and_chaos"], 12):
        label, w, b = re.findall(r": \*\*(.+?)\*\*", question.text)
        (f, slope), w, b, q = POINTS[label], float(w), float(b), 1.0
        for _ in range(400):
            q = min(w * weight @ f(np.sqrt(q) * z) ** 2 + b, 1e30)
        chi = w * weight @ slope(np.sqrt(q) * z) ** 2
        place = 1 if abs(chi - 1) < 0.01 else 0 if chi < 1 else 2
        assert question.answer == question.options[place], question.text


def asked(name, monkeypatch):
    """The second variant, with the settings that its text states."""
    given = []
    told = labels.settings
    monkeypatch.setattr(labels, "settings", lambda page, settings: given.append(settings) or told(page, settings))
    question = drawn(MAKERS[name], 2)[1]
    return question, given[-1]


def test_what_is_left_by_the_script(monkeypatch):
    question, given = asked("relu", monkeypatch)
    left = reach(Network("relu", depth=given["relu.depth"], seed=given["relu.seed"]))
    assert question.answer == within(left, question.options)


@pytest.mark.parametrize("page", PAGES)
def test_the_page_with_the_stated_settings_says_the_same(page, monkeypatch):
    question, given = asked(page, monkeypatch)
    address = {key: str(value).lower() if isinstance(value, bool) else value for key, value in given.items()}
    at = visit(page, predict="true", **address).run()
    (radio,) = at.radio
    assert tuple(radio.options) == question.options
    radio.set_value(question.answer).run()
    at.button(key=f"{page}.reveal").click().run()
    said = next(text for text in texts(at) if text.startswith(("**Right.**", "**Not this time.**")))
    assert said.startswith("**Right.**")
    assert question.feedback in said, "and for the same reason"


def test_a_draw_stays_within_its_ends():
    draw = Draw(0, np.random.default_rng(0))
    seen = {draw.step(0.5, 1.0) for _ in range(200)}
    assert seen == {0.5, 0.6, 0.7, 0.8, 0.9, 1.0}
    assert {draw.whole(1, 3) for _ in range(100)} == {1, 2, 3}
