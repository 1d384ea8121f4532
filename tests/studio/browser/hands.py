"""What hands do before a page that Playwright has no word for."""

import base64
import mimetypes


def drop(page, *paths, on="body"):
    """Let go of files over the page, as from a file manager."""
    files = [
        [one.name, mimetypes.guess_type(one.name)[0] or "", base64.b64encode(one.read_bytes()).decode()]
        for one in paths
    ]
    page.evaluate(
        """([files, selector]) => {
            const given = new DataTransfer();
            for (const [name, type, text] of files) {
                given.items.add(new File([Uint8Array.from(atob(text), (one) => one.charCodeAt(0))], name, { type }));
            }
            const place = document.querySelector(selector);
            for (const type of ["dragenter", "dragover", "drop"]) {
                place.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: given }));
            }
        }""",
        [files, on],
    )


def sideways(page):
    """How many pixels the page is wider than its window."""
    return page.evaluate("document.documentElement.scrollWidth - document.body.offsetWidth")


def focused(page):
    """The text, or else the label, of what has the focus."""
    return page.evaluate("document.activeElement.textContent.trim() || document.activeElement.ariaLabel")


def keys_given_twice(page):
    """Keys that do two things in one place."""
    return page.evaluate(
        """async () => {
            const { keys } = await import("/page/js/keys.js");
            const open = keys.list().filter((one) => !one.scope).flatMap((one) => one.key);
            return open.filter((one, at) => open.indexOf(one) !== at);
        }"""
    )


def in_force(page):
    """The headings of the keys that work anywhere in the view, and what is said of a file that is dropped now."""
    return page.evaluate(
        """async () => {
            const { keys } = await import("/page/js/keys.js");
            const given = new DataTransfer(), veil = document.querySelector(".veil");
            given.items.add(new File([], "song.wav"));
            const how = { bubbles: true, cancelable: true, dataTransfer: given };
            for (const type of ["dragenter", "dragleave"]) document.body.dispatchEvent(new DragEvent(type, how));
            const anywhere = keys.list().filter((one) => !one.scope);
            return [[...new Set(anywhere.map((one) => one.group))], veil.textContent];
        }"""
    )


AT_THE_START = [["Everywhere", "This page"], "Drop to listen"]


def press_at_once(page, key, times):
    """Press a key so often that the page comes to nothing else between."""
    page.evaluate(
        """([key, times]) => {
            for (let at = 0; at < times; at++) document.dispatchEvent(new KeyboardEvent("keydown", { key }));
        }""",
        [key, times],
    )
