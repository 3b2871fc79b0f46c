"""Take the picture of the front page that README.md shows: python tests/browser/picture.py ADDRESS

The app must be running at ADDRESS, for instance http://localhost:8501 after `make run`.
"""

import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

PICTURE = Path(__file__).parents[2] / ".github/front_page.png"


def main(address: str) -> None:
    with sync_playwright() as playwright:
        path = os.environ.get("CHROMIUM") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1280, "height": 800}, color_scheme="light")
        page.goto(address)
        page.wait_for_selector('[data-test-connection-state="CONNECTED"]')
        page.wait_for_selector('[data-test-script-state="notRunning"]')
        page.wait_for_selector(".js-plotly-plot .scatterlayer .trace")
        page.wait_for_timeout(1000)  # fonts and markers
        page.screenshot(path=PICTURE)
        browser.close()
    print(f"{PICTURE}: {PICTURE.stat().st_size // 1024} KiB")


if __name__ == "__main__":
    main(sys.argv[1])
