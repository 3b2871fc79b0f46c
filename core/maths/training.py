"""Learning from real data by gradient descent, one snapshot at a time.

A run is its settings and nothing else: from the same settings comes the same result, to the bit. What a run has
learnt so far is a `State`; `advanced` takes it further and leaves the old one as it is, so that a run can be
paused, taken up again and gone back in.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from core.maths.activations import ACTIVATIONS
from core.maths.chain import FORMATS
from core.maths.datasets import DATASETS, Split, split
from core.maths.datasets import known as known_data
from core.maths.facts import SMALL_SHARE, facts
from core.maths.fields import Field, validate
from core.maths.initializers import INITIALIZERS
from core.maths.network import SEED
from core.maths.normalization import NORMALIZATIONS, PLACEMENTS, check_batch, known
from core.maths.numbers import Number
from core.maths.optimizers import OPTIMIZERS, bounded
from core.maths.perceptron import Forward, Learnt, Perceptron, Statistics, accuracy, forward, logits, propagate, softmax
from core.maths.tails import underflowed
from core.maths.twins import apart
from core.maths.updates import Places, Sizes, norms, places, ratios, sizes

Array = NDArray[np.float64]

DEPTH = Number("depth", "L", 3, 1, 100, 1)
WIDTH = Number("width", "n", 32, 1, 512, 1)
LEARNING_RATE = Number("learning_rate", "η", 0.1, 0.0, 1000.0, 0.001)
BATCH = Number("batch", "B", 64, 1, 2000, 1)
STEPS = Number("steps", "t", 1000, 0, 100_000, 1)
CLIP_NORM = Number("clip_norm", "c", 0.0, 0.0, 1000.0, 0.001)
CLIP_VALUE = Number("clip_value", "c", 0.0, 0.0, 1000.0, 0.001)
WEIGHT_DECAY = Number("weight_decay", "λ", 0.0, 0.0, 1.0, 0.0001)
LAYER_RATE = Number("layer_rate", "r", 1.0, 0.01, 100.0, 0.01)
LOSS_SCALE = Number("loss_scale", "S", 1.0, 1.0, 2.0**24, 1.0)
NUMBER_FORMATS = {entry.name: entry for entry in FORMATS if entry.name in ("float16", "float64")}

LARGEST = 5600  # depth x width: 64 MiB for all pre-activations of the digits
BUDGET = 60e9  # of `Run.work`, for all that one reader asks for at once: some ten seconds of a laptop

FIELDS = (  # of a Run, in the order in which a reader is asked
    Field("dataset", "data", DATASETS, understood=known_data),
    Field("activation", "activation", ACTIVATIONS, parameters="parameters"),
    Field("depth", "depth", DEPTH),
    Field("initializer", "initializer", INITIALIZERS, parameters="initializer_parameters"),
    Field("optimizer", "optimizer", OPTIMIZERS),
    Field("learning_rate", "rate", LEARNING_RATE),
    Field("normalization", "normalization", NORMALIZATIONS, understood=known, rare=True),
    Field("placement", "placement", PLACEMENTS, needs="normalization", rare=True),
    Field("steps", "steps", STEPS),
    Field("residual", "residual", bool, rare=True),
    Field("clip_norm", "clip", CLIP_NORM, rare=True),
    Field("clip_value", "", CLIP_VALUE),
    Field("weight_decay", "decay", WEIGHT_DECAY, rare=True),
    Field("layer_rate", "layers", LAYER_RATE, rare=True),
    Field("number_format", "", NUMBER_FORMATS),
    Field("loss_scale", "", LOSS_SCALE),
    Field("width", "width", WIDTH, rare=True),
    Field("batch", "batch", BATCH, rare=True),
    Field("seed", "seed", SEED, rare=True),
)


@dataclass(frozen=True)
class Run:
    """The settings of a training run, validated on creation: ValueError names the setting and what is allowed.

    `depth` counts hidden layers, of `width` units each; an output layer follows. A batch larger than the data is all of
    the data. "two_spirals", "LayerNorm" and the like are understood.

    `clip_norm` is the largest norm of the whole gradient, all layers together, and `clip_value` the largest size of
    each of its entries, which comes first; 0 is without. `weight_decay`: weights, not biases, lose so much of
    themselves in each update, times the learning rate. `layer_rate`: each layer learns this factor faster than the
    next, eta_l = eta layer_rate^(L + 1 - l), the output layer L + 1 with eta itself. `placement` of a normalization is
    that of `Perceptron`. `number_format` "float16": dLoss/dz of each layer is rounded to it on the way back, multiplied
    by `loss_scale`, which is divided out of the gradient of the weights. A step whose gradient is then not finite is
    skipped, as PyTorch's GradScaler does, here with a scale that stays: a run that skips every step ends as it began.
    """

    dataset: str = "digits"
    activation: str = "relu"
    parameters: Mapping[str, float] = field(default_factory=dict, hash=False)
    depth: int = int(DEPTH.default)
    width: int = int(WIDTH.default)
    initializer: str = "he_normal"
    initializer_parameters: Mapping[str, float] = field(default_factory=dict, hash=False)
    optimizer: str = "sgd"
    learning_rate: float = 0.1
    batch: int = int(BATCH.default)
    steps: int = int(STEPS.default)
    residual: bool = False
    normalization: str | None = None
    seed: int = 0
    clip_norm: float = 0.0
    clip_value: float = 0.0
    weight_decay: float = 0.0
    layer_rate: float = 1.0
    placement: str = "inside"
    number_format: str = "float64"
    loss_scale: float = 1.0

    def __post_init__(self) -> None:
        validate(self, FIELDS)
        check_batch(self.normalization, self.batch)
        if self.depth * self.width > LARGEST:
            raise ValueError(f"depth x width must be at most {LARGEST:,}, not {self.depth * self.width:,}")

    @property
    def work(self) -> float:
        """About how long it takes, in units of a multiplication and addition within a product of matrices.

        A step is three products per layer, some thirty operations per value, and the calls themselves.
        """
        weights = self.width * (DATASETS[self.dataset].features + (self.depth - 1) * self.width)
        per_step = self.batch * (3.0 * weights + 30.0 * self.depth * self.width) + 1e5 * (self.depth + 1)
        return self.steps * per_step


@dataclass(frozen=True)
class State:
    """What a run has learnt after `step` updates; `flat` is everything that is learnt, as `Perceptron.views` takes it.

    `places` are those that are looked at. `update`: the last one, and `update_ratio`: |W_new - W| / |W| per layer, the
    output layer last; 0 before any. `diverged`: the next update would not have been finite and was not made. `skipped`:
    how many were left out, since float16 could not hold their gradient; the optimizer knows nothing of them.
    """

    step: int
    flat: Array
    moments: tuple[Array, ...]
    update_ratio: Array
    places: Places
    update: Sizes
    diverged: bool = False
    skipped: int = 0


@dataclass(frozen=True)
class Snapshot:
    """A run after `step` updates. Arrays have shape (depth + 1,): the hidden layers, then the output layer.

    Loss, gradient, dead and saturated shares are those of the whole learning part of the data: a unit is dead
    whose derivative is exactly zero for all samples, a (unit, sample) pair is saturated with |f'| below 1 % of its
    maximum; the output layer, without an activation, is neither. `log10_gradient` is that of the Frobenius norm of
    dLoss/dW (-inf for an exact zero), `distance` the norm of what W has moved since step 0, `weight` the norm of W.
    `apart`: how far from being twins units are. `gradient` and `update`: what a few units and weights have of the
    gradient and of the last update. `parameter` is PReLU's a, nan for all others.

    `status` is "running", "finished" or "diverged". A diverged run stops with `step` counting the update that could not
    be made, all else as before it; `skipped` is that of the state. No number is nan but those of `parameter`: inf
    stands for what float64 cannot hold, and a sample whose logits it cannot hold is counted as wrong.
    """

    step: int
    loss: float
    train_accuracy: float
    test_accuracy: float
    log10_gradient: Array
    gradient: Sizes
    update: Sizes
    update_ratio: Array
    distance: Array
    weight: Array
    apart: Array
    dead: Array
    saturated: Array
    parameter: Array
    status: str
    skipped: int

    @property
    def diverged(self) -> bool:
        return self.status == "diverged"


def data(run: Run) -> Split:
    """What the run learns from."""
    return split(run.dataset, run.seed)


def perceptron(run: Run) -> Perceptron:
    """The network that learns."""
    entry = DATASETS[run.dataset]
    sizes = (entry.features, *[run.width] * run.depth, entry.classes)
    return Perceptron(
        sizes, run.activation, run.parameters, run.residual, run.normalization, run.placement,
        run.number_format, run.loss_scale,
    )  # fmt: skip


def start(run: Run) -> State:
    """Before the first step."""
    flat = _initial(run)
    moments = tuple(np.zeros_like(flat) for _ in range(OPTIMIZERS[run.optimizer].moments))
    where = places(perceptron(run).sizes, data(run).x)
    return State(0, flat, moments, np.zeros(run.depth + 1), where, sizes(np.zeros_like(flat), where))


def _initial(run: Run) -> Array:
    """The initial weights."""
    rng = np.random.default_rng([run.seed, 6])
    return perceptron(run).initial(rng, run.initializer, run.initializer_parameters)


def advanced(run: Run, state: State, steps: int) -> State:
    """The state after so many more updates; fewer if the run diverges, none if it has.

    Every epoch takes the samples in a new order of its own; the few that do not fill a batch wait for the next one.
    """
    if state.diverged:
        return state
    net, x, classes = perceptron(run), data(run).x, data(run).y
    batch = min(run.batch, len(classes))
    per_epoch = len(classes) // batch
    optimizer, rate, skipped = OPTIMIZERS[run.optimizer], _rates(run, net), state.skipped
    decay = net.spread(run.weight_decay, 0.0) if run.weight_decay else None
    flat, moments, ratio, made = state.flat.copy(), state.moments, state.update_ratio, state.update
    learnt, slope = net.views(flat), np.empty_like(flat)
    gradient = net.views(slope)
    order, ordered = np.empty(0, dtype=np.int64), -1
    with np.errstate(over="ignore", invalid="ignore"):
        for step in range(state.step, state.step + steps):
            epoch, turn = divmod(step, per_epoch)
            if epoch != ordered:
                order, ordered = np.random.default_rng([run.seed, 7, epoch]).permutation(len(classes)), epoch
            chosen = order[turn * batch : (turn + 1) * batch]
            propagate(net, learnt, x[chosen], classes[chosen], gradient)
            if run.number_format == "float16" and not np.isfinite(slope).all():
                skipped, update, remembered = skipped + 1, np.zeros_like(flat), moments
            else:
                steepest = bounded(slope, run.clip_norm, run.clip_value)
                direction, remembered = optimizer.step(steepest, moments, step + 1 - skipped)
                update = rate * (direction if decay is None else direction + decay * flat)
            if not all(math.isfinite(total) for total in (update @ update, *(m.sum() for m in remembered))):
                # Before it can spoil the weights. The ratio of the update before it was not kept: made again.
                return replace(advanced(run, state, step - state.step), diverged=True)
            moments = remembered
            if step + 1 == state.step + steps:
                ratio = ratios(norms(net.views(update).weights), norms(learnt.weights))
                made = sizes(update, state.places)
            flat -= update
    return State(state.step + steps, flat, moments, ratio, state.places, made, skipped=skipped)


def _rates(run: Run, net: Perceptron) -> Array | float:
    """The learning rate of all that is learnt, or of each number in it."""
    if run.layer_rate == 1.0:
        return run.learning_rate
    rates = run.learning_rate * run.layer_rate ** np.arange(run.depth, -1.0, -1.0)
    return net.spread(rates, rates)


def look(run: Run, state: State) -> Snapshot:
    """The snapshot of a state, on all of the data."""
    net, found = perceptron(run), data(run)
    learnt, slope = net.views(state.flat), np.empty_like(state.flat)
    with np.errstate(over="ignore", invalid="ignore"):
        loss, passed = propagate(net, learnt, found.x, found.y, net.views(slope))
        tested = logits(net, learnt, found.x_test, _statistics(run, passed))
        moved = net.views(state.flat - _initial(run))
    gradients = norms(net.views(slope).weights)
    dead, saturated = np.zeros(run.depth + 1), np.zeros(run.depth + 1)
    for l, derivative in enumerate(passed.derivative):
        size = np.abs(derivative)
        zero = derivative == 0.0
        if zero.any():
            zero &= ~underflowed(run.activation, net.layer_parameters(learnt, l), passed.z[l], derivative)
        dead[l] = np.mean(zero.all(axis=0))
        saturated[l] = np.mean(size < _threshold(net, learnt, l))
    parameter = np.full(run.depth + 1, np.nan)
    parameter[: len(learnt.slopes)] = learnt.slopes
    with np.errstate(divide="ignore"):
        log10_gradient = np.log10(gradients)
    status = "diverged" if state.diverged else "finished" if state.step >= run.steps else "running"
    return Snapshot(
        step=state.step + state.diverged,
        loss=loss if math.isfinite(loss) else math.inf,
        train_accuracy=accuracy(passed.logits, found.y), test_accuracy=accuracy(tested, found.y_test),
        log10_gradient=log10_gradient, gradient=sizes(slope, state.places),
        update=state.update, update_ratio=state.update_ratio,
        distance=norms(moved.weights), weight=norms(learnt.weights), apart=apart(learnt.weights, learnt.biases),
        dead=dead, saturated=saturated, parameter=parameter, status=status,
        skipped=state.skipped,
    )  # fmt: skip


def _threshold(net: Perceptron, learnt: Learnt, layer: int) -> float:
    """Where |f'| is small in a layer; a learnt slope is beyond the bounds of `facts`, that of a straight piece too."""
    if net.entry.by_parameter:
        return SMALL_SHARE * max(1.0, abs(float(learnt.slopes[layer])))
    return facts(net.activation, **net.parameters).threshold()


def _statistics(run: Run, passed: Forward) -> Sequence[Statistics]:
    """What held-out samples are normalized with: BatchNorm's numbers of the learning ones."""
    return passed.statistics if run.normalization == "batch" else ()


def snapshots(run: Run) -> tuple[int, ...]:
    """The steps at which `train` looks by default: evenly spaced, at most twenty after the first, one per epoch."""
    samples = len(data(run).y)
    count = min(20, max(1, run.steps * min(run.batch, samples) // samples))
    return tuple(sorted({round(run.steps * k / count) for k in range(count + 1)}))


def states(run: Run, at: Sequence[int]) -> Iterator[State]:
    """The states at the steps `at` and of the first and the last; a run that diverges ends with that."""
    state = start(run)
    for step in sorted({0, run.steps} | {s for s in at if 0 < s < run.steps}):
        state = advanced(run, state, step - state.step)
        yield state
        if state.diverged:
            return


def train(run: Run, at: Sequence[int] | None = None) -> Iterator[Snapshot]:
    """The snapshots of `states`; the last one says finished, or diverged."""
    return (look(run, state) for state in states(run, snapshots(run) if at is None else at))


def probabilities(run: Run, state: State, points: Array) -> Array:
    """Of each class, (n, classes), at points (n, features) in standardised features; nan beyond float64."""
    net = perceptron(run)
    learnt = net.views(state.flat)
    with np.errstate(over="ignore", invalid="ignore"):
        batch = run.normalization == "batch"
        found = logits(net, learnt, points, _statistics(run, forward(net, learnt, data(run).x)) if batch else ())
        return softmax(found)
