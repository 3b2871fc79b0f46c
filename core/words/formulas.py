r"""Formulas of LaTeX, as the registry writes them: with a number in place of a letter, and as plain text.

Plain text is for where no LaTeX is set: tables, figures, and what is read out. It knows what the registry's formulas
use: fractions, powers, cases, and the names of letters and functions.
"""

import re

from core.charts.theme import SUPERSCRIPT
from core.maths.activations import ACTIVATIONS
from core.words import numerals
from core.words.prose import common

LETTERS = {
    r"\alpha": "α", r"\beta": "β", r"\lambda": "λ", r"\sigma": "σ", r"\Phi": "Φ", r"\varphi": "φ",
    r"\tanh": "tanh", r"\ln": "ln", r"\max": "max", r"\ge": "≥", r"\le": "≤", r"\min": "min", r"\sinh": "sinh",
    r"\cosh": "cosh", r"\sin": "sin", r"\cos": "cos", r"\pi": "π", r"\lor": "∨", r"\cdot": "·",
}  # fmt: skip
SYMBOLS = {sign: letter for letter, sign in LETTERS.items()}  # how a letter is written in LaTeX
_RAISED = SUPERSCRIPT | str.maketrans("x+−", "ˣ⁺⁻")
_FRACTION = re.compile(r"\\t?frac(?:(\d)(\d)|\{((?:[^{}]|\{[^{}]*\})*)\}\{((?:[^{}]|\{[^{}]*\})*)\})")
_CASES = re.compile(r"\\begin\{cases\}(.*?)\\end\{cases\}")
_NAMED = re.compile(r"\\(?:operatorname\{(\w+)\}|left|right)")
_ROOT = re.compile(r"\\sqrt\{([^{}]*)\}")
_POWER = re.compile(r"\^(?:\{([^{}]*)\}|(\w))")


def filled(formula: str, symbol: str, value: float) -> str:
    r"""The formula with a number in place of a letter: \alpha x is 0.3 x; a factor of one is left out."""
    letter = SYMBOLS.get(symbol, symbol)
    number = numerals.formula(value)
    found = re.compile(rf"(?<![a-zA-Z\\]){re.escape(letter)}(?![a-zA-Z])(?:(\s+)(?=[a-zA-Z(])|(\\,)(?=[a-zA-Z(\\]))?")

    def put(place: re.Match[str]) -> str:
        after = place[1] or place[2] or ""
        if value == 1 and after:
            return ""
        before = formula[: place.start()].rstrip()
        alone = before.endswith(("=", "(", "{", "&")) and not formula.startswith("^", place.end())
        return f"{number if value >= 0 or alone else f'({number})'}{after}"

    return found.sub(put, formula)


def text(formula: str) -> str:
    """A formula as plain text: σ(x) = 1 / (1 + e⁻ˣ)."""
    line, before = _NAMED.sub(lambda found: found[1] or "", formula.replace("-", "−").replace("'", "′")), ""
    while line != before:  # from the innermost braces outwards
        before = line
        line = _ROOT.sub(lambda found: f"√{_grouped(found[1])}", line)
        line = _POWER.sub(lambda found: _raised(found[1] or found[2]), line)
        line = _FRACTION.sub(_divided, line)
    line = _CASES.sub(lambda found: _cases(found[1]), line)
    for letter, sign in LETTERS.items():
        line = re.sub(rf"{re.escape(letter)}(?![a-zA-Z])", sign, line)
    return re.sub(r"\s+", " ", line.replace(r"\,", " ")).strip()


def name(formula: str) -> str:
    """What a formula defines: σ of σ(x) = …."""
    return formula.partition("(")[0]


def at(activation: str, x: float) -> str:
    """A function at a place as plain text: σ(1), tanh(−0.5)."""
    return f"{text(name(ACTIVATIONS[activation].formula))}({numerals.plain(x)})"


def _raised(exponent: str) -> str:
    raised = exponent.translate(_RAISED)
    return f"^({exponent})" if set(raised) & set(exponent) else raised


def _divided(found: re.Match[str]) -> str:
    above, below = found[1] or found[3], found[2] or found[4]
    single = len(above) == len(below) == 1  # ⅙ or x/2: one thing, so that nothing beside it is divided as well
    return f"({above}/{below})" if single else f"{_grouped(above)} / {_grouped(below)}"


def _grouped(part: str) -> str:
    """In parentheses, if it is more than one thing."""
    return f"({part})" if re.search(r"[ +−]", part) else part


def _cases(rows: str) -> str:
    """{x for x > 0; 0 for x ≤ 0}"""
    cases = [common("case", value=value, where=where) for value, where in (_parted(row) for row in rows.split(r"\\"))]
    return f"{{{'; '.join(cases)}}}"


def _parted(row: str) -> tuple[str, str]:
    value, _, where = row.partition("&")
    return re.sub(r"^\((\d/\d)\)$", r"\1", value.strip()), where.strip()
