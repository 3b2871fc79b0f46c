"""What registry entries are called on the screen and in links, and which entry a label means."""

import re

from core.maths.activations import ACTIVATIONS
from core.maths.initializers import INITIALIZERS
from core.maths.normalization import NORMALIZATIONS
from core.words import prose

ACTIVATION_LABELS = {entry.label: name for name, entry in ACTIVATIONS.items()}
INITIALIZER_LABELS = {entry.label: name for name, entry in INITIALIZERS.items()}
NORMALIZATION_LABELS = {None: prose.common("without")} | {name: entry.label for name, entry in NORMALIZATIONS.items()}
SHORT = {label: re.sub(r" \(\w+\)", "", label) for label in INITIALIZER_LABELS}  # without first names
RENAMED = {short: label for label, short in SHORT.items() if short != label}  # what links of before say


def short(label: str) -> str:
    """A label where there is little room: in charts, among others, "He" cannot be taken for a pronoun."""
    return SHORT.get(label, label)
