"""Voices: one as long as one will do, two where notes are held while others move."""

from descant.transcription.notation.voices import LOWER, UPPER, Onset, voices


def test_a_melody_over_a_held_chord_is_two_voices():
    onsets = [
        Onset(0.0, (60, 64, 76), (4.0, 4.0, 1.0)),
        *(Onset(float(at), (key,), (at + 1.0,)) for at, key in enumerate((77, 79, 76), 1)),
        Onset(4.0, (59, 62, 74), (8.0, 8.0, 5.0)),
        *(Onset(4.0 + at, (key,), (at + 5.0,)) for at, key in enumerate((76, 77, 74), 1)),
    ]
    found = voices(onsets)
    assert found[0] == found[4] == (LOWER, LOWER, UPPER)
    assert [one for at, one in enumerate(found) if at % 4] == [(UPPER,)] * 6


def test_a_bass_that_moves_under_a_held_note_is_the_lower_voice():
    onsets = [Onset(0.0, (55, 72), (1.0, 4.0)), *(Onset(float(at), (55 + at,), (at + 1.0,)) for at in (1, 2, 3))]
    found = voices(onsets)
    assert found[0][1] == UPPER
    assert found[1:] == [(LOWER,)] * 3


def test_a_hymn_is_chords_in_one_voice():
    onsets = [Onset(float(at), (60 + at, 64 + at, 67 + at), (at + 0.95,) * 3) for at in range(8)]
    assert set(voices(onsets)) == {(UPPER, UPPER, UPPER)}


def test_a_single_line_is_one_voice_even_if_it_is_played_legato():
    onsets = [Onset(at / 2, (60 + key,), (at / 2 + 0.6,)) for at, key in enumerate((0, 4, 7, 12, 7, 4, 0, -5) * 2)]
    assert set(voices(onsets)) == {(UPPER,)}


def test_nothing_and_all_keys_at_once():
    assert voices([]) == []
    (found,) = voices([Onset(0.0, tuple(range(128)), (1.0,) * 128)])
    assert len(found) == 128
