"""Everything the pages share, in six rooms; imports run one way: ui -> experiments -> words -> charts | maths | rooms."""
