"""The weights of a layer are those of its own random stream, in whatever block they are drawn."""

import numpy as np
import pytest

from core.maths.initializers import INITIALIZERS
from core.maths.weights import square_weights


@pytest.mark.parametrize(("width", "layers"), [(3, (0, 31, 32)), (64, (31, 32, 99)), (200, (1, 2, 3)), (400, (0, 7))])
def test_each_layer_has_a_stream_of_its_own(width: int, layers: tuple[int, ...]) -> None:
    weights = square_weights("normal", (("std", 0.3),), width, 5)
    for layer in layers:
        own = np.random.default_rng([5, 3, layer])
        expected = INITIALIZERS["normal"].weights(own, width, width, std=0.3)
        np.testing.assert_array_equal(weights(layer), expected)
