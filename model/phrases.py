"""Sentences with numbers and names in them, known again by their form and said in the user's language.

Standard library only, as the plugin needs it, too. A form is an English sentence with fields, «Tile {done} of {grid}».
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

_FIELD, _QUOTED = re.compile(r"\{(\w+)\}"), re.compile(r"«\{(\w+)\}»")


@dataclass(frozen=True)
class _Form:
    """A form, the pattern of its sentences, the names of its fields, and which of them stand in «».

    The first group of the pattern is what stands before the form.
    """

    text: str
    pattern: re.Pattern
    names: tuple[str, ...]
    quoted: frozenset[str]


class Phrasebook:
    """Says sentences in the user's language, which `translate` knows for sentences without fields and for forms.

    Of several forms that fit, the one with the most literal text wins. Only one that begins with a comma may follow
    another; it is tried last, since it may be the end of what fills a field.
    """

    def __init__(self, forms: Iterable[str], translate: Callable[[str], str]) -> None:
        ordered = sorted(forms, key=lambda form: (form.startswith(","), -len(_literal(form))))
        self._forms = [
            _Form(each, _pattern(each), tuple(_FIELD.findall(each)), frozenset(_QUOTED.findall(each)))
            for each in ordered
        ]
        self._translate = translate

    def say(self, text: str) -> str:
        """Return a sentence in the user's language, as it is where its form is not known.

        What fills its fields may be a phrase itself, but not between «»: there are names.
        """
        translated = self._translate(text)
        if translated != text:
            return translated
        for form in self._forms:
            match = form.pattern.fullmatch(text)
            if match is None:
                continue
            before, *values = match.groups()
            said = [value if name in form.quoted else self.say(value) for name, value in zip(form.names, values)]
            if said == values and not re.search(r"[A-Za-z]", _literal(form.text)):
                # A frame such as «{}; {}» fits what other programs say too.
                continue
            filled = self._translate(form.text).format(**dict(zip(form.names, said)))
            return self.say(before) + filled if before else filled
        return text


def _literal(form: str) -> str:
    return _FIELD.sub("", form)


def _pattern(form: str) -> re.Pattern:
    before = "(.+?)" if form.startswith(",") else "()"
    parts = re.split(r"\{\w+\}", form)
    pattern = re.escape(parts[0])
    for last, part in zip(parts, parts[1:]):
        # A name does not hold what stands around names, or one form would swallow the names of two.
        pattern += (r"([^\xab\xbb]*?)" if last.endswith("«") and part.startswith("»") else "(.*?)") + re.escape(part)
    return re.compile(before + pattern, re.DOTALL)
