import numpy as np

from descant.transcription.autoregressive_multistate import KeyEvents, notes_of
from descant.transcription.key_states import KEYS, OFF, OFFSET, ONSET, REONSET, SUSTAIN, previous, states_of
from descant.types import Notes


def notes(*rows):
    onset, offset, pitch = zip(*rows, strict=True)
    return Notes(np.array(onset), np.array(offset), np.array(pitch), np.full(len(rows), 80))


def test_a_note_by_hand():
    states = states_of(notes((0.1, 0.2, 60)), 15)  # frames 5 to 10, told a frame later
    assert states[:, 60 - 21].tolist() == [OFF] * 6 + [ONSET] + [SUSTAIN] * 4 + [OFFSET] + [OFF] * 3
    assert np.count_nonzero(states) == 6


def test_a_stroke_of_a_sounding_key_is_a_reonset():
    states = states_of(notes((0.1, 0.2, 60), (0.2, 0.3, 60)), 20)[:, 60 - 21]
    assert states[6] == ONSET
    assert states[11] == REONSET
    assert states[16] == OFFSET
    apart = states_of(notes((0.1, 0.16, 60), (0.2, 0.3, 60)), 20)[:, 60 - 21]
    assert apart[9] == OFFSET
    assert apart[10] == OFF
    assert apart[11] == ONSET


def test_notes_of_no_length_and_beyond_the_frames():
    states = states_of(notes((0.1, 0.101, 60), (3.0, 4.0, 60), (0.1, 0.2, 5)), 10)
    assert states[:, 60 - 21].tolist() == [OFF] * 6 + [ONSET, OFFSET, OFF, OFF]


def test_previous():
    states = states_of(notes((0.0, 0.1, 60)), 10)
    assert np.array_equal(previous(states)[1:], states[:-1])
    assert not previous(states)[0].any()


def test_there_and_back():
    rng = np.random.default_rng(0)
    rows = [(at * 0.02, (at + int(rng.integers(3, 9))) * 0.02, int(rng.integers(21, 109))) for at in range(5, 400, 10)]
    decoder, events = KeyEvents(), []
    for state in states_of(notes(*rows), 450):
        events += decoder.push(state.astype(np.int64), np.full((KEYS, 5), 0.2, dtype=np.float32))
    found = notes_of(events, 9.0)
    assert np.allclose(found.onset, [row[0] for row in rows])
    assert np.allclose(found.offset, [row[1] for row in rows])
    assert found.pitch.tolist() == [row[2] for row in rows]


def test_sustain_without_an_onset_is_no_note_and_two_onsets_in_a_row_are_one():
    decoder = KeyEvents()
    column = [SUSTAIN, SUSTAIN, OFF, ONSET, REONSET, SUSTAIN, OFFSET]
    events = []
    for one in column:
        state = np.full(KEYS, OFF)
        state[10] = one
        events += decoder.push(state, np.zeros((KEYS, 5), dtype=np.float32))
    assert [(event.on, round(event.time * 50)) for event in events] == [(True, 2), (False, 5)]


def test_what_still_sounds_ends_with_the_recording():
    decoder = KeyEvents()
    state = np.full(KEYS, OFF)
    state[0] = ONSET
    events = decoder.push(state, np.zeros((KEYS, 5), dtype=np.float32))
    assert notes_of(events, 2.0).offset.tolist() == [2.0]
    assert len(notes_of([], 2.0)) == 0
