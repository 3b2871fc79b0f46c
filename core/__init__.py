"""Everything the pages share, in three rooms; imports run one way: ui -> charts | maths."""
