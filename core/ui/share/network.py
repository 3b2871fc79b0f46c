"""The address by which others in the same network open what a reader has opened on the machine that serves it."""

import socket
from pathlib import Path
from urllib.parse import urlsplit

import streamlit as st

from core.ui.share.links import near

ELSEWHERE = ("192.0.2.1", 9)  # kept free for examples (RFC 5737); nothing is sent there
CONTAINERS = (Path("/.dockerenv"), Path("/run/.containerenv"))  # whose own network nobody else can reach


def reachable(link: str) -> str:
    """The link as others can open it; nothing if there is none: a code of it would only disappoint."""
    parts = urlsplit(link)
    if not near(link):
        return link if parts.hostname else ""
    bound = st.get_option("server.address") or ""
    host = local_address() if bound in ("", "0.0.0.0", "::") else bound
    place = f"[{host}]" if ":" in host else host
    if not host or near(f"http://{place}"):
        return ""
    port = f":{parts.port}" if parts.port else ""
    return parts._replace(netloc=f"{place}{port}").geturl()


def local_address() -> str:
    """The address of this machine in its network, as its own table of routes says; nothing without one."""
    if any(sign.exists() for sign in CONTAINERS):
        return ""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
        try:
            way.connect(ELSEWHERE)  # of a datagram: chooses the way, and sends nothing
        except OSError:
            return ""
        return str(way.getsockname()[0])
