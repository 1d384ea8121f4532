"""The page's head and foot: what the piece is, in a few facts, and which transform said so."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

import numpy as np

from descant.io.report.words import key_name, number
from descant.io.times import clock
from descant.types import FIELDS, Keys, Loudness, Meter, Piece, Tags, Tempo, Tuning
from descant.types.annotations import GENRE, INSTRUMENT

Fact = tuple[str, str, str]  # name, value, and what else there is to say about it

_NAMES = {"meter": "metre", "pitch": "melody"}


def title(piece: Piece) -> str:
    """The piece's title, else its file's name without its ending."""
    return piece.tags.get("title") or Path(file_name(piece)).stem or "Untitled"


def file_name(piece: Piece) -> str:
    """The last part of the source's path."""
    return Path(piece.file).name


def summary_html(piece: Piece) -> str:
    """The facts as a definition list."""
    return "\n".join(
        f"<div><dt>{escape(name)}</dt><dd>{escape(value)}<small>{escape(more)}</small></dd></div>"
        for name, value, more in facts(piece)
    )


def facts(piece: Piece) -> Iterator[Fact]:
    """Key, tempo, metre, length, tuning, loudness, instruments and genre: those that were asked for."""
    keys, tempo, meter, tags = piece.get(Keys), piece.get(Tempo), piece.get(Meter), piece.get(Tags)
    if keys is not None:
        yield "Key", _capital(key_name(keys.overall)), _sure(keys.overall_confidence)
    if tempo is not None:
        yield _tempo(tempo)
    if meter is not None:
        yield "Metre", meter.signature or "None found", _sure(meter.confidence)
    yield "Length", clock(round(piece.duration)), f"{number(piece.duration)} seconds"
    tuning, loudness = piece.get(Tuning), piece.get(Loudness)
    if tuning is not None:
        cents = f"{'+' if tuning.cents > 0 else ''}{number(tuning.cents)} cents"
        yield "Tuning", f"A = {number(440 * 2 ** (tuning.cents / 1200))} Hz", f"{cents}, {_sure(tuning.confidence)}"
    if loudness is not None:
        yield _loudness(loudness)
    if tags is not None:
        yield from _tags(tags)


def warnings_html(piece: Piece) -> str:
    """What was odd about the recording; nothing where nothing was."""
    items = "".join(f"<li>{escape(_capital(warning))}.</li>" for warning in piece.warnings)
    return f'<ul class="warnings" aria-label="Warnings">{items}</ul>' if items else ""


def provenance_html(piece: Piece) -> str:
    """The rows of a table: each annotation, the transform that made it, its version and its parameters."""
    names = {kind: name for name, kind in FIELDS.items()}
    rows = []
    for one in (*piece.corrections, *piece.estimates):
        kind: Any = type(one)
        by = one.made_by
        maker = by.transform if by else "a person" if one in piece.corrections else "not recorded"
        settings = ", ".join(f"{key} = {_setting(value)}" for key, value in by.parameters.items()) if by else ""
        cells = (maker, by.version if by else "", settings or "none", _mean_confidence(one))
        name = _NAMES.get(names[kind], names[kind])
        beside = "" if piece.get(kind) is one else " (not shown)"
        rows.append(
            f'<tr><th scope="row">{escape(name + beside)}</th>'
            + "".join(f"<td>{escape(c)}</td>" for c in cells)
            + "</tr>"
        )
    return "\n".join(rows)


def _tempo(tempo: Tempo) -> Fact:
    if not tempo.candidates:
        return "Tempo", "No pulse", ""
    first, *others = tempo.candidates
    other = f", or {number(others[0].bpm)} ({others[0].confidence:.2f})" if others else ""
    return "Tempo", f"{number(first.bpm)} bpm", _sure(first.confidence) + other


def _loudness(loudness: Loudness) -> Fact:
    more = []
    if loudness.true_peak_dbtp is not None:
        more.append(f"true peak {number(loudness.true_peak_dbtp)} dBTP")
    if loudness.range_lu is not None:
        more.append(f"range {number(loudness.range_lu)} LU")
    if loudness.integrated_lufs is None:
        return "Loudness", "Not measurable", ", ".join(more) or "silent or too short"
    return "Loudness", f"{number(loudness.integrated_lufs)} LUFS", ", ".join(more)


def _tags(tags: Tags) -> Iterator[Fact]:
    instruments, genres = tags.seconds(INSTRUMENT), tags.seconds(GENRE)
    order = "the longest heard first" if len(instruments) > 1 else ""
    yield "Instruments", _capital(", ".join(instruments)) or "None found", order
    if genres:
        yield "Genre", _capital(", ".join(genres)), ""


def _sure(confidence: float) -> str:
    return f"confidence {confidence:.2f}"


def _mean_confidence(annotation: Any) -> str:
    if isinstance(annotation, Tempo):
        return f"{annotation.candidates[0].confidence:.2f}" if annotation.candidates else ""
    values = np.atleast_1d(annotation.confidence)
    return f"{float(np.mean(values)):.2f}" if values.size else ""


def _setting(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
