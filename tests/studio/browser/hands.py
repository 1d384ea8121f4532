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
