"""The front door: set up the window, show the menu, run the chosen page."""

from core.ui.page import navigation

navigation.run()
