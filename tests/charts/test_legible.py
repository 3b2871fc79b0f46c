"""Words in the colour of a line can be read on the light page and on the dark one."""

import colorsys

import pytest

from core.charts import legible, theme
from tests.charts.test_theme import BACKGROUNDS, contrast, rgb

MODES = ("light", "dark")


def on_a_band(paper: str) -> str:
    """A page seen through a band of grey, as a browser mixes the two."""
    grey, opacity = [125, 133, 144], 0.12
    assert f"rgba({','.join(map(str, grey))},{opacity})" == theme.BAND
    mixed = (round(opacity * a + (1 - opacity) * 255 * b) for a, b in zip(grey, rgb(paper), strict=True))
    return "#" + "".join(f"{part:02x}" for part in mixed)


def test_the_pages_are_those_of_the_theme() -> None:
    assert list(legible.PAPERS) == [BACKGROUNDS[f"{mode} backgroundColor"] for mode in MODES]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("colour", legible.colours())
def test_words_have_the_contrast_and_the_hue_that_they_need(colour: str, mode: str) -> None:
    """4.5:1 by WCAG 1.4.3, on the page, on its second background and on a band."""
    word = legible.colours()[colour][MODES.index(mode)]
    papers = [BACKGROUNDS[f"{mode} {name}"] for name in ("backgroundColor", "secondaryBackgroundColor")]
    for paper in (*papers, on_a_band(papers[0])):
        assert contrast(word, paper) >= 4.5, paper
    assert colorsys.rgb_to_hsv(*rgb(word))[0] == pytest.approx(colorsys.rgb_to_hsv(*rgb(colour))[0], abs=0.02)


def test_what_can_be_read_already_stays_as_it_is() -> None:
    assert legible.colours()["#c28100"][1] == "#c28100"  # 5.67:1 on the dark page


def test_all_colours_of_lines_and_quantities_have_their_words() -> None:
    every = {colour for palette in theme.PALETTES.values() for colour in palette}
    assert set(legible.colours()) == every | {theme.SLOPE, theme.AREA, theme.DENSITY, theme.WEIGHT, theme.STEP}


def test_the_style_finds_a_text_and_a_part_of_a_text_as_plotly_writes_them() -> None:
    style = legible.css(".plot")
    assert '.plot :is(text[style*="fill: rgb(194, 129, 0)"], tspan[style*="fill:#c28100"])' in style
    light, dark = legible.colours()["#c28100"]
    assert f"fill: light-dark({light}, {dark}) !important" in style
    assert f"fill: {light} !important" in legible.css(".plot", "light")
    assert f"fill: {dark} !important" in legible.css(".plot", "dark")
