"""What somebody meets who opens the plugin for the first time, in the real QGIS window; driven by driver_newuser.py."""

from __future__ import annotations

from .test_desktop import drive, needs_compute, pytestmark  # noqa: F401


@needs_compute
def test_result_of_a_freshly_opened_layer_is_not_black_and_both_can_be_stretched(drive):  # noqa: F811
    seen = drive("new_stretch", "driver_newuser.py")
    assert seen["keep"] == [
        "by the cloud mask if one is chosen, else by detecting the clouds",
        "by the cloud mask",
        "by detecting the clouds first",
        "as the network decides",
    ]
    # QGIS stretches up to the clouds.
    assert min(high for _, _, high in seen["before"]) > 4000
    assert seen["unasked"] == seen["before"]
    # QGIS draws the first three bands, which are no colours.
    assert [band for band, _, _ in seen["before"]] == [1, 2, 3]
    assert [band for band, _, _ in seen["image"]] == [4, 3, 2]
    assert max(high for _, _, high in seen["image"]) < 3000
    assert seen["brightness"] > 60
    assert seen["attention"] == [True, 0.5]
    assert seen["offered"]
    assert seen["offer"] == "Natural colours for both" and not seen["offer_left"]
    assert seen["both"] == [seen["image"], seen["image"]]
    assert seen["again"][0] == seen["again"][1] and seen["again"][0][0][0] == 8


def test_example_models_are_in_the_toolbox_and_open_in_the_designer(drive):  # noqa: F811
    seen = drive("new_models", "driver_newuser.py")
    assert seen["models"] == [
        "Cloud mask, clouds removed, NDVI",
        "Clouds of a folder removed, with a report",
        "Clouds removed with a clear date",
        "Clouds removed, then NDVI",
        "Prepare a pair, remove clouds, assess",
    ]
    assert seen["proposed"] == ["Radar", "June"]
    assert "Open a copy in the model designer…" in seen["context"]
    assert seen["steps"] == ["NDVI", "Remove clouds"]
    assert seen["file"] == ""
    assert seen["words_in_designer"] == 1


@needs_compute
def test_help_is_one_press_away_and_the_inspector_explains_its_legend(drive):  # noqa: F811
    seen = drive("new_help", "driver_newuser.py")
    assert seen["help"] == ["setup.html", "weights.html", "inspector.html"]
    share, times = seen["legend"].rstrip(")").split(" (")
    assert f"one square of its tile gets {share} at most: {times} what" in seen["explanation"]
