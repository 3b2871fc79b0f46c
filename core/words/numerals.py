"""Numbers as people read them: three digits, powers of ten, words for what is very large or very small."""

import math

from core.charts.theme import SUPERSCRIPT, power_of_ten
from core.words.prose import common

_DIGITS = {raised: digit for digit, raised in SUPERSCRIPT.items()}  # back to the line


def number(value: float, digits: int = 3) -> str:
    """Three significant digits: 0.236, 12.5, 4.3 × 10⁻⁷; exactly 0 says so."""
    if value == 0:
        return common("axis zero")
    if not math.isfinite(value):
        return "∞" if value > 0 else "−∞" if value < 0 else common("undefined")
    if 1e-3 <= abs(value) < 1e5:
        rounded = float(f"{value:.{digits - 1}e}")
        decimals = max(0, digits - 1 - math.floor(math.log10(abs(rounded))))
        text = _grouped(rounded, decimals)
        return (text.rstrip("0").rstrip(".") if "." in text else text).replace("-", "−")
    return scientific(math.log10(abs(value)), digits=max(2, digits - 1), negative=value < 0)


def rounded(value: float, digits: int = 3) -> float:
    """The number that a reader takes from what `number` writes."""
    far = value != 0 and not 1e-3 <= abs(value) < 1e5
    return float(f"{value:.{max(2, digits - 1) - 1 if far else digits - 1}e}")


def beside_one(value: float) -> str:
    """As `number`, for what is compared with one: 1.002 has a digit more, lest it be called 1."""
    return number(value, 4 if 1.001 <= value < 1.005 else 3)


def whole(value: int) -> str:
    """A count: 1000, 12,345."""
    return _grouped(value)


def _grouped(value: float, decimals: int = 0) -> str:
    """Commas from five digits on: four stand together, as the sliders show them."""
    return f"{value:,.{decimals}f}" if abs(value) >= 1e4 else f"{value:.{decimals}f}"


def plain(value: float, digits: int = 3) -> str:
    """As `number`, but zero is written 0: for values on an ordinary axis."""
    return "0" if value == 0 else number(value, digits)


def formula(value: float, digits: int = 3) -> str:
    r"""As `plain`, in LaTeX: -0.25, 4.3 \times 10^{-7}, 12{,}300."""
    text = plain(value, digits).replace("−", "-").replace("∞", r"\infty").replace(",", "{,}")
    mantissa, times, power = text.partition(" × 10")
    return rf"{mantissa} \times 10^{{{power.translate(_DIGITS)}}}" if times else text


def scientific(log10: float, digits: int = 2, *, negative: bool = False) -> str:
    """10^log10 as 4.3 × 10⁻⁷, for numbers of any size; -inf is an exact zero."""
    if not math.isfinite(log10):
        return _not_finite(log10)
    exponent = math.floor(log10)
    mantissa = round(10.0 ** (log10 - exponent), digits - 1)
    if mantissa >= 10.0:
        mantissa, exponent = 1.0, exponent + 1
    sign = "−" if negative else ""
    return f"{sign}{mantissa:.{digits - 1}f} × 10{str(exponent).translate(SUPERSCRIPT)}"


def size(log10: float) -> str:
    """10^log10 as a plain number where that is readable, else in powers of ten."""
    return number(10.0**log10) if -3 <= log10 < 5 else scientific(log10)


_NAMES = ((15, "quadrillion"), (12, "trillion"), (9, "billion"), (6, "million"), (3, "thousand"))  # of their words


def ratio(log10: float) -> str:
    """10^log10 in words: "1 part in 4.3 million", "grown 250 times", "about the same", "nothing at all"."""
    if log10 == -math.inf:
        return common("ratio zero")
    if abs(log10) < math.log10(1.5):
        return common("ratio same")
    name = "ratio part" if log10 < 0 else "ratio grown"
    return common(name, count=count(abs(log10)))


def count(log10: float) -> str:
    """10^log10 as people say it: 250, 4.3 million, 10³⁰."""
    if not math.isfinite(log10):
        return _not_finite(log10)
    rounded = math.log10(float(f"{10.0 ** (log10 % 1):.1e}")) + math.floor(log10)  # 999,600 is a million already
    if rounded >= 18:
        return power_of_ten(round(log10))
    for exponent, name in _NAMES:
        if rounded >= exponent:
            return f"{number(10.0 ** (log10 - exponent), 2)} {common(name)}"
    return number(10.0**log10, 2)


def _not_finite(log10: float) -> str:
    return common("axis zero") if log10 == -math.inf else "∞" if log10 == math.inf else common("undefined")


def percent(share: float) -> str:
    """0.226 as 22.6 %; an exact zero as "none", and what is infinitely much without the sign of parts."""
    if share == 0:
        return common("none")
    return f"{number(100.0 * share, 3)}{'' if share == math.inf else ' %'}"


def listing(items: list[str]) -> str:
    """a, b and c"""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {common('and')} {items[-1]}"
