"""All that is private to the page Streamlit and Plotly draw: what our CSS calls its parts.

None of it is promised, so each name stands here and nowhere else, and one test asks a real page for each of them. Only
the class that an element gets for its key is documented.
"""

from pathlib import Path
from string import Template

SELECTORS = {
    "app": ".stApp",
    "connected": '[data-test-connection-state="CONNECTED"]',
    "idle": '[data-test-script-state="notRunning"]',
    "main": '[data-testid="stMain"]',
    "page": ".stMainBlockContainer",
    "header": '[data-testid="stHeader"]',
    "toolbar": '[data-testid="stToolbar"]',
    "status": '[data-testid="stStatusWidget"]',  # what runs, and a button that stops it
    "sidebar": '[data-testid="stSidebar"]',
    "sidebar_open": '[data-testid="stSidebar"][data-collapsed="false"]',
    "sidebar_folded": '[data-testid="stSidebar"][data-collapsed="true"]',
    "sidebar_head": '[data-testid="stSidebarHeader"]',
    "menu": '[data-testid="stSidebarNavItems"]',
    "menu_entry": '[data-testid="stSidebarNavLinkContainer"]',
    "menu_link": '[data-testid="stSidebarNavLink"]',
    # What a page is built of
    "element": '[data-testid="stElementContainer"]',
    "wrapper": '[data-testid="stLayoutWrapper"]',
    "stack": '[data-testid="stVerticalBlock"]',
    "row": '[data-testid="stHorizontalBlock"]',
    "column": '[data-testid="stColumn"]',
    "stale": '[data-stale="true"]',
    # Words
    "markdown": '[data-testid="stMarkdownContainer"]',
    "formula": ".katex-display",
    "code": '[data-testid="stCode"]',
    "heading_link": 'a[aria-label="Link to heading"]',
    "points": 'a:is([href^="#line="], [href^="#between="], [href^="#layer="])',  # a link of the page itself, as it is
    "caption": '[data-testid="stCaptionContainer"]',
    "metric_label": '[data-testid="stMetricLabel"]',
    "metric_value": '[data-testid="stMetricValue"]',
    "alert": '[data-testid="stAlert"]',
    "exception": '[data-testid="stException"]',
    "progress": '[data-testid="stProgress"]',
    "tooltip": '[data-testid="stTooltipIcon"]',
    # What a reader uses
    "button": '[data-testid="stButton"]',
    "primary": '[data-testid="stBaseButton-primary"]',
    "download": '[data-testid="stDownloadButton"]',
    "page_link": '[data-testid="stPageLink"]',
    "slider_part": '[data-testid="stSlider"] [data-rac]',
    "slider_rail": '[data-testid="stSlider"] [data-rac] > [data-rac] > div:first-child',
    "slider_thumb": '[data-testid="stSlider"] [data-rac] > [data-rac] > [data-rac]',
    "switch": '[data-testid="stCheckbox"] span + div:has(> div:only-child:empty)',
    "radio": '[data-testid="stRadioOption"] span + div > div:has(> div:only-child:empty)',
    "progress_bar": '[data-testid="stProgressBarTrack"] > div',
    "expander": '[data-testid="stExpander"]',
    "popover": '[data-testid="stPopover"]',
    "popover_body": '[data-testid="stPopoverBody"]',
    "element_toolbar": '[data-testid="stElementToolbar"]',
    # Charts: Streamlit's frame, and Plotly's own
    "chart": '[data-testid="stPlotlyChart"]',
    "full_screen": '[data-testid="stFullScreenFrame"]',
    "plot": ".js-plotly-plot",
    "plot_bar": ".modebar",
    "plot_button": ".modebar-btn",
    "plot_drag": ".drag",
    "plot_room": ".svg-container",
    "plot_line": "g.trace, g.hm",
    "plot_shape": ".shapelayer path[data-index]",
    "plot_words": "g.annotation, g.textpoint",
    "plot_faint": 'text[style*="fill: rgb(128, 132, 149)"]',  # Streamlit's grey for the words of a chart
}

PLOTLY = "PlotlyChart.*.js"  # the file that holds it, among those that a browser loads


def filled(text: str, **more: str) -> str:
    """CSS or a script in which `$name` stands for a selector of the table, or for something more."""
    return Template(text).substitute(SELECTORS, **more)


def read(module: str, name: str, **more: str) -> str:
    """The CSS or the script `name` beside a module, which gives its `__file__`, `filled`."""
    return filled(Path(module).with_name(name).read_text(encoding="utf-8"), **more)
