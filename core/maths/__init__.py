"""The mathematics: NumPy and SciPy only, no knowledge of the screen.

This room never imports Streamlit, Plotly or pandas; `make check` holds it to that.
Loading it limits BLAS to one thread for the whole process: the matrices here are small,
and a second thread makes their products several times slower.
"""

import numpy  # noqa: F401  (its BLAS must be loaded before the limit below can reach it)
from threadpoolctl import threadpool_limits

threadpool_limits(limits=1, user_api="blas")
