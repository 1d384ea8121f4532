"""Compose: a chorale written to order, several drawn and the best kept, and what was asked beside what was reached.

Bars, tempo, chords and given notes are exact by the way the piece is drawn: what would break them has odds 0. A key is
kept to by its odds, and pieces that are heard in another one are drawn again. Of those that are left the one with the
fewest faults is kept (`chorale_faults.py`; a beat on which nobody moves is half a one), and of equals the one that
costs the model the fewest nats a token.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from descant import __version__, weights
from descant.composition.chorale_faults import faults
from descant.composition.chord_chart import ChordChart, chart, foreign
from descant.composition.chord_spans import BEAT, ChordSpan, Spans, ending, met, opening
from descant.composition.frames_before import key_of, profile
from descant.composition.jsb_raster import JsbRaster
from descant.composition.music_transformer import WEIGHTS, draw
from descant.composition.phrases import Cadence, cadences
from descant.composition.sonorities import pitch_classes
from descant.errors import InvalidValueError
from descant.harmony.roman import pitch_name
from descant.io.open import source_name
from descant.io.report import words
from descant.io.score.transposing import MAJOR, MINOR
from descant.pipelines.chorale_page import BAR, ChoralePage, grid_notes, signature
from descant.pipelines.given_chorale import GivenChorale, given_chorale, is_identical
from descant.pipelines.written import Told, check_drawing, or_none
from descant.types import Notes, Provenance, Score
from descant.types.arrays import FloatArray, IntArray
from descant.types.names import pitch_class

STYLES = ("chorale",)
BARS = 8
BPM = 72.0  # quarters a minute, where nobody asks for another tempo
MOST_BARS = 512  # with what is given; every frame is looked back at
DRAWN = 8
TOGETHER = 16_384  # steps of all pieces that are drawn side by side: 130 MB are kept of them
ROUNDS = 4  # of drawing, where none is heard in the key
HELD = 8  # steps that the last tonic is held for
STILL = 0.5  # of a fault, that a beat without a move is: what moves least has the fewest faults
NEAR = 0.9  # of how well the best key goes with given music, from where on another may be asked for
USUAL = "C G D A F Bb Eb", "A E B F# D G C"  # majors and minors that Bach wrote chorales in
KEY = re.compile(r"([A-Ga-g])([#b]?)[ -]*((?i:major|minor|maj|min)|m|)")
_RASTER = JsbRaster()

Progress = Callable[[float], None]


@dataclass(frozen=True, eq=False)
class Composition:
    """A piece, on the page and as notes, and what is to be said of it."""

    page: ChoralePage
    told: tuple[Told, ...]
    said: tuple[str, ...]  # what of given music was changed
    faults: dict[str, int]
    nats: float  # a token that was written
    drawn: int

    @property
    def made_by(self) -> Provenance | None:
        return self.page.made_by

    @property
    def score(self) -> Score:
        return self.page.score()

    @property
    def notes(self) -> Notes:
        return self.page.notes()


@dataclass(frozen=True, eq=False)
class _Candidate:
    tokens: IntArray
    frames: IntArray
    faults: dict[str, int]
    nats: float
    still: int  # beats of what was written on which nobody moves
    key: int  # heard in what was written

    @property
    def order(self) -> tuple[float, float]:
        return sum(self.faults.values()) + STILL * self.still, self.nats


def compose(
    given: str | os.PathLike[str] | Notes | Score | None = None,
    *,
    style: str = "chorale",
    bars: int | None = None,
    key: str = "",
    tempo: float | None = None,
    chords: str = "",
    seed: int = 0,
    best_of: int = DRAWN,
    progress: Progress = lambda _: None,
) -> Composition:
    """A chorale of so many bars of 4/4, after given music or from nothing.

    given: MIDI or a score in four voices, which comes back as it is. bars: to be written, as many as the chords have,
    else BARS. key: such as `D minor`; of given music its own, of chords what they are heard in, else drawn. tempo:
    quarters a minute. chords: a chart (`chord_chart.py`). best_of: pieces to choose from.

    Raises InvalidValueError with the reason where that cannot be, MissingDataError where the model is not there.
    """
    if style not in STYLES:
        raise InvalidValueError(f"there is no style {style!r}; there is: {', '.join(STYLES)}")
    check_drawing(best_of, seed, tempo)
    plan = chart(chords) if chords else None
    number = bars_asked(bars, plan, BARS)
    before = given_chorale(given) if given is not None else None
    start = before.bar_line if before else 0
    end = start + number * BAR
    if end > MOST_BARS * BAR:
        with_given = f" after {start / BAR:g} that are given" if before else ""
        raise InvalidValueError(
            f"{number} bars{with_given} are more than the {MOST_BARS} that are kept in mind at once; ask for fewer"
        )
    rng = np.random.default_rng(seed)
    wanted, why = key_asked(key, before, plan, rng)
    name = key_name(wanted)
    page_key = signature(key_spelled(key) if key else name)
    closes = cadences(start, end, wanted % 12, mode_of(wanted), rng) if plan is None else []
    spans = [*_spans(wanted, plan, start, end, opens=before is None), *(span for one in closes for span in one.spans)]
    card, _ = weights.find(WEIGHTS)
    fixed = plan is None or bool(key)  # whether pieces in another key than the wanted one are drawn again
    candidates = _draw(before, end, wanted, spans, rng, best_of, progress)
    drawn = len(candidates)
    kept = [one for one in candidates if one.key == wanted or not fixed]
    for _ in range(ROUNDS - 1):
        if kept:
            break
        more = _draw(before, end, wanted, spans, rng, best_of, progress)
        drawn += len(more)
        candidates += more
        kept = [one for one in more if one.key == wanted]
    if not kept and not key:
        kept = candidates  # nobody asked for the key; the one that is heard is told
    if not kept:
        others = [key_name(one.key) for one in candidates]
        most = max(sorted(set(others)), key=others.count)
        raise InvalidValueError(
            f"of {drawn} pieces none is heard in {key_spelled(key)}, most in {most}; "
            f"{'these chords lead there' if plan else 'ask for more bars, or another seed'}"
        )
    best = min(kept, key=lambda one: one.order)
    tempos = ((0.0, float(tempo)),) if tempo is not None else before.tempos if before else ((0.0, BPM),)
    request: dict[str, Any] = {
        "style": style,
        "continue": source_name(given) if given is not None else "",
        "bars": bars,
        "key": key,
        "tempo": tempo,
        "chords": chords,
        "seed": seed,
        "best_of": best_of,
        "weights": card.sha256,
    }
    called = key_spelled(key) if key else name if plan is None else key_name(best.key)
    written = len(before.tokens) if before else 0
    upbeat = before.upbeat if before else 0
    struck = [*range(upbeat, end, BAR), *(one.start for one in spans if one.held)]
    lines = grid_notes(best.frames[written:], written, struck)
    page = ChoralePage(
        tuple((*own, *new) for own, new in zip(before.voices if before else ((),) * len(lines), lines, strict=True)),
        end,
        page_key,
        tempos,
        upbeat,
        tuple((start + one.start, one.label) for one in plan.chords) if plan else (),
        (before.title if before else "") or f"Chorale in {words.key_name(called)}",
        phrases=tuple(one.end for one in closes),
        made_by=Provenance(WEIGHTS.replace("_", "-"), __version__, request),
    )
    told = _told(request, page, best, before, plan, spans, closes, why, drawn)
    return Composition(page, told, before.said if before else (), best.faults, best.nats, drawn)


def bars_asked(bars: int | None, plan: ChordChart | None, usual: int) -> int:
    """How many bars are to be written. Raises InvalidValueError where chords fill others."""
    if bars is not None and bars < 1:
        raise InvalidValueError(f"a piece has 1 bar or more, not {bars}")
    if plan is not None and bars is not None and plan.bars != bars:
        raise InvalidValueError(
            f"the chords fill {plan.bars} bars, and {bars} are asked for: leave --bars out, or write a chord for each"
        )
    return plan.bars if plan is not None else usual if bars is None else bars


def key_asked(
    key: str, before: GivenChorale | None, plan: ChordChart | None, rng: np.random.Generator
) -> tuple[int, str]:
    """The key as a number, and where it comes from. Raises InvalidValueError where what is asked contradicts itself."""
    asked = key_number(key_spelled(key)) if key else None
    if asked is not None:
        signature(key_spelled(key))
        chord = foreign(plan, asked % 12, mode_of(asked)) if plan else None
        if chord is not None:
            raise InvalidValueError(
                f"{chord.text} in bar {chord.start // BAR + 1} has no tone in common with {key_spelled(key)}: "
                "ask for another key, or other chords"
            )
        sung = _classes(plan) if plan else np.zeros(12)
        if plan and plan.chords and likeness(sung, asked) <= 0:
            raise InvalidValueError(
                f"the chords are heard in {key_name(key_of(sung))}, not in {key_spelled(key)}: ask for another key, or "
                "other chords"
            )
    if before is not None:
        classes = pitch_classes(_RASTER.frames(before.tokens.ravel())).sum(axis=0)
        heard = key_of(classes)
        if asked is None:
            return heard, "as what is given"
        if likeness(classes, asked) < NEAR * likeness(classes, heard):
            raise InvalidValueError(
                f"what is given is heard in {key_name(heard)}, not in {key_spelled(key)}; go on in its key, or "
                "transpose it"
            )
    if asked is not None:
        return asked, "as asked"
    if plan is not None:
        if not plan.chords:
            raise InvalidValueError("the chart has no chord; leave --chords out")
        return key_of(_classes(plan)), "as the chords are heard"
    minor = int(rng.integers(2))
    return key_number(f"{rng.choice(USUAL[minor].split())} {('major', 'minor')[minor]}"), "drawn"


def _classes(plan: ChordChart) -> FloatArray:
    """How long each pitch class is a tone of a chart's chords, (12,)."""
    classes = np.zeros(12)
    for one in plan.chords:
        classes[[(one.root + step) % 12 for step in one.intervals]] += one.stop - one.start
    return classes


def likeness(classes: FloatArray, key: int) -> float:
    """How well pitch classes go with a key, as `key_of` compares them."""
    return float((profile(key) - profile(key).mean()) @ classes)


def _spans(key: int, plan: ChordChart | None, start: int, end: int, *, opens: bool) -> list[ChordSpan]:
    if plan is not None:
        return plan.spans(start)
    tonic, mode = key % 12, mode_of(key)
    return [*([opening(tonic, mode)] if opens else []), *ending(end, tonic, mode, HELD)]


def _draw(
    before: GivenChorale | None,
    end: int,
    key: int,
    spans: list[ChordSpan],
    rng: np.random.Generator,
    number: int,
    progress: Progress,
) -> list[_Candidate]:
    given = before.tokens if before else None
    first = 0 if given is None else len(given)
    upbeat = before.upbeat if before else 0
    together = max(1, min(number, TOGETHER // end))
    found: list[_Candidate] = []
    while len(found) < number:
        some = min(together, number - len(found))
        done = len(found)

        def told(share: float, done: int = done, some: int = some) -> None:
            progress((done + share * some) / number)

        rule = Spans(spans)
        for one in draw([end - first] * some, rng, given=given, key=key, rule=rule, progress=told):
            frames = _RASTER.frames(one.frames.ravel())
            new = frames[max(0, first - 1) :]  # with the step that leads into it
            bar_line = (upbeat - max(0, first - 1)) % BAR
            heard = key_of(pitch_classes(frames[first:]).sum(axis=0))
            wrong, nats = faults(new, bar_line), float(one.nats[first:].mean())
            beats = (np.diff(new, axis=0) == 0).all(axis=1)[(bar_line - 1) % BEAT :: BEAT]
            found.append(_Candidate(one.frames, frames, wrong, nats, int(beats.sum()), heard))
    return found


def _told(
    request: dict[str, Any],
    page: ChoralePage,
    best: _Candidate,
    before: GivenChorale | None,
    plan: ChordChart | None,
    spans: list[ChordSpan],
    closes: list[Cadence],
    why: str,
    drawn: int,
) -> tuple[Told, ...]:
    """What was asked for and what is measured of the piece as it was written."""
    last = best.frames[-1]
    held = int(np.argmax((best.frames[::-1] != last).any(axis=1))) or len(best.frames)
    kept, asked = met(spans, best.frames)
    bass = tone_name(int(last[-1]) % 12, page.key.sharps)
    first = page.upbeat / 4
    tempos = sorted({bpm for _, bpm in page.tempos})
    written = (page.length - (before.bar_line if before else 0)) / BAR
    rows = [
        Told("bars", or_none(request["bars"]), f"{written:g} of 4/4" + (f", upbeat of {first:g}" if first else "")),
        Told("key", request["key"] or "-", f"{why}; heard in {key_name(best.key)}"),
        Told("ending", "-", f"{'last chord' if plan else 'tonic'} over {bass}, held for {held / 4:g} quarters"),
        *(
            [Told("phrases", "-", f"{len(closes) + 1}, closing on {', '.join(one.on for one in closes)}")]
            if closes
            else []
        ),
        Told("tempo", or_none(request["tempo"]), " and ".join(f"{one:g}" for one in tempos) + " quarters a minute"),
        Told("seed", str(request["seed"]), str(request["seed"])),
        Told("best of", str(request["best_of"]), f"{drawn} drawn"),
    ]
    if plan is not None:
        rows.append(Told("chords", f"{len(plan.chords)} in {plan.bars} bars", f"sung on {kept} of {asked} beats"))
    if before is not None:
        same = "as they were" if is_identical(before, best.tokens) else "changed"
        notes = sum(map(len, before.voices))
        filled = before.bar_line - len(before.tokens)
        rest = f"; {filled / 4:g} quarters fill its last bar" if filled else ""
        rows.append(Told("given", request["continue"], f"{notes} notes {same}{rest}"))
    counted = ", ".join(f"{name}: {count}" for name, count in best.faults.items() if count) or "none"
    return (*rows, Told("faults", "-", counted), Told("nats a token", "-", f"{best.nats:.3f}"))


def tone_name(tone: int, sharps: int) -> str:
    """The name of a pitch class that stands nearest to a signature on the line of fifths."""
    nearest = min((one for one in range(-8, 13) if 7 * one % 12 == tone), key=lambda one: abs(one - sharps - 2))
    return pitch_name(nearest)


def key_spelled(key: str) -> str:
    """A key as `Eb major`, from that, `Ebm`, `e minor`. Raises InvalidValueError."""
    found = KEY.fullmatch(key.strip())
    if found is None:
        raise InvalidValueError(f"{key!r} is no key; write D minor, Eb major, Dm or Eb")
    letter, sign, mode = found.groups()
    mode = mode.lower()
    minor = mode in ("minor", "min", "m") or (not mode and letter.islower())
    return f"{letter.upper()}{sign} {'minor' if minor else 'major'}"


def key_number(key: str) -> int:
    tonic, _, mode = key.partition(" ")
    return pitch_class(tonic) + 12 * (mode == "minor")


def mode_of(key: int) -> str:
    return "minor" if key >= 12 else "major"


def key_name(key: int) -> str:
    """A key by its simpler name: of those with the same tonic, the one of fewer signs."""
    names = MINOR if key >= 12 else MAJOR
    near = sorted(range(len(names)), key=lambda at: (abs(at - 7), at))
    return f"{next(names[at] for at in near if pitch_class(names[at]) == key % 12)} {mode_of(key)}"
