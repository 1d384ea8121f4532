"""How fast the streaming piano model is: sound handed to it a frame at a time, as from a microphone."""

from __future__ import annotations

import time

import numpy as np

from descant.evaluation.benchmark_listen import Figure
from descant.evaluation.mono import mono
from descant.features import FRAME_RATE
from descant.pipelines.demo_piece import demo_notes
from descant.registry import find
from descant.transcription.autoregressive_multistate import LATENCY, MultistateTranscriber


def benchmark() -> list[Figure]:
    """The model's latency, and the time that each frame of a tune that descant wrote takes it on this machine."""
    samples = mono(find("sampler")(demo_notes()), MultistateTranscriber.rate)
    transcriber = MultistateTranscriber()
    block = round(MultistateTranscriber.rate / FRAME_RATE)
    taken = []
    for at in range(0, len(samples), block):
        start = time.perf_counter()
        transcriber.push(samples[at : at + block])
        taken.append(1000 * (time.perf_counter() - start))
    told = taken[len(taken) // 10 :]  # once what is done at first use is done
    return [
        Figure("latency at most, sound in blocks of a frame", 1000 * (LATENCY + 1 / FRAME_RATE), "ms"),
        Figure("from frame to frame", 1000 / FRAME_RATE, "ms"),
        Figure("computing a frame, median", float(np.median(told)), "ms"),
        Figure("computing a frame, 99 of 100", float(np.percentile(told, 99)), "ms"),
    ]
