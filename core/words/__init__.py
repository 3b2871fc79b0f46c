"""What is said and how numbers are written. This room never imports Streamlit; experiments and pages import it."""
