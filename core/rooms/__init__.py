"""Rooms in which a class votes: who is asked what, and what was answered. This room knows no screen and no page."""
