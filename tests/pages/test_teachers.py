"""The page for teachers: a lesson and exercises whose links and numbers are right, a worksheet, a glossary, a frame."""

import json
import math
import re
from functools import cache
from urllib.parse import parse_qs, urlsplit

import pytest

from core.experiments import quiz
from core.maths.activations import ACTIVATIONS
from core.maths.chain import chain
from core.maths.facts import facts
from core.maths.network import Network, measure
from core.maths.training import Run, train
from core.ui import sections
from core.ui.settings import widgets
from core.ui.teach import lessons, teaching
from core.ui.teach.lessons import EXERCISES, LESSON, TASKS
from core.words import numerals, prose
from core.words.lessons import read
from tests.pages.reader import MENU, PAGES, charts, folds, nodes, specs, texts, values, visit, wire

WORDS = prose.read("teachers")
LINK = re.compile(r"\[(.+?)\]\((\./.*?)\)")
UNREADABLE = re.compile(r"\bnan\b|\bNone\b|undefined|\{\{|Traceback")
PARTS = {part.name: part for part in read(lessons.HOUR).part}
NAMES = [task.name for task in TASKS.values()]


@cache
def shown(part):
    """One part of the page, shared by all tests that only look."""
    at = visit("teachers", **{"teachers.part": WORDS(f"part {part}")}).run()
    assert not at.exception
    return at


@cache
def solved(part="exercises"):
    """The exercises with every solution open; or another part."""
    at = visit("teachers", **{"teachers.part": WORDS(f"part {part}")}).run()
    for key in folds(at):
        at.session_state[key] = True
    at.run()
    assert not at.exception
    return at


def links(at):
    """The addresses of all links to experiments, in order."""
    found = [address for node in at.markdown for _, address in LINK.findall(node.value)]
    return [address for address in found if not address.startswith("./lecture")]


def reached(address):
    """(page, query) of a relative address, as a browser takes it apart."""
    parts = urlsplit(address)
    page = parts.path.removeprefix("./") or PAGES[0]
    return page, {key: found if len(found) > 1 else found[0] for key, found in parse_qs(parts.query).items()}


@cache
def opened(name):
    """The page of a task, opened by its link."""
    page, query = reached(TASKS[name].address)
    return visit(page, **query).run()


@cache
def answered(name):
    """The same page once its question has been answered, if it asks one; shared by all tests that only look."""
    return answer(name)


def answer(name):
    page, query = reached(TASKS[name].address)
    at = visit(page, **query).run()
    if TASKS[name].predict:
        if at.radio:
            at.radio(key=f"{page}.guess").set_value(at.radio(key=f"{page}.guess").options[0]).run()
        else:
            at.slider(key=f"{page}.guess").set_value(-1.0).run()
        at.button(key=f"{page}.reveal").click().run()
    return at


# The page


@pytest.mark.parametrize("part", teaching.PARTS)
def test_each_part_is_shown_and_has_an_address(part):
    at = shown(part)
    assert values(at)["teachers.part"] == WORDS(f"part {part}")
    assert [text for text in texts(at) if UNREADABLE.search(text)] == []
    assert [title.value for title in at.title] == [WORDS("title")]
    assert sum(text.startswith("## ") for text in (node.value for node in at.markdown)) >= 1


def test_it_opens_with_the_plan():
    assert wire(visit("teachers").run()) == wire(shown("plan"))


@pytest.mark.parametrize("rubbish", ["", "plan", "\x00", "<script>"])
def test_rubbish_in_the_address_opens_the_plan(rubbish):
    at = visit("teachers", **{"teachers.part": rubbish, "teachers.embed": rubbish}).run()
    assert not at.exception
    assert links(at) == links(shown("plan"))


def test_it_stands_at_the_end_of_the_menu_and_is_no_experiment():
    assert [*PAGES, "glossary", "teachers", "lecture"] == MENU


def test_every_block_of_the_words_is_shown_in_some_part():
    everything = [text for part in teaching.PARTS for text in texts(shown(part))]
    everything += texts(solved()) + texts(solved("quiz"))
    for name, block in WORDS.blocks.items():
        if name in (
            "address",
            "blank",
            "card",
        ):  # until a browser says its own, where it is near, where a page leads here
            continue
        pieces = [re.escape(piece) for piece in re.split(r"\{\{ \w+ \}\}", block)]
        pattern = re.compile(".*?".join(pieces), re.DOTALL)
        assert any(pattern.search(text) for text in everything), name


@pytest.mark.parametrize(("given", "variants"), [("", 4), ("1", 1), ("20", 20), ("21", 4), ("-5", 4), ("many", 4)])
def test_the_quiz_is_offered_for_two_platforms_within_its_bounds(given, variants):
    at = visit("teachers", **{"teachers.part": WORDS("part quiz"), "teachers.variants": given}).run()
    assert not at.exception
    assert [button.key for button in at.download_button] == ["quiz.gift", "quiz.qti"]
    assert at.slider(key="teachers.variants").value == variants


def test_the_first_variant_of_the_quiz_is_shown_with_its_answers():
    said = "\n".join(texts(solved("quiz")))
    for topic in quiz.topics(1):
        (question,) = topic.variants
        assert f"### {topic.title}\n" in said + "\n"
        assert question.text in said
        assert question.feedback in said


# The lesson and the exercises


def test_the_minutes_add_up():
    assert sum(task.minutes for task in LESSON) == 45
    assert all(task.minutes > 0 for task in LESSON)
    times = re.findall(r"### Minute (\d+) to (\d+)", "\n".join(node.value for node in shown("plan").markdown))
    assert [int(end) - int(start) for start, end in times] == [task.minutes for task in LESSON]
    assert [start for start, _ in times] == ["0", *(end for _, end in times[:-1])]
    assert times[-1][1] == "45"


def test_the_lesson_follows_the_article_and_there_are_ten_exercises():
    pages = [task.page for task in LESSON]
    assert pages[:-1] == sorted(pages[:-1], key=PAGES.index)
    assert pages[-1] == PAGES[0], "the wrap-up goes back to the question"
    assert len(EXERCISES) == 10
    assert len(TASKS) == len(LESSON) + len(EXERCISES), "each name once"


@pytest.mark.parametrize(("part", "tasks"), [("plan", LESSON), ("exercises", EXERCISES)])
def test_every_task_shows_its_link_in_order(part, tasks):
    assert links(shown(part)) == [task.address for task in tasks]


def test_for_a_projector_every_task_opens_for_a_projector():
    at = visit("teachers", size="2").run()
    assert at.sidebar.toggle(key="projector").value
    assert [reached(link)[1]["size"] for link in links(at)] == ["2"] * len(LESSON)


@pytest.mark.parametrize("rubbish", ["", "1", "3", "22", "<b>", "2" * 10_000])
def test_any_other_size_is_that_of_a_window(rubbish):
    at = visit("teachers", size=rubbish).run()
    assert not at.exception
    assert not at.sidebar.toggle(key="projector").value
    assert links(at) == [task.address for task in LESSON]


@pytest.mark.parametrize("name", NAMES)
def test_a_link_opens_its_page_and_sets_every_control_to_what_it_says(name):
    task, at = TASKS[name], answered(name)
    assert not at.exception
    assert [title.value for title in at.title] == [prose.read(task.page)("title")]
    assert {key: values(at)[key] for key in task.settings} == task.settings
    assert not at.info, "all of it is understood"


@pytest.mark.parametrize("name", NAMES)
def test_the_way_by_hand_names_each_control_as_its_page_does(name):
    at = answered(name)
    kinds = ("slider", "number_input", "select_slider", "selectbox")
    labels = [widget.label for kind in kinds for widget in at.get(kind)]
    labels += [group.proto.label for group in at.button_group] + [toggle.label for toggle in at.sidebar.toggle]
    given = re.sub(r"\*\*.*?\*\*", "", TASKS[name].way).rstrip(": ").split(": ; ")
    assert len(given) == len(TASKS[name].settings) + TASKS[name].predict
    assert set(given) <= set(labels)


@pytest.mark.parametrize("part", ["plan", "exercises"])
def test_what_stands_below_a_link_does_not_repeat_it(part):
    captions = [node.value for node in shown(part).caption][: len(LESSON if part == "plan" else EXERCISES)]
    for caption, task in zip(captions, LESSON if part == "plan" else EXERCISES, strict=True):
        assert task.way in caption
        assert prose.read(task.page)("title") not in caption


# The question before the answer

FIGURES = {"why_it_matters": 2}  # over the picture of what layers look for, which is not asked about


@pytest.mark.parametrize("name", [task.name for task in TASKS.values() if task.predict])
def test_a_link_to_predict_opens_a_page_that_asks_and_shows_no_answer(name):
    """Neither a chart that is asked about nor one of the numbers, until somebody has answered."""
    at, page = opened(name), TASKS[name].page
    assert not at.exception
    assert at.button(key=f"{page}.reveal").disabled
    assert set(charts(at)) <= {f"{page}.marker", "relu.curves", "early.features", "descent"}
    assert len(at.metric) == FIGURES.get(page, 0)
    text = "\n".join(node.value for kind in (at.main.markdown, at.caption, at.header) for node in kind)
    slots = lessons.slots(name)
    for slot in (*ON_THE_PAGE.get(name, ()), *PUZZLES.get(name, ())):
        assert not stands_in(slots[slot], text), slot
    assert charts(answered(name)), "and then it shows"


def test_in_class_every_page_asks():
    assert all(task.predict for task in LESSON)


@pytest.mark.parametrize("name", [task.name for task in EXERCISES if not task.predict])
def test_an_exercise_that_reads_from_the_page_leaves_something_to_find(name):
    text = "\n".join(texts(opened(name)))
    slots = lessons.slots(name)
    for slot in PUZZLES.get(name, ()):
        assert not stands_in(slots[slot], text), slot


def stands_in(value, text):
    """Whether a number is somewhere in a text, not as a part of a longer one."""
    return re.search(rf"(?<![\d.,−]){re.escape(value)}(?![\d.,]*\d)", text) is not None


def test_a_number_is_found_where_it_stands_alone():
    assert stands_in("0.25", "at most 0.25.")
    assert not stands_in("0.25", "10.25, 0.251 and −0.25")


def test_one_of_the_shares_to_vote_for_is_the_computed_one():
    delta = measure(Network("sigmoid", depth=20)).log10_delta
    total = delta[0] - delta[-1]
    slots = lessons.slots("vanishing")
    votes = [slots[f"vote_{k}"] for k in range(3)]
    right = numerals.ratio(round(total))
    assert len(set(votes)) == 3
    assert votes.count(right) == 1
    assert all(vote in lessons.said(PARTS["vanishing"], PARTS["vanishing"].ask) for vote in votes)
    assert abs(total - round(total)) < 0.5 < min(abs(total - round(part * round(total))) for part in (0.25, 0.5))


def test_the_place_that_the_class_looks_for_is_where_the_slope_has_fallen_to_that_share():
    slots = lessons.slots("saturating")
    edge, x = float(slots["edge"]), 2.0 * math.acosh(10.0)  # 4 cosh(x / 2)^2 = 400
    assert edge == pytest.approx(x, abs=5e-3)
    assert slots["share"] == "1 %"


@pytest.mark.parametrize("name", [task.name for task in LESSON])
def test_an_answer_of_the_lesson_has_its_numbers(name):
    (block,) = (
        node.value for node in shown("plan").markdown if lessons.said(PARTS[name], PARTS[name].ask) in node.value
    )
    answer = block.partition("**Computed:**")[2]
    assert re.search(r"\d", answer)


@pytest.mark.parametrize("name", [task.name for task in EXERCISES])
def test_a_solution_is_folded_away_and_computed_when_it_is_opened(name):
    solution = WORDS(f"solution {name}", **lessons.slots(name))
    assert re.search(r"\d", solution)
    assert solution not in [node.value for node in shown("exercises").markdown]
    assert [node.value for node in solved().expander(f"solution.{name}").markdown] == [solution]


def test_a_question_does_not_tell_the_answer():
    for task in EXERCISES:
        computed = set(lessons.slots(task.name)) - set(task.given)
        asked = set(re.findall(r"\{\{ (\w+) \}\}", WORDS.blocks[f"question {task.name}"]))
        assert not asked & computed, task.name


# What a slot of an answer is, and where the page of the link shows it too.
ON_THE_PAGE = {
    "vanishing": ("sigmoid", "tanh", "relu"),
    "backpropagation": ("analytic", "bound"),
    "matters": ("slow_steps", "fast_steps", "between"),
    "saturating": ("slope", "sigmoid", "tanh", "edge"),
    "relu": ("glorot_normal", "he_normal", "dead_last", "relu_units", "leaky_relu_units"),
    "variants": ("relu", "leaky_relu", "prelu", "elu"),
    "beyond": ("swish", "gelu", "relu", "swish_zero_now", "swish_low_now", "gelu_zero_now"),
    "wrap": ("sigmoid", "relu"),
    "floor": ("sigmoid", "worst_factor"),
    "hand": ("analytic", "bound"),
    "tipping": ("analytic",),
    "saturation": ("sigmoid_share", "tanh_share"),
    "root": ("glorot_normal", "he_normal"),
    "born": ("dead_first",),
    "slope": ("prelu",),
    "swish": ("swish_zero_now", "swish_share_now"),
}

# What the page does not show, so that there is something to find.
PUZZLES = {
    "learning": ("sigmoid", "relu"),
    "floor": ("float16",),
    "saturation": ("sigmoid_half", "tanh_half"),
    "born": ("negative",),
    "slope": ("factor",),
    "swish": ("swish_zero_plain",),
}


@pytest.mark.parametrize("name", ON_THE_PAGE)
def test_the_class_sees_the_very_numbers_of_the_answer(name):
    at = answer(name)
    if TASKS[name].page == "backpropagation":  # at the end of the walk
        at.button(key="chain.step.end").click().run()
    drawn = [json.dumps(json.loads(spec), ensure_ascii=False) for spec in specs(at).values()]
    text = "\n".join(texts(at) + drawn)
    for slot in ON_THE_PAGE[name]:
        assert lessons.slots(name)[slot] in text, slot


@pytest.mark.slow
@pytest.mark.parametrize("name", ["learning", "deeper"])
def test_training_to_the_end_gives_the_accuracies_of_the_answer(name):
    at = answer(name)
    at.button(key="learn.end").click().run()
    slots = lessons.slots(name)
    wanted = re.findall(r"[\d.]+ %", slots["list"]) if name == "deeper" else [slots["sigmoid"], slots["relu"]]
    assert [metric.value for metric in at.metric] == wanted


# The same numbers, computed in another way


def test_twenty_layers_of_sigmoid():
    delta = measure(Network("sigmoid", depth=20)).log10_delta
    assert lessons.slots("vanishing")["sigmoid"] == numerals.ratio(delta[0] - delta[-1])
    shares = [float(lessons.slots("vanishing")[name].removesuffix(" %")) for name in ("tanh", "relu")]
    assert shares == sorted(shares), "with the weights that are usual for each, ReLU keeps most"


def test_a_chain_by_hand():
    h, product = 0.0, 1.0
    for _ in range(3):
        h = 1.0 / (1.0 + math.exp(-h))
        product *= h * (1.0 - h)
    assert lessons.slots("hand")["product"].replace("\u00a0", " ").endswith(f"= {numerals.plain(product)}")
    assert chain("tanh", [3.0] * 6, 0.0).total == 3**6
    assert lessons.slots("tipping")["analytic"] == "729"
    assert lessons.slots("tipping")["tipping"] == "1"
    assert lessons.slots("backpropagation")["bound"] == numerals.size(6 * math.log10(0.25))


def test_when_float16_sees_nothing():
    slots = lessons.slots("floor")
    delta = measure(Network("sigmoid", depth=100)).log10_delta
    factor = 10 ** ((delta[0] - delta[-1]) / 99)
    for name, smallest in (("float16", 2.0**-24), ("float32", 2.0**-149)):
        layers = int(slots[name])
        assert factor**layers <= smallest / 2 < factor ** (layers - 1)


def test_half_of_the_units_are_saturated_there():
    slots = lessons.slots("saturation")
    for name in ("sigmoid", "tanh"):
        edge, spread = facts(name).small[-1][0], float(slots[f"{name}_half"])
        assert math.erfc(edge / spread / math.sqrt(2)) == pytest.approx(0.5, abs=2e-3)


def test_the_root_of_two_is_exact():
    slots = lessons.slots("root")
    assert slots["predicted"] == slots["between"] == numerals.size(99 * math.log10(2) / 2)


def test_one_sample_and_one_unit():
    share = 0.5 * math.erfc(-1 / math.sqrt(2) / math.sqrt(2))
    assert lessons.slots("born")["negative"] == numerals.percent(share)
    assert TASKS["born"].settings["relu.bias"] == -1.0, "the formula of the solution is for this bias"


def test_the_gain_for_a_slope():
    slots = lessons.slots("slope")
    assert slots["gain"] == numerals.number(math.sqrt(2 / 1.25))
    assert slots["predicted"] == numerals.size(29 * math.log10(1.25) / 2)


def test_the_zero_of_swish_scales_with_beta():
    slots = lessons.slots("swish")
    zero, plain = (float(slots[name].replace("−", "-")) for name in ("swish_zero_now", "swish_zero_plain"))
    assert plain == pytest.approx(-1.27846454, abs=5e-3)
    assert zero == pytest.approx(plain / 2, abs=5e-3)


def test_depth_hurts():
    *_, last = train(Run(activation="sigmoid", depth=2), at=())
    assert f"2 hidden layers: {numerals.percent(last.test_accuracy)}" in lessons.slots("deeper")["list"]
    found = [float(value) for value in re.findall(r": ([\d.]+) %", lessons.slots("deeper")["list"])]
    assert found == sorted(found, reverse=True)
    assert found[0] > 90
    assert found[-1] < 20


# The worksheet, the glossary, the frame


@pytest.mark.parametrize("task", EXERCISES, ids=lambda task: task.name)
def test_an_exercise_gives_the_formulas_of_the_functions_that_it_speaks_of(task):
    asked = f"{WORDS(f'question {task.name}', **task.given)} {' '.join(map(str, task.settings.values()))}"
    spoken = {name for name, entry in ACTIVATIONS.items() if re.search(rf"\b{entry.label}", asked, re.IGNORECASE)}
    assert spoken <= set(task.functions)
    assert task.functions
    for name in task.functions:
        for formula in (ACTIVATIONS[name].formula, ACTIVATIONS[name].derivative_formula, *ACTIVATIONS[name].letters):
            for part in ("exercises", "worksheet"):
                assert any(f"${{{formula}}}$" in text for text in texts(shown(part))), (part, name)


def test_the_worksheet_has_every_question_the_way_and_room_but_no_solution_and_no_link():
    at = shown("worksheet")
    shown_texts = [node.value for node in at.markdown]
    for task in EXERCISES:
        assert WORDS(f"question {task.name}", **task.given) in shown_texts
        assert any(task.way in text for text in shown_texts)
        assert not any(WORDS(f"solution {task.name}", **lessons.slots(task.name)) in text for text in shown_texts)
    assert links(at) == []
    assert not any("http" in text for text in shown_texts), "an address on paper is typed: no more of it than needed"
    assert any(teaching.short(WORDS("address")) in text for text in shown_texts)
    assert folds(at) == []
    room = [node for node in nodes(at) if node.type == "html"]
    assert sum(teaching.LINES in str(node.proto.body) for node in room) == len(EXERCISES)


@pytest.mark.parametrize(
    ("address", "short"),
    [("https://x.org/sub", "x.org/sub"), ("http://10.0.0.7:8501/", "10.0.0.7:8501"), ("x.org", "x.org")],
)
def test_an_address_for_paper_is_short(address, short):
    assert teaching.short(address) == short


@pytest.mark.parametrize("page", PAGES)
def test_the_frame_is_of_the_chosen_page(page):
    at = visit("teachers", **{"teachers.part": WORDS("part embed")}).run()
    at.selectbox(key="teachers.embed").set_value(prose.read(page)("title")).run()
    (block,) = at.code
    path = "" if page == PAGES[0] else page
    assert f'src="{WORDS("address")}/{path}?embed=true"' in block.value
    assert f'title="{prose.read(page)("title")}"' in block.value


@pytest.mark.parametrize(
    ("url", "stream", "port"),
    [
        (None, "wss://your-address/_stcore/stream", "443"),
        ("https://school.example/sub/teachers", "wss://school.example/sub/_stcore/stream", "443"),
        ("http://10.0.0.7:8501/teachers", "ws://10.0.0.7:8501/_stcore/stream", "8501"),
    ],
)
def test_before_class_says_what_to_ask_of_browsers_network_and_line_and_offers_the_file(url, stream, port):
    at = visit("teachers", **{"teachers.part": WORDS("part before")})
    at.context = {"url": url} if url else {}
    text = "\n".join(node.value for node in at.run().markdown)
    assert f"`{stream}`, port {port}." in text
    assert "Safari must be 16.4 or later" in text
    assert "loads up to 3 MB" in text
    assert "takes one student 24 seconds" in text, "24 million bits at one million a second"
    assert "takes 10 minutes" in text, "25 times as long"
    assert prose.common("file") in text


def test_the_frame_takes_a_subpath_and_lets_no_address_break_out():
    assert 'src="https://x.org/sub/relu?embed=true"' in teaching.frame("https://x.org/sub", "relu")
    assert 'allow="clipboard-write; fullscreen"' in teaching.frame("https://x.org/sub", "relu"), "copy buttons work"
    assert '"><script>' not in teaching.frame('https://x.org/"><script>', "relu")


def test_an_address_is_relative_so_that_it_holds_under_a_subpath():
    for task in TASKS.values():
        assert task.address.startswith("./")
        assert reached(task.address)[0] == task.page
    assert lessons.path(sections.SECTIONS[0].page) == ""
    assert widgets.text(WORDS, "teachers.part") == WORDS("control part")
