"""Data that comes with the packages the project installs; nothing is downloaded."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@lru_cache(maxsize=1)
def digits() -> tuple[Array, NDArray[np.int64]]:
    """scikit-learn's 1,797 handwritten digits: pixels (n, 64) of mean 0 and overall RMS 1, classes (n,).

    (Alpaydin & Kaynak 1998, UCI Optical Recognition of Handwritten Digits, test set.)
    """
    from sklearn.datasets import load_digits  # imported late: it costs a second, and only two pages need it

    pixels, classes = load_digits(return_X_y=True)
    centred = pixels - pixels.mean(axis=0)
    centred /= np.sqrt(np.mean(centred**2))
    classes = classes.astype(np.int64)
    for array in (centred, classes):
        array.flags.writeable = False
    return centred, classes
