"""Heard beats written into notes as a tempo map, so that a sequencer's bars are the bars that were heard."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from descant.types import Beats, Meter, MeterChange, Notes, TempoChange

FASTEST, SLOWEST = 1000.0, 10.0  # bpm: what lies beyond is no tempo but a gap in the beats


def with_tempo_map(notes: Notes, beats: Beats | None, meter: Meter | None) -> Notes:
    """The notes with one tempo a bar, and with the metre; unchanged where no downbeats were heard.

    Beats before the first downbeat become a bar of their own, an upbeat as long as they are. The notes' times in
    seconds stay as they are.
    """
    if beats is None or len(beats.downbeats) < 2:
        return notes
    downbeats = beats.downbeats
    counts = np.diff(np.flatnonzero(beats.position == 1))  # beats of each bar
    tempos = list(60.0 * counts / np.diff(downbeats))
    unit = int(meter.signature.split("/")[1]) if meter is not None and meter.signature else 4
    upbeat = round(float(downbeats[0]) * tempos[0] / 60.0)  # in beats
    meters = [MeterChange(float(time), int(count), unit) for time, count in zip(downbeats, counts, strict=False)]
    changes = [TempoChange(float(time), float(bpm)) for time, bpm in zip(downbeats, tempos, strict=False)]
    if upbeat:
        meters.insert(0, MeterChange(0.0, min(upbeat, 64), unit))
        changes.insert(0, TempoChange(0.0, 60.0 * upbeat / float(downbeats[0])))
    else:  # the first downbeat is as good as the start
        meters[0], changes[0] = replace(meters[0], time=0.0), replace(changes[0], time=0.0)
    if not all(SLOWEST <= change.bpm <= FASTEST for change in changes):
        return notes
    # A quarter note is what MIDI counts; the beat is one `unit`-th of a whole note.
    quarters = [replace(change, bpm=change.bpm * 4 / unit) for change in changes]
    kept = [one for at, one in enumerate(meters) if at == 0 or one.numerator != meters[at - 1].numerator]
    return replace(notes, tempos=tuple(quarters), meters=tuple(kept))
