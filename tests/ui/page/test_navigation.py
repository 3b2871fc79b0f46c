"""The order of the pages, the menu, the way in and the way on."""

import re

import pytest
import streamlit

from core.ui.page import navigation
from core.words import prose
from tests.pages.reader import ALL, MENU, PAGES, ROOT, nodes, opened, visit


def short(stem):
    """What a page is called in the menu."""
    return prose.read(stem).blocks.get("menu", prose.read(stem)("title"))


def test_sections_scripts_and_words_agree_one_to_one():
    assert len(MENU) == len(set(MENU))
    assert sorted(ALL) == sorted(path.stem for path in (ROOT / "pages").glob("*.py"))
    assert sorted([*ALL, "common", "results"]) == sorted(path.stem for path in (ROOT / "pages" / "en").glob("*.md"))


def test_nothing_else_lies_in_the_folder_of_pages():
    known = {"": (".py",), "__pycache__": (".pyc",), "en": (".md",), "en/lessons": (".toml",)}
    files = [path.relative_to(ROOT / "pages") for path in (ROOT / "pages").rglob("*") if path.is_file()]
    assert [path for path in files if path.suffix not in known.get(path.parent.as_posix().strip("."), ())] == []


def test_the_articles_order_is_the_reading_order():
    assert PAGES[0] == "vanishing_gradient"
    assert [page for page in PAGES if page in ("sigmoid_and_tanh", "relu", "relu_variants", "beyond_relu")] == [
        "sigmoid_and_tanh", "relu", "relu_variants", "beyond_relu",
    ]  # fmt: skip


@pytest.fixture
def menu(monkeypatch):
    """What is put into the menu when the app is opened: the window, the pages in order, the menu's settings."""
    window, pages, menus = [], [], []
    page, navigate, configure = streamlit.Page, streamlit.navigation, streamlit.set_page_config
    monkeypatch.setattr(streamlit, "Page", lambda *a, **k: pages.append((a, k)) or page(*a, **k))
    monkeypatch.setattr(streamlit, "navigation", lambda *a, **k: menus.append((a, k)) or navigate(*a, **k))
    monkeypatch.setattr(streamlit, "set_page_config", lambda **k: window.append(k) or configure(**k))
    at = visit(PAGES[0])
    at.switch_page("app.py")
    at.run()
    assert not at.exception
    return window, pages, menus


def test_the_menu_lists_every_section_in_order_under_its_own_address(menu):
    _, pages, menus = menu
    listed = [(given, settings) for given, settings in pages if "visibility" not in settings]
    assert [given[0] for given, _ in listed] == [f"pages/{stem}.py" for stem in MENU]
    assert [settings["url_path"] for _, settings in listed] == ["", *MENU[1:]]
    assert [settings["title"] for _, settings in listed] == [short(stem) for stem in MENU]
    assert len(menus) == 1
    assert menus[0][1]["expanded"] is True, "a long menu would hide its end"


def test_the_first_section_and_no_other_is_the_front_page(menu):
    _, pages, _ = menu
    assert [settings.get("default") for _, settings in pages] == [True] + [False] * (len(MENU) - 1) + [None, None]


def test_the_front_page_is_found_by_the_name_of_its_script_as_well_and_listed_once(menu):
    _, pages, _ = menu
    (given, settings) = pages[-1]
    assert (given[0], settings["url_path"], settings["visibility"]) == (f"pages/{PAGES[0]}.py", PAGES[0], "hidden")
    assert settings["title"] == short(PAGES[0])


def test_the_page_for_phones_is_found_by_its_link_and_not_listed(menu):
    _, pages, _ = menu
    (given, settings) = pages[-2]
    assert (given[0], settings["url_path"], settings["visibility"]) == ("pages/vote.py", "vote", "hidden")


def test_no_icon_is_fetched_from_elsewhere(menu):
    _, pages, _ = menu
    assert not any(settings.get("icon") for _, settings in pages)


def test_the_window_is_titled_by_its_page_and_says_what_this_is(menu):
    ((settings,), _, _) = menu
    assert "page_title" not in settings
    assert settings["menu_items"] == {"About": prose.common("about")}


def test_whoever_asks_for_nothing_gets_the_front_page():
    at = visit(PAGES[0])
    at.switch_page("app.py")
    assert at.run().title[0].value == prose.read(PAGES[0])("title")


@pytest.mark.parametrize("stem", ALL)
def test_a_cold_link_shows_its_page_with_the_menu(stem, monkeypatch):
    """The first reader after a start comes by a link: Streamlit runs the page alone, and the page calls the menu."""
    called = []
    navigate = streamlit.navigation
    monkeypatch.setattr(streamlit, "navigation", lambda *a, **k: called.append(a) or navigate(*a, **k))
    at = visit(stem).run()
    assert not at.exception
    assert len(called) == 1
    assert [title.value for title in at.title] == [prose.read(stem)("title")], "the page is there, and once"
    assert sum("<style>" in part.proto.body for part in at.html) == 1 + (stem == "vote"), "of the pages, and of phones"
    assert [str(node.proto) for node in nodes(at) if node.type == "plotly_chart"] == [
        str(node.proto) for node in nodes(opened(stem)) if node.type == "plotly_chart"
    ]


def test_the_menu_names_its_groups_and_counts_the_pages():
    (style,) = opened(PAGES[0]).html
    named = dict(re.findall(r"nth-child\((\d+)\)::before \{ content: \"(.+?)\"; \}", style.proto.body))
    assert {MENU[int(place) - 1]: name for place, name in named.items()} == {
        "vanishing_gradient": "The article",
        "watch_it_learn": "Experiments",
        "laboratory": "For specialists",
        MENU[len(PAGES)]: "To look up",
    }
    assert f"li:nth-child(-n + {len(PAGES)})" in style.proto.body


def test_what_is_loaded_at_the_start_is_put_aside_once_for_all_readers(monkeypatch):
    frozen = []
    monkeypatch.setattr(navigation.gc, "freeze", lambda: frozen.append(1))
    navigation._settle.cache_clear()
    for _ in range(2):
        assert not visit("teachers").run().exception
    assert frozen == [1]


@pytest.mark.parametrize("stem", MENU)
def test_each_page_leads_to_the_one_before_and_the_one_after(stem):
    place = MENU.index(stem)
    links = [(link.proto.page, link.proto.label) for link in opened(stem).page_link]
    wanted = []
    if place > 0:
        before = MENU[place - 1]
        wanted.append((before, f"← {short(before)}"))
    if place + 1 < len(MENU):
        after = MENU[place + 1]
        wanted.append((after, f"{short(after)} →"))
    found = [(address.rpartition("/")[2] or PAGES[0], label) for address, label in links]
    assert found[-len(wanted) :] == wanted
    explored = {"papers": 1, "cures": 4}  # a result, and each chosen cure, leads to where it can be explored
    assert len(found) == len(wanted) + explored.get(stem, 0)
