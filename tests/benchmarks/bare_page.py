"""The least a page can be: one slider and a chart like the front page's, three networks and their best cases."""

import numpy as np
import plotly.graph_objects as go
import streamlit as st

depth = st.slider("Depth", 1, 100, 20, key="depth")
layer = np.arange(1, depth + 1)
traces = [
    {
        "type": "scatter", "name": str(k), "x": layer, "y": -0.1 * k * (depth - layer), "mode": "lines+markers",
        "line": {"color": "#0d9488", "width": 2.5}, "marker": {"size": 8, "maxdisplayed": 14},
    }
    for k in range(6)
]  # fmt: skip
layout = {"height": 420, "xaxis": {"range": [0, depth + 1]}, "yaxis": {"range": [-70, 5]}, "showlegend": False}
st.plotly_chart(go.Figure({"data": traces, "layout": layout}), key="chart")
