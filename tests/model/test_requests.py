"""Requests and events come out of one line of JSON as they went in, and nothing else is taken for one."""

from __future__ import annotations

import pytest

from sar_cloud_removal.model.errors import BadOption
from sar_cloud_removal.model.requests import (
    Adapt,
    DescribeModel,
    Devices,
    Evaluate,
    Failure,
    Inspect,
    Log,
    PartialFile,
    Progress,
    Reconstruct,
    ReconstructFolder,
    Result,
    decode_event,
    decode_request,
    encode,
)

REQUESTS = [
    Reconstruct("a.tif", "b.tif", "c.tif"),
    Reconstruct(
        s1="/data/Ünï côde/s1.tif",
        s2='with "quotes"\nand a line break.tif',
        output="云.tif",
        extent=(-1.5, 2.0, 3.0, 4.25),
        s2_bands=("B2", "-", "B8A"),
        s1_bands=(2, 1),
        s2_offset=-1000.0,
        tile=256,
        quality="best",
        source="source.tif",
        clear=(("clear.tif", None, "mask.tif"),),
    ),
    ReconstructFolder("out", folder="in", s2_bands=("B2", "-"), s1_bands=(2, 1), attention=True),
    Inspect(1.5, -2.0, "EPSG:32650", result="out.tif"),
    Adapt("a", "b", "c", clear=(("d", None), ("e", "f")), clear_names=(("x", None), ("y", "z"))),
    Evaluate("a", "b", s2_scale=1.0),
    Devices(),
    DescribeModel("/data/my valley.safetensors"),
]
EVENTS = [
    Progress(0.25, "Tile 3 of 12"),
    Log("hello", "warning"),
    PartialFile("C:\\data\\.out.tif"),
    Result({"output": "a.tif", "bands": ["B2"], "cloud_cover": None}),
    Failure({"error": "Cancelled", "values": {}, "message": "m"}),
]


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda each: each.kind)
def test_requests_come_back(request_):
    line = encode(request_)
    assert "\n" not in line and line.isascii()
    assert decode_request(line) == request_


@pytest.mark.parametrize("event", EVENTS, ids=lambda each: each.kind)
def test_events_come_back(event):
    line = encode(event)
    assert "\n" not in line and line.isascii()
    assert decode_event(line) == event


@pytest.mark.parametrize(
    "line",
    [
        "",
        "hello",
        "[]",
        "3",
        "{}",
        '{"kind": "progress", "fraction": 1}',
        '{"kind": "explode"}',
        '{"kind": ["reconstruct"]}',
        '{"kind": "evaluate", "prediction": "a"}',
        '{"kind": "evaluate", "prediction": "a", "reference": "b", "colour": "red"}',
    ],
)
def test_other_lines_are_no_request(line):
    with pytest.raises(BadOption, match="«message»"):
        decode_request(line)


def test_numbers_that_json_does_not_have_are_not_sent():
    with pytest.raises(ValueError):
        encode(Result({"psnr": float("inf")}))
