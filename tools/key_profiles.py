"""Counts how often each pitch class sounds under a key signature: the constants of `notation/key_signature.py`.

python tools/key_profiles.py, with When in Rome under DESCANT_DATA; takes the training pieces whose licence allows it.
"""

from __future__ import annotations

import zipfile
from pathlib import Path
from xml.etree import ElementTree

import numpy as np

from descant.datasets import when_in_rome
from descant.datasets.location import dataset_folder
from descant.evaluation.ears.collections.scores import may_train


def main() -> None:
    corpus = dataset_folder(when_in_rome.NAME, when_in_rome.PUBLISHED) / "Corpus"
    counts = {"major": np.zeros(12), "minor": np.zeros(12)}
    pieces = {"major": 0, "minor": 0}
    for path in sorted(corpus.rglob("score.mxl")):
        name = path.parent.relative_to(corpus).as_posix()
        analysis = path.parent / "analysis.txt"
        if not may_train(name) or name.startswith("Textbooks/") or not analysis.is_file():
            continue
        piece = when_in_rome.read_piece(path, analysis.read_text(encoding="utf-8", errors="replace"), name)
        signs = signature(path)
        if piece is None or not piece.trainable or signs is None:
            continue
        mode = piece.key[0].split()[1]
        classes = (piece.score.pitch - 7 * signs) % 12
        share = np.bincount(classes, piece.score.duration, 12)
        counts[mode] += share / share.sum()
        pieces[mode] += 1
    for mode, total in counts.items():
        print(mode, pieces[mode], "pieces:", ", ".join(f"{one:.3f}" for one in total / total.sum()))


def signature(path: Path) -> int | None:
    """Sharps of the only key signature of a score; None where there are several."""
    with zipfile.ZipFile(path) as archive:
        inner = next(one for one in archive.namelist() if one.endswith((".xml", ".musicxml")) and "META" not in one)
        root = ElementTree.fromstring(archive.read(inner))
    if root.find(".//transpose") is not None:
        return None
    found = {int(one.text or 0) for one in root.iter("fifths")}
    return found.pop() if len(found) == 1 else None


if __name__ == "__main__":
    main()
