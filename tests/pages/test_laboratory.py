"""What only the laboratory has: two networks side by side, a budget, and work that can be stopped."""

import csv
import io
import json
import math

import numpy as np
import pytest

from core.experiments import laboratory
from core.maths.ensemble import Ensemble
from core.maths.network import Layers, Network, measure
from core.maths.notation import written
from core.ui.play import measuring
from core.words import prose
from tests.pages.reader import charts, opened, specs, texts, values, visit
from tests.scratch import ALIKE, with_initializer

WORDS = prose.read("laboratory")
GELU = Ensemble(Network("gelu", depth=30, initializer="he_normal", weight_gain=1.5, seed=3), seeds=2)
GELU_SETTINGS = {
    "lab.activation": "GELU", "lab.depth": 30, "lab.initializer": "He (Kaiming)", "lab.gain": 1.5,
    "lab.seed": 3, "lab.seeds": 2,
}  # fmt: skip


def saturated_first(at):
    """In the first layer, where most are."""
    (line,) = (t for t in json.loads(specs(at)["lab.chart"])["data"] if t["name"] == "Tanh" and "markers" in t["mode"])
    return float(decoded(line["y"])[0])


def names(at):
    return {trace["name"] for trace in json.loads(specs(at)["lab.chart"])["data"]}


def labels(at):
    return [button.label for button in at.button]


# Two networks


def test_a_link_with_a_second_network_shows_both():
    at = visit("laboratory", **{"lab.other": written(GELU)}).run()
    assert [error.message for error in at.exception] == []
    assert {"A Tanh", "B GELU"} <= names(at)
    assert list(charts(at)) == ["lab.chart", "lab.inside.A", "lab.inside.B"]
    assert len(at.metric) == 6
    assert "B: GELU" in "\n".join(texts(at))
    assert "Tanh" in names(opened("laboratory")), "alone it needs no letter"


def test_the_second_network_keeps_its_own_depth_seeds_and_numbers():
    at = visit("laboratory", **{"lab.other": written(GELU), "lab.depth": "10"}).run()
    data = {t["name"]: t for t in json.loads(specs(at)["lab.chart"])["data"] if "markers" in t["mode"]}
    measured = [measure(network).log10_delta for network in GELU.members]
    middle = np.median([delta - delta[-1] for delta in measured], axis=0)
    np.testing.assert_allclose(decoded(data["B GELU"]["y"]), middle, rtol=1e-12)
    assert len(decoded(data["A Tanh"]["y"])) == 10


def test_a_residual_connection_with_layers_of_unequal_width_is_refused_in_words():
    at = visit("laboratory", **{"lab.profile": "Funnel", "lab.residual": "true", "lab.depth": "5"}).run()
    assert [error.message for error in at.exception] == []
    assert [box.value for box in at.warning] == [prose.common("residual widths", profile="Funnel")]
    shown = {t["name"]: t for t in json.loads(specs(at)["lab.chart"])["data"] if "markers" in t["mode"]}
    equal = [measure(Network("tanh", depth=5, residual=True, seed=seed)).log10_delta for seed in range(5)]
    np.testing.assert_allclose(decoded(shown["Tanh"]["y"]), np.median([d - d[-1] for d in equal], axis=0), rtol=1e-12)
    at.toggle(key="lab.residual").set_value(False).run()
    assert not at.warning
    assert "Tanh, 5 layers of 64, Glorot (Xavier), Funnel" in "\n".join(texts(at))
    assert cure(at) == (f"**What would cure this network?** {prose.common('critical uneven')}", False)


def decoded(column):
    if isinstance(column, dict):
        import base64

        return np.frombuffer(base64.b64decode(column["bdata"]), dtype=column["dtype"])
    return np.array(column, dtype=float)


def test_a_network_is_kept_compared_exchanged_and_dropped_by_buttons():
    at = visit("laboratory").run()
    assert WORDS("button keep") in labels(at)
    for key, value in GELU_SETTINGS.items():
        widget = [*at.slider, *at.selectbox]
        next(w for w in widget if w.key == key).set_value(value)
    at.run()
    at.button(key="lab.other.keep").click().run()
    assert at.session_state["lab.other"] == written(GELU)
    at.selectbox(key="lab.activation").set_value("ReLU").run()
    assert {"A ReLU", "B GELU"} <= names(at)
    before = values(at)
    at.button(key="lab.other.exchange").click().run()
    assert {"A GELU", "B ReLU"} <= names(at)
    assert {key: values(at)[key] for key in GELU_SETTINGS} == GELU_SETTINGS
    at.button(key="lab.other.exchange").click().run()
    assert values(at) == before, "exchanged twice is as before"
    at.button(key="lab.other.drop").click().run()
    assert "ReLU" in names(at)
    assert [error.message for error in at.exception] == []


@pytest.mark.parametrize(
    "network",
    [
        Network("prelu", {"a": -0.5}, initializer="normal", initializer_parameters={"std": 0.3}, bias_std=0.25),
        Network("relu", residual=True, branch_scale=0.3, normalization="batch", batch=8, width=32, depth=12),
    ],
)
def test_every_setting_survives_the_exchange(network):
    at = visit("laboratory", **{"lab.other": written(Ensemble(network, 1))}).run()
    at.button(key="lab.other.exchange").click().run()
    at.button(key="lab.other.exchange").click().run()
    assert at.session_state["lab.other"] == written(Ensemble(network, 1))


def test_an_exchange_sets_what_so_far_only_the_address_has_said():
    network = Network("elu", {"alpha": 0.5}, initializer="normal", initializer_parameters={"std": 0.3}, depth=5)
    address = {"lab.elu.alpha": "1.5", "lab.initializer.std": "1.2", "lab.other": written(Ensemble(network, 1))}
    at = visit("laboratory", **address).run()
    at.button(key="lab.other.exchange").click().run()
    shown = values(at)
    assert (shown["lab.activation"], shown["lab.elu.alpha"], shown["lab.initializer.std"]) == ("ELU", 0.5, 0.3)
    assert "A ELU" in names(at)


@pytest.mark.parametrize(
    "rubbish",
    [
        "abc",
        "relu~depth.9999999",
        "relu~depth",
        "<script>",
        "relu~depth.nan",
        "x" * 10_000,
        "\x00",
        "~~~",
        "relu~depth.201",
        "relu~batch.512",
        "relu~bias_mean.0.5",  # no control of the page could show it, and no theory predicts it
    ],
)
def test_a_second_network_that_makes_no_sense_is_refused_in_words_and_nothing_is_lost(rubbish):
    at = visit("laboratory", **{"lab.other": rubbish, "lab.depth": "12"}).run()
    assert [error.message for error in at.exception] == []
    (warning,) = at.warning
    assert warning.value.startswith(prose.common("not understood", problem="")[:30])
    assert len(warning.value) < 400
    assert list(charts(at)) == ["lab.chart", "lab.inside"]
    assert values(at)["lab.depth"] == 12
    at.button(key="lab.other.drop").click().run()
    assert list(at.warning) == []


# The budget, and stopping


def test_what_exceeds_the_budget_is_refused_in_words_and_the_rest_is_measured(monkeypatch):
    monkeypatch.setattr(measuring, "BUDGET", 2 * 20 * 64**2)
    at = visit("laboratory", **{"lab.depth": "20", "lab.seed": "50"}).run()
    assert [error.message for error in at.exception] == []
    (warning,) = at.warning
    assert "2 of 5 networks" in warning.value
    assert "lab.chart" in charts(at)


def test_the_largest_request_of_the_issue_is_within_the_budget_and_larger_ones_are_not():
    assert Ensemble(Network("tanh", depth=200, width=256), 10).weights <= measuring.BUDGET
    assert Ensemble(Network("tanh", depth=200, width=512), 20).weights > measuring.BUDGET
    assert 2 * Ensemble(Network("tanh", depth=200, width=512), 1).weights <= measuring.BUDGET, "one of each always fits"


def test_stopped_work_shows_what_is_done_and_can_go_on(monkeypatch):
    monkeypatch.setattr(measuring, "QUICK", 0)
    at = visit("laboratory", **{"lab.depth": "9", "lab.seed": "60"}).run()
    assert list(at.info) == []
    at.session_state["lab.work"].stopped = True
    at.session_state["lab.work"].done = 2
    at.run()
    (told,) = at.info
    assert "2 of 5" in told.value
    assert "median of 2 networks" in "\n".join(texts(at))
    at.button(key="lab.go").click().run()
    assert list(at.info) == []
    assert "median of 5 networks" in "\n".join(texts(at))


def test_another_setting_starts_anew_after_a_stop(monkeypatch):
    monkeypatch.setattr(measuring, "QUICK", 0)
    at = visit("laboratory", **{"lab.depth": "9"}).run()
    at.session_state["lab.work"].stopped = True
    at.session_state["lab.work"].done = 1
    at.run()
    assert len(at.info) == 1
    at.slider(key="lab.depth").set_value(8).run()
    assert list(at.info) == []


# What it says


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"lab.activation": "Sigmoid"}, "vanishes"),
        ({"lab.activation": "ReLU", "lab.initializer": "He (Kaiming)"}, "stays within a factor of 10"),
        ({"lab.gain": "3"}, "explodes"),
        ({"lab.activation": "ReLU", "lab.depth": "200", "lab.width": "4"}, "dead"),
    ],
)
def test_the_diagnosis_is_what_the_figures_say(settings, expected):
    at = visit("laboratory", **settings).run()
    assert f"**{expected}**" in "\n".join(texts(at))


def test_the_line_between_saturated_and_not_is_asked_for_where_it_is_seen():
    at = visit("laboratory", **{"lab.gain": "1.6667", "lab.depth": "5", "lab.line": "5.91"}).run()
    assert "lab.line" not in values(at)
    at.button_group(key="lab.view").set_value(WORDS("view saturated")).run()
    assert values(at)["lab.line"] == "5.91"
    saturated = [saturated_first(at)]
    assert any("z below −2.09, where f is −0.97; z above 2.09, where f is 0.97." in text for text in texts(at))
    at.select_slider(key="lab.line").set_value("1").run()
    saturated.append(saturated_first(at))
    assert saturated == [pytest.approx(20.9, abs=2.0), pytest.approx(7.3, abs=1.5)]  # 2 Phi(-atanh(0.97) / (5 / 3))
    assert any("z below −2.99, where f is −0.995;" in text for text in texts(at))


@pytest.mark.parametrize("view", laboratory.VIEWS)
def test_every_view_has_its_own_axis_and_the_numbers_of_the_core(view):
    ensemble = Ensemble(Network("relu", depth=12, seed=4), 3)
    subjects = laboratory.subjects([ensemble], [3])
    experiment = laboratory.by_layer(subjects, view)
    column, scale = laboratory.VIEWS[view]
    each = [getattr(measure(network), column) for network in ensemble.members]
    measured = np.median([values - values[-1] if view == "delta" else values for values in each], axis=0)
    (name,) = (name for name in experiment.data if name.startswith(f"ReLU, {prose.common('column median')}: "))
    shown = experiment.data[name]
    assert ("log10" in name) == (scale not in laboratory.LINEAR), "a column says that it is a logarithm"
    factor = 100.0 if scale == "share" else 1.0
    np.testing.assert_allclose(shown, np.log10(measured) if scale == "log of" else factor * measured, rtol=1e-12)
    theory = [name for name in experiment.data if name.startswith(f"ReLU, {prose.common('column theory')}: ")]
    assert len(theory) == 1


def test_of_weights_that_are_not_zero_on_average_the_laboratory_says_that_theory_has_nothing_to_say(monkeypatch):
    with_initializer(monkeypatch, ALIKE)
    subjects = laboratory.subjects([Ensemble(Network("tanh", depth=6, initializer="alike"), 2)], [2])
    for view in laboratory.VIEWS:
        assert not any(prose.common("column theory") in name for name in laboratory.by_layer(subjects, view).data)
    text = laboratory.subject_slots(subjects[0])["diagnosis"]
    assert prose.common("no theory") in text
    assert "χ" not in text
    assert not any("theory" in column for column in laboratory.series(subjects))
    assert "1e-30" in laboratory.files(subjects)["numpy.py"](), "the script carries exponents, to be safe"


# Taking it away


def test_what_is_taken_away_holds_every_series_of_both_networks():
    ensembles = [Ensemble(Network("tanh", depth=5), 2), Ensemble(Network("relu", depth=7, seed=9), 1)]
    files = laboratory.files(laboratory.subjects(ensembles, [2, 1]))
    assert list(files) == ["series.csv", "numpy.py", "torch.py", "notebook.ipynb"]
    header, *rows = csv.reader(io.StringIO(files["series.csv"]().removeprefix("\ufeff")))
    table = {
        name: np.array([float(cell or "nan") for cell in column]) for name, *column in zip(header, *rows, strict=True)
    }
    assert len(rows) == 7
    for name in Layers.__dataclass_fields__:
        np.testing.assert_array_equal(
            table[f"A {name} seed 1"][:5], getattr(measure(Network("tanh", depth=5, seed=1)), name)
        )
        np.testing.assert_array_equal(
            table[f"B {name} seed 9"], getattr(measure(Network("relu", depth=7, seed=9)), name)
        )
    assert np.isnan(table["A dead seed 0"][5:]).all()
    assert "B log10_delta theory" in table


@pytest.mark.parametrize(("stem", "key"), [("laboratory", "lab.take"), ("order_and_chaos", "chaos.take")])
def test_what_is_folded_offers_four_files(stem, key):
    at = visit(stem)
    at.session_state[key] = True
    at.run()
    assert [b.key for b in at.download_button] == [
        f"{key}.{name}" for name in ("series.csv", "numpy.py", "torch.py", "notebook.ipynb")
    ]


# What would cure it


def cure(at):
    """What is said of it, and whether there is a button."""
    (said,) = {text for text in texts(at) if "would cure" in text}
    return said, "lab.cure" in [button.key for button in at.button]


def test_a_button_sets_the_gain_that_theory_asks_for_and_then_it_is_there():
    """Half of the paths through ReLU are cut, so its weights are to be larger by the root of two."""
    at = visit("laboratory", **{"lab.activation": "ReLU", "lab.depth": "10", "lab.seeds": "1"}).run()
    said, button = cure(at)
    assert "1.41 instead of 1." in said
    assert button
    at.button(key="lab.cure").click().run()
    assert at.slider(key="lab.gain").value == pytest.approx(math.sqrt(2.0), abs=1e-6)
    assert cure(at) == (f"**What would cure this network?** {prose.common('critical there', gain='1.41')}", False)
    at.toggle(key="lab.residual").set_value(True).run()
    assert prose.common("critical residual") in cure(at)[0]


def test_a_gain_beyond_the_slider_or_none_is_said_without_a_button():
    at = visit("laboratory", **{"lab.activation": "Sigmoid", "lab.depth": "5", "lab.seeds": "1"}).run()
    assert cure(at) == (
        f"**What would cure this network?** {prose.common('critical beyond', cure='10.1', low='0.1', high='4')}", False
    )  # fmt: skip
    at.selectbox(key="lab.activation").set_value("GELU").run()
    assert cure(at) == (f"**What would cure this network?** {prose.common('critical none')}", False)
