"""The front door: set up the window, show the menu, run the chosen page.

Where a server runs, this is the script of every page. Where none does yet, `streamlit run` takes the App from here.
"""

import streamlit as st

from core.ui.page import navigation, serving, warming

if st.runtime.exists():
    navigation.run()
else:
    app = st.App(__file__, lifespan=warming.lifespan, middleware=serving.MIDDLEWARE)
