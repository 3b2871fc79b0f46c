"""What registry entries are called on the screen and in links, and which entry a label means."""

from core.maths.activations import ACTIVATIONS
from core.maths.initializers import INITIALIZERS
from core.maths.normalization import NORMALIZATIONS
from core.words import prose

ACTIVATION_LABELS = {entry.label: name for name, entry in ACTIVATIONS.items()}
INITIALIZER_LABELS = {entry.label: name for name, entry in INITIALIZERS.items()}
NORMALIZATION_LABELS = {None: prose.common("without")} | {name: entry.label for name, entry in NORMALIZATIONS.items()}
