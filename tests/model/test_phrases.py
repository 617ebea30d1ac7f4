"""Sentences that are known again by their form."""

from __future__ import annotations

import pytest

from sar_cloud_removal.model.phrases import Phrasebook

WORDS = {
    "Done": "DONE",
    "Tile {done} of {all}": "{all} / {done}",
    "{first}; {second}": "{first} ;; {second}",
    "offset {number}": "OFFSET {number}",
    "offset {number} as chosen": "CHOSEN {number}",
    ", although {why}": ", BUT {why}",
    "«{name}» is {what}": "<{name}> = {what}",
    "«{name}» failed: {detail}": "<{name}> !! {detail}",
    "«{one}» and «{other}» differ": "<{one}> <> <{other}>",
    "cloudy": "CLOUDY",
}


@pytest.mark.parametrize(
    ("english", "said"),
    [
        ("Done", "DONE"),
        ("Tile 3 of 20", "20 / 3"),
        # The most literal form wins.
        ("offset 5 as chosen", "CHOSEN 5"),
        ("offset 5", "OFFSET 5"),
        ("offset 5; cloudy", "OFFSET 5 ;; CLOUDY"),
        ("offset 5, although cloudy", "OFFSET 5, BUT CLOUDY"),
        # Between «» are names.
        ("«cloudy» is cloudy", "<cloudy> = CLOUDY"),
        # … and no others: of two forms that fit, neither swallows a name of the other.
        ("«a» failed: «b» and «c» differ", "<a> !! <b> <> <c>"),
        # What others say stays, even if a frame without words fits it.
        ("a; b", "a; b"),
        ("nothing known", "nothing known"),
        ("", ""),
    ],
)
def test_sentences_are_known_again(english, said) -> None:
    forms = [form for form in WORDS if "{" in form]
    assert Phrasebook(forms, lambda text: WORDS.get(text, text)).say(english) == said
