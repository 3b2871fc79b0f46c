"""What tests of experiments look at: the lines of a figure, the gradient that reaches layer 1."""

from core.maths.network import measure


def lines(figure):
    return {trace.name: trace for trace in figure.data}


def reach(network):
    delta = measure(network).log10_delta
    return float(delta[0] - delta[-1])
