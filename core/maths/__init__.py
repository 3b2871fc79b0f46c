"""The mathematics: NumPy and SciPy only, no knowledge of the screen.

This room never imports Streamlit, Plotly or pandas; `make check` holds it to that.
Loading it limits BLAS to one thread for the whole process: the matrices here are small,
and a second thread makes their products several times slower.
"""

import numpy  # its BLAS must be loaded before the limit below can reach it
from threadpoolctl import threadpool_limits

threadpool_limits(limits=1, user_api="blas")

# One large block, given back at once: it teaches the C library to keep what is freed for the next array of a network
# instead of returning it to the system, whose fresh pages cost more than the arithmetic done on them.
numpy.empty(2**21)
