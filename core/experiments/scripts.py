"""A network as a script that a reader takes away: it builds the same weights from the same seed and prints what
core.maths.network measures, layer by layer, without this project.

The scripts are the templates *_script.py.j2 beside this file.
"""

import re
from dataclasses import fields, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.maths.activations import ACTIVATIONS
from core.maths.ensemble import Ensemble
from core.maths.facts import facts
from core.maths.initializers import INITIALIZERS
from core.maths.meanfield import objection, predicted
from core.maths.network import Layers, Network
from core.maths.normalization import EPSILON, NORMALIZATIONS
from core.maths.notation import written
from core.maths.profiles import PROFILES

if TYPE_CHECKING:
    from jinja2 import Template

FLOAT64, NEAR = (-308, 308), 8  # log10 of its ends, and how near to them some numbers of a layer may be beyond
UNITS = ("first", "out", "last")  # whose number a script needs: of the input, of a layer, of the last layer
COLUMNS = tuple(column.name for column in fields(Layers))


def numpy_script(network: Network) -> str:
    """Under 60 lines that need NumPy alone, and give what the core gives.

    The gradient carries its exponent. So do the signals where theory lets them leave float64; elsewhere the
    script is spared those lines.
    """
    value, derivative = ACTIVATIONS[network.activation].numpy
    carried = network.normalization is None and not _tame(replace(network, bias_mean=0.0))
    return _script(
        "numpy", network, value=value, derivative=derivative, formulas=f"{value} {derivative}", carried=carried
    )


def torch_script(network: Network) -> str:
    """The same in PyTorch, gradients by autograd; in plain float64, and it says where theory expects more than that."""
    return _script("torch", network, value=ACTIVATIONS[network.activation].torch, beyond=_beyond(network))


def _script(library: str, network: Network, **given: object) -> str:
    parameters = {**network.parameters, **network.initializer_parameters}
    gain = "" if network.weight_gain == 1.0 else f"{network.weight_gain!r} * "
    uneven, drawn = network.profile != "constant", INITIALIZERS[network.initializer].numpy
    units = {"first": "sizes[0]", "out": "sizes[l + 1]", "last": "sizes[L]"} if uneven else dict.fromkeys(UNITS, "n")
    return template(f"{library}_script.py.j2").render(
        network=network,
        title=f"The gradient of a random network, layer by layer: {written(Ensemble(network, 1))}",
        parameters="; ".join(f"{name} = {value!r}" for name, value in parameters.items()),
        matrix=gain + (drawn if uneven else re.sub(r"\bm\b", "n", drawn)),
        biases=" + ".join(_biases(network, units["out"])),
        normalized=network.normalization is not None,
        share=PROFILES[network.profile].python if uneven else "",
        units=units,
        axis=NORMALIZATIONS[network.normalization].axis if network.normalization else None,
        epsilon=EPSILON,
        flat=bool(facts(network.activation, **network.parameters).flat),  # only there may a zero be more than underflow
        underflows=ACTIVATIONS[network.activation].log_derivative is not None,
        threshold=repr(facts(network.activation, **network.parameters).threshold()),
        columns=",".join(COLUMNS),
        **given,
    )


def _biases(network: Network, units: str) -> list[str]:
    """What is added to W h in layer l of so many units, as expressions."""
    parts, limit = [], INITIALIZERS[network.initializer].biases
    if network.bias_mean or network.bias_std:
        parts += [repr(network.bias_mean), f"{network.bias_std!r} * stream(2, l).standard_normal({units})"]
    if limit and network.profile == "constant":
        parts.append(f"stream(5, l).uniform(-{limit(network.width)!r}, {limit(network.width)!r}, {units})")
    elif limit:  # in every initializer with biases it falls as the root of the fan-in
        parts.append(f"{limit(1)!r} / np.sqrt(sizes[l]) * stream(5, l).uniform(-1, 1, {units})")
    return parts


def _beyond(network: Network) -> str:
    """What a reader of a script in plain float64 has to know; nothing where all numbers stay within it."""
    network, ends = replace(network, bias_mean=0.0), f"Plain float64 ends at 10^{FLOAT64[0]} and 10^{FLOAT64[1]}"
    if objection(network):
        return f"{ends}. What lies beyond this, only the explorer has."
    expected = predicted(network)
    with np.errstate(divide="ignore"):
        sizes = [np.log10(expected.preactivation_rms), expected.log10_delta, expected.log10_weight_gradient]
    known = np.concatenate(sizes)[np.isfinite(np.concatenate(sizes))]
    low, high = (float(end(known, initial=0.0)) for end in (np.min, np.max))
    if FLOAT64[0] + NEAR < low and high < FLOAT64[1] - NEAR and not np.isposinf(np.concatenate(sizes)).any():
        return ""
    return f"{ends}. Theory expects 10^{round(low)} to 10^{round(high)} here: only the explorer has that."


def _tame(network: Network) -> bool:
    """Whether theory keeps the signals well within float64."""
    if objection(network):
        return False
    spread = predicted(network).preactivation_rms
    return bool(spread.min() > 1e-100 and spread.max() < 1e100)


@lru_cache(maxsize=3)
def template(name: str) -> "Template":
    """What a file to take away is made from, beside this one."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # 0.1 s that only a script needs

    templates = Environment(
        loader=FileSystemLoader(Path(__file__).parent), undefined=StrictUndefined, autoescape=False,
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
    return templates.get_template(name)
