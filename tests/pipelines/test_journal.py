"""What an interrupted run had finished is known, and only that."""

from descant.pipelines.journal import NAME, read


def files(tmp_path, count=3):
    made = [tmp_path / f"song{n}.wav" for n in range(count)]
    for path in made:
        path.write_bytes(b"sound")
    return made


def test_an_interrupted_run_is_gone_on_with(tmp_path):
    one, two, _ = files(tmp_path)
    read(tmp_path, "settings").done(one, "song0")
    again = read(tmp_path, "settings")
    assert again.finished == {str(one)}
    again.done(two, "song1")
    assert read(tmp_path, "settings").finished == {str(one), str(two)}


def test_a_finished_run_leaves_nothing_to_resume_but_keeps_the_names(tmp_path):
    one, two, _ = files(tmp_path)
    journal = read(tmp_path, "settings")
    journal.claim(one, "song0")
    journal.done(one, "song0")
    journal.claim(two, "song1")  # and then it was given up
    journal.end()
    again = read(tmp_path, "settings")
    assert again.finished == set()
    assert again.names == {str(one): "song0", str(two): "song1"}


def test_another_run_in_the_folder_does_not_forget_an_interrupted_one(tmp_path):
    one, two, three = files(tmp_path)
    journal = read(tmp_path, "settings")
    journal.done(one, "song0")
    journal.done(two, "song1")
    other = read(tmp_path, "others")
    assert other.finished == set()
    other.done(two, "song1")  # other settings wrote over it
    other.done(three, "song2")
    other.end()
    assert read(tmp_path, "settings").finished == {str(one)}


def test_a_changed_file_is_done_anew(tmp_path):
    one, two, _ = files(tmp_path)
    journal = read(tmp_path, "settings")
    journal.done(one, "song0")
    journal.done(two, "song1")
    two.write_bytes(b"other sound")
    assert read(tmp_path, "settings").finished == {str(one)}


def test_a_half_written_line_is_ignored(tmp_path):
    one, *_ = files(tmp_path)
    read(tmp_path, "settings").done(one, "song0")
    with (tmp_path / NAME).open("a") as file:
        file.write('{"done": "/half')
    again = read(tmp_path, "settings")
    assert again.finished == {str(one)}
    again.done(files(tmp_path)[2], "song2")  # and what follows a half-written line is not lost
    assert "song2" in read(tmp_path, "settings").names.values()
