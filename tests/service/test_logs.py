"""Events as lines of JSON that no text of a caller can reach."""

import json
import logging

from service.logs import JsonLines


def test_an_exception_shows_its_type_and_way_but_not_its_message():
    """A message may repeat a paragraph, a path through the code cannot."""
    try:
        int("SECRET")
    except ValueError as error:
        info = (type(error), error, error.__traceback__)
    record = logging.LogRecord("service", logging.ERROR, __file__, 1, "unforeseen %s", ("error",), info)
    line = JsonLines().format(record)
    assert "SECRET" not in line
    value = json.loads(line)
    assert (value["level"], value["event"], value["error"]) == ("error", "unforeseen error", "ValueError")
    assert value["way"][0].startswith("test_logs.py:")
    assert value["time"].endswith("+00:00")
