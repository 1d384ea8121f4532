"""MusicCaps' texts: sentences, what they name, and what is left out."""

import pytest

from descant.datasets import musiccaps
from descant.datasets.musiccaps import MusicCaption, facts_named
from descant.errors import MissingDataError

TABLE = """ytid,start_s,end_s,audioset_positive_labels,aspect_list,caption,author_id,is_balanced_subset,is_audioset_eval
{rows}"""


def written(folder, captions):
    rows = "\n".join(
        f"""id{number},0,10,"/m/1","['piano', 'slow tempo']","{text}",1,False,True"""
        for number, text in enumerate(captions)
    )
    (folder / musiccaps.FILE).write_text(TABLE.format(rows=rows), encoding="utf-8")
    return folder


def test_facts_that_a_sentence_names():
    assert facts_named("A slow tempo piano with a double bass") == {
        *("tempo=slow", "instrument=piano", "instrument=bass")
    }
    assert facts_named("She is singing") == {"instrument=voice"}
    assert facts_named("The song is low quality") == frozenset()


def test_splits_and_sentences(tmp_path):
    texts = [f"The piano is slow. There is no guitar. A mellow violin number {at} plays." for at in range(60)]
    folder = written(tmp_path, texts)
    train, valid = musiccaps.captions("train", folder), musiccaps.captions("valid", folder)
    assert len(train) + len(valid) == 60
    assert valid
    assert not {one.id for one in train} & {one.id for one in valid}
    assert train[0].aspects == ("piano", "slow tempo")
    assert len(train[0].sentences) == 3
    found = musiccaps.sentences("train", folder)
    assert {words for words, _ in found} == {"The piano is slow."}  # one denies, one has a word kept from training


def test_a_missing_set_is_told(tmp_path):
    with pytest.raises(MissingDataError, match="musiccaps"):
        musiccaps.captions("train", tmp_path)


def test_short_pieces_are_no_sentences():
    assert MusicCaption("a", (), "Wow. This is a song. Yes!").sentences == ("This is a song.",)
