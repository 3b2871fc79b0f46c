"""Charts: arrays in, plotly figures out. This room never imports Streamlit or core.maths."""
