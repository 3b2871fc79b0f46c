"""Two replicas behind the real Caddy, from what a container would hold, and a tab that nobody has used."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.cluster import Cluster, cluster
from tests.browser.conftest import browser_type_launch_args, fresh
from tests.deploy.image import lay_out

__all__ = ["browser_type_launch_args", "fresh"]


@pytest.fixture(scope="session")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("image")
    lay_out(folder)
    return folder


@pytest.fixture(scope="module")
def pair(image: Path) -> Iterator[Cluster]:
    with cluster(folder=image) as started:
        yield started
