"""What the files of deploy/ say of each other, and `make cluster` without a cluster's tests."""

import os
import re
import signal
import socket
import subprocess
import sys
from itertools import takewhile
from pathlib import Path

import pytest
import yaml

from deploy import cluster
from tests.deploy.image import DEPLOY, ROOT, sent
from tests.deploy.test_cluster import until

PARTS = {
    path.stem: list(yaml.safe_load_all(path.read_text("utf-8"))) for path in sorted((DEPLOY / "kubernetes").iterdir())
}
KUBERNETES = {name: documents[0] for name, documents in PARTS.items()}
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
CADDYFILE = (DEPLOY / "Caddyfile").read_text("utf-8")
DOCKERFILE = (DEPLOY / "Dockerfile").read_text("utf-8")
POD = KUBERNETES["deployment"]["spec"]["template"]
(CONTAINER,) = POD["spec"]["containers"]


def documents(*names: str) -> list[dict]:
    """All that Kubernetes is told, or what some files tell it."""
    return [document for name, found in PARTS.items() if not names or name in names for document in found]


def seconds(option: str) -> float:
    return float(re.search(rf"{option} (\d+)s", CADDYFILE)[1])


def test_a_replica_that_hangs_is_left_within_ten_seconds():
    assert seconds("health_interval") + seconds("health_timeout") <= 10
    probe = CONTAINER["readinessProbe"]
    assert probe["failureThreshold"] * (probe["periodSeconds"] + probe["timeoutSeconds"]) <= 10
    assert seconds("lb_try_duration") > max(seconds("dial_timeout"), seconds("response_header_timeout")), "another try"


def test_every_part_of_kubernetes_finds_the_others():
    label = {"app.kubernetes.io/name": "explorer"}
    assert POD["metadata"]["labels"] == KUBERNETES["deployment"]["spec"]["selector"]["matchLabels"] == label
    assert KUBERNETES["service"]["spec"]["selector"] == label
    assert KUBERNETES["disruption"]["spec"]["selector"]["matchLabels"] == label
    assert KUBERNETES["network"]["spec"]["podSelector"]["matchLabels"] == label
    assert KUBERNETES["autoscaler"]["spec"]["scaleTargetRef"]["name"] == KUBERNETES["deployment"]["metadata"]["name"]
    (rule,) = KUBERNETES["ingress"]["spec"]["rules"]
    (path,) = rule["http"]["paths"]
    assert path["backend"]["service"] == {"name": KUBERNETES["service"]["metadata"]["name"], "port": {"name": "http"}}
    (port,) = CONTAINER["ports"]
    assert port["name"] == KUBERNETES["service"]["spec"]["ports"][0]["targetPort"] == "http"
    assert f"EXPOSE {port['containerPort']}\n" in DOCKERFILE
    assert f"STREAMLIT_SERVER_PORT={port['containerPort']}\n" in DOCKERFILE
    assert f"USER {POD['spec']['securityContext']['runAsUser']}\n" in DOCKERFILE


def test_one_secret_comes_from_outside_and_is_never_in_a_file():
    app = COMPOSE["services"]["app"]
    assert app["environment"]["STREAMLIT_SERVER_COOKIE_SECRET"].startswith("${COOKIE_SECRET:?")
    secret, _ = CONTAINER["env"]
    assert secret["name"] == "STREAMLIT_SERVER_COOKIE_SECRET"
    assert list(secret["valueFrom"]) == ["secretKeyRef"]
    assert "Secret" not in {document["kind"] for document in documents()}


def test_every_replica_finds_the_one_place_of_rooms_and_this_has_nothing_on_a_disk():
    rooms, service = documents("rooms")
    (redis,) = rooms["spec"]["template"]["spec"]["containers"]
    (url,) = (one["value"] for one in CONTAINER["env"] if one["name"] == "ROOMS_REDIS_URL")
    assert url == f"redis://{service['metadata']['name']}:{service['spec']['ports'][0]['port']}"
    assert service["spec"]["selector"] == rooms["spec"]["template"]["metadata"]["labels"]
    assert (
        service["spec"]["selector"] == KUBERNETES["network"]["spec"]["egress"][0]["to"][0]["podSelector"]["matchLabels"]
    )
    assert COMPOSE["services"]["app"]["environment"]["ROOMS_REDIS_URL"] == "redis://rooms:6379"
    for command in (redis["args"], COMPOSE["services"]["rooms"]["command"]):
        assert command[:5] == ["redis-server", "--save", "", "--appendonly", "no"]
    assert "volumes" not in COMPOSE["services"]["rooms"]
    assert rooms["spec"]["replicas"] == 1


def test_docker_gets_what_it_copies_and_nothing_else():
    copied = [source for line in re.findall(r"^COPY (.*)$", DOCKERFILE, re.MULTILINE) for source in line.split()[:-1]]
    assert sorted(copied) == sorted(sent())
    assert ".streamlit/secrets.toml" not in copied


def test_compose_names_each_replica_to_caddy(tmp_path: Path):
    """The real line of the file, run by a real shell, with a Caddy that says what it was given."""
    caddy = tmp_path / "caddy"
    caddy.write_text('#!/bin/sh\necho "$UPSTREAMS"\n')
    caddy.chmod(0o755)
    service, port = COMPOSE["services"]["caddy"], CONTAINER["ports"][0]["containerPort"]
    command = [part.replace("$$", "$") for part in service["command"]]
    given = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "REPLICAS": "3", "UPSTREAMS": ""}
    said = subprocess.run(command, env=given, capture_output=True, text=True, check=True).stdout.split()
    assert said == [f"{COMPOSE['name']}-app-{number}:{port}" for number in (1, 2, 3)]
    asked = set(re.findall(r"\{\$(\w+)", CADDYFILE))
    assert asked - {"BIND"} <= set(service["environment"])


def test_where_caddy_is_missing_and_cannot_be_fetched_one_sentence_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("CADDY", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    with pytest.raises(SystemExit, match=r"^Caddy is missing here"):
        cluster.find_caddy()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_make_cluster_ends_with_all_that_it_has_started(how: signal.Signals, image: Path):
    """With Ctrl+C, and even when it is killed and can do nothing any more."""
    command = [sys.executable, str(DEPLOY / "cluster.py"), "--port", "0"]
    with subprocess.Popen(command, cwd=image, stdout=subprocess.PIPE, text=True, start_new_session=True) as started:
        told = list(takewhile(lambda line: "Ctrl+C" not in line, started.stdout))
        ports = [int(port) for port in re.findall(r"http://127\.0\.0\.1:(\d+)", "".join(told))]
        assert [listens(port) for port in ports] == [True] * 3
        started.send_signal(how)
        last = started.stdout.read()
        assert started.wait(30) == (-how if how == signal.SIGKILL else 0)
    assert ("Stopped." in last) == (how == signal.SIGINT)
    until(lambda: not any(listens(port) for port in ports))


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((cluster.HOST, port)) == 0


def test_the_image_is_of_a_python_that_is_supported():
    (version,) = re.findall(r"^FROM python:(3\.\d+)-slim$", DOCKERFILE, re.MULTILINE)
    assert version in re.search(r"^PYTHONS \?= (.*)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)[1].split()
