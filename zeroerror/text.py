"""Words for codes: the ledger and the core know codes and parameters, and only here do they become a sentence.

Standard gettext catalogues, one domain for each first part of a code, so that a command reads the few it
needs. A code without words is shown as it is: a missing translation must never keep somebody from working.

A template holds its parameters as `{name}`. `{act:act}` stands for the word of a code: in the domain
`engine` that of `engine.act_open`, where `act` is `open`. `{by:+covered}` stands for a clause with the same
parameters, that of `engine.covered`, and for nothing where `by` is empty.
"""

from __future__ import annotations

import gettext
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from string import Formatter
from typing import Any, Literal

Language = Literal["zh", "en"]

LOCALES: Mapping[Language, str] = {"zh": "zh_CN", "en": "en"}
_DIRECTORY = Path(__file__).parent / "locale"
_VARIABLES = ("ZEROERROR_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
_JOINED: Mapping[Language, str] = {"zh": "、", "en": ", "}
_TYPED: Mapping[Language, str] = {"zh": "{}（{}）", "en": "{} ({})"}

#: A sentence names at most so many things of a list, and so many signs of a text; the rest is in the data.
LISTED_MOST = 12
TOLD_MOST = 400

#: Signs that turn the direction of writing, or hide: a text must be what it seems. The last two are no signs,
#: and XML takes neither (XML 1.0, 2.2).
_HIDING = frozenset("\u061c\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u2060\ufeff\ufffe\uffff")


def choose_language(flag: str | None, environ: Mapping[str, str]) -> Language:
    """The language asked for, else the locale's; Chinese where neither says."""
    for wanted in (flag, *(environ.get(name) for name in _VARIABLES)):
        if not wanted:
            continue
        if wanted.lower().startswith("zh"):
            return "zh"
        if wanted.lower().startswith("en"):
            return "en"
    return "zh"


def say(code: str, params: Mapping[str, Any], lang: Language) -> str:
    """The sentence of a code; people's own text in it is shown and never executed."""
    domain = code.partition(".")[0]
    template = _catalogue(domain, lang).gettext(code)
    if template == code:
        return code if not params else f"{code} {_listed(params, lang)}"
    return _Sentence(domain, params, lang).vformat(template, (), params)


def told(value: Any, lang: Language) -> str:
    """A parameter as people read it."""
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return {("zh", True): "是", ("zh", False): "否"}.get((lang, value), "yes" if value else "no")
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return _named(value, lang)
    if isinstance(value, Sequence) and not isinstance(value, str):
        more = "…" if len(value) > LISTED_MOST else ""
        return _JOINED[lang].join(told(each, lang) for each in value[:LISTED_MOST]) + more or "—"
    text = str(value)
    return shown(text) if len(text) <= TOLD_MOST else f"{shown(text[:TOLD_MOST])}…"


def _named(value: Mapping[str, Any], lang: Language) -> str:
    """Something with a title, by that; what has to be typed stands before it."""
    title = value.get("title") or value.get("for")
    if title is None:
        return _listed(value, lang)
    typed = value.get("action")
    return shown(str(title) if typed is None else _TYPED[lang].format(typed, title))


def shown(text: str) -> str:
    """Text with every control, direction and hiding sign made visible, so that none of them acts."""
    if text.isprintable() and not any(sign in _HIDING for sign in text):
        return text
    return "".join(sign if _harmless(sign) else f"\\u{ord(sign):04x}" for sign in text)


def is_text(text: str) -> bool:
    """Whether it is text that can be kept: no NUL, and nothing that is half a sign or no UTF-8."""
    return "\0" not in text and not any("\ud800" <= sign <= "\udfff" for sign in text)


def _harmless(sign: str) -> bool:
    if sign in _HIDING:
        return False
    # A private or unassigned sign may be somebody's rare surname; only what controls is kept from acting.
    return unicodedata.category(sign) not in ("Cc", "Cf", "Cs")


def _listed(params: Mapping[str, Any], lang: Language) -> str:
    return _JOINED[lang].join(f"{name}={told(value, lang)}" for name, value in params.items())


class _Sentence(Formatter):
    """One template being filled. It may name what the parameters lack: it is left open, and nothing breaks."""

    def __init__(self, domain: str, params: Mapping[str, Any], lang: Language) -> None:
        self._domain, self._params, self._lang = domain, params, lang

    def get_value(self, key: int | str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        return kwargs.get(str(key))

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec.startswith("+"):
            clause = f"{self._domain}.{format_spec[1:]}"
            return "" if value in (None, "", [], ()) else say(clause, self._params, self._lang)
        if format_spec:
            code = f"{self._domain}.{format_spec}_{value}"
            word = _catalogue(self._domain, self._lang).gettext(code)
            return told(value, self._lang) if word == code else word
        return told(value, self._lang)


@lru_cache(maxsize=64)
def _catalogue(domain: str, lang: Language) -> gettext.NullTranslations:
    return gettext.translation(domain, _DIRECTORY, [LOCALES[lang]], fallback=True)
