"""The words about a point of the map: the same phase wherever it is named, and the published numbers."""

import pytest

from core.experiments import evidence, laboratory, order
from core.words import prose


@pytest.mark.parametrize(
    ("activation", "w", "b", "region"),
    [
        ("tanh", 1.0, 0.05, "ordered"),
        ("tanh", 1.76, 0.05, "edge"),
        ("tanh", 3.0, 0.05, "chaotic"),
        ("relu", 2.0, 0.0, "edge"),
    ],
)
def test_the_map_and_the_diagnosis_of_its_network_name_the_same_phase(activation, w, b, region):
    point = order.point_slots(activation, (), w, b)
    ensemble = order.network_at(activation, {}, w, b, 5)
    subjects = laboratory.subjects([ensemble], [1])
    assert point["phase"] == prose.common(f"region {region}")
    ending = prose.common(f"phase {region}", chi="", scale="").rpartition(",")[2][:30]
    assert ending in laboratory.subject_slots(subjects[0])["diagnosis"]


def test_the_evidence_of_the_map_is_what_was_published():
    slots = evidence.order_and_chaos()
    assert (slots["tanh_bias"], slots["tanh_edge"], slots["tanh_q"]) == ("0.05", "1.76", "0.57")
    assert slots["tanh_near"] == "1.05"  # 1.0499956
    assert (slots["swish_weight"], slots["swish_bias"]) == ("1.99", "0.555")  # 1.98800468, 0.555143
    assert (slots["gelu_weight"], slots["gelu_bias"]) == ("1.98", "0.173")
    assert (slots["poole_bias"], slots["poole_weights"], slots["poole_chi"]) == (
        "0.3",
        "1.3, 2.5 and 4",
        "0.94, 1.59 and 2.37",
    )


def test_a_network_of_the_map_has_the_variances_of_its_point():
    network = order.network_at("gelu", {}, 2.2, 0.3, 7).network
    assert network.weight_variance == pytest.approx(2.2)
    assert network.bias_std**2 == pytest.approx(0.3)


def test_the_evidence_of_the_laboratory_is_what_was_published():
    slots = evidence.laboratory()
    assert slots["batch_theory"] == "1.21"  # sqrt(pi / (pi - 1)) = 1.2112
    assert float(slots["batch_measured"]) == pytest.approx(1.21, abs=0.03)
    assert (slots["wide_theory"], slots["wide_width"]) == ("1", "32")
