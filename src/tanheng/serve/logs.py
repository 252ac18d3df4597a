"""The log: one line for each event on standard error, as text or as JSON, with the id of the request that it belongs to."""

from __future__ import annotations

import datetime as dt
import json
import logging
import sys

from tanheng.serve.problems import REQUEST

FIELDS = ("method", "route", "status", "ms", "person", "source")
"""What a request tells beside its sentence; never a query, a head or a body."""


class Lines(logging.Formatter):
    """A record as one line: JSON, or text for people.

    Examples
    --------
    >>> record = logging.LogRecord("tanheng.jobs", logging.INFO, "", 0, "job %s", ("7",), None)
    >>> json.loads(Lines(as_json=True).format(record))["message"]
    'job 7'
    """

    def __init__(self, *, as_json: bool) -> None:
        super().__init__()
        self.as_json = as_json

    def format(self, record: logging.LogRecord) -> str:
        """The line; a traceback follows a line of text, and stands within a line of JSON."""
        at = dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds")
        told = {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
        trace = self.formatException(record.exc_info) if record.exc_info else ""
        request = REQUEST.get()
        if self.as_json:
            line = {
                "at": at, "level": record.levelname.lower(), "logger": record.name, "message": record.getMessage(),
                **({"request": request} if request else {}), **told, **({"traceback": trace} if trace else {}),
            }  # fmt: skip
            return json.dumps(line, ensure_ascii=False, default=str)
        more = " ".join(f"{name}={value}" for name, value in told.items() if name not in ("method", "route", "status"))  # fmt: skip
        said = record.getMessage().replace("\n", "\\n")
        parts = (at, record.levelname.lower(), request or "-", record.name, said, more)
        return " ".join(part for part in parts if part) + (f"\n{trace}" if trace else "")


def start(form: str, level: str) -> None:
    """Send what the server and its libraries tell to standard error, in one form."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Lines(as_json=form == "json"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("tanheng").setLevel(level.upper())
