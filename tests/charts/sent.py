"""Figures as the browser gets them."""

import base64
import json
from typing import Any

import numpy as np
import plotly.graph_objects as go


def parsed(spec: str) -> go.Figure:
    """The figure as the browser gets it, frames and all; what Plotly does not know in it is an error."""

    def decoded(part: Any) -> Any:
        if isinstance(part, dict) and "bdata" in part:
            return np.frombuffer(base64.b64decode(part["bdata"]), dtype=part["dtype"])
        if isinstance(part, dict):
            return {key: decoded(value) for key, value in part.items()}
        return [decoded(value) for value in part] if isinstance(part, list) else part

    figure = decoded(json.loads(spec))
    for frame in figure.get("frames", ()):  # what it leaves out is as it was
        for place, trace in zip(frame["traces"], frame["data"], strict=True):
            trace.setdefault("type", figure["data"][place]["type"])
    return go.Figure(figure)


def sent(figure: go.Figure) -> go.Figure:
    return parsed(figure.to_json())
