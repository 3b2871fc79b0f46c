"""Caddy, Redis and replicas of the explorer on this machine: `make cluster`. Stops all of them on Ctrl+C.

Each process hangs on a pipe of this one and ends when that closes: also when this one is killed.
"""

import argparse
import os
import random
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
HOST = "127.0.0.1"
SECONDS = 60  # until a process answers
REPLICA = """
import os, sys, threading
threading.Thread(target=lambda: (sys.stdin.buffer.read(), os._exit(0)), daemon=True).start()
from streamlit.web.cli import main
main(prog_name="streamlit")
"""
PROXY = """
import subprocess, sys, threading
caddy = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)
threading.Thread(target=lambda: (sys.stdin.buffer.read(), caddy.terminate()), daemon=True).start()
sys.exit(caddy.wait())
"""
MISSING = "{} is missing here, and apt-get could not fetch it. Install it ({}), or set {} to its path."
AS_ROOT = [] if os.geteuid() == 0 else ["sudo", "-n"]

Process = subprocess.Popen[bytes]


@dataclass(frozen=True)
class Cluster:
    address: str
    replicas: dict[str, Process]  # by address
    proxy: Process
    redis: str  # its address


@contextmanager
def cluster(count: int = 2, port: int = 0, folder: Path = HERE.parent) -> Iterator[Cluster]:
    """Replicas of the explorer in a folder, and Caddy in front of them; port 0 is any that is free."""
    caddy, secret = find_caddy(), os.environ.get("STREAMLIT_SERVER_COOKIE_SECRET") or secrets.token_hex()
    ports: set[int] = set()
    while len(ports) < count:
        ports.add(free_port())
    with ExitStack() as running:
        replicas, shared = {}, running.enter_context(redis())
        for own in ports:
            options = ["--server.headless=true", f"--server.address={HOST}", f"--server.port={own}"]
            command = [REPLICA, "run", "app.py", *options]
            more = {"STREAMLIT_SERVER_COOKIE_SECRET": secret, "ROOMS_REDIS_URL": shared}
            replicas[f"http://{HOST}:{own}"] = running.enter_context(process(command, folder, more))
        for where, replica in replicas.items():
            await_health(where, replica)
        site = free_port(port)
        settings = {"SITE": f":{site}", "BIND": HOST, "UPSTREAMS": " ".join(f"{HOST}:{own}" for own in ports)}
        nothing_kept = running.enter_context(tempfile.TemporaryDirectory())  # Caddy writes down what it was told
        settings |= {"XDG_CONFIG_HOME": nothing_kept, "XDG_DATA_HOME": nothing_kept}
        command = [PROXY, caddy, "run", "--adapter", "caddyfile", "--config", str(HERE / "Caddyfile")]
        proxy = running.enter_context(process(command, folder, settings))
        address = f"http://{HOST}:{site}"
        await_health(address, proxy)
        yield Cluster(address, replicas, proxy, shared)


@contextmanager
def redis() -> Iterator[str]:
    """An empty Redis that writes nothing to a disk: its address."""
    port = free_port()
    command = [PROXY, find_redis(), "--bind", HOST, "--port", str(port), "--save", "", "--appendonly", "no"]
    with process(command, HERE, {}) as started:
        end = time.monotonic() + SECONDS
        while started.poll() is None and time.monotonic() < end:
            with suppress(OSError), socket.create_connection((HOST, port), 5) as asked:
                asked.sendall(b"PING\r\n")
                if asked.recv(5) == b"+PONG":
                    yield f"redis://{HOST}:{port}"
                    return
            time.sleep(0.05)
        raise RuntimeError("Redis does not answer")


@contextmanager
def process(command: list[str], folder: Path, more: dict[str, str]) -> Iterator[Process]:
    """A Python that runs what it is told; without the terminal's Ctrl+C, which only this process hears."""
    reading, writing = os.pipe()  # its other end closes with this process, whatever ends it
    started = subprocess.Popen(
        [sys.executable, "-c", *command], cwd=folder, env={**os.environ, **more}, start_new_session=True,
        stdin=reading, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(reading)
    try:
        yield started
    finally:
        os.close(writing)
        try:
            started.wait(15)
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait()


def await_health(address: str, process: Process) -> None:
    """Until it answers as a replica does that is well."""
    end = time.monotonic() + SECONDS
    while process.poll() is None and time.monotonic() < end:
        try:
            urllib.request.urlopen(f"{address}/_stcore/health", timeout=5).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"nothing answers at {address}")


def free_port(wanted: int = 0) -> int:
    """The port that is wanted if it is free, else one that the system gives to no connection by itself."""
    for port in (wanted, *random.sample(range(20_000, 30_000), 100)):
        with socket.socket() as probe, suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((HOST, port))
            if port:
                return port
    raise RuntimeError("no port is free")


def find_caddy() -> str:
    """$CADDY, the one on PATH, or that of Debian's package beside our Python: there it starts no service on port 80."""
    own = Path(sys.prefix, "bin", "caddy")
    found = os.environ.get("CADDY") or shutil.which("caddy")
    if found:
        return found
    if not own.exists() and shutil.which("apt-get"):
        print("Fetching Debian's caddy ...", file=sys.stderr)
        fetch(own)
    missing = MISSING.format("Caddy", "https://caddyserver.com/docs/install", "CADDY")
    return str(own) if own.exists() else sys.exit(missing)


def find_redis() -> str:
    """$REDIS, the one on PATH, or Debian's without its service: its tools are the same program under another name."""
    own, tools = Path(sys.prefix, "bin", "redis-server"), Path("/usr/bin/redis-check-rdb")
    found = os.environ.get("REDIS") or shutil.which("redis-server")
    if found:
        return found
    if not own.exists() and shutil.which("apt-get"):
        print("Installing Debian's redis-tools ...", file=sys.stderr)
        for what in ("update", "install --yes --no-install-recommends redis-tools"):
            command = [*AS_ROOT, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", *what.split()]
            if shutil.which(command[0]):
                subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
        if tools.exists():
            own.symlink_to(tools)
    return str(own) if own.exists() else sys.exit(MISSING.format("Redis", "https://redis.io/docs", "REDIS"))


def fetch(target: Path) -> None:
    """As far as we may: what is still missing afterwards shows by itself."""
    with tempfile.TemporaryDirectory() as folder:
        for command in ([*AS_ROOT, "apt-get", "-qq", "update"], ["apt-get", "-qq", "download", "caddy"]):
            if shutil.which(command[0]):
                subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, check=False)
        for package in Path(folder).glob("caddy_*.deb"):
            unpacked = subprocess.run(["dpkg-deb", "-x", package, folder], capture_output=True, check=False)
            if unpacked.returncode == 0:
                shutil.move(Path(folder, "usr", "bin", "caddy"), target)


def main() -> None:
    asked = argparse.ArgumentParser(description="Caddy, Redis and replicas of the explorer on this machine")
    asked.add_argument("--replicas", type=int, default=2)
    asked.add_argument("--port", type=int, default=8501)
    asked.add_argument(
        "--find-caddy", action="store_true", help="fetch Caddy if it is missing, print its path, and stop"
    )
    asked.add_argument("--find-redis", action="store_true", help="the same for Redis")
    given = asked.parse_args()
    if given.find_caddy or given.find_redis:
        print(find_caddy() if given.find_caddy else find_redis())
        return
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, lambda *_: sys.exit())
    try:
        with cluster(given.replicas, given.port) as started:
            print(f"\n  The explorer: {started.address}\n")
            for where, replica in started.replicas.items():
                print(f"  a replica: {where}, process {replica.pid}")
            print("\n  Ctrl+C stops all of them.", flush=True)
            started.proxy.wait()
            sys.exit("Caddy has ended.")
    except KeyboardInterrupt:
        print("\n  Stopped.")


if __name__ == "__main__":
    main()
