"""Takes for a browser's tests: what is asked for is written by hand, not by a model, so that it is there at once."""

from dataclasses import replace
from pathlib import Path

from descant.errors import InvalidValueError
from descant.io.save import save
from descant.pipelines.inpainting import asked_bars
from descant.studio.pieces import PieceStore
from descant.studio.work_listen import listen
from descant.types.score import SpelledPitch

NEW = ("D5", "E5", "F5", "G5")


def work(argument, progress):
    """Every note of some bars of the tracks asked for becomes another one, by take. A seed of 13 is refused."""
    if argument["seed"] == 13:
        raise InvalidValueError("song: is <b>not</b> to be written")
    store = PieceStore(Path(argument["home"]))
    score = store.score(argument["piece"])
    first, last = asked_bars(argument["bars"])
    upbeat = int(score.measures[0].number == "0")
    made = []
    for take in range(argument["takes"]):
        progress(take / argument["takes"])

        def changed(part, take=take):
            if part.name not in argument["tracks"] and argument["tracks"]:
                return part
            pitch = SpelledPitch.named(NEW[take])
            rows = [
                tuple(replace(one, pitches=(pitch,)) for one in row) if first <= at + 1 - upbeat <= last else row
                for at, row in enumerate(part.measures)
            ]
            return replace(part, measures=tuple(rows))

        path = save(
            replace(score, parts=tuple(map(changed, score.parts))), store.folder.parent / f"take{take}.musicxml"
        )
        piece = store.add(
            f"take {take + 1}",
            path,
            "score",
            parent=argument["piece"],
            take=take + 1,
            batch=argument["batch"],
            made={"what": "inpaint", "bars": argument["bars"], "tracks": argument["tracks"], "seed": take},
            kept=False,
            told=[{"what": "faults", "asked": "-", "reached": "none"}],
            move=True,
        )
        listen(store, piece)
        made.append(piece)
    return {"pieces": made, "said": []}
