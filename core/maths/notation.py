"""Networks as short texts for links and file names: `gelu~depth.50~initializer.he_normal~seeds.3`.

The activation comes first, then what differs from the defaults, each setting behind its name and a full stop; the
signs need no escape in an address.
"""

import re
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from core.maths.activations import ACTIVATIONS
from core.maths.ensemble import SEEDS, Ensemble
from core.maths.formula import LONGEST as FORMULA
from core.maths.network import FIELDS, Network
from core.maths.numbers import Number, registered

LONGEST = 400 + FORMULA  # characters; every network is shorter

_NUMBER = re.compile(r"-?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)?")
_ORDER = [f.name for f in fields(Network)]
_PLAIN = {field.name: field for field in sorted(FIELDS[1:], key=lambda field: _ORDER.index(field.name))}


def written(ensemble: Ensemble) -> str:
    """The text that `read` takes back to an equal ensemble."""
    network = ensemble.network
    settings: dict[str, Any] = {}
    for field in FIELDS:
        if field.parameters:
            given = getattr(network, field.parameters)
            settings |= {n.name: given[n.name] for n in field.entry(network).parameters if given[n.name] != n.default}
    settings |= {field.name: getattr(network, field.name) for field in _PLAIN.values() if not field.usual(network)}
    if ensemble.seeds != SEEDS.default:
        settings["seeds"] = ensemble.seeds
    return "~".join([network.activation, *(f"{name}.{_text(value)}" for name, value in settings.items())])


def _text(value: object) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def read(text: object) -> Ensemble:
    """The ensemble that a text names; ValueError with a clear sentence for anything else."""
    if not isinstance(text, str) or not text:
        raise ValueError("no network is named")
    if len(text) > LONGEST:
        raise ValueError(f"the description of a network is at most {LONGEST} characters long, not {len(text):,}")
    activation, *parts = text.split("~")
    registered("activation", activation, ACTIVATIONS)
    settings: dict[str, Any] = {}
    for part in parts:
        name, _, value = part.partition(".")
        if not value or name in settings:
            raise ValueError(f"{part!r:.60} is not one setting with a value")
        settings[name] = _value(name, value)
    seeds = settings.pop("seeds", SEEDS.default)
    plain = {name: settings.pop(name) for name in list(settings) if name in _PLAIN}
    names = {n.name for n in ACTIVATIONS[activation].parameters}
    parameters = {name: settings.pop(name) for name in list(settings) if name in names}
    network = Network(activation, parameters, initializer_parameters=settings, **plain)  # refuses what is left over
    return Ensemble(network, seeds)


def _value(name: str, text: str) -> Any:
    kind = _PLAIN[name].kind if name in _PLAIN else Number
    if kind is bool:
        if text not in ("yes", "no"):
            raise ValueError(f"{name} must be yes or no, not {text!r:.60}")
        return text == "yes"
    if isinstance(kind, Mapping):
        return text
    if not _NUMBER.fullmatch(text):  # float() takes underscores, blanks and the digits of every script as well
        raise ValueError(f"{name!r:.60} must be a number, not {text!r:.60}")
    return float(text)
