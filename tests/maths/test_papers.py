"""Published results, run again: each comes out, and with a mistake in the engine those that should do not."""

import re
from dataclasses import replace

import numpy as np
import pytest

from core.maths import moments, network, saturation, weights
from core.maths.initializers import INITIALIZERS
from core.maths.papers import PAPERS, Source, Value, check, geometry, judged

SECONDS = 10.0  # a result that may take longer is run at night
FAILING: dict[str, str] = {}  # results that do not come out, and why


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.slow] * (p.seconds > SECONDS)) for name, p in PAPERS.items()]
)
def test_a_published_result_comes_out(name: str) -> None:
    outcomes = check(PAPERS[name])
    found = [(outcome.value.name, outcome.computed, outcome.value.published) for outcome in outcomes]
    assert all(outcome.passed for outcome in outcomes) == (name not in FAILING), found


# Mistakes in the engine


def comes_out(name: str) -> bool:
    try:
        return all(outcome.passed for outcome in check(PAPERS[name]))
    except ValueError:  # the engine finds nothing where the result should be
        return False


def failing(*names: str) -> set[str]:
    return {name for name in names if not comes_out(name)}


def forget() -> None:
    """What was computed with another engine."""
    for kept in (moments._kept, moments._ladder, weights._block):
        kept.cache_clear()


@pytest.fixture
def fresh():
    forget()
    yield
    forget()


def test_the_mean_of_the_slope_is_not_the_root_of_its_mean_square(monkeypatch, fresh):
    right = moments.averages

    def averages(activation, q, parameters):
        entry = moments.ACTIVATIONS[activation]
        x, shares = moments.quadrature(np.sqrt(max(q, 1e-300)), entry.breaks)
        mean = float(shares @ entry.derivative(x, **parameters))
        return replace(right(activation, q, parameters), slope=mean**2)

    monkeypatch.setattr(moments, "averages", averages)
    assert failing("poole", "half_stable", "klambauer") == {"poole", "half_stable"}


def test_a_layer_too_many_is_noticed(monkeypatch):
    """Each layer is taken for the one before it."""

    def shifted(layers):
        return replace(layers, **{name: column[1:] for name, column in vars(layers).items()})

    measure, saturated = network.measure, saturation.saturated
    monkeypatch.setattr(network, "measure", lambda net: shifted(measure(replace(net, depth=net.depth + 1))))
    monkeypatch.setattr(saturation, "saturated", lambda net: saturated(replace(net, depth=net.depth + 1))[1:])
    silent = geometry.born_dead_share
    monkeypatch.setattr(geometry, "born_dead_share", lambda n, k, *rest, **how: silent(n, k + 1, *rest, **how))
    assert failing("cs231n_tanh", "makemore", "lu", "yang") == {"cs231n_tanh", "makemore", "lu"}


def test_a_variance_is_no_standard_deviation(monkeypatch, fresh):
    """Weights that are too small by the root of their variance; a normalization hides it, and so do mere signs."""

    def mistaken(entry):
        def draw(rng, fan_in, fan_out, **parameters):
            return (
                entry.weights(rng, fan_in, fan_out, **parameters) * entry.variance(fan_in, fan_out, **parameters) ** 0.5
            )

        return replace(entry, weights=draw)

    for name, entry in INITIALIZERS.items():
        monkeypatch.setitem(INITIALIZERS, name, mistaken(entry))
    noticing = {"cs231n_tanh", "cs231n_relu", "glorot", "makemore", "isometry", "marion", "nielsen"}
    assert failing(*noticing, "yang", "lu") == noticing


# The record


def test_no_two_results_have_one_label():
    labels = [paper.label for paper in PAPERS.values()]
    assert len(labels) == len(set(labels))


@pytest.mark.parametrize("name", PAPERS)
def test_a_record_is_whole(name):
    """Its run tells how far it is before each step, and its values are those that were published."""
    paper = PAPERS[name]
    assert next(paper.run(paper.seed)) == 0.0
    assert 0.0 < paper.seconds <= 60.0
    assert len({value.name for value in paper.values}) == len(paper.values)
    assert re.fullmatch(r"https?://\S+", paper.source.url)
    assert paper.source.eprint in paper.source.url
    entry = re.fullmatch(r"@misc\{([a-z]+\d{4}[a-z]+),\n((?:  [a-z]+ = .+,?\n)+)\}", paper.source.bibtex)
    assert entry
    assert {"author", "title", "howpublished", "year", "url"} <= set(re.findall(r"^  (\w+) =", entry[2], re.MULTILINE))
    assert entry[2].count("{") == entry[2].count("}")


def test_what_is_cited_says_who_and_when():
    alone = Source(("Nielsen, Michael A.",), "Neural Networks", "Determination Press", 2015, "https://example.org")
    assert alone.short == "Nielsen 2015"
    assert replace(alone, authors=("A, B", "C, D")).short == "A & C 2015"
    assert replace(alone, authors=("A, B", "C, D", "E, F")).short == "A et al. 2015"
    assert 'author = {Nielsen, Michael A.},\n  title = "{Neural Networks}"' in alone.bibtex


@pytest.mark.parametrize(
    ("value", "near", "far"),
    [
        (Value("x", (2.0,), 0.1, "seed"), (1.81, 2.19), (1.79, 2.21, np.nan, np.inf)),
        (Value("x", (-2.0,), 0.1, "seed"), (-1.81, -2.19), (-1.79, -2.21)),
        (Value("x", (2.0,), 0.1, "seed", relative=False), (1.91, 2.09), (1.89, 2.11)),
        (Value("x", (2.0,), 0.1, "seed", rounding=0.3), (1.51, 2.49), (1.49, 2.51)),
        (Value("x", (2.0,), 0.0, "seed", sense="least"), (2.0, np.inf), (1.99, np.nan)),
        (Value("x", (2.0,), 0.1, "seed", sense="most"), (-np.inf, 2.19), (2.21, np.nan)),
    ],
)
def test_a_number_passes_within_its_tolerance_alone(value, near, far):
    paper = replace(PAPERS["poole"], values=(value,))
    for number in (*near, *far):
        (outcome,) = judged(paper, (np.array([number]),))
        assert outcome.passed == (number in near)


def test_one_number_that_is_too_far_off_fails_its_value():
    paper = replace(PAPERS["poole"], values=(Value("x", (1.0, 2.0), 0.1, "seed"),))
    (outcome,) = judged(paper, (np.array([1.0, 3.0]),))
    assert outcome.near.tolist() == [True, False]
    assert not outcome.passed


@pytest.mark.parametrize("computed", [(), (np.zeros(3), np.zeros(3)), (np.zeros(2),), (np.zeros((3, 1)),)])
def test_numbers_that_do_not_belong_to_the_published_ones_are_refused(computed):
    with pytest.raises(ValueError, match="poole"):
        judged(PAPERS["poole"], computed)


@pytest.mark.parametrize("wrong", [{"sense": "near"}, {"published": ()}, {"at": (1.0, 2.0)}])
def test_a_value_that_is_not_whole_is_refused(wrong):
    with pytest.raises(ValueError, match="not whole"):
        replace(Value("x", (1.0,), 0.1, "seed"), **wrong)
