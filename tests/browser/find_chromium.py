"""Print the path of a Chromium for the tests in a browser, installing one if there is none.

In this order: $CHROMIUM, the usual names on PATH, Debian's package (as root or where sudo asks no password),
and last the build that Playwright downloads. Everything but the path goes to stderr.
"""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")  # the first is the lightest
PACKAGES = ("chromium-headless-shell", "chromium")  # Ubuntu and older Debians have only the second
FONTS = ("fonts-dejavu-core", "fonts-liberation")  # without fonts a page has no letters
DRIVER = ("libatomic1",)  # what Playwright's driver needs and a bare Debian lacks


def succeeds(*command: str) -> bool:
    nothing = subprocess.DEVNULL
    try:
        return subprocess.run(command, stdin=nothing, stdout=nothing, stderr=nothing, check=False).returncode == 0
    except OSError:
        return False


def on_path() -> str | None:
    """The first that starts: Ubuntu's `chromium-browser` may be a script that only says what to install."""
    found = (shutil.which(name) for name in NAMES)
    return next((path for path in found if path and succeeds(path, "--version")), None)


def install_from_debian(packages: tuple[str, ...]) -> None:
    """As far as we may: what is still missing afterwards shows by itself."""
    as_root = () if os.geteuid() == 0 else ("sudo", "-n")
    if not shutil.which("apt-get") or (as_root and not succeeds(*as_root, "true")):
        return
    print(f"Installing {', '.join(packages)} for the tests in a browser ...", file=sys.stderr)
    apt = (*as_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq")
    succeeds(*apt, "update")
    succeeds(*apt, "install", "-y", "--no-install-recommends", *packages)


def from_playwright() -> str | None:
    print("Downloading Playwright's Chromium for the tests in a browser ...", file=sys.stderr)
    if not succeeds(sys.executable, "-m", "playwright", "install", "chromium"):
        return None
    from playwright.sync_api import sync_playwright  # here, where it is known to be needed

    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def main() -> None:
    chosen = os.environ.get("CHROMIUM")
    if chosen and not succeeds(chosen, "--version"):
        sys.exit(f"CHROMIUM is set to {chosen}, which does not start.")
    if not succeeds(sys.executable, "-m", "playwright", "--version"):
        install_from_debian(DRIVER)
    path = chosen or on_path()
    for package in PACKAGES:
        if not path:
            install_from_debian((package, *FONTS))
            path = on_path()
    path = path or from_playwright()
    if not path:
        sys.exit("No Chromium found and none could be installed. Install one, or set CHROMIUM to its path.")
    print(path)


if __name__ == "__main__":
    main()
