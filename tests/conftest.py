"""Property tests draw the same examples on every run, and a busy machine is no failure."""

from hypothesis import settings

settings.register_profile("repeatable", derandomize=True, deadline=None, max_examples=60)
settings.load_profile("repeatable")
