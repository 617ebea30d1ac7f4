"""Which kind of mask a raster is, and what its values mean."""

from __future__ import annotations

import numpy as np
import pytest

from sar_cloud_removal.model.bands import RasterFacts
from sar_cloud_removal.model.cloud_detection import CLASS_BANDS, CLEAR, CLOUD, SHADOW, THIN, UNKNOWN
from sar_cloud_removal.model.clouds.product_masks import KIND_WORDS, MaskKind, find_mask_kind
from sar_cloud_removal.model.errors import MaskMismatch, MaskNotUnderstood
from sar_cloud_removal.model.requests import MASK_KINDS

PERCENT = list(range(0, 100, 3))


def kind_of(
    values: list, description: str | None = None, file: str = "mask.tif", dtype: str = "uint8", chosen: str = "auto"
) -> MaskKind:
    facts = RasterFacts(file, (description,), dtype=dtype)
    return find_mask_kind(facts, file, np.array([values], np.float32), chosen)


@pytest.mark.parametrize(
    ("description", "file", "values", "dtype", "kind", "top"),
    [
        ("SCL", "x.tif", [4, 5, 3], "uint8", "scl", 1),
        (None, "T50SQB_20171018T024721_SCL_20m.jp2", [4, 5], "uint8", "scl", 1),
        ("QA60", "x.tif", [0, 1024], "uint16", "qa60", 1),
        (None, "L1C_Fmask4.tif", [0, 1, 2, 4, 255], "uint8", "fmask", 1),
        ("MSK_CLDPRB", "x.tif", [0, 95], "uint8", "probability", 100),
        (None, "MSK_CLDPRB_20m.jp2", PERCENT, "uint8", "probability", 100),
        ("cloud_probability", "x.tif", [0.03, 0.95], "float32", "probability", 1),
        ("CLP", "x.tif", [0, 120, 255], "uint8", "probability", 255),
        ("cs_cdf", "x.tif", [0.1, 0.9], "float32", "cloud_score", 1),
        ("cs", "x.tif", [0.1, 0.9], "float32", "cloud_score", 1),
        ("cs_cdf", "x.tif", [10, 90], "uint8", "cloud_score", 100),
        ("cs_cdf", "x.tif", [10, 240], "uint8", "cloud_score", 255),
        (None, "cloud_score_plus.tif", [0.1, 0.9], "float32", "cloud_score", 1),
        (CLASS_BANDS[0], "x.tif", [0, 1], "uint8", "classes", 1),
        (CLASS_BANDS[0], "x.tif", [0], "uint8", "classes", 1),
        ("valid", "x.tif", [0, 1], "uint8", "clear", 1),
    ],
)
def test_names_decide(description, file, values, dtype, kind, top) -> None:
    found = kind_of(values, description, file, dtype)
    assert (found.kind, found.top, found.numbers, found.certain) == (kind, top, (1,), True)
    assert found.reason.startswith(KIND_WORDS[kind])


@pytest.mark.parametrize(
    ("values", "dtype", "kind", "certain"),
    [
        ([0, 1], "uint8", "binary", True),
        ([0, 255], "uint8", "binary", True),
        ([0, 1], "float32", "binary", True),
        ([0], "uint8", "binary", True),
        ([1], "uint8", "binary", True),
        ([np.nan], "uint8", "binary", True),
        ([0, 7], "uint8", "binary", True),
        ([0, 1024], "uint16", "qa60", False),
        ([0, 1024, 2048], "uint16", "qa60", False),
        ([4, 9], "uint8", "scl", False),
        (list(range(12)), "uint8", "scl", False),
        ([0, 1, 2, 3], "uint8", "classes", False),
        ([0, 1, 255], "uint8", "classes", False),
        (PERCENT, "uint8", "probability", False),
    ],
)
def test_values_decide_where_nothing_is_named(values, dtype, kind, certain) -> None:
    found = kind_of(values, dtype=dtype)
    assert (found.kind, found.certain) == (kind, certain)


@pytest.mark.parametrize(
    ("values", "dtype", "kinds"),
    [
        ([0, 0.2, 0.5, 1], "float32", "probability or cloud_score"),
        ([1.5, 30, 99.5], "float32", "probability or cloud_score"),
        ([0, 1, 2, 3, 4], "uint8", "fmask or scl"),
        ([0, 1, 4], "uint8", "fmask or scl"),
        ([4], "uint8", "fmask or scl"),
        ([2, 4, 5], "uint8", "fmask or scl"),
        ([1, 2], "uint8", "fmask or scl"),
        ([0, 128, 255], "uint8", "binary, clear, classes"),
        (list(range(256)), "uint8", "binary, clear, classes"),
    ],
)
def test_values_that_allow_several_readings_are_refused(values, dtype, kinds) -> None:
    with pytest.raises(MaskNotUnderstood, match=f"Set «Cloud mask kind» to {kinds}"):
        kind_of(values, dtype=dtype)


def test_names_that_the_values_contradict() -> None:
    made = kind_of([0, 1], file="scl_clouds.tif")
    assert made.kind == "binary" and not made.certain and "was made of the scene classification" in made.reason
    assert kind_of([0, 1], file="s2cloudless_mask.tif").kind == "binary"
    for description, values, dtype in (
        ("SCL", [0, 40], "uint8"),
        ("QA60", [0, 3], "uint8"),
        # HLS calls bits so.
        ("Fmask", [0, 64, 194], "uint8"),
        ("MSK_CLDPRB", [0, 400], "uint16"),
        ("MSK_CLDPRB", [0, 1], "uint8"),
        ("cs_cdf", [0, 1], "uint8"),
        ("cs_cdf", [-1, 1], "float32"),
    ):
        with pytest.raises(MaskNotUnderstood):
            kind_of(values, description, dtype=dtype)
    # Older scores are the other way round, and CLP may end at 100 or at 255.
    assert not kind_of([0.1, 0.9], "cloudScore", dtype="float32").certain
    assert not kind_of([0, 90], "CLP").certain
    assert kind_of([0, 1], "MSK_CLDPRB", chosen="probability").top == 100


def test_a_file_that_is_called_after_clear_ground_is_not_guessed_at() -> None:
    for file in ("valid.tif", "clear_mask.tif"):
        with pytest.raises(MaskNotUnderstood, match="to clear or binary"):
            kind_of([0, 1], file=file)
        assert kind_of([0, 1], file=file, chosen="clear").kind == "clear"
    assert kind_of([0, 1], file="clear_or_cloud.tif").kind == "binary"
    assert kind_of([0, 1], "Cloud mask (0 clear, 1 cloud)").kind == "binary"


def test_of_several_bands_the_named_one_is_the_mask() -> None:
    facts = RasterFacts("x.tif", ("B2", "SCL"))
    found = find_mask_kind(facts, "x.tif", np.array([[500, 600], [4, 9]], np.float32))
    assert (found.kind, found.numbers) == ("scl", (2,))
    opaque = RasterFacts("x.tif", ("MSK_CLASSI_OPAQUE", "MSK_CLASSI_CIRRUS", None))
    assert find_mask_kind(opaque, "x.tif", np.zeros((3, 4), np.float32)).numbers == (1, 2)
    for descriptions, chosen in (((None, None), "auto"), (("B2", "SCL"), "fmask")):
        with pytest.raises(MaskMismatch, match="2 bands"):
            find_mask_kind(RasterFacts("x.tif", descriptions), "x.tif", np.zeros((2, 4), np.float32), chosen)


@pytest.mark.parametrize(
    ("kind", "top", "values", "expected"),
    [
        ("binary", 1, [0, 1, 255, np.nan], [CLEAR, CLOUD, CLOUD, UNKNOWN]),
        ("clear", 1, [0, 1, np.nan], [CLOUD, CLEAR, UNKNOWN]),
        ("classes", 1, [0, 1, 2, 3, 255, np.nan], [CLEAR, CLOUD, SHADOW, THIN, UNKNOWN, UNKNOWN]),
        ("scl", 1, [0, 3, 4, 6, 8, 9, 10, 11], [UNKNOWN, SHADOW, CLEAR, CLEAR, CLOUD, CLOUD, THIN, CLEAR]),
        ("qa60", 1, [0, 1024, 2048, 3072], [CLEAR, CLOUD, THIN, CLOUD]),
        ("fmask", 1, [0, 1, 2, 3, 4, 255], [CLEAR, CLEAR, SHADOW, CLEAR, CLOUD, UNKNOWN]),
        ("probability", 100, [0, 40, 41, np.nan], [CLEAR, CLEAR, CLOUD, UNKNOWN]),
        ("probability", 1, [0.03, 0.39, 0.41], [CLEAR, CLEAR, CLOUD]),
        ("probability", 255, [100, 110], [CLEAR, CLOUD]),
        ("cloud_score", 1, [0.1, 0.39, 0.5, 0.66, 1], [CLOUD, CLOUD, THIN, CLEAR, CLEAR]),
        ("cloud_score", 255, [100, 150, 240], [CLOUD, THIN, CLEAR]),
    ],
)
def test_values_become_classes(kind, top, values, expected) -> None:
    found = MaskKind(kind, "", top=top).classes(np.array([[values]], np.float32))
    assert found.tolist() == [expected] and found.dtype == np.uint8


def test_opaque_cloud_and_cirrus() -> None:
    bands = np.array([[[0, 1, 0, np.nan]], [[0, 0, 1, 1]]], np.float32)
    assert MaskKind("classi", "", (1, 2)).classes(bands).tolist() == [[CLEAR, CLOUD, THIN, UNKNOWN]]


def test_every_kind_has_words() -> None:
    assert tuple(KIND_WORDS) == MASK_KINDS[1:]
