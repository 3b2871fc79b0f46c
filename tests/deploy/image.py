"""What a container holds, laid out in a folder as deploy/Dockerfile copies it: here is no Docker."""

import shutil
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"


def copied() -> list[tuple[list[str], str]]:
    """By line: what is copied, and whereto."""
    lines = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").splitlines()
    return [(line.split()[1:-1], line.split()[-1]) for line in lines if line.startswith("COPY ")]


def sent() -> list[str]:
    """What Docker is given at all: the exceptions of a list that begins with everything."""
    everything, *lines = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").split()
    assert everything == "*"
    return [line.removeprefix("!") for line in lines if line.startswith("!")]


def lay_out(folder: Path) -> None:
    for sources, target in copied():
        for source in sources:
            assert any(fnmatch(source, one) for one in sent()), f"{source} is not sent to Docker"
            place = folder / target / source if target == "./" else folder / target
            place.parent.mkdir(parents=True, exist_ok=True)
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, place, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(ROOT / source, place)
