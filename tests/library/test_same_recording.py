"""Re-encodings are grouped; a loop that is shared, a cut, another speed and another piece are not."""

import numpy as np
import soundfile

from descant.io.audio import decode, open_audio
from descant.library.fingerprints import fingerprint
from descant.library.same_recording import same_recordings
from descant.types import Audio
from tests.library.sounds import RATE, cut, faster, music


def encoded(sound, path, kind, subtype, **more):
    soundfile.write(path, sound.samples.T, sound.sample_rate, format=kind, subtype=subtype, **more)
    return decode(open_audio(path), turn_down=True)


def groups(*sounds, new=None):
    return same_recordings([(at, fingerprint(one)) for at, one in enumerate(sounds)], new)


def test_encodings_of_one_recording_are_one_group(tmp_path):
    mp3 = encoded(music(0), tmp_path / "a.mp3", "MP3", "MPEG_LAYER_III", compression_level=0.9)
    ogg = encoded(music(0), tmp_path / "a.ogg", "OGG", "VORBIS", compression_level=0.9)
    louder = Audio(1.5 * music(0).samples, RATE)
    late = Audio(np.pad(music(0).samples, [(0, 0), (RATE // 3, 0)]), RATE)
    assert groups(music(1), music(0), mp3, ogg, music(2), louder, late) == [(1, 2, 3, 5, 6)]


def test_other_music_a_cut_and_another_speed_stay_apart():
    assert groups(music(0), music(1), cut(music(0), 0.0, 12.0), faster(music(0), 1.03)) == []


def test_a_loop_that_two_share_does_not_make_them_one():
    loop = np.tile(cut(music(5), 0.0, 4.0).samples, 3)
    one = Audio(np.concatenate([loop, music(6, 18.0).samples], axis=1), RATE)
    other = Audio(np.concatenate([loop, music(7, 18.0).samples], axis=1), RATE)
    assert groups(one, other) == []


def test_only_what_is_new_is_looked_for():
    assert groups(music(0), music(0), music(1), music(1), new={3}) == [(2, 3)]


def test_silence_is_like_nothing():
    assert groups(Audio(np.zeros(20 * RATE, np.float32), RATE), Audio(np.zeros(20 * RATE, np.float32), RATE)) == []
