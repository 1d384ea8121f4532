"""The page put together: one HTML file with its style, its script, its data and, if small enough, the sound.

It names no address on a network. A content security policy admits only this page's own script and style (by their
hashes), so that nothing a file's name or tags say can ever run.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from functools import cache
from html import escape
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any

from descant.io.files import write_text
from descant.io.report.chart import SECTION_COLOURS, chart_html
from descant.io.report.data import timeline
from descant.io.report.preview import Preview
from descant.io.report.summary import file_name, provenance_html, summary_html, title, warnings_html
from descant.types import Piece

SCRIPTS = ("player.js", "timeline.js", "report.js")
# Inside a script element these could end it or open a comment; JSON reads the escapes as the same characters.
_UNSAFE = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def write_report(piece: Piece, preview: Preview, target: Path) -> Path:
    """Write the page of a piece to `target`, whole or not at all."""
    return write_text(target, report_html(piece, preview))


def report_html(piece: Piece, preview: Preview) -> str:
    """The page of a piece: the same text for the same piece, always."""
    style = _asset("report.css")
    script = "(() => {\n'use strict';\n" + "\n".join(_asset(name) for name in SCRIPTS) + "})();\n"
    name = title(piece)
    data = timeline(piece, preview) | {
        "title": name,
        "colours": SECTION_COLOURS,
        "sound": {"mime": preview.mime, "url": preview.source_url, "embedded": preview.audio is not None},
    }
    chart = chart_html(piece)
    page = Template(_asset("template.html")).substitute(
        script_hash=_hash(script),
        style_hash=_hash(style),
        title=escape(name),
        artist=_element("p", "artist", piece.tags.get("artist", "")),
        file=_element("p", "file", file_name(piece)),
        style=style,
        summary=summary_html(piece),
        warnings=warnings_html(piece),
        chart=chart,
        chart_hidden="" if chart else " hidden",
        provenance=provenance_html(piece),
        provenance_hidden="" if piece.estimates or piece.corrections else " hidden",
        data=json_for_script(data),
        audio=base64.b64encode(preview.audio).decode("ascii") if preview.audio is not None else "",
        script=script,
    )
    return page.encode("utf-8", "replace").decode("utf-8")  # a file's name need not be Unicode


def json_for_script(data: Mapping[str, Any]) -> str:
    """Compact JSON that is safe inside a script element."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for character, safe in _UNSAFE.items():
        text = text.replace(character, safe)
    return text


@cache
def _asset(name: str) -> str:
    return files("descant.io.report").joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


def _element(tag: str, css_class: str, text: str) -> str:
    return f'<{tag} class="{css_class}">{escape(text)}</{tag}>' if text else ""
