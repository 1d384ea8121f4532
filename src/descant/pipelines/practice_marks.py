"""A page with what a take made of it: each kind of finding has its own sign and its own colour.

The colours are those of Okabe and Ito (Color Universal Design, 2008), which people who see few colours can tell apart;
the shapes tell the same without any.
"""

from __future__ import annotations

from collections.abc import Iterator

from descant.alignment.note_matching import NONE
from descant.alignment.practice import (
    EARLY,
    EXTRA,
    LATE,
    LOUD,
    MARK,
    MISSED,
    PAUSE,
    REPEATED,
    SKIPPED,
    SOFT,
    UNREPEATED,
    WRONG,
    Finding,
)
from descant.alignment.practice_page import Head
from descant.alignment.singing import FLAT, OCTAVE, SHARP
from descant.io.score.engrave import pages
from descant.io.score.marked import (
    BREAK,
    CROSS,
    DOWN,
    LEFT,
    PLUS,
    RIGHT,
    RING,
    TIP_DOWN,
    TIP_UP,
    UP,
    MeasureSign,
    NoteSign,
    PlaceSign,
    Sign,
    Signs,
    marked,
)
from descant.io.score.names import note_name
from descant.pipelines.practice import PracticeReport, played_name
from descant.types.score import STEPS, SpelledPitch

VERMILLION, BLUE, PURPLE, ORANGE = "#D55E00", "#0072B2", "#CC79A7", "#E69F00"
GREEN, SKY, GREY = "#009E73", "#56B4E9", "#555555"
SIGNS = {
    WRONG: (Sign(CROSS, VERMILLION), "wrong, and what it was"),
    MISSED: (Sign(RING, BLUE), "missed"),
    EXTRA: (Sign(PLUS, PURPLE), "extra"),
    OCTAVE: (Sign(TIP_UP, PURPLE), "another octave"),
    EARLY: (Sign(LEFT, ORANGE), "early"),
    LATE: (Sign(RIGHT, GREEN), "late"),
    LOUD: (Sign(UP, SKY), "too loud"),
    SOFT: (Sign(DOWN, SKY), "too soft"),
    SHARP: (Sign(TIP_UP, SKY), "sharp, in cents"),
    FLAT: (Sign(TIP_DOWN, SKY), "flat, in cents"),
    PAUSE: (Sign(BREAK, GREY), "pause"),
}
OVER = {SKIPPED: "skipped", REPEATED: "played again", UNREPEATED: "repeat left out", MARK: "mark not heard"}


def practice_pages(report: PracticeReport, name: object = "the score") -> list[str]:
    """The pages of the score, each an SVG, with what was found."""
    findings = report.judgement.findings
    notes: dict[tuple[str, str], NoteSign] = {}
    timed: set[tuple[float, int, str]] = set()
    places = []
    for one in findings:
        if one.kind in (EARLY, LATE):  # a chord has one arrow
            part = report.heads[one.note][0].part
            if (one.quarter, part, one.kind) in timed:
                continue
            timed.add((one.quarter, part, one.kind))
        if one.kind in (EXTRA, PAUSE):
            places += list(_placed(report, one))
        elif one.note != NONE:
            for head in report.heads[one.note]:
                look = SIGNS[one.kind][0]
                if one.kind == OCTAVE and one.amount < 0:
                    look = Sign(TIP_DOWN, look.colour)
                sign = NoteSign(_named(report, head), look, _beside(report, one))
                notes.setdefault((sign.name, sign.sign.shape), sign)
    shown = dict.fromkeys(one.kind for one in findings if one.kind in SIGNS)
    legend = [SIGNS[kind] for kind in SIGNS if kind in shown]
    return marked(pages(report.score, name), Signs(list(notes.values()), places, list(_over(report)), legend))


def _named(report: PracticeReport, head: Head) -> str:
    """The name of a note on the page as printed."""
    return note_name(head.part, report.played.page[head.measure], head.event, head.note)


def _beside(report: PracticeReport, one: Finding) -> str:
    if one.kind == WRONG:
        return played_name(report, one)[:-1] if one.played != NONE else f"{one.amount:+.1f}"
    if one.kind == OCTAVE:
        return "8"
    return f"{one.amount:+.0f}" if one.kind in (FLAT, SHARP) else ""


def _over(report: PracticeReport) -> Iterator[MeasureSign]:
    """What is said over whole measures, and the bars to practise first."""
    page = report.judgement.page
    words: dict[int, list[str]] = {}
    hatched = set()
    for one in report.judgement.findings:
        if one.kind in OVER:
            first, last = page.bar_of(one.quarter), page.bar_of(max(one.quarter, one.until - 1e-6))
            words.setdefault(report.played.page[first], []).append(OVER[one.kind])
            if one.kind == SKIPPED:
                hatched |= {report.played.page[bar] for bar in range(first, last + 1)}
    for rank, bar in enumerate(report.first, 1):
        yield MeasureSign(bar.measure, _numbered(rank, words.pop(bar.measure, [])), "black", boxed=True)
    for measure, said in words.items():
        yield MeasureSign(measure, ", ".join(dict.fromkeys(said)), GREY)
    for measure in sorted(hatched):
        yield MeasureSign(measure, "", GREY, hatched=True)


def _numbered(rank: int, words: list[str]) -> str:
    return ", ".join([f"practise {rank}", *dict.fromkeys(words)])


def _placed(report: PracticeReport, one: Finding) -> Iterator[PlaceSign]:
    """A sign between the notes around it: of an extra note on the staff that is nearest in pitch."""
    notes = report.judgement.page.notes
    bar = report.judgement.page.bar_of(one.quarter)
    here = [note for note in range(len(notes)) if report.heads[note][0].measure == bar and notes.duration[note] > 0]
    if not here:
        return
    pitch = int(notes.pitch[here].max())
    if one.kind == EXTRA and report.take is not None:
        pitch = int(report.take.pitch[one.played])
    near = min(here, key=lambda note: (abs(int(notes.pitch[note]) - pitch), abs(notes.onset[note] - one.quarter)))
    staff = _staff(report, report.heads[near][0])
    mine = [note for note in here if _staff(report, report.heads[note][0]) == staff]
    before = [note for note in mine if notes.onset[note] <= one.quarter + 1e-6] or mine[:1]
    after = [note for note in mine if notes.onset[note] > one.quarter + 1e-6]
    left, right = before[-1], after[0] if after else NONE
    stop = float(notes.onset[right]) if right != NONE else float(report.judgement.page.bars[bar + 1])
    share = min(max((one.quarter - float(notes.onset[left])) / max(stop - float(notes.onset[left]), 1e-6), 0.0), 0.9)
    steps = 0
    text = ""
    if one.kind == EXTRA and report.take is not None:
        text = played_name(report, one)
        steps = _letters(SpelledPitch.named(text)) - _letters(_pitch(report, report.heads[near][0]))
        share = max(share, 0.3)  # beside the note, not on it
        text = text[:-1]
    elif one.kind == PAUSE:
        share, text = share - 0.25, f"{one.amount:.1f} s"
    yield PlaceSign(
        report.played.page[bar],
        _named(report, report.heads[left][0]),
        _named(report, report.heads[right][0]) if right != NONE else "",
        share,
        _named(report, report.heads[near][0]),
        steps,
        SIGNS[one.kind][0],
        text,
    )


def _staff(report: PracticeReport, head: Head) -> tuple[int, int]:
    return head.part, report.played.score.parts[head.part].measures[head.measure][head.event].staff


def _pitch(report: PracticeReport, head: Head) -> SpelledPitch:
    return report.played.score.parts[head.part].measures[head.measure][head.event].pitches[head.note]


def _letters(pitch: SpelledPitch) -> int:
    """Letters above C of octave 0."""
    return 7 * pitch.octave + STEPS.index(pitch.step)
