"""Everything the pages share; imports run one way: ui -> experiments -> words -> charts | maths, and ui -> rooms."""
