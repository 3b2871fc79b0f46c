"""What registry entries and settings are called on the screen and in links, and which entry a label means."""

import re
from collections.abc import Mapping

from core.maths.activations import ACTIVATIONS
from core.maths.initializers import INITIALIZERS
from core.maths.normalization import NORMALIZATIONS
from core.words import numerals, prose

OWN = "own"  # the key of a reader's own function, and of its label
ACTIVATION_LABELS = {entry.label: name for name, entry in ACTIVATIONS.items()}
INITIALIZER_LABELS = {entry.label: name for name, entry in INITIALIZERS.items()}
NORMALIZATION_LABELS = {None: prose.common("without")} | {name: entry.label for name, entry in NORMALIZATIONS.items()}
SHORT = {label: re.sub(r" \(\w+\)", "", label) for label in INITIALIZER_LABELS}  # without first names
RENAMED = {short: label for label, short in SHORT.items() if short != label}  # what links of before say


def meant(label: str, given: Mapping[str, object]) -> str:
    """The activation that a label means among the settings of a page, which say what a reader's own function is."""
    return f"={given[OWN]}" if label == prose.common(OWN) else ACTIVATION_LABELS[label]


def short(label: str) -> str:
    """A label where there is little room: in charts, among others, "He" cannot be taken for a pronoun."""
    return SHORT.get(label, label)


def settings(page: str, given: Mapping[str, object]) -> str:
    """What the controls of a page are set to, each by its label: a list."""
    words = prose.read(page)
    return "\n".join(f"- {prose.found(words, 'control', key)}: **{_value(value)}**" for key, value in given.items())


def _value(value: object) -> str:
    if isinstance(value, bool):
        return prose.common("on" if value else "off")
    if isinstance(value, list):
        return " · ".join(value) if any("," in each for each in value) else numerals.listing(value)
    return numerals.plain(value) if isinstance(value, int | float) else str(value)
