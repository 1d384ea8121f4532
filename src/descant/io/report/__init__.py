"""One self-contained HTML page on which a musician reads, hears and checks a piece."""

from descant.io.report.page import report_html, write_report
from descant.io.report.preview import Preview

__all__ = ["Preview", "report_html", "write_report"]
