"""What registry entries are called on the screen and in links, and which entry a label means."""

import re

from core.maths.activations import ACTIVATIONS
from core.maths.initializers import INITIALIZERS
from core.maths.normalization import NORMALIZATIONS
from core.words import prose

ACTIVATION_LABELS = {entry.label: name for name, entry in ACTIVATIONS.items()}
INITIALIZER_LABELS = {entry.label: name for name, entry in INITIALIZERS.items()}
NORMALIZATION_LABELS = {None: prose.common("without")} | {name: entry.label for name, entry in NORMALIZATIONS.items()}
# What links of before call those that bear a first name by now.
RENAMED = {re.sub(r" \(\w+\)", "", label): label for label in INITIALIZER_LABELS if "(" in label}
