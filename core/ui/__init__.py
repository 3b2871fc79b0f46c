"""The screen: with pages/ and app.py, the only room that imports Streamlit."""
