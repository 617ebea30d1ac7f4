"""Remove clouds: its parameters, what it refuses, and runs in the real compute process."""

from __future__ import annotations

import pytest

from ..rasters import sentinel1, sentinel2, write

INPUTS = ["S1", "S2", "CLEAR", "CLEAR_S1", "MASK", "KEEP", "EXTENT", "MODEL", "QUALITY", "DEVICE"]
ADVANCED = (
    "WEIGHTS DEVICE_NAME S2_BANDS S2_SCALE S2_OFFSET S1_VV S1_VH S1_UNITS LEVEL COLOURS TILE OVERLAP BATCH "
    "PRECISION FEATHER MASK_KIND DETECTION GROW".split()
)
DESTINATIONS = ["OUTPUT", "ATTENTION", "CHANGED", "SOURCE", "EXPECTED_ERROR", "INFLUENCE"]


@pytest.fixture
def pair(tmp_path):
    """A small pair of files as parameters; their numbers are noise."""
    return {"S1": write(tmp_path / "s1.tif", sentinel1()), "S2": write(tmp_path / "s2.tif", sentinel2())}


@pytest.fixture
def context(project):
    from qgis.core import QgsProcessingContext

    made = QgsProcessingContext()
    made.setProject(project)
    return made


@pytest.fixture
def refusal(algorithm, context, pair, tmp_path):
    """What the dialog says before work starts; "" when it says nothing."""

    def refused(**changed):
        parameters = {**pair, "OUTPUT": str(tmp_path / "out.tif"), **changed}
        accepted, message = algorithm.checkParameterValues(parameters, context)
        assert accepted == (message == "")
        return message

    return refused


# --- Identity and parameters ----------------------------------------------------------------------------------------


def test_identity(algorithm):
    assert algorithm.id() == "sarcloudremoval:removeclouds"
    assert algorithm.helpUrl().startswith("file://")
    assert not algorithm.icon().isNull()
    assert {"sentinel-1", "sentinel-2", "cloud"} <= set(algorithm.tags())


def test_parameters_have_stable_ids_and_explanations(algorithm):
    from qgis.core import QgsProcessingParameterDefinition

    definitions = {each.name(): each for each in algorithm.parameterDefinitions()}
    assert list(definitions) == INPUTS + ADVANCED + DESTINATIONS
    folded = [
        name for name, each in definitions.items() if each.flags() & QgsProcessingParameterDefinition.FlagAdvanced
    ]
    assert folded == ADVANCED
    text = algorithm.shortHelpString()
    for each in definitions.values():
        assert each.help()
        assert each.help() in text
        assert each.description() in text
    required = [
        name for name, each in definitions.items() if not each.flags() & QgsProcessingParameterDefinition.FlagOptional
    ]
    assert {"S2", "OUTPUT"} <= set(required)
    # The models that people have saved know nothing of what came later.
    assert not {
        "S1",
        "CLEAR",
        "CLEAR_S1",
        "MASK_KIND",
        "LEVEL",
        "COLOURS",
        "MASK",
        "EXTENT",
        "WEIGHTS",
        "ATTENTION",
        "CHANGED",
        "SOURCE",
        "EXPECTED_ERROR",
        "INFLUENCE",
    } & set(required)


def test_attention_is_made_by_default_and_other_maps_are_not(algorithm):
    assert algorithm.parameterDefinition("ATTENTION").createByDefault()
    assert not algorithm.parameterDefinition("CHANGED").createByDefault()
    assert not algorithm.parameterDefinition("SOURCE").createByDefault()
    assert not algorithm.parameterDefinition("EXPECTED_ERROR").createByDefault()
    assert not algorithm.parameterDefinition("INFLUENCE").createByDefault()
    assert [each.name() for each in algorithm.outputDefinitions()] == [
        *DESTINATIONS,
        "CLOUD_COVER",
        "SECONDS",
        "DEVICE",
    ]


def test_it_runs_in_the_background_can_be_cancelled_and_works_in_batch(algorithm):
    from qgis.core import QgsProcessingAlgorithm

    flags = algorithm.flags()
    assert not flags & QgsProcessingAlgorithm.FlagNoThreading
    assert flags & QgsProcessingAlgorithm.FlagCanCancel
    assert flags & QgsProcessingAlgorithm.FlagSupportsBatch


# --- What it refuses ------------------------------------------------------------------------------------------------


def test_without_environment_it_says_what_to_press(algorithm, no_environment, pair, tmp_path):
    import processing
    from qgis.core import QgsProcessingException

    can, sentence = algorithm.canExecute()
    assert not can
    assert sentence == (
        "The compute environment is not set up yet. "
        "Open Plugins ▸ SAR Cloud Removal ▸ Set up compute environment and press Install."
    )
    with pytest.raises(QgsProcessingException, match="Set up compute environment"):
        processing.run("sarcloudremoval:removeclouds", {**pair, "OUTPUT": str(tmp_path / "out.tif")})
    assert not (tmp_path / "out.tif").exists()


def test_good_pair_is_accepted(refusal):
    assert refusal() == ""


def test_missing_file_is_named(refusal):
    assert "nowhere.tif" in refusal(S1="/nowhere.tif")


def test_rendered_layer_is_refused(refusal, project):
    from qgis.core import QgsRasterLayer

    tiles = QgsRasterLayer("type=xyz&url=http://127.0.0.1:9/{z}/{x}/{y}.png&zmax=3&zmin=0", "tiles", "wms")
    project.addMapLayer(tiles)
    assert refusal(S2=tiles.id()).startswith("«tiles» is a rendered or remote layer (wms)")


def test_layer_without_crs_is_refused(refusal, tmp_path, pair):
    for name, values in (("S1", sentinel1()), ("S2", sentinel2()), ("MASK", sentinel1(bands=1))):
        bare = write(tmp_path / "bare.tif", values, epsg=None)
        assert refusal(**{name: bare}) == (
            "«bare» has no georeference, so it cannot be placed on the other layer. "
            "Assign a coordinate reference system and a geotransform to it (Raster ▸ Georeferencer)."
        )


def test_same_layer_twice_is_refused(refusal, pair):
    assert refusal(S1=pair["S2"]).startswith("«s2» is chosen both as Sentinel-1 and as Sentinel-2.")


def test_one_band_sentinel1_is_refused(refusal, tmp_path):
    one = write(tmp_path / "vv.tif", sentinel1(bands=1))
    assert refusal(S1=one).startswith("«vv» has 1 band(s), but Sentinel-1 needs two: VV and VH.")


def test_clear_dates_that_cannot_be_such_are_refused(refusal, pair, tmp_path):
    other = write(tmp_path / "other.tif", sentinel1(bands=1))
    assert "it is the cloudy layer" in refusal(CLEAR=[pair["S2"]])
    assert "there are 1 clear dates; choose as many" in refusal(CLEAR=[other], CLEAR_S1=[other, pair["S1"]])
    assert refusal(CLEAR=[other], CLEAR_S1=[other]).startswith("«other» has 1 band(s), but Sentinel-1 needs two")
    assert "12 at most are used" in refusal(CLEAR=[other] * 13)


def test_a_clear_date_that_cannot_be_opened_is_named(refusal, pair, tmp_path):
    """QGIS leaves such layers out of a list without a word."""
    other = write(tmp_path / "other.tif", sentinel2())
    for given in (["/nowhere.tif"], "/nowhere.tif", [other, "/nowhere.tif"]):
        assert "«Clear dates» has the value «/nowhere.tif»" in refusal(CLEAR=given)
    assert "«Sentinel-1 of the clear dates» has the value" in refusal(CLEAR=[other], CLEAR_S1=["/nowhere.tif"])
    for given in (None, [], ""):
        assert refusal(CLEAR=given, CLEAR_S1=given) == ""
    assert refusal(CLEAR=[other], CLEAR_S1=[pair["S1"]]) == ""
    assert refusal(CLEAR=other) == ""


def test_sentinel1_may_be_left_out_with_a_clear_date(refusal, pair, tmp_path):
    other = write(tmp_path / "other.tif", sentinel1(bands=1))
    assert "choose one, or a clear date of the same place" in refusal(S1=None)
    assert refusal(S1=None, CLEAR=[other]) == ""


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"S2_BANDS": "B2,B3"}, "it names 2 bands, and the layer has 13"),
        ({"S1_VV": 1}, "the other polarisation has to be chosen too"),
        ({"S1_VV": 1, "S1_VH": 1}, "it is the VV band already"),
        ({"S1_VV": 1, "S1_VH": 3}, "the layer has 2 bands"),
        ({"TILE": 128, "OVERLAP": 128}, "it has to be less than a tile"),
        (
            {"TILE": 8},
            "«Tile size in pixels» has the value «8», which does not work: it has to be a number of at least 32",
        ),
        (
            {"S2_OFFSET": "none"},
            "«Sentinel-2 offset» has the value «none», which does not work: it has to be a number.",
        ),
        ({"S2_OFFSET": "-1_000"}, "«Sentinel-2 offset» has the value «-1_000»"),
        ({"S2_OFFSET": "0,1"}, "«Sentinel-2 offset» has the value «0,1»"),
        (
            {"S2_SCALE": "auto"},
            "«Sentinel-2 scale» has the value «auto», which does not work: it has to be a number of",
        ),
        ({"BATCH": " "}, "has the value « », which does not work: it has to be a number of at least 1"),
        ({"MODEL": "best"}, "«Network» has the value «best», which does not work: there are default, "),
        ({"QUALITY": "fine"}, "«Quality» has the value «fine»"),
        ({"DEVICE": "tpu"}, "«Device» has the value «tpu», which does not work: there are auto, cuda, mps, cpu"),
    ],
)
def test_option_that_does_not_work_is_refused(refusal, changed, said):
    assert said in refusal(**changed)


def test_numbers_as_text_and_empty_ones_are_taken(refusal, request_of, pair):
    for text, offset in (("-1000", -1000.0), (" 5e1 ", 50.0), ("0", 0.0), ("", None), (None, None)):
        assert refusal(S2_OFFSET=text) == ""
        assert request_of({**pair, "S2_OFFSET": text}).s2_offset == offset


def test_a_step_of_a_model_is_checked_too(algorithm, context, pair, tmp_path):
    """Models run their steps without asking them whether the parameters will do."""
    from qgis.core import QgsProcessingException, QgsProcessingFeedback

    parameters = {**pair, "OUTPUT": str(tmp_path / "out.tif"), "S2_OFFSET": "none"}
    with pytest.raises(QgsProcessingException, match="«Sentinel-2 offset» has the value «none»"):
        algorithm.run(parameters, context, QgsProcessingFeedback(), catchExceptions=False)
    assert not (tmp_path / "out.tif").exists()


def test_only_geotiff_is_offered(algorithm):
    definition = algorithm.parameterDefinition("OUTPUT")
    assert definition.defaultFileExtension() == "tif"
    assert definition.supportedOutputRasterLayerExtensions() == ["tif"]


# --- What becomes of the parameters ---------------------------------------------------------------------------------


@pytest.fixture
def request_of(provider, context):
    """The request that parameters become."""
    from qgis.core import QgsProcessingFeedback

    from sar_cloud_removal.plugin.algorithms.remove_clouds import RemoveClouds

    def made(parameters):
        algorithm = RemoveClouds()
        algorithm.initAlgorithm()
        layers = [algorithm.parameterAsRasterLayer(parameters, name, context) for name in ("S1", "S2", "MASK")]
        assert QgsProcessingFeedback() is not None
        return algorithm._request_for(parameters, context, *layers)

    return made


def test_defaults_leave_everything_to_be_found(request_of, pair):
    request = request_of(pair)
    assert (request.s1, request.s2) == (pair["S1"], pair["S2"])
    assert (request.s1_name, request.s2_name) == ("s1", "s2")
    assert request.model == "default"
    for (
        name
    ) in "mask extent extent_crs s1_crs s2_crs s2_bands s1_bands s2_scale s2_offset s1_units tile overlap".split():
        assert getattr(request, name) is None, name
    assert (request.device, request.precision, request.batch, request.feather) == ("auto", "auto", None, 8)
    assert (request.quality, request.keep, request.clear) == ("normal", "auto", ())


def test_null_of_qt_is_nothing(request_of, pair):
    from qgis.core import NULL

    nothing = dict.fromkeys(("MASK", "EXTENT", "WEIGHTS", "TILE", "OVERLAP", "BATCH", "S2_SCALE", "S1_VV"), NULL)
    assert request_of({**pair, **nothing}) == request_of(pair)


def test_every_parameter_arrives(request_of, pair, tmp_path):
    names = "B1,B2,B3,B4,B5,B6,B7,B8,B8A,B9,B10,B11,B12"
    mask = write(tmp_path / "mask.tif", sentinel1(bands=1))
    weights = tmp_path / "own.safetensors"
    weights.touch()
    chosen = {
        "MASK": mask,
        "EXTENT": "500100,500200,3999700,3999900 [EPSG:32650]",
        "WEIGHTS": str(weights),
        "DEVICE": "cuda",
        "S2_BANDS": names,
        "S2_SCALE": 1,
        "S2_OFFSET": -1000,
        "S1_VV": 2,
        "S1_VH": 1,
        "S1_UNITS": "power",
        "TILE": 128,
        "OVERLAP": 0,
        "BATCH": 2,
        "PRECISION": "float32",
        "QUALITY": "best",
        "FEATHER": 0,
    }
    request = request_of({**pair, **chosen})
    assert request.mask == mask
    assert request.mask_name == "mask"
    assert request.extent == (500100.0, 3999700.0, 500200.0, 3999900.0)
    assert request.extent_crs == "EPSG:32650"
    assert request.model == str(weights)
    assert request.device == "cuda"
    assert request.s2_bands == tuple(names.split(","))
    assert (request.s2_scale, request.s2_offset) == (1.0, -1000.0)
    assert (request.s1_bands, request.s1_units) == ((2, 1), "power")
    assert (request.tile, request.overlap, request.batch) == (128, 0, 2)
    assert (request.precision, request.quality, request.feather) == ("float32", "best", 0)


def test_named_device_comes_before_the_chosen_one(request_of, pair):
    assert request_of({**pair, "DEVICE": "cpu", "DEVICE_NAME": " cuda:1 "}).device == "cuda:1"


def test_extent_without_a_crs_is_in_that_of_sentinel2(request_of, pair):
    assert request_of({**pair, "EXTENT": "500100,500200,3999700,3999900"}).extent_crs == "EPSG:32650"
