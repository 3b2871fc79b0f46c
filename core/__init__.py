"""Everything the pages share, in five rooms; imports run one way: ui -> experiments -> words -> charts | maths."""
