"""What is said of a network in the laboratory, and given away."""

import threading
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from core.experiments import critical, gradients, laboratory, measurements
from core.experiments.laboratory import described
from core.experiments.scripts import numpy_script, torch_script
from core.maths.activations import ACTIVATIONS
from core.maths.ensemble import Ensemble
from core.maths.network import FIELDS, WEIGHT_GAIN, Network, measure
from core.maths.notation import read
from core.maths.numbers import Number
from core.words import numerals, prose
from tests.experiments.shown import lines


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("tanh", "Tanh, 20 layers of 64, Glorot (Xavier)"),
        (
            "relu~initializer.he_uniform~weight_gain.0.1",
            "ReLU, 20 layers of 64, He (Kaiming), uniform, weight gain 0.1",
        ),
        ("elu~alpha.2~normalization.batch~branch_scale.0.3", "ELU α = 2, 20 layers of 64, Glorot (Xavier), BatchNorm"),
        ("tanh~width.32~profile.fan_out", "Tanh, 20 layers of 32, Glorot (Xavier), Fan-out"),
        (
            "leaky_relu~residual.yes~depth.1000~width.4",
            "Leaky ReLU α = 0.01, 1000 layers of 4, Glorot (Xavier), residual with s = 1",
        ),
        (
            "swish~beta.2.5~depth.30~initializer.normal~std.0.05~weight_gain.1.5~bias_std.0.2~normalization.layer"
            "~residual.yes~branch_scale.0.5~width.512~batch.8~seed.3",
            "Swish β = 2.5, 30 layers of 512, Normal, fixed σ σ = 0.05, weight gain 1.5, bias spread 0.2, LayerNorm, "
            "residual with s = 0.5",
        ),
    ],
)
def test_a_network_is_described_by_what_is_unusual(text, words):
    assert described(read(text)) == words


def test_what_luck_does_between_layers_of_unequal_width_is_said_with_both_widths():
    ensemble = read("relu~depth.60~width.16~initializer.he_normal~profile.funnel")
    said = laboratory.subject_slots(laboratory.Subject("", ensemble, 5))["diagnosis"]
    assert "With 4 to 16 units, each layer also multiplies by luck." in said


@pytest.mark.parametrize("script", [numpy_script, torch_script])
@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
def test_a_script_computes_with_every_setting(field, script):
    """Two networks that differ in one field give two programs, whatever their titles say."""
    network = Network("tanh", residual=field.name != "profile", branch_scale=0.5)  # that one needs a plain network
    values = (
        [field.kind.low, field.kind.high] if isinstance(field.kind, Number)
        else [*field.kind] if isinstance(field.kind, Mapping)
        else [True, False]
    )  # fmt: skip
    other = next(value for value in values if value != getattr(network, field.name))
    before, after = (script(each).partition("\n")[2] for each in (network, replace(network, **{field.name: other})))
    assert before != after


@pytest.mark.parametrize("seeds", [1, 4, 5])
@pytest.mark.parametrize(
    "settings",
    [{}, {"activation": "sigmoid"}, {"weight_gain": 2.0}, {"normalization": "batch"}, {"residual": True}],
)
def test_what_the_laboratory_draws_at_layer_1_is_what_it_reads_out(settings, seeds):
    """The median of the shares that reach layer 1, which is not the share of the medians."""
    ensemble = Ensemble(Network(**{"activation": "tanh", "depth": 12} | settings), seeds)
    subjects = laboratory.subjects([ensemble], [seeds])
    chart, slots = laboratory.by_layer(subjects, "delta"), laboratory.subject_slots(subjects[0])
    measured = [measure(network).log10_delta for network in ensemble.members]
    drawn = lines(chart.figure)
    main, theory = drawn[subjects[0].label], drawn[f"{subjects[0].label}, theory"]
    assert float(main.y[0]) == pytest.approx(np.median([delta[0] - delta[-1] for delta in measured]), abs=1e-12)
    assert numerals.size(float(main.y[0])) == slots["reach"]
    assert (main.y[-1], theory.y[-1]) == (0.0, 0.0)


def test_the_gradients_of_the_last_layer_lie_around_one_in_the_histogram():
    network = Network("sigmoid", depth=10, width=128)
    data = laboratory.distributions(network, "").data
    middle = np.array(data["log10 of |δ|, last layer: 1"])
    share = np.array(data["δ, layer 10"])
    assert share.sum() == pytest.approx(1.0)
    delta = measure(network).log10_delta
    assert delta[-1] < -0.5, "their size itself is another one"
    root = 0.5 * np.log10(np.sum(share * 100.0**middle))
    assert root == pytest.approx(0.0, abs=0.05)


def test_a_gradient_that_passes_a_dead_last_layer_is_not_called_dead():
    """All units of the last layer are negative, but the residual connections carry the gradient to all others."""
    network = Network("relu", depth=20, width=4, batch=1, residual=True, initializer="he_normal", seed=12)
    delta = measure(network).log10_delta
    assert delta[0] > 3.0 > -np.inf == delta[-1]
    subjects = laboratory.subjects([Ensemble(network, 1)], [1])
    main = lines(laboratory.by_layer(subjects, "delta").figure)["ReLU"]
    slots = laboratory.subject_slots(subjects[0])
    assert float(main.y[0]) == pytest.approx(delta[0], abs=1e-12)
    assert slots["reach"] == numerals.size(float(delta[0]))
    assert "**explodes**" in slots["diagnosis"]
    experiment = gradients.by_layer((network,))
    assert (experiment.slots["relu"], lines(experiment.figure)["ReLU"].y[0]) == (slots["reach"], main.y[0])


SMALL = Network("relu", depth=20, width=8, weight_gain=0.3, bias_std=1.0)


@pytest.mark.parametrize(
    ("network", "says"),
    [
        (SMALL, "95.5 % of the variance that enters the last layer is that of the biases, so the signal has died."),
        (replace(SMALL, bias_std=0.0, weight_gain=1.0), "with a correlation of 0.944."),  # the arc-cosine map
        (replace(SMALL, bias_std=0.0, weight_gain=1.0, batch=2, depth=3), "A larger batch has fewer of them."),
        (replace(SMALL, activation="tanh"), ""),
        (replace(SMALL, normalization="batch"), ""),
        (replace(SMALL, bias_std=0.0, depth=1), ""),  # 2^-32
    ],
)
def test_why_units_are_dead_is_said_where_theory_knows_it(network, says):
    (subject,) = laboratory.subjects([Ensemble(network, 1)], [1])
    plain = laboratory.by_layer((subject,), "delta").slots["drawn"]
    drawn = laboratory.by_layer((subject,), "dead").slots["drawn"]
    assert drawn.startswith(plain)
    assert (says in drawn) if says else drawn == plain


def test_the_line_of_theory_is_that_of_the_units_dead_for_a_whole_batch():
    """Of two samples, an orthant of the plane; and where theory says nothing there is no line."""
    network = Network("relu", depth=3, width=8, batch=2, initializer="he_normal")
    (subject,) = laboratory.subjects([Ensemble(network, 1)], [1])
    theory = lines(laboratory.by_layer((subject,), "dead").figure)["ReLU, theory"].y
    assert [float(y) for y in theory] == [pytest.approx(100 * share) for share in (1 / 4, 0.3015576, 0.3321836)]
    assert laboratory.series([subject])[" dead theory"] == pytest.approx([float(y) / 100 for y in theory])
    (subject,) = laboratory.subjects([Ensemble(replace(network, normalization="batch"), 1)], [1])
    assert list(lines(laboratory.by_layer((subject,), "dead").figure)) == ["ReLU"]


NORMED = Network("relu", initializer="he_normal", normalization="batch")


def explained(network: Network) -> str:
    (subject,) = laboratory.subjects([Ensemble(network, 5)], [5])
    return laboratory.subject_slots(subject)["diagnosis"]


@pytest.mark.parametrize(
    ("network", "cause"),
    [
        *((replace(NORMED, batch=samples), "batch") for samples in (2, 4, 8)),
        (Network("identity", depth=100, width=4, initializer="normal", initializer_parameters={"std": 1.0}), "width"),
        (Network("relu", depth=100, width=16, initializer="he_normal"), "width"),
        (Network("relu", depth=50, initializer="he_normal", residual=True), "mean"),
        (Network("tanh", depth=20), "little"),
    ],
    ids=lambda value: f"{value.activation} {value.width} x {value.batch}" if isinstance(value, Network) else value,
)  # fmt: skip
def test_a_gap_between_theory_and_measurement_names_its_cause(network: Network, cause: str) -> None:
    words = {
        "batch": f"taken over {network.batch} samples",
        "width": "a typical network lies",
        "mean": "the means add up",
        "little": "they agree",
    }
    said = explained(network)
    assert [name for name, part in words.items() if part in said] == [cause]
    assert cause != "width" or f"of {ACTIVATIONS[network.activation].label}," in said


def test_a_branch_times_zero_changes_nothing_yet() -> None:
    said = explained(Network("relu", initializer="he_normal", residual=True, branch_scale=0.0))
    assert "Nothing changes yet" in said
    assert "dead" not in said


@pytest.mark.parametrize(("width", "at_once"), [(256, 1), (4, 2)])
def test_large_networks_are_measured_one_at_a_time_and_small_ones_together(monkeypatch, width, at_once):
    inside, most, second = [], [], threading.Event()

    def slow(network):
        inside.append(network)
        most.append(len(inside))
        if len(inside) == 2:
            second.set()
        second.wait(0.3 if at_once == 1 else 10)
        inside.remove(network)
        return measure(replace(network, width=4, depth=2))

    monkeypatch.setattr(measurements, "measure", slow)
    networks = [Network("tanh", depth=100, width=width, seed=seed) for seed in (901, 902)]
    threads = [threading.Thread(target=measurements.one, args=(network,)) for network in networks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    measurements.one.clear()
    assert max(most) == at_once


@pytest.mark.parametrize(("seeds", "said"), [(1, "one network"), (5, "median of 5 networks")])
def test_one_network_has_no_median(seeds: int, said: str) -> None:
    slots = laboratory.slots(laboratory.subjects([Ensemble(Network("tanh", depth=3), seeds)], [seeds]))
    assert said in slots["drawn"]
    assert ("band" in slots["drawn"]) == (seeds > 1)


@pytest.mark.parametrize("around", [{"residual": True}, {"normalization": "layer"}, {"profile": "zigzag"}])
def test_of_weights_with_a_mean_theory_says_nothing_whatever_is_around_them(around):
    """Residual connections around equal negative weights take from the gradient: nothing general holds there."""
    for initializer, value in (("constant", {"value": -0.01}), ("uniform_positive", {})):
        network = Network("tanh", initializer=initializer, initializer_parameters=value, **around)
        assert critical.answer(network, WEIGHT_GAIN).words == prose.common("critical unknown")
    taken = Network("tanh", depth=50, initializer="constant", initializer_parameters={"value": -0.01}, residual=True)
    assert measure(taken).log10_delta[0] < measure(taken).log10_delta[-1]
