"""How the server's own log reads."""

import logging


class TracesOfErrorsAlone(logging.Filter):
    """A refusal (no permission, a bad request) is one line: a trace says that the product failed."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno < logging.ERROR:
            record.exc_info = None
            record.exc_text = None
        return True
