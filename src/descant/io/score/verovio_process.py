"""A score's pages as verovio draws them, in a process of their own: repeats within repeats cost it ever more time."""

from __future__ import annotations

import re

from descant.io.score.engrave import HEADER, HEIGHT, MARGIN, WIDTH, headed
from descant.io.score.own_process import serve
from descant.io.score.text_signs import with_outlines
from descant.io.score.transposing import written_sharps
from descant.io.score.write_musicxml import musicxml
from descant.types.score import KeySignature, Score, ScorePart

SCALE = 95  # per cent of a staff of 7.2 mm
KEY_CHANGE_OR_MEASURE = r"<scoreDef[^>]*>((?:(?!</scoreDef>).)*<keySig.*?)</scoreDef>|<measure "  # in MEI
DOUBLE_SHARP, DOUBLE_FLAT = "\U0001d12a", "\U0001d12b"
OPTIONS = {
    "pageWidth": WIDTH * 100 // SCALE,
    "pageMarginLeft": MARGIN * 100 // SCALE,
    "pageMarginRight": MARGIN * 100 // SCALE,
    "pageMarginTop": MARGIN * 100 // SCALE,
    "pageMarginBottom": MARGIN * 100 // SCALE,
    "scale": SCALE,
    "header": "none",
    "footer": "none",
    "adjustPageHeight": False,
    "svgViewBox": True,
    "svgRemoveXlink": True,
    "smuflTextFont": "none",
    # Readers' fonts are wider and higher than the one that verovio measures.
    "lyricWordSpace": 2.0,
    "lyricTopMinMargin": 4.0,
    "xmlIdSeed": 1,
    "breaks": "auto",
}


def _drawn(score: Score) -> list[str]:
    import verovio

    verovio.enableLog(verovio.LOG_OFF)
    toolkit = verovio.toolkit()
    head = HEADER if headed(score) else 0
    toolkit.setOptions({**OPTIONS, "pageHeight": (HEIGHT - head) * 100 // SCALE})
    toolkit.loadData(musicxml(score, named=True))
    if score.chords and (found := toolkit.getMEI()) != (mended := _with_wide_symbols(found)):
        toolkit.loadData(mended)
    if len({(part.sound.drum, _sharps(part, KeySignature(0))) for part in score.parts}) > 1:
        toolkit.loadData(_each_in_its_key(toolkit.getMEI(), score))
    return [with_outlines(toolkit.renderToSVG(number)) for number in range(1, toolkit.getPageCount() + 1)]


def _with_wide_symbols(mei: str) -> str:
    """Verovio's MEI with chord symbols of letters that every font has, and room for signs, which are drawn wider."""

    def mended(found: re.Match[str]) -> str:
        text = found[0].replace(DOUBLE_SHARP, "\u266f\u266f").replace(DOUBLE_FLAT, "\u266d\u266d")
        return text + "&#xa0;" if len(re.findall("[\u266d\u266f]", text)) > 1 else text

    return re.sub(r"<harm [^>]*>[^<]*", mended, mei)


def _each_in_its_key(mei: str, score: Score) -> str:
    """Verovio's MEI with every staff's own key where the key changes: it takes the first part's for all of them."""
    head, body, rest = mei.partition("<section")
    before = -1  # the measure that was last begun

    def changed(found: re.Match[str]) -> str:
        nonlocal before
        if found[0] == "<measure ":
            before += 1
            return found[0]
        signs = "".join(
            f'<staffDef n="{number}"><keySig sig="{_signature(part, score.measures[before + 1].key)}"/></staffDef>'
            for number, part in enumerate((part for part in score.parts for _ in range(part.staves)), 1)
        )
        without = re.sub(r"<keySig[^>]*/>", "", found[1])
        return f"<scoreDef><staffGrp>{signs}</staffGrp>{without}</scoreDef>"

    return head + re.sub(KEY_CHANGE_OR_MEASURE, changed, body + rest, flags=re.DOTALL)


def _signature(part: ScorePart, key: KeySignature) -> str:
    """In MEI: 3f is three flats."""
    sharps = _sharps(part, key)
    return f"{sharps}s" if sharps > 0 else f"{-sharps}f" if sharps else "0"


def _sharps(part: ScorePart, key: KeySignature) -> int:
    """The signature that a part's staff shows; drums have none."""
    return 0 if part.sound.drum else written_sharps(key.sharps, part.transposition)


if __name__ == "__main__":
    serve(_drawn)
