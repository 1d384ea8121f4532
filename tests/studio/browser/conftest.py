"""A real browser before a real server. A page that logs an error, or whose policy refuses something, fails its test."""

import shutil
from types import SimpleNamespace

import numpy as np
import pytest
from playwright.sync_api import sync_playwright

from descant.io.audio import write_audio
from descant.types import Audio
from tests.studio.served import threaded
from tests.studio.test_library_routes import TWINKLE, fill

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
RATE = 44100


def hummed(pitches, seconds=0.42, gap=0.06):
    """One voice that hums: six harmonics, a slow attack, a little vibrato, a breath between two notes."""
    times = np.arange(round(seconds * RATE)) / RATE
    envelope = np.minimum(1, np.minimum(times / 0.04, (seconds - times) / 0.04))
    breath = np.zeros(round(gap * RATE))
    parts = []
    for pitch in pitches:
        hertz = 440 * 2 ** ((pitch - 69 + 0.15 * np.sin(2 * np.pi * 5 * times)) / 12)
        phase = 2 * np.pi * np.cumsum(hertz) / RATE
        parts += [envelope * sum(np.sin(n * phase) / n**1.5 for n in range(1, 7)) * 0.25, breath]
    return Audio(np.concatenate(parts)[None].astype(np.float32), RATE)


@pytest.fixture(scope="package")  # its loop must not go on beneath other tests, which have loops of their own
def chromium(tmp_path_factory):
    """The browser; its microphone hears somebody who hums Twinkle, twinkle, an octave lower, again and again."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        pytest.skip(f"no browser is installed: {', '.join(BROWSERS)}")
    microphone = write_audio(hummed([pitch - 12 for pitch in TWINKLE]), tmp_path_factory.mktemp("hummed") / "tune.wav")
    options = (
        "--no-sandbox",
        "--autoplay-policy=no-user-gesture-required",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-audio-capture={microphone}",
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(options))
        yield browser
        browser.close()


@pytest.fixture
def studio(tmp_path):
    """A studio without a library, on a port of its own."""
    with threaded(tmp_path) as opened:
        yield opened


@pytest.fixture(scope="session")
def small_library(tmp_path_factory):
    """A folder with a small library and what is in it. Nobody writes there."""
    folder = tmp_path_factory.mktemp("small")
    fill(folder / "library.db")
    return folder


@pytest.fixture
def filled(small_library, tmp_path):
    """A studio with that library, which reads what a search by words needs when it is first asked."""
    with threaded(tmp_path, library=small_library / "library.db", roots=(small_library,)) as opened:
        opened.library._warmed = True
        yield opened


@pytest.fixture
def open_page(chromium):
    """`open_page(studio, "#/library", width=360)` gives a page. `open_page.allow("422")`: what may be logged."""
    opened, logged, allowed = [], [], []

    def open_it(studio, place="#/", *, width=1280, height=800, **options):
        context = chromium.new_context(viewport={"width": width, "height": height}, **options)
        opened.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda one: one.type == "error" and logged.append(one.text))
        page.on("pageerror", lambda one: logged.append(str(one)))
        page.goto(f"http://127.0.0.1:{studio.settings.port}/?token={studio.settings.token}{place}")
        page.wait_for_selector("main > *")
        return page

    open_it.allow = allowed.append
    yield open_it
    for context in opened:
        context.close()
    assert [one for one in logged if not any(words in one for words in allowed)] == []


@pytest.fixture
def tone(tmp_path):
    """Writes short files of sound: `tone("song.wav")`."""
    folder = tmp_path / "sent"
    folder.mkdir()

    def written(name="song.wav", pitches=(60, 64, 67, 72)):
        return write_audio(hummed(pitches), folder / name)

    return written


@pytest.fixture
def held(tmp_path):
    """A job that waits half done: `job = held(studio, "A long one")`, and goes on after `job.go()`."""

    def start(studio, title):
        studio.jobs._kinds = {**studio.jobs._kinds, "hold": "tests.studio.work:hold"}
        studio.jobs.start("hold", {"folder": str(tmp_path)}, title=title)
        return SimpleNamespace(go=(tmp_path / "go").touch)

    return start
