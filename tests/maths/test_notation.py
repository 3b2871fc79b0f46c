import re
from urllib.parse import parse_qs, quote_plus

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.maths.activations import ACTIVATIONS
from core.maths.ensemble import Ensemble
from core.maths.initializers import INITIALIZERS
from core.maths.network import Network
from core.maths.normalization import NORMALIZATIONS
from core.maths.notation import LONGEST, read, written

LARGEST_SEED = 2**31 - 1
LARGEST = 2**24  # depth x width x batch


def parameters_of(entry):
    return st.fixed_dictionaries({}, optional={n.name: st.floats(n.low, n.high) for n in entry.parameters})


@st.composite
def ensembles(draw):
    """Everything that a network may be."""
    activation, initializer = draw(st.sampled_from([*ACTIVATIONS])), draw(st.sampled_from([*INITIALIZERS]))
    normalization = draw(st.sampled_from([None, *NORMALIZATIONS]))
    depth, width = draw(st.integers(1, 1000)), draw(st.integers(2, 512))
    seeds = draw(st.integers(1, 20))
    network = Network(
        activation,
        draw(parameters_of(ACTIVATIONS[activation])),
        depth=depth,
        width=width,
        initializer=initializer,
        initializer_parameters=draw(parameters_of(INITIALIZERS[initializer])),
        weight_gain=draw(st.floats(0.0, 10.0)),
        bias_std=draw(st.floats(0.0, 10.0)),
        bias_mean=draw(st.floats(-10.0, 10.0)),
        residual=draw(st.booleans()),
        branch_scale=draw(st.floats(0.0, 2.0)),
        normalization=normalization,
        batch=draw(st.integers(2 if normalization == "batch" else 1, min(512, LARGEST // (depth * width)))),
        seed=draw(st.integers(0, LARGEST_SEED - seeds + 1)),
    )
    return Ensemble(network, seeds)


def complaint(text):
    """What is said of a text that names no network: one readable sentence, whatever the text."""
    with pytest.raises(ValueError, match=r"\w+ \w+") as refused:
        read(text)
    sentence = str(refused.value)
    assert type(refused.value) is ValueError
    assert sentence.isprintable()
    assert len(sentence) < 300
    return sentence


# There and back


@given(ensembles())
def test_what_is_written_is_read_as_the_same_ensemble(ensemble):
    again = read(written(ensemble))
    assert again == ensemble
    assert [(type(value), value) for value in vars(again.network).values()] == [
        (type(value), value) for value in vars(ensemble.network).values()
    ]
    assert type(again.seeds) is int


@pytest.mark.parametrize("end", ["low", "high", "default"])
def test_every_bound_of_every_parameter_can_be_written(end):
    functions = [
        Network(name, {n.name: getattr(n, end) for n in entry.parameters}) for name, entry in ACTIVATIONS.items()
    ]
    drawn = [
        Network("tanh", initializer=name, initializer_parameters={n.name: getattr(n, end) for n in entry.parameters})
        for name, entry in INITIALIZERS.items()
    ]
    for network in (*functions, *drawn):
        for seeds in (1, 5, 20):
            assert read(written(Ensemble(network, seeds))) == Ensemble(network, seeds)


@given(ensembles())
def test_no_sign_needs_an_escape_in_an_address(ensemble):
    text = written(ensemble)
    assert quote_plus(text) == text
    assert parse_qs(f"a={text}&b=1") == {"a": [text], "b": ["1"]}
    assert re.fullmatch(r"[a-z_]+(~[a-z_]+\.[a-z0-9_.-]+)*", text)


@given(ensembles())
def test_what_is_written_is_never_too_long_to_be_read(ensemble):
    assert len(written(ensemble)) <= LONGEST


def test_the_longest_of_all_texts_is_read_as_well():
    """Every setting is there, each with as many digits as a number can have."""
    tiny = 2.2250738585072014e-308
    network = Network(
        "leaky_relu",
        {"alpha": tiny},
        depth=1000,
        width=123,
        initializer="truncated_normal",
        initializer_parameters={"std": 0.0012345678901234567},
        weight_gain=tiny,
        bias_std=tiny,
        bias_mean=-tiny,
        residual=True,
        branch_scale=tiny,
        normalization="layer",
        batch=123,
        seed=LARGEST_SEED - 9,
    )
    ensemble = Ensemble(network, 10)
    assert 250 < len(written(ensemble)) <= LONGEST
    assert read(written(ensemble)) == ensemble


def test_the_text_of_a_network_has_always_been_this_one():
    """Links, titles of scripts and names of files hold it."""
    text = (
        "swish~beta.2.5~std.0.05~depth.30~width.512~initializer.normal~weight_gain.1.5~bias_std.0.2~residual.yes"
        "~normalization.layer~batch.8~seed.3~bias_mean.-0.25~branch_scale.0.5~seeds.2"
    )
    assert written(read(text)) == text


@given(ensembles(), st.randoms())
def test_the_order_of_the_settings_is_of_no_account(ensemble, random):
    activation, *settings = written(ensemble).split("~")
    random.shuffle(settings)
    assert read("~".join([activation, *settings])) == ensemble


# Old links keep their meaning

LINKS = [
    ("tanh", Ensemble(Network("tanh"), 5)),
    ("gelu~depth.50~initializer.he_normal~seeds.3", Ensemble(Network("gelu", depth=50, initializer="he_normal"), 3)),
    ("leaky_relu~alpha.0.2", Ensemble(Network("leaky_relu", {"alpha": 0.2}), 5)),
    ("prelu~a.-0.5~width.8~batch.1", Ensemble(Network("prelu", {"a": -0.5}, width=8, batch=1), 5)),
    ("swish~beta.10.0~weight_gain.0.01", Ensemble(Network("swish", {"beta": 10.0}, weight_gain=0.01), 5)),
    (
        "sigmoid~std.1.0~depth.200~initializer.normal",
        Ensemble(Network("sigmoid", depth=200, initializer="normal", initializer_parameters={"std": 1.0}), 5),
    ),
    (
        "relu~residual.yes~normalization.layer~branch_scale.0.5~seeds.1",
        Ensemble(Network("relu", residual=True, normalization="layer", branch_scale=0.5), 1),
    ),
    (
        "elu~alpha.3.0~std.0.02~initializer.normal~normalization.batch~seed.7~seeds.20",
        Ensemble(
            Network(
                "elu",
                {"alpha": 3.0},
                initializer="normal",
                initializer_parameters={"std": 0.02},
                normalization="batch",
                seed=7,
            ),
            20,
        ),
    ),
    ("tanh~bias_std.1e-05~bias_mean.-2.5", Ensemble(Network("tanh", bias_std=1e-5, bias_mean=-2.5), 5)),
    ("selu~seed.2147483643", Ensemble(Network("selu", seed=2147483643), 5)),
    (
        "mish~depth.1~width.2~initializer.orthogonal~weight_gain.10.0",
        Ensemble(Network("mish", depth=1, width=2, initializer="orthogonal", weight_gain=10.0), 5),
    ),
]


@pytest.mark.parametrize(("text", "ensemble"), LINKS, ids=[text for text, _ in LINKS])
def test_old_links_mean_what_they_meant_and_new_ones_look_like_them(text, ensemble):
    assert read(text) == ensemble
    assert written(ensemble) == text


@pytest.mark.parametrize(
    ("text", "ensemble"),
    [
        ("tanh~depth.20~width.64~residual.no~seeds.5", Ensemble(Network("tanh"), 5)),
        ("elu~alpha.1", Ensemble(Network("elu"), 5)),
        ("tanh~depth.50.0", Ensemble(Network("tanh", depth=50), 5)),
        ("tanh~bias_std.1e-3", Ensemble(Network("tanh", bias_std=0.001), 5)),
        ("tanh~bias_mean.-.5", Ensemble(Network("tanh", bias_mean=-0.5), 5)),
        ("tanh~normalization.LayerNorm", Ensemble(Network("tanh", normalization="layer"), 5)),
    ],
)
def test_what_is_as_clear_is_read_as_well(text, ensemble):
    assert read(text) == ensemble


# Refusals

TOO_MANY = "~".join(["tanh", *(f"depth.{n}" for n in range(80))])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no network is named"),
        (None, "no network is named"),
        (3, "no network is named"),
        (b"tanh", "no network is named"),
        (["tanh"], "no network is named"),
        ("t" * 10**6, "at most 600 characters long, not 1,000,000"),
        ("tanh~depth." + "9" * 10**6, "at most 600 characters"),
        ("tanh" + "~" * 10**6, "at most 600 characters"),
        (TOO_MANY, "at most 600 characters"),
        ("x" * LONGEST, "unknown activation"),
        ("tanhh", "unknown activation 'tanhh'; known: identity, sigmoid, tanh"),
        ("Tanh", "unknown activation"),
        (" tanh", "unknown activation"),
        ("tanh\n", "unknown activation"),
        ("tanh\x00", "unknown activation"),
        ("\x1b[31mtanh", "unknown activation"),
        ("\u202etanh", "unknown activation"),
        ("\ud800", "unknown activation"),
        ("~", "unknown activation ''"),
        ("*", "unknown activation '*'"),
        ("tanh*depth.50", "unknown activation 'tanh*depth.50'"),
        ("~tanh", "unknown activation ''"),
        ("depth.50", "unknown activation 'depth.50'"),
        ("depth.50~tanh", "unknown activation 'depth.50'"),
        ("tanh~", "not one setting with a value"),
        ("tanh~~depth.50", "not one setting with a value"),
        ("tanh~depth.50~", "not one setting with a value"),
        ("tanh~depth", "'depth' is not one setting with a value"),
        ("tanh~depth.", "'depth.' is not one setting with a value"),
        ("tanh~.", "not one setting with a value"),
        ("tanh~depth.50~depth.50", "'depth.50' is not one setting with a value"),
        ("tanh~depth.50~depth.51", "'depth.51' is not one setting with a value"),
        ("tanh~seeds.2~seeds.3", "not one setting with a value"),
        ("tanh~depth.many", "'depth' must be a number, not 'many'"),
        ("tanh~depth.5.0.0", "'depth' must be a number"),
        ("tanh~depth..", "'depth' must be a number"),
        ("tanh~depth.0x10", "'depth' must be a number"),
        ("tanh~depth.50\x00", "must be a number"),
        ("tanh~depth.5,0", "must be a number"),
        ("tanh~depth.0", "depth must lie between 1 and 1000, not 0"),
        ("tanh~depth.1001", "depth must lie between 1 and 1000"),
        ("tanh~depth.-5", "depth must lie between 1 and 1000"),
        ("tanh~depth.2.5", "depth must be a whole number, not 2.5"),
        ("tanh~depth.nan", "must"),
        ("tanh~depth.inf", "must"),
        ("tanh~depth.-inf", "must"),
        ("tanh~depth.infinity", "must"),
        ("tanh~depth.1e999", "must"),
        ("tanh~weight_gain.nan", "must"),
        ("tanh~bias_mean.-1e999", "must"),
        ("tanh~depth." + "9" * 380, "depth must lie between"),
        ("tanh~seed.2147483648", "seed must lie between"),
        ("tanh~seed.2147483647", "seed must lie between"),  # that of the last of five
        ("tanh~seed.-1", "seed must lie between"),
        ("tanh~seeds.0", "seeds must lie between 1 and 20"),
        ("tanh~seeds.21", "seeds must lie between 1 and 20"),
        ("tanh~seeds.2.5", "seeds must be a whole number"),
        ("tanh~seeds.nan", "must"),
        ("tanh~alpha.0.1", "no parameter 'alpha'"),
        ("elu~a.0.1", "no parameter 'a'"),
        ("elu~alpha.3.5", "alpha must lie between"),
        ("elu~alpha.nan", "must"),
        ("tanh~std.0.1", "glorot_normal has no parameter 'std'"),
        ("tanh~initializer.normal~std.0", "std must lie between"),
        ("tanh~initializer.normal~alpha.1", "normal has no parameter 'alpha'"),
        ("tanh~initializer.best", "unknown initializer 'best'"),
        ("tanh~initializer.5", "unknown initializer '5'"),
        ("tanh~normalization.None", "unknown normalization 'None'"),
        ("tanh~normalization.\x07", "unknown normalization"),
        ("tanh~normalization.batch~batch.1", "batch normalization needs a batch of at least 2"),
        ("tanh~residual.True", "residual must be yes or no, not 'True'"),
        ("tanh~residual.1", "residual must be yes or no"),
        ("tanh~residual.yes.", "residual must be yes or no"),
        ("tanh~depth.1000~width.512~batch.512", "depth x width x batch must be at most 16,777,216"),
        ("tanh~activation.1", "no parameter 'activation'"),
        ("tanh~activation.relu", "'activation' must be a number"),
        ("tanh~parameters.1", "no parameter 'parameters'"),
        ("tanh~initializer_parameters.1", "no parameter 'initializer_parameters'"),
        ("tanh~self.1", "no parameter 'self'"),
        ("tanh~__class__.1", "no parameter '__class__'"),
        ("tanh~Depth.50", "no parameter 'Depth'"),
        ("tanh~ depth.50", "no parameter ' depth'"),
        ("tanh~" + "d" * 300 + ".5", "no parameter 'dddd"),
        ("tanh~initializer." + "\x00" * 300, "unknown initializer"),
    ],
    ids=lambda value: f"{value!r:.50}",
)
def test_a_text_that_names_no_network_is_refused_with_the_reason(text, words):
    assert words in complaint(text)


@pytest.mark.parametrize(
    "number",
    ["1_0", "1_000", "\u0661\u0662", "\uff15\uff10", "\u0967", " 50", "50 ", "50\n", "\t50", "\u200950", "5\u00a0"],
    ids=ascii,
)
@pytest.mark.parametrize("setting", ["depth", "seeds", "bias_std"])
def test_what_only_python_takes_for_a_number_is_refused(setting, number):
    """float() takes underscores, the digits of every script and blanks around them; a link has none of these."""
    assert f"'{setting}' must be a number" in complaint(f"tanh~{setting}.{number}")


NUMBERS = ["depth", "width", "batch", "seed", "seeds", "weight_gain", "bias_std", "bias_mean", "branch_scale"]
OTHERS = ["alpha", "a", "beta", "std", "initializer", "normalization", "residual", "activation", "parameters", "x", ""]
NAMES = st.sampled_from([*NUMBERS, *OTHERS])
HARD = ["yes", "no", "layer", "batch", "normal", "nan", "-inf", "1e999", "0", "1", "2", "0.5", "-0.0", "0x1", "1_0", ""]
VALUES = st.one_of(st.sampled_from(HARD), st.floats().map(str), st.integers().map(str), st.text(max_size=5))
SETTINGS = st.tuples(NAMES, st.sampled_from([".", "", "..", ":", "="]), VALUES).map("".join)
NEARLY = st.tuples(st.sampled_from([*ACTIVATIONS, "", "sine"]), st.lists(SETTINGS, max_size=5)).map(
    lambda parts: "~".join([parts[0], *parts[1]])
)
DAMAGED = st.tuples(ensembles().map(written), st.integers(0, LONGEST), st.integers(0, 3), st.text(max_size=3)).map(
    lambda parts: parts[0][: parts[1]] + parts[3] + parts[0][parts[1] + parts[2] :]
)
ANYTHING = st.one_of(
    st.text(),
    NEARLY,
    DAMAGED,
    st.text(alphabet="~._-0123456789eE+infatyd \x00\u0661"),
    st.none(),
    st.floats(),
    st.binary(),
    st.lists(st.text()),
)


@given(ANYTHING)
@example("tanh~depth.1e5\udfff")
def test_any_text_at_all_is_an_ensemble_or_refused_in_one_sentence(text):
    try:
        ensemble = read(text)
    except ValueError:
        complaint(text)
    else:
        assert read(written(ensemble)) == ensemble
        assert len(text) <= LONGEST


@given(ensembles(), NAMES, st.sampled_from(["nan", "inf", "-inf", "1e999", "-1e999", "", "x", "1.2.3"]))
def test_no_setting_takes_what_is_no_finite_number(ensemble, name, value):
    complaint(f"{ensemble.network.activation}~{name}.{value}")
