"""More than one machine: two replicas behind the real Caddy, as students and a browser meet them."""

import re
import signal
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from email.message import Message
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from core.ui import dom
from deploy.cluster import HERE, PROXY, Cluster, cluster, find_caddy, free_port, process
from tests.benchmarks.readers import result
from tests.browser.server import settle
from tests.deploy.students import Class, active, cookie, open_many, sessions

MOST = 3_000_000  # bytes of a first load
YEAR = 365 * 24 * 60 * 60
# By key of a control: the values of its parts, as a reader sees and hears them.
SHOWN = """() => {
    const shown = {};
    const set = '[data-testid=stMain] :is(input, [aria-checked], [aria-pressed]:not(a))';
    for (const e of document.querySelectorAll(set)) {
        const key = [...e.closest('[class*=st-key-]').classList].find(name => name.startsWith('st-key-'));
        const said = [e.value, e.checked, e.ariaValueText, e.ariaChecked, e.ariaPressed, e.innerText];
        (shown[key] ??= []).push(said.join(' '));
    }
    return shown;
}"""
DRAWN = """() => [...document.querySelectorAll('[data-testid=stPlotlyChart] .js-plotly-plot')].map(
    chart => JSON.stringify(chart.data.map(trace => [trace.name, trace.y])))"""


def until(condition: Callable[[], bool]) -> None:
    for _ in range(600):
        if condition():
            return
        time.sleep(0.1)
    raise AssertionError("waited for a minute")


def fetch(address: str, **headers: str) -> tuple[int, Message]:
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=30) as answer:
            return answer.status, answer.headers
    except urllib.error.HTTPError as refused:
        return refused.code, refused.headers


def test_students_of_one_address_are_spread_and_each_stays_where_the_cookie_says(pair: Cluster) -> None:
    """Thirty coins that all fall alike would be one case in 500 million."""

    async def lesson() -> None:
        sockets = await open_many(pair.address, [None] * 30)
        places = sessions(pair)
        assert sum(places.values()) == 30
        assert min(places.values()) > 0
        homes = []
        for brought in {cookie(socket) for socket in sockets}:
            before = sessions(pair)
            back = await open_many(pair.address, [brought] * 10)
            assert {cookie(socket) for socket in back} == {None}, "who has a cookie gets no other"
            grown = {where: count - before[where] for where, count in sessions(pair).items()}
            assert sorted(grown.values()) == [0, 10]
            homes.append(max(grown, key=grown.get))
            sockets += back
        assert sorted(homes) == sorted(places)
        for socket in sockets:
            await socket.close()

    result(lesson(), within=120)


def test_what_comes_through_caddy_has_the_promised_headers(pair: Cluster) -> None:
    status, page = fetch(pair.address + "/relu")
    assert status == 200
    assert page["Cache-Control"] == "no-cache"
    for name in ("/", "/_stcore/health", "/static/nothing.js", "/_stcore/metrics"):
        _, headers = fetch(pair.address + name)
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert "Server" not in headers
        assert "X-Frame-Options" not in headers
        assert "frame-ancestors" not in headers.get("Content-Security-Policy", "")


def test_hashed_files_are_compressed_and_kept_for_a_year_and_nothing_else_is(pair: Cluster) -> None:
    with urllib.request.urlopen(pair.address) as answer:
        (bundle,) = re.findall(r'src="\./(static/js/index\.[^"]+\.js)"', answer.read().decode())
    for accepted in ("gzip, deflate, br", "gzip, deflate, br, zstd"):  # a replica has done it, once
        status, headers = fetch(f"{pair.address}/{bundle}", **{"Accept-Encoding": accepted})
        assert (status, headers["Content-Encoding"]) == (200, "gzip")
        kept = headers["Cache-Control"].replace(" ", "").split(",")
        assert {"public", "immutable", f"max-age={YEAR}"} == set(kept)
    _, headers = fetch(f"{pair.address}/static/js/index.of-another-release.js")
    assert headers["Cache-Control"] == "no-cache", "the page that is sent instead would stay for a year"


def test_health_is_told_and_counts_are_not(pair: Cluster) -> None:
    assert fetch(f"{pair.address}/_stcore/health")[0] == 200
    assert fetch(f"{pair.address}/_stcore/metrics")[0] == 404
    assert [active(where) for where in pair.replicas] == [0, 0]


def test_over_https_the_cookie_also_comes_along_in_the_frame_of_another_site(pair: Cluster, tmp_path: Path) -> None:
    """With a certificate of Caddy's own, which it keeps to itself."""
    quiet = "admin off\n\tskip_install_trust\n\tauto_https disable_redirects"
    file = tmp_path / "Caddyfile"
    file.write_text((HERE / "Caddyfile").read_text("utf-8").replace("admin off", quiet), "utf-8")
    site, upstreams = (
        f"https://localhost:{free_port()}",
        " ".join(where.removeprefix("http://") for where in pair.replicas),
    )
    given = {"SITE": site, "BIND": "127.0.0.1", "UPSTREAMS": upstreams}
    given |= {"XDG_CONFIG_HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path)}
    command = [PROXY, find_caddy(), "run", "--adapter", "caddyfile", "--config", str(file)]
    with process(command, tmp_path, given):
        until(lambda: _cookies(site) != [])
        (cookie,) = _cookies(site)
    assert set(cookie.split("; ")[1:]) == {"Path=/", "HttpOnly", "Secure", "SameSite=None", "Partitioned"}


def _cookies(site: str) -> list[str]:
    try:
        with urllib.request.urlopen(site, timeout=10, context=ssl._create_unverified_context()) as answer:
            return answer.headers.get_all("Set-Cookie", [])
    except OSError:
        return []


def test_the_first_load_of_a_page_is_small(pair: Cluster, fresh: Page) -> None:
    """All files that it needs, as they come over the wire. What the websocket says is not among them."""
    wire = fresh.context.new_cdp_session(fresh)
    sizes: list[float] = []
    wire.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    wire.send("Network.enable")
    fresh.goto(pair.address)
    settle(fresh)
    fresh.wait_for_selector('[data-testid="stPlotlyChart"] .main-svg')
    assert len(sizes) > 50
    assert sum(sizes) <= MOST


def test_a_replica_that_dies_under_load_loses_no_reader_and_no_setting(image: Path, fresh: Page) -> None:
    """The page stands as it is, and what is set next is drawn by the other replica with all that was set before."""
    link = "?depth=50&activations=Sigmoid&activations=ReLU&initializer=He&width=128&seed=7"
    with cluster(folder=image) as pair:
        fresh.goto(f"{pair.address}/{link}")
        settle(fresh)
        (home,) = (where for where, count in sessions(pair).items() if count)
        move(fresh, "gain")
        before, drawn = settings(fresh), fresh.evaluate(DRAWN)
        with Class(pair.address, 6).present() as students:
            until(lambda: sum(sessions(pair).values()) == 7 and min(students.answers) > 0)
            pair.replicas[home].kill()
            pair.replicas[home].wait()
            until(lambda: list(sessions(pair).values()) == [7])
            answers = list(students.answers)
            until(lambda: all(now > former for now, former in zip(students.answers, answers, strict=True)))
        settle(fresh)
        assert (settings(fresh), fresh.evaluate(DRAWN)) == (before, drawn)

        move(fresh, "depth")
        after, drawn = settings(fresh), fresh.evaluate(DRAWN)
        assert {key for key in after if after[key] != before.get(key)} == {"depth", "shown st-key-depth"}
        assert (after["gain"], after["depth"], after["width"]) == (["1.05"], ["51"], ["128"])
        fresh.reload()
        settle(fresh)
        assert (settings(fresh), fresh.evaluate(DRAWN)) == (after, drawn)
        assert len(drawn) == 2


@pytest.mark.slow
def test_a_replica_that_hangs_is_left_and_what_it_was_asked_another_one_answers(image: Path) -> None:
    with cluster(folder=image) as pair:
        given = {replica_of(fetch(pair.address)[1]) for _ in range(30)}
        assert len(given) == 2
        hangs = next(iter(pair.replicas.values()))
        hangs.send_signal(signal.SIGSTOP)
        try:
            answers = {cookie: fetch(pair.address, Cookie=cookie) for cookie in given}
        finally:
            hangs.send_signal(signal.SIGCONT)
        assert [status for status, _ in answers.values()] == [200, 200]
        led = {cookie: replica_of(headers) for cookie, (_, headers) in answers.items()}
        (stayed,) = (cookie for cookie in given if led[cookie] is None)
        assert set(led.values()) == {None, stayed}, "the other is led to where one still answers"


def replica_of(headers: Message) -> str | None:
    """The cookie that leads there, if it is given."""
    return headers["Set-Cookie"] and headers["Set-Cookie"].split(";")[0]


def move(page: Page, control: str) -> None:
    page.locator(f".st-key-{control}").get_by_role("slider").press("ArrowRight")
    settle(page)


def settings(page: Page) -> dict[str, list[str]]:
    """What the address says, and what the controls show."""
    shown = page.evaluate(SHOWN)
    return {**parse_qs(urlsplit(page.url).query), **{f"shown {name}": values for name, values in shown.items()}}


def test_a_room_survives_the_death_of_a_replica_with_its_teacher_and_its_votes(image: Path, fresh: Page) -> None:
    """Whoever was on the replica that died goes on at the other, with the same room and as the same student."""
    with cluster(folder=image) as pair:
        teacher = fresh
        with teacher.expect_request(f"**/{dom.PLOTLY}"):  # while the question stands: the tally need not wait for it
            teacher.goto(f"{pair.address}/?predict=true")
        settle(teacher)
        (home,) = (where for where, count in sessions(pair).items() if count)
        teacher.locator(".st-key-room-open button").click()
        code = teacher.locator(".st-key-room-way").inner_text().strip()
        teacher.keyboard.press("Escape")
        phone = teacher.context.browser.new_context(viewport={"width": 390, "height": 844}).new_page()
        phone.context.add_cookies([one for one in teacher.context.cookies() if one["name"] == "replica"])
        phone.goto(f"{pair.address}/vote?room={code}")
        answer(phone, 0)
        expect(teacher.get_by_text("1 answered")).to_be_visible()
        assert sessions(pair)[home] == 2
        pair.replicas[home].kill()
        pair.replicas[home].wait()
        until(lambda: list(sessions(pair).values()) == [2])
        answer(phone, 1)
        teacher.locator(".st-key-vanishing_gradient-close button").click()
        expect(teacher.locator('[class*="st-key-votes"] .main-svg').first).to_be_visible()
        said = [sum(choice) for choice in zip(*votes(teacher), strict=True)]
        assert (sum(said), said[1]) == (1, 1), "one student, who has thought again"
        phone.context.close()


def answer(phone: Page, choice: int) -> None:
    """One of the choices, as sure as can be: until the phone says that it is counted."""
    settle(phone)  # a tap on the way when a replica dies is not asked again
    options = phone.locator('[class*="-choice"] [role="radiogroup"] label')
    options.nth(choice).click()
    phone.locator('[class*="-sure"] [role="radiogroup"] label').last.click()
    said = options.nth(choice).inner_text().strip()
    expect(phone.locator("p", has_text=said).filter(has=phone.locator("strong"))).to_be_visible()


def votes(teacher: Page) -> list[list[int]]:
    """How many have chosen what, by how sure."""
    return teacher.locator('[class*="st-key-votes"] .js-plotly-plot').evaluate(
        "chart => chart.data.map(trace => Array.from(trace.x))"
    )
