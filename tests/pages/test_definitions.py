"""The formulas of the article are on its pages, as formulas, with the numbers of the moment in them."""

import re

import pyarrow as pa
import pytest

from core.experiments.definitions import with_numbers
from core.maths.activations import ACTIVATIONS
from core.maths.network import Network
from core.words import formulas as plain
from core.words import prose
from tests.maths.latex import uncoloured, values
from tests.maths.textbook import true_derivative, true_value
from tests.pages.reader import PAGES, nodes, opened, texts, visit

ARTICLE = {  # the eight functions that it defines, each on its page
    "sigmoid_and_tanh": ("sigmoid", "tanh"),
    "relu": ("relu",),
    "relu_variants": ("leaky_relu", "prelu", "elu"),
    "beyond_relu": ("swish", "gelu"),
}


def formulas(at):
    return [node.value.strip("$\n") for node in at.latex]


@pytest.mark.parametrize("page", ARTICLE)
def test_every_function_of_the_article_is_defined_on_its_page(page):
    for name in ARTICLE[page]:
        entry = ACTIVATIONS[name]
        assert {entry.formula, entry.derivative_formula} <= set(formulas(opened(page)))


@pytest.mark.parametrize("entry", ACTIVATIONS.values(), ids=ACTIVATIONS.keys())
def test_every_function_that_is_chosen_is_defined(entry):
    at = visit("activation_functions", **{"curves.activations": entry.label}).run()
    numbers = with_numbers(Network(entry.name)) if entry.parameters else ()
    assert formulas(at) == [entry.formula, entry.derivative_formula, *numbers]
    assert any(text.endswith(prose.common(f"purpose {entry.name}")) for text in texts(at))


@pytest.mark.parametrize("page", [*ARTICLE, "activation_functions"])
def test_definitions_stand_under_the_chart_of_the_functions(page):
    found = [node for node in nodes(opened(page)) if node.type in ("plotly_chart", "markdown")]
    heading = [getattr(node, "value", "") for node in found].index(f"## {prose.common('definitions')}")
    above = [node.key for node in found[:heading] if node.type == "plotly_chart"]
    assert above[-1].endswith("curves"), "no other chart stands between"


@pytest.mark.parametrize(
    ("page", "key", "names"),
    [
        ("sigmoid_and_tanh", "saturating.x", ("sigmoid", "tanh")),
        ("relu", "relu.x", ("relu",)),
        ("beyond_relu", "beyond.x", ("swish", "gelu")),
    ],
)
def test_the_numbers_in_the_formulas_follow_the_slider(page, key, names):
    at = visit(page).run()
    for x in (-1.5, 0.4):
        at.slider(key=key).set_value(x).run()
        found = [formula for formula in map(uncoloured, formulas(at)) if f"({x:g}) = " in formula]
        exact = [
            truth(name, x, **ACTIVATIONS[name].defaults()) for name in names for truth in (true_value, true_derivative)
        ]
        assert len(found) == len(exact)
        for formula, value in zip(found, exact, strict=True):
            assert float(values(formula, (), {})[-1]) == pytest.approx(float(value), rel=5e-3)


def test_the_table_gives_every_formula_and_is_written_with_one_kind_of_minus():
    (table,) = opened("activation_functions").dataframe
    with pa.ipc.open_stream(table.proto.arrow_data.styler.display_values) as stream:
        shown = stream.read_pandas()
    cells = [str(cell) for column in shown for cell in shown[column]]
    assert len(cells) == table.value.size
    assert sum("−" in cell for cell in cells) > len(ACTIVATIONS)
    assert [cell for cell in cells if "-" in cell] == []
    for entry in ACTIVATIONS.values():
        assert {plain.text(entry.formula), plain.text(entry.derivative_formula)} <= set(cells)
    numbers = table.value.select_dtypes("number")
    assert list(numbers) == [prose.common("column sup"), prose.common("column inf")], "they are sorted as numbers"
    assert numbers.min().min() == pytest.approx(-0.5), "of Hard Swish"


@pytest.mark.parametrize(
    ("page", "key", "letter"),
    [
        ("relu_variants", "leaky_relu.alpha", "α"),
        ("relu_variants", "prelu.a", "a"),
        ("relu_variants", "elu.alpha", "α"),
        ("beyond_relu", "swish.beta", "β"),
    ],
)
def test_the_value_of_a_parameter_follows_its_slider(page, key, letter):
    at = visit(page).run()
    for value in (0.5, 1.2):
        at.slider(key=key).set_value(value).run()
        assert any(f"${{{letter} = {value:g}}}$" in text for text in texts(at))


@pytest.mark.parametrize("page", PAGES)
def test_a_colour_of_a_formula_is_one_that_is_drawn(page):
    """Otherwise the browser shows the source in place of the formula."""
    wrong = re.compile(r"\\textcolor\{(?!#[0-9a-f]{6}\})")
    assert not [formula for formula in formulas(opened(page)) if wrong.search(formula)]
