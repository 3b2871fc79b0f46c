"""The address for others: nothing is sent to find it, and where there is none, none is told."""

import socket
from types import SimpleNamespace

import pytest

from core.ui.share import network
from core.ui.share.network import local_address, reachable

LINK, SHARED = "http://localhost:8501/relu?relu.x=1,2", "http://192.168.1.5:8501/relu?relu.x=1,2"


def bound(monkeypatch, address, local="192.168.1.5"):
    """A server that listens at an address, on a machine that is called so in its network."""
    monkeypatch.setattr(network, "st", SimpleNamespace(get_option={"server.address": address}.__getitem__))
    monkeypatch.setattr(network, "local_address", lambda: local)


@pytest.mark.parametrize("address", [None, "", "0.0.0.0", "::"])
@pytest.mark.parametrize("link", [LINK, LINK.replace("localhost", "127.0.0.1"), LINK.replace("localhost", "[::1]")])
def test_who_has_opened_it_at_home_is_told_the_address_for_others(monkeypatch, address, link):
    bound(monkeypatch, address)
    assert reachable(link) == SHARED


def test_a_server_at_one_address_is_told_by_that():
    with pytest.MonkeyPatch.context() as patch:
        bound(patch, "10.0.0.7", "192.168.1.5")
        assert reachable("http://localhost/relu") == "http://10.0.0.7/relu"


@pytest.mark.parametrize(
    ("address", "local"),
    [("127.0.0.1", "192.168.1.5"), ("localhost", "192.168.1.5"), ("::1", "192.168.1.5"), (None, ""), ("", "127.0.1.1")],
)
def test_what_nobody_else_can_open_is_told_to_nobody(monkeypatch, address, local):
    bound(monkeypatch, address, local)
    assert reachable(LINK) == ""


@pytest.mark.parametrize("link", ["https://x.streamlit.app/relu?relu.x=1", "http://192.168.1.9:8501", SHARED])
def test_an_address_of_others_stays_as_it_is(monkeypatch, link):
    bound(monkeypatch, "127.0.0.1", "")
    assert reachable(link) == link


@pytest.mark.parametrize("link", ["", "?relu.x=1"])
def test_without_a_host_there_is_no_address(monkeypatch, link):
    bound(monkeypatch, None)
    assert reachable(link) == ""


class Way:
    """Stands for a socket, which may only be asked for the way to somewhere."""

    def __init__(self, family, kind):
        assert (family, kind) == (socket.AF_INET, socket.SOCK_DGRAM), "a stream would say hello"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def connect(self, where):
        assert where[0].startswith("192.0.2."), "of the addresses that belong to nobody (RFC 5737)"

    def getsockname(self):
        return "192.168.1.5", 40000


class NoWay(Way):
    def connect(self, where):
        raise OSError(101, "Network is unreachable")


@pytest.mark.parametrize(("way", "found"), [(Way, "192.168.1.5"), (NoWay, "")])
def test_the_own_address_is_asked_of_the_machine_alone(monkeypatch, way, found):
    monkeypatch.setattr(network, "CONTAINERS", ())
    monkeypatch.setattr(socket, "socket", way)
    assert local_address() == found


def test_in_a_container_there_is_none_that_others_reach(monkeypatch, tmp_path):
    monkeypatch.setattr(network, "CONTAINERS", (tmp_path,))
    monkeypatch.setattr(socket, "socket", Way)
    assert local_address() == ""
