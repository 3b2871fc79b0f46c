"""What layers of a trained network look for: what the first one has learnt, what the last hidden one tells apart."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from core.maths.perceptron import forward
from core.maths.training import Run, Snapshot, advanced, data, look, perceptron, start

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Features:
    """A trained network, unit by unit; units are counted from 0.

    `change`: W - W_0 of layer 1, (units, features). `answers`: the mean output of each unit of the last hidden layer
    for the held-out samples of each class, (units, classes), divided by the unit's own largest: 1 is its strongest
    answer; 0 throughout where it is silent. `first`: the initial weights of layer 1.
    """

    last: Snapshot
    first: Array
    change: Array
    answers: Array

    @property
    def moved(self) -> float:
        """How far the weights of layer 1 have moved, beside their size at the start."""
        return float(np.linalg.norm(self.change) / np.linalg.norm(self.first))

    def changed_most(self, count: int) -> NDArray[np.int64]:
        """The units of layer 1 whose weights have changed most, by the norm of the change; the most first."""
        return np.argsort(-np.linalg.norm(self.change, axis=1), kind="stable")[:count]

    def tellers(self) -> NDArray[np.int64]:
        """One unit of the last hidden layer for each class, no unit twice, as many classes as there are units.

        Chosen so that together they answer as strongly as possible to their class, compared with all others.
        """
        classes = self.answers.shape[1]
        others = (self.answers.sum(axis=1, keepdims=True) - self.answers) / (classes - 1)
        units, chosen = linear_sum_assignment(others - self.answers)
        return np.asarray(units[np.argsort(chosen)], dtype=np.int64)

    def elsewhere(self) -> float:
        """How strongly the tellers answer to all other classes, on average; their strongest answer is 1."""
        shown = self.answers[self.tellers()]
        return float((shown.sum() - np.trace(shown)) / (shown.size - len(shown)))


def features(run: Run) -> Features:
    """Train a network to the end, and look at its first and last hidden layers."""
    net, found, state = perceptron(run), data(run), advanced(run, start(run), run.steps)
    learnt, before = net.views(state.flat), net.views(start(run).flat).weights[0]
    output = forward(net, learnt, found.x_test).h[-1]
    means = np.array([output[found.y_test == kind].mean(axis=0) for kind in range(net.sizes[-1])]).T
    largest = np.abs(means).max(axis=1, keepdims=True)
    answers = np.divide(means, largest, out=np.zeros_like(means), where=largest > 0)
    return Features(look(run, state), before, learnt.weights[0] - before, answers)


def neighbours(pictures: Array) -> float:
    """The correlation between neighbouring pixels of square pictures (n, side^2): near 0 for noise."""
    side = round(pictures.shape[1] ** 0.5)
    square = pictures.reshape(-1, side, side)
    one = np.concatenate([square[:, :, 1:].ravel(), square[:, 1:].ravel()])
    other = np.concatenate([square[:, :, :-1].ravel(), square[:, :-1].ravel()])
    return float(np.corrcoef(one, other)[0, 1])
