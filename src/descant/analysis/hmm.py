"""Decoding of hidden Markov models in the log domain (Rabiner: A Tutorial on Hidden Markov Models, 1989)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


def viterbi(emission: FloatArray, transition: FloatArray) -> npt.NDArray[np.int64]:
    """The most probable states, (steps,), from log likelihoods (steps, states) and log transitions (states, states).

    Every state is as likely as any other at the start.
    """
    steps, states = emission.shape
    score = emission[0].copy()
    came_from = np.zeros((steps, states), dtype=np.int32)
    for at in range(1, steps):
        reach = score[:, None] + transition
        came_from[at] = np.argmax(reach, axis=0)
        score = reach[came_from[at], np.arange(states)] + emission[at]
    path = np.zeros(steps, dtype=np.int64)
    path[-1] = np.argmax(score)
    for at in range(steps - 1, 0, -1):
        path[at - 1] = came_from[at, path[at]]
    return path


def posteriors(emission: FloatArray, transition: FloatArray) -> FloatArray:
    """The probability of each state at each step given all steps, (steps, states), by the forward-backward method."""
    likelihood = np.exp(emission - emission.max(axis=1, keepdims=True))
    move = np.exp(transition)
    forward, backward = np.empty_like(likelihood), np.empty_like(likelihood)
    forward[0] = likelihood[0] / likelihood[0].sum()
    for at in range(1, len(likelihood)):
        here = (forward[at - 1] @ move) * likelihood[at]
        forward[at] = here / here.sum()
    backward[-1] = 1.0
    for at in range(len(likelihood) - 2, -1, -1):
        here = move @ (backward[at + 1] * likelihood[at + 1])
        backward[at] = here / here.sum()
    both = forward * backward
    return np.asarray(both / both.sum(axis=1, keepdims=True))
