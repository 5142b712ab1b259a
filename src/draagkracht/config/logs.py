"""Log lines as JSON. Never the request body, an answer, a name, an address or a token."""

import json
import logging
import re

# The secret part of an address that opens something by itself (a personal, sign-in, shared link; a new mail address): an
# id may be logged, what opens it may not. Whatever stands there goes, as signatures have signs of their own ("~", ":").
SECRET_PATH = re.compile(r"/(a|b|in/demo|in|q|shared|address)/[^/\s]{8,}")


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, message, and the exception's type and place without its values."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, str | list[str]] = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "logger": record.name,
            "message": SECRET_PATH.sub(r"/\1/…", record.getMessage()),
        }
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
            line["at"] = places(record.exc_info[2])
        return json.dumps(line, ensure_ascii=False)


def places(trace) -> list[str]:
    """Files and lines of a traceback, innermost last, without the values that an exception's text may hold."""
    found = []
    while trace is not None:
        code = trace.tb_frame.f_code
        found.append(f"{code.co_filename.rsplit('/', 2)[-1]}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return found[-8:]
