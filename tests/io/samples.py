"""A piece that holds everything, and a way to compare."""

import dataclasses

import numpy as np

from descant.types import (
    Beats,
    Chords,
    ControlChange,
    Keys,
    Loudness,
    Meter,
    MeterChange,
    Notes,
    Part,
    Piece,
    PitchBend,
    PitchContour,
    Provenance,
    Sections,
    Tags,
    Tempo,
    TempoCandidate,
    TempoChange,
    Tuning,
)


def by(name, **parameters):
    return Provenance(name, "0.1.0", parameters)


def full_piece():
    return Piece(
        file='a "song", é 🎵.mp3',
        duration=20.25,
        tags={"title": "A song", "artist": "Nobody", "album": "None"},
        warnings=("clipped: a bit",),
        estimates=(
            Tempo((TempoCandidate(120.5, 0.75), TempoCandidate(60.25, 0.25)), by("tempogram")),
            Meter("4/4", 0.5, by("bar-count")),
            Beats(np.arange(40) / 2 + 0.125, np.arange(40) % 4 + 1, np.round(np.arange(40) / 40, 4), by("hmm", most=4)),
            Beats([1.0, 2.0], [0, 0], made_by=by("dp", list=[1, 2.5, None], title="x")),
            Keys([0.0, 8.0], [8.0, 20.0], ["D minor", "F# major"], [0.5, 0.25], by("profiles"), "D minor", 0.75),
            Chords([0.0, 3.25], [3.0, 5.5], ["D:min7/b3", "N"], [0.5, 1.0], by("templates")),
            Sections([0.0, 10.0], [10.0, 20.0], ["A", "B"], [0.5, 0.5], by("novelty")),
            Notes(
                [0.0, 1.0, 1.5],
                [1.0, 1.75, 2.0],
                [60, 62, 38],
                [80, 90, 100],
                [0, 0, 1],
                (Part("piano", 3), Part("kit", 0, True)),
                (PitchBend(0, 0.5, 0.25),),
                (ControlChange(1, 0.25, 64, 127),),
                (TempoChange(0.0, 120.5),),
                (MeterChange(0.0, 4, 4),),
                [0.5, 0.25, 1.0],
                by("nmf"),
            ),
            PitchContour([0.0, 0.02, 0.04], [440.0, 0.0, 441.5], [True, False, True], [0.5, 0.25, 1.0], by("f0")),
            Tuning(3.25, 0.5, by("histogram")),
            Loudness(-14.5, None, 5.25, 1.0, by("bs1770")),
            Tags(
                [0.0, 0.0, 4.5],
                [20.25, 3.0, 9.0],
                ["rock", "piano", "drums"],
                ["genre", "instrument", "instrument"],
                [0.75, 0.5, 1.0],
                by("instruments"),
            ),
        ),
        corrections=(Beats([1.0, 2.0], [1, 2]), Meter("3/4")),
    )


def same(one, two):
    """Equal through and through: dataclasses field by field, arrays entry by entry."""
    if dataclasses.is_dataclass(one):
        return type(one) is type(two) and all(
            same(getattr(one, field.name), getattr(two, field.name)) for field in dataclasses.fields(one)
        )
    if isinstance(one, np.ndarray):
        return np.array_equal(one, two)
    if isinstance(one, tuple):
        return len(one) == len(two) and all(map(same, one, two))
    return one == two


def same_piece(one, two):
    """`same`, whatever the order of the types; within a type the order counts, because the first is the chosen one."""
    return same(_by_type(one), _by_type(two))


def _by_type(piece):
    def key(annotation):
        return type(annotation).__name__

    return dataclasses.replace(
        piece,
        estimates=tuple(sorted(piece.estimates, key=key)),
        corrections=tuple(sorted(piece.corrections, key=key)),
    )
