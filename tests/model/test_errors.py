"""Every error makes its sentence, crosses the process boundary, and ends a shell with a code that means something."""

from __future__ import annotations

import json
import string

import pytest

from sar_cloud_removal.model import errors

EVERY = sorted(errors.ALL_ERRORS.values(), key=lambda cls: cls.__name__)


def made(cls):
    fields = [name for _, name, _, _ in string.Formatter().parse(cls.template) if name]
    return cls(**{name: f"<{name}>" for name in fields})


@pytest.mark.parametrize("cls", EVERY, ids=lambda cls: cls.__name__)
def test_every_error_comes_back_as_it_was(cls):
    error = made(cls)
    back = errors.from_dict(json.loads(json.dumps(error.to_dict())))
    assert type(back) is cls
    assert str(back) == str(error)
    assert all(f"<{name}>" in str(error) for name in error.values)


@pytest.mark.parametrize("cls", [cls for cls in EVERY if cls.template != "{detail}"], ids=lambda cls: cls.__name__)
def test_every_sentence_ends_and_says_what_to_do(cls):
    sentence = str(made(cls))
    assert sentence[0].isupper() or sentence[0] in "«<"
    assert sentence.endswith((".", ">"))


def test_exit_codes():
    codes = {cls.__name__: cls.exit_code for cls in EVERY}
    assert (codes["NoOverlap"], codes["DiskFull"], codes["BadWeights"]) == (3, 4, 5)
    assert (codes["OutOfMemory"], codes["Cancelled"], codes["Unexpected"]) == (6, 130, 1)


def test_values_that_are_no_json_are_said_in_words(tmp_path):
    error = errors.OutputNotWritable(path=tmp_path, detail=ValueError("why"))
    assert error.to_dict()["values"] == {"path": str(tmp_path), "detail": "why"}


def test_error_of_another_version_keeps_its_sentence():
    error = errors.from_dict({"error": "FromTheFuture", "values": {"x": 1}, "message": "It rained."})
    assert type(error) is errors.SarCloudRemovalError
    assert str(error) == "It rained."
    assert str(errors.from_dict({})) == "unknown error"
