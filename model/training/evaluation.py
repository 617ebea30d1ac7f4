"""Scores models on the triplets of a data set: overall, by band, by cloud cover and by class of pixels.

Beside the models stand rows that any of them has to beat: the cloudy input as it is, the mean colour of other places,
and the clear pixels of the cloudy input with the mean colour where it is not clear (it is told which those are by the
clear date, so it knows more than a model does). All means are over patches, as the literature has them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Optional

import numpy as np

from .. import devices
from ..bands import S2_BANDS
from ..errors import BadOption, Cancelled, UnusableDataset
from ..networks import checkpoints
from ..networks.checkpoints import Checkpoint
from ..networks.radar_prior import images_of
from ..prediction import Predictor
from ..requests import QUALITIES, Event, Log, Progress
from .catalogue import open_dataset, places
from .cloud_classes import CLASSES, CloudClasses, classify
from .datasets import AnyScene, Scene, is_triplet
from .figures import ERROR_LIMIT, brightness, can_draw, draw_rows, error_colour, true_colour
from .scoring import compare_with_clear
from .tables import ALL, Score, as_json, columns_of, evaluation_markdown, make_folder, means, write_csv, write_text
from .tables import Mean as MeanRow

Array = np.ndarray

CLOUDY_INPUT = "cloudy input"
MEAN_COLOUR = "mean colour"
COPIED_CLEAR = "clear pixels copied, else mean colour"
#: So many images of a place at most, evenly chosen, make its mean colour: thousands say no more.
COLOUR_IMAGES = 20
#: So many patches at most, evenly chosen, are drawn.
DRAWN = 12


@dataclass(frozen=True)
class Evaluation:
    """What to score: `models` (names or paths) on the triplets of the data set in `dataset`.

    `split` is what `catalogue.open_dataset` takes. `part` is "train", "validation" or "test", by default "test" where
    there is a split and all else; `places` are the only ones to score, if there are any. `output` is a folder for
    the tables and the figure sheet. `quality` is "normal" or "best" (the mean over eight flips and turns).
    """

    dataset: Path
    models: tuple[str, ...] = ()
    split: str = ""
    part: Optional[str] = None
    places: tuple[str, ...] = ()
    output: Optional[Path] = None
    quality: str = "normal"
    device: str = "auto"


class JudgedModel:
    """A model and where it was trained; users know it by `name`."""

    def __init__(
        self,
        name: str,
        checkpoint: Checkpoint,
        device: str,
        quality: str = "normal",
        log: Callable[[str], None] = lambda message: None,
    ) -> None:
        bands, provenance = range(len(S2_BANDS)), checkpoint.provenance
        self.name = name
        self.provenance = provenance
        self._network = checkpoint.network
        self.parameters = sum(parameter.numel() for parameter in checkpoint.network.parameters())
        self.places = frozenset(provenance.get("places", ()))
        self._scenes = frozenset(provenance.get("scenes", ()))
        self._predictor = Predictor(
            checkpoint.network, name, device, "float32", bands, checkpoint.tile, 1, None, log, quality
        )

    @property
    def known(self) -> bool:
        """Whether the weights say where they were trained."""
        return bool(self.places or self._scenes)

    def has_seen(self, scene: AnyScene) -> bool:
        """Tell whether the model was trained on the place of `scene`, or on the scene itself under another place."""
        return scene.place in self.places or scene.name in self._scenes

    def reconstruct(self, scene: Scene) -> Array:
        """Return reflectance [13, H, W] clipped to 0–1 for a triplet, tiled as `reconstruct` would. Raises
        `BadWeights` and `OutOfMemory`."""
        with images_of(scene.level, self._network):
            return self._predictor(scene.cloudy[None], scene.sar[None])[0, : len(S2_BANDS)]


class MeanColours:
    """The mean spectra of the clear images of triplets, by place."""

    def __init__(self, scenes: Sequence[AnyScene]) -> None:
        self._spectra: dict[str, list[Array]] = {}
        for place in places(scenes):
            members = [scene for scene in scenes if scene.place == place]
            self._spectra[place] = [_mean_spectrum(scene.load()) for scene in _evenly(members, COLOUR_IMAGES)]

    def of(self, among: Iterable[str], without: str) -> Optional[Array]:
        """Return the mean spectrum [13] over the images of the places `among`, but of the one `without`; or None."""
        chosen = [spectrum for place in sorted(set(among) - {without}) for spectrum in self._spectra.get(place, ())]
        return np.mean(chosen, axis=0) if chosen else None

    def __iter__(self):
        return iter(self._spectra)


def _mean_spectrum(scene: Scene) -> Array:
    pixels = scene.clear.reshape(len(scene.clear), -1) if scene.valid is None else scene.clear[:, scene.valid]
    return pixels.mean(axis=1)


def _evenly(members: Sequence, most: int) -> list:
    if len(members) <= most:
        return list(members)
    return [members[index] for index in np.linspace(0, len(members) - 1, most).round().astype(int)]


def reference_images(scene: Scene, classes: CloudClasses, colour: Optional[Array]) -> dict[str, Array]:
    """Return the images [13, H, W] that need no model; those with the mean `colour` [13] where there is one."""
    images = {CLOUDY_INPUT: scene.cloudy}
    if colour is not None:
        even = np.broadcast_to(colour[:, None, None], scene.clear.shape)
        images[MEAN_COLOUR] = even
        images[COPIED_CLEAR] = np.where(classes.mask("clear"), scene.cloudy, even)
    return images


def classes_of(scene: Scene) -> CloudClasses:
    """Return the classes of a triplet's pixels; in cover and opacity only those count that the clear date has."""
    if scene.valid is None:
        return classify(scene.cloudy, scene.clear)
    # What was filled in must not look like cloud: both dates show the ground's mean colour there.
    ground = _mean_spectrum(scene) if scene.valid.any() else np.zeros(len(S2_BANDS), np.float32)
    images = [np.where(scene.valid, image, ground[:, None, None]) for image in (scene.cloudy, scene.clear)]
    return classify(*images, scene.valid)


def score_image(name: str, image: Array, scene: Scene, classes: CloudClasses, seen: bool = False) -> list[Score]:
    """Return the scores of an image [13, H, W] of a triplet over the bands that its clear date really has.

    First of all pixels and bands, then of each band (which has no spectral angle) and of each class of pixels that
    there is.
    """
    comparison = compare_with_clear(image, scene)
    sums = {ALL: comparison.sums()}
    sums.update((S2_BANDS[band], comparison.sums(bands=[index])) for index, band in enumerate(scene.present))
    sums.update((label, comparison.sums(classes.mask(label))) for label in CLASSES)
    return [
        Score(name, scene.name, scene.place, seen, classes.cover, subset, part.pixels, **part.metrics())
        for subset, part in sums.items()
        if part.pixels
    ]


def evaluate_models(
    evaluation: Evaluation, report: Callable[[Event], None], cancelled: Callable[[], bool]
) -> dict[str, object]:
    """Score models on the triplets of a data set, and write what came of it where an `output` is given.

    Returns the mean `scores`, the same as `markdown`, and the `files` written: raw lines of every model, scene and
    subset, tables as CSV and Markdown, and, where matplotlib is there, a figure sheet. Warns of models that were
    trained on a place that they are scored on. Raises `BadOption`, `UnusableDataset`, what loading and running a model
    raises, and `Cancelled`.
    """
    if evaluation.quality not in QUALITIES:
        raise BadOption(option="quality", value=evaluation.quality, detail=f"choose one of {', '.join(QUALITIES)}")
    models = _load_models(evaluation, report)
    triplets, chosen = _choose(evaluation, lambda line: report(Log(line)))
    _warn_of_leaks(models, chosen, report)
    if evaluation.output:
        make_folder(evaluation.output)
    colours = MeanColours(triplets)
    among = _places_of_colour(colours, models)
    drawn = {id(scene) for scene in _evenly(chosen, DRAWN)} if evaluation.output else set()
    scores: list[Score] = []
    pictures: list[tuple[Scene, dict[str, Array]]] = []
    for index, lazy in enumerate(chosen):
        if cancelled():
            raise Cancelled()
        report(Progress(index / len(chosen), lazy.name))
        scene = lazy.load()
        found, images = _score_scene(scene, models, colours.of(among, without=scene.place))
        scores += found
        if id(lazy) in drawn:
            pictures.append((scene, images))
    text = evaluation_markdown(scores, [_note(evaluation, chosen)])
    files = _write(evaluation.output, scores, text, pictures, report) if evaluation.output else []
    return {"scores": [as_json(row) for row in means(scores)], "markdown": text, "files": files}


def _places_of_colour(colours: MeanColours, models: Sequence[JudgedModel]) -> frozenset[str]:
    """Return the places whose mean colour is to beat: those that all models have seen, or any if there are none."""
    seen_by_all = frozenset(colours).intersection(*(model.places for model in models))
    return seen_by_all or frozenset(colours)


def _score_scene(
    scene: Scene, models: Sequence[JudgedModel], colour: Optional[Array]
) -> tuple[list[Score], dict[str, Array]]:
    """Return the scores of the references and the models for one triplet, and the images of the models."""
    classes = classes_of(scene)
    references = reference_images(scene, classes, colour)
    images = {model.name: model.reconstruct(scene) for model in models}
    seen = {model.name: model.has_seen(scene) for model in models}
    scores = [
        score
        for name, image in {**references, **images}.items()
        for score in score_image(name, image, scene, classes, seen.get(name, False))
    ]
    return scores, images


def _load_models(evaluation: Evaluation, report: Callable[[Event], None]) -> list[JudgedModel]:
    device = devices.resolve(evaluation.device)
    # One model may be named twice, as the default is.
    names = {checkpoints.resolve(name): name for name in evaluation.models}
    paths = {name: path for path, name in names.items()}
    return [
        JudgedModel(
            title,
            checkpoints.load(paths[name], device),
            device,
            evaluation.quality,
            lambda message: report(Log(message, "warning")),
        )
        for name, title in _titles(paths).items()
    ]


def _titles(paths: Mapping[str, Path]) -> dict[str, str]:
    """Return what tables call the models: the file's name, with as much of its folder as tells them apart."""
    parts = {name: path.resolve().with_suffix("").parts for name, path in paths.items()}
    for count in range(1, max(map(len, parts.values()), default=0) + 1):
        titles = {name: "/".join(each[-count:]) for name, each in parts.items()}
        if len(set(titles.values())) == len(set(parts.values())):
            break
    return titles if parts else {}


def _choose(evaluation: Evaluation, log: Callable[[str], None]) -> tuple[list[AnyScene], list[AnyScene]]:
    """Return all triplets of the data set, and those to score."""
    dataset = open_dataset(evaluation.dataset, evaluation.split, log=log)
    parts = {name: [scene for scene in scenes if is_triplet(scene)] for name, scenes in dataset.parts.items()}
    triplets = [scene for scenes in parts.values() for scene in scenes]
    part = evaluation.part or ("test" if evaluation.split else None)
    if part and part not in parts:
        raise BadOption(option="part", value=part, detail=f"choose one of {', '.join(parts)}")
    chosen = parts[part] if part else triplets
    unknown = sorted(set(evaluation.places) - set(places(chosen)))
    if unknown:
        detail = f"there are no triplets of {', '.join(unknown)}; those there are: {', '.join(places(chosen))}"
        raise BadOption(option="places", value=",".join(evaluation.places), detail=detail)
    if evaluation.places:
        chosen = [scene for scene in chosen if scene.place in evaluation.places]
    if not chosen:
        detail = "it has no place with Sentinel-1, a cloudy and a clear date"
        raise UnusableDataset(path=evaluation.dataset, detail=f"{detail} in its part {part}" if part else detail)
    return triplets, chosen


def _warn_of_leaks(models: Sequence[JudgedModel], chosen: Sequence[AnyScene], report: Callable[[Event], None]) -> None:
    for model in models:
        seen = places([scene for scene in chosen if model.has_seen(scene)])
        if seen:
            message = f"«{model.name}» was trained on {', '.join(seen)}: its figures there flatter it."
            report(Log(message, "warning"))
        if not model.known:
            message = f"«{model.name}» does not say where it was trained: its figures may flatter it."
            report(Log(message, "warning"))


def _note(evaluation: Evaluation, chosen: Sequence[AnyScene]) -> str:
    quality = "the mean over eight flips and turns" if evaluation.quality == "best" else "one pass a patch"
    return (
        f"Means over {len(chosen)} patches of {len(places(chosen))} places; models with {quality}. Reflectance 0–1, "
        "PSNR with peak 1. Cover and classes as `model/training/cloud_classes.py` defines them; a patch counts in a "
        "class where at least 1 % of its pixels are of it."
    )


def _write(
    folder: Path,
    scores: Sequence[Score],
    text: str,
    pictures: Sequence[tuple[Scene, dict[str, Array]]],
    report: Callable[[Event], None],
) -> list[str]:
    paths = [Path(folder) / name for name in ("scores.csv", "table.csv", "table.md", "sheet.jpg")]
    write_csv(paths[0], scores, columns_of(Score))
    write_csv(paths[1], means(scores), columns_of(MeanRow))
    write_text(paths[2], text)
    if can_draw():
        _draw(paths[3], pictures)
    else:
        report(Log("There is no figure sheet, for want of matplotlib.", "warning"))
    return [str(path) for path in paths[: 4 if can_draw() else 3]]


def _draw(path: Path, pictures: Sequence[tuple[Scene, dict[str, Array]]]) -> None:
    """Draw VV, the cloudy input, what each model made of it, the clear date, and the error of each model."""
    models = list(pictures[0][1])
    titles = ["Sentinel-1 VV", "cloudy", *models, "clear date", *(f"error of {name}" for name in models)]
    if models:
        titles[-1] += f" (0–{ERROR_LIMIT})"
    rows = []
    for scene, images in pictures:
        white = brightness(scene.clear)
        optical = [true_colour(image, white) for image in (scene.cloudy, *images.values(), scene.clear)]
        errors = [error_colour(image, scene.clear) for image in images.values()]
        rows.append((scene.name, [scene.sar[0], *optical, *errors]))
    draw_rows(path, titles, rows)
