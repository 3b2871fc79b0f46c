"""Cures for a network that is sick, each alone: what it changes in the settings of a run, and who proposed it.

A sick network and its treated ones learn from the same data with the same seeds. A cure more is an entry of CURES and
its words, `cure <name>` of the page.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from core.maths.training import Run

STEPS = 300  # of every run
SEEDS = 3
NOT_ALONE = {"activation": "parameters", "initializer": "initializer_parameters"}  # another entry has other parameters


@dataclass(frozen=True)
class Cure:
    """What it changes of a run, and the paper.

    `kind` is what of a network it is about: its "weights" (and functions), its "signal", a "step" of learning, or the
    "numbers" that it is computed with. It is compared with the sick network, or with another entry, `against`.
    """

    name: str
    kind: str
    source: str
    changes: Mapping[str, Any] = field(default_factory=dict)
    against: str = "none"


PATIENTS: dict[str, Run] = {  # words: `patient <name>` of the page
    "vanishes": Run(activation="sigmoid", initializer="glorot_normal", steps=STEPS),
    "explodes": Run(activation="tanh", initializer="normal", initializer_parameters={"std": 1.0}, steps=STEPS),
    "diverges": Run(activation="relu", initializer="normal", initializer_parameters={"std": 0.4}, steps=STEPS),
}
XIONG, MICIKEVICIUS = "Xiong et al. 2020, arXiv:2002.04745", "Micikevicius et al. 2018, arXiv:1710.03740"
NORMED: dict[str, Any] = {"residual": True, "normalization": "layer"}
CURES: dict[str, Cure] = {
    entry.name: entry
    for entry in (
        Cure("none", "none", ""),
        Cure("relu", "weights", "He et al. 2015, arXiv:1502.01852", {"activation": "relu", "initializer": "he_normal"}),
        Cure("tanh", "weights", "Glorot & Bengio 2010", {"activation": "tanh", "initializer": "glorot_normal"}),
        Cure("orthogonal", "weights", "Saxe et al. 2014, arXiv:1312.6120", {"initializer": "orthogonal"}),
        Cure("layernorm", "signal", "Ba et al. 2016, arXiv:1607.06450", {"normalization": "layer"}),
        Cure("batchnorm", "signal", "Ioffe & Szegedy 2015, arXiv:1502.03167", {"normalization": "batch"}),
        Cure("residual", "signal", "He et al. 2016, arXiv:1512.03385", {"residual": True}),
        Cure("before", "signal", XIONG, NORMED | {"placement": "before"}),
        Cure("after", "signal", XIONG, NORMED | {"placement": "after"}),
        Cure("adam", "step", "Kingma & Ba 2015, arXiv:1412.6980", {"optimizer": "adam", "learning_rate": 0.01}),
        Cure("rate", "step", "Bengio 2012, arXiv:1206.5533", {"learning_rate": 5.0}),
        Cure("layer_rate", "step", "Singh et al. 2015, arXiv:1510.04609", {"layer_rate": 5.0}),
        Cure("clip", "step", "Pascanu et al. 2013, arXiv:1211.5063", {"clip_norm": 1.0}),
        Cure("float16", "numbers", MICIKEVICIUS, {"number_format": "float16"}),
        Cure("loss_scale", "numbers", MICIKEVICIUS, {"number_format": "float16", "loss_scale": 2.0**10}, "float16"),
    )
}


def treated(sick: Run, name: str) -> Run:
    """The run of a sick network with one cure; ValueError for one that there is not."""
    if name not in CURES:
        raise ValueError(f"there is no cure {name!r:.60}")
    changes = CURES[name].changes
    fresh: dict[str, Any] = {owned: {} for field, owned in NOT_ALONE.items() if field in changes}
    return replace(sick, **(fresh | dict(changes)))
