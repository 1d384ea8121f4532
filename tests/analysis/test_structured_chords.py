"""Answers that we write down become the chords they stand for; sound without music becomes no chord."""

import numpy as np
import pytest

from descant.analysis.beat_steps import Steps, beat_steps
from descant.analysis.structured_chords import SLICES, decode, heard, structured_chords
from descant.features.vqt import BINS
from descant.types import Audio, Beats
from descant.types.chord_vocabulary import NONE, TAGS, UNKNOWN, Chord, parse, tones
from tests.analysis.test_key_profiles import RATE, play


def answers(labels: list[str], sure: float = 0.9) -> dict[str, np.ndarray]:
    """What a network that holds these chords likely would say, one a step."""
    chords = [parse(label) for label in labels]
    found = {"root": 13, "pitch_classes": 12, "bass": 13, "tag": TAGS}
    answer = {name: np.full((len(labels), size), (1 - sure) / size) for name, size in found.items()}
    for at, chord in enumerate(chords):
        assert chord is not None
        answer["root"][at, chord.root] += sure
        answer["bass"][at, chord.bass] += sure
        answer["tag"][at, chord.tag] += sure
        answer["pitch_classes"][at] = np.where(tones(chord) > 0, sure, 1 - sure)
    return answer


def steps_of(count: int) -> Steps:
    """Half beats of half a second in 4/4."""
    return beat_steps(Beats(np.arange(count // 2), np.arange(count // 2) % 4 + 1), count / 2)


def test_clear_answers_are_taken_at_their_word_with_inversions() -> None:
    labels = ["C:maj"] * 8 + ["G:maj/3"] * 8 + ["A:min7"] * 8 + ["F:maj7/5"] * 4 + ["G:sus4"] * 4 + ["N"] * 8
    chords = decode(answers(labels), steps_of(len(labels)))
    assert chords.label == ("C:maj", "G:maj/3", "A:min7", "F:maj7/5", "G:sus4", "N")
    np.testing.assert_allclose(chords.start, [0, 4, 8, 12, 14, 16])
    assert chords.end[-1] == 20.0
    assert (chords.confidence > 0.9).all()


def test_a_doubtful_half_beat_does_not_change_the_chord() -> None:
    answer = answers(["C:maj"] * 16)
    doubtful = answers(["A:min7"] * 16, sure=0.6)
    for name in answer:
        answer[name][5] = doubtful[name][5]
    chords = decode(answer, steps_of(16))
    assert chords.label == ("C:maj",)
    assert chords.confidence[0] < decode(answers(["C:maj"] * 16), steps_of(16)).confidence[0]


def test_a_change_in_doubt_goes_to_the_downbeat() -> None:
    answer = answers(["C:maj"] * 8 + ["F:maj"] * 8)
    for name in answer:  # three half beats around the bar line say nothing
        answer[name][6:9] = answers(["C:maj"], sure=0.0)[name] if name != "pitch_classes" else 0.5
    assert decode(answer, steps_of(16)).start[1] == 4.0


def test_the_structure_decides_between_tags_in_doubt() -> None:
    answer = answers(["C:maj"] * 8)
    relative = answers(["A:min"] * 8)
    answer["tag"] = (answer["tag"] + relative["tag"]) / 2
    assert decode(answer, steps_of(8)).label == ("C:maj",)
    assert decode({**relative, "tag": answer["tag"]}, steps_of(8)).label == ("A:min",)


def test_transposing_the_answers_transposes_the_chords() -> None:
    labels = ["C:maj"] * 8 + ["D:min7/b3"] * 8 + ["G:7"] * 8
    answer = answers(labels, sure=0.7)
    plain = decode(answer, steps_of(24))
    for up in (1, 5, 7):
        turned = {
            "root": np.concatenate([np.roll(answer["root"][:, :12], up, 1), answer["root"][:, 12:]], 1),
            "bass": np.concatenate([np.roll(answer["bass"][:, :12], up, 1), answer["bass"][:, 12:]], 1),
            "pitch_classes": np.roll(answer["pitch_classes"], up, 1),
            "tag": np.concatenate(
                [np.roll(answer["tag"][:, :-2].reshape(24, -1, 12), up, 2).reshape(24, -1), answer["tag"][:, -2:]], 1
            ),
        }
        moved = decode(turned, steps_of(24))
        np.testing.assert_array_equal(moved.start, plain.start)
        for one, other in zip(plain.label, moved.label, strict=True):
            before, after = parse(one), parse(other)
            assert before is not None
            assert after == Chord((before.root + up) % 12, before.quality, (before.bass + up) % 12)


def test_roots_are_spelled_by_the_key() -> None:
    flat = decode(answers((["Ab:maj"] * 8 + ["Db:maj"] * 8 + ["Eb:maj"] * 8) * 4), steps_of(96))
    assert flat.label[:3] == ("Ab:maj", "Db:maj", "Eb:maj")
    sharp = decode(answers((["E:maj"] * 8 + ["C#:min"] * 8 + ["B:maj"] * 8) * 4), steps_of(96))
    assert sharp.label[:3] == ("E:maj", "C#:min", "B:maj")


def test_the_unknown_tag_never_comes_out() -> None:
    answer = answers(["C:maj"] * 8)
    answer["tag"][:] = 1e-6
    answer["tag"][:, UNKNOWN] = 1.0
    assert decode(answer, steps_of(8)).label == ("C:maj",)
    assert parse("N") == Chord(NONE, 0, NONE)


def test_what_the_network_looks_at() -> None:
    levels = np.random.default_rng(0).random((125, BINS)).astype(np.float16)
    shown = heard(levels, np.arange(0, 10.1, 0.5))
    assert shown.shape == (20, SLICES, BINS)
    np.testing.assert_allclose(shown.mean(axis=(0, 1)), levels.mean(axis=0), atol=0.01)


@pytest.mark.parametrize("cents", [0, 30])
def test_a_played_progression(cents: int) -> None:
    triads = {
        "C:maj": (36, 60, 64, 67),
        "A:min": (33, 57, 60, 64),
        "F:maj": (41, 60, 65, 69),
        "G:maj": (43, 59, 62, 67),
    }
    sound = play([tuple(pitch + cents / 100 for pitch in one) for one in triads.values()] * 3, seconds=2.0)
    chords = structured_chords(Audio(sound, RATE), Beats(np.arange(48) / 2, np.arange(48) % 4 + 1))
    assert chords.label == tuple(triads) * 3
    np.testing.assert_allclose(chords.start, np.arange(12) * 2.0)


@pytest.mark.parametrize("frames", [0, 1, 220, 5 * RATE])
def test_silence_has_no_chord(frames: int) -> None:
    chords = structured_chords(Audio(np.zeros((2, max(frames, 1)), np.float32), RATE), Beats([], []))
    assert set(chords.label) <= {"N"}
