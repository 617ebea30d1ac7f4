"""The options page: what it shows and keeps. Its buttons in the real dialog are driven in tests/desktop."""

from __future__ import annotations

import pytest


@pytest.fixture
def settings(qgis):
    from sar_cloud_removal.plugin import settings

    settings.Settings().save()
    yield settings
    settings.Settings().save()


@pytest.fixture
def page(settings):
    """Make the page anew, as the dialog does each time that it is opened."""
    from sar_cloud_removal.plugin.gui.options_page import OptionsFactory

    factory = OptionsFactory()
    return lambda: factory.createWidget()


def test_what_is_applied_is_shown_the_next_time(settings, page, tmp_path):
    for name in ("python3", "own.safetensors"):
        (tmp_path / name).touch()
    kept = settings.Settings(
        interpreter=str(tmp_path / "python3"),
        device="cuda",
        idle_seconds=90,
        model=str(tmp_path / "own.safetensors"),
        tile=512,
        memory_gb=3.5,
    )
    first = page()
    assert first.shown_settings() == settings.Settings()
    first.show_settings(kept)
    assert settings.Settings.load() == settings.Settings()
    first.apply()
    assert settings.Settings.load() == kept
    assert page().shown_settings() == kept


def test_files_that_are_not_there_are_not_kept(settings, page, tmp_path):
    shown = page()
    shown.show_settings(
        settings.Settings(interpreter=str(tmp_path / "gone"), model=str(tmp_path / "gone.safetensors"), tile=128)
    )
    shown.apply()
    assert settings.Settings.load() == settings.Settings(tile=128)


def test_own_weights_without_a_file_are_the_default_and_tiles_have_a_least_size(settings, page):
    shown = page()
    shown.model.setCurrentIndex(shown.model.count() - 1)
    shown.tile.setValue(5)
    assert shown.shown_settings() == settings.Settings(tile=32)


def test_an_old_entry_that_nobody_knows_shows_as_auto(settings, page):
    settings.Settings(device="tpu", model="").save()
    assert page().shown_settings() == settings.Settings()
