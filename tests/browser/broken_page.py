"""A page with a fault, as a reader would see one."""

raise RuntimeError("This page is meant to fail.")
