"""Nothing is opened that does not lie in the folders that may be opened, whatever a path says."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from descant.errors import DescantError, InvalidValueError, MissingDataError
from descant.studio.confined import confined, subfolders


@pytest.fixture
def root(tmp_path):
    inside = tmp_path / "music"
    (inside / "b" / "deep").mkdir(parents=True)
    (inside / "a").mkdir()
    (inside / ".hidden").mkdir()
    (inside / "song.wav").write_bytes(b"x")
    (tmp_path / "secret").mkdir()
    (tmp_path / "music too").mkdir()
    return inside


def test_what_lies_inside_is_found_by_its_real_name(root):
    assert confined(str(root), [root]) == root
    assert confined(str(root / "a" / ".." / "b" / "."), [root]) == root / "b"
    (root / "link").symlink_to(root / "b")
    assert confined(str(root / "link" / "deep"), [root]) == root / "b" / "deep"


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("{root}/../secret", "only what lies in"),
        ("{root}/b/../../secret", "only what lies in"),
        ("{root} too", "only what lies in"),
        ("/etc/passwd", "only what lies in"),
        ("/", "only what lies in"),
        ("b", "only what lies in"),  # the working folder is nobody's business
        ("~root", "only what lies in"),
        ("~nobody/music", "only what lies in"),
        ("\udce9", "named by text"),
        ("{root}\0/a", "zero bytes"),
        ("", "zero bytes"),
        ("  ", "zero bytes"),
    ],
)
def test_what_lies_outside_is_refused(root, path, words):
    with pytest.raises(InvalidValueError, match=words):
        confined(path.format(root=root), [root])


def test_links_that_lead_outside_are_refused(root, tmp_path):
    (root / "out").symlink_to(tmp_path / "secret")
    (root / "there").symlink_to("out")
    for name in ("out", "there", "out/../secret/x"):
        with pytest.raises(DescantError):
            confined(f"{root}/{name}", [root])
    with pytest.raises(InvalidValueError, match="a link that leads elsewhere"):
        confined(f"{root}/there", [root])


def test_names_that_are_no_text_are_left_out_and_not_opened(root):
    strange = os.fsencode(root) + b"/caf\xe9"
    os.mkdir(strange)  # noqa: PTH102 (a name in bytes)
    (root / "link").symlink_to(os.fsdecode(strange))
    found = subfolders(str(root), [root])
    json.dumps(found, ensure_ascii=False).encode()
    assert [one["name"] for one in found["folders"]] == ["a", "b", "link"]
    with pytest.raises(InvalidValueError, match="no text in UTF-8"):
        confined(str(root / "link"), [root])
    assert subfolders("", [Path(os.fsdecode(strange)), root])["folders"] == [{"name": "music", "path": str(root)}]


def test_a_path_is_a_whole_one(root, monkeypatch):
    monkeypatch.chdir(root)
    with pytest.raises(InvalidValueError, match="only what lies in"):
        confined("b", [root])


def test_loops_and_names_beyond_measure_are_told_in_words(root):
    (root / "loop").symlink_to("loop")
    for path in (root / "loop", root / "none", root / ("x" * 300)):
        with pytest.raises(MissingDataError, match="is not there"):
            confined(str(path), [root])


def test_whether_something_is_there_outside_is_not_told(root, tmp_path):
    told = set()
    for name in ("secret", "nothing"):
        with pytest.raises(InvalidValueError) as error:
            confined(str(tmp_path / name), [root])
        told.add(str(error.value).replace(name, ""))
    assert len(told) == 1


@given(st.text(max_size=60))
def test_no_text_leads_out(text):
    root = Path(__file__).parent
    for path in (text, f"{root}/{text}", f"{root}/../{text}"):
        try:
            found = confined(path, [root])
        except DescantError:
            continue
        assert found.is_relative_to(root.resolve())


def test_a_chooser_of_folders(root, tmp_path):
    (root / "out").symlink_to(tmp_path / "secret")
    (root / "link").symlink_to(root / "b")
    start = subfolders("", [root])
    assert start == {"path": None, "parent": None, "folders": [{"name": "music", "path": str(root)}]}
    found = subfolders(str(root), [root])
    assert [one["name"] for one in found["folders"]] == ["a", "b", "link"]
    assert found["parent"] is None
    deeper = subfolders(str(root / "b"), [root])
    assert (deeper["parent"], [one["path"] for one in deeper["folders"]]) == (str(root), [str(root / "b" / "deep")])
    with pytest.raises(InvalidValueError, match="is a file"):
        subfolders(str(root / "song.wav"), [root])
