"""What every command of the command line shares: its outcome, the reader's language, how faults are told.

In: words and diagnostics. Out: text and `Outcome`. No command is known here.
"""

import argparse
import io
import json
import os
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from tiercel.words import say

if TYPE_CHECKING:
    from tiercel.errors import TiercelError
    from tiercel_dsl.diagnostics import Diagnostic
    from tiercel_dsl.source import Source

OK: Final = 0
FINDINGS: Final = 1
USAGE: Final = 2
INTERNAL: Final = 3
INTERRUPTED: Final = 130

LANGUAGES: Final = ("zh", "en")
_FEW: Final = 5  # faults shown unless all are asked for


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command leaves: the result, what is said about it, the exit code."""

    code: int = OK
    out: str = ""
    talk: str = ""
    language: str = ""  # of both, where the scheme decided it


class Refused(Exception):
    """The command ends here, with this outcome."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.talk)
        self.outcome = outcome


Options: TypeAlias = argparse.Namespace


# ---- language and colour -----------------------------------------------------------------------------------


def asked(arguments: Sequence[str]) -> str:
    """The language after --lang, wherever it stands; the last one counts."""
    found = ""
    for word, following in zip(arguments, [*arguments[1:], ""], strict=False):
        given = word.removeprefix("--lang=") if word.startswith("--lang=") else following if word == "--lang" else ""
        found = given if given in LANGUAGES else found
    return found


def surroundings() -> str:
    """TIERCEL_LANG, else the first locale setting that is not empty, else English."""
    wanted = os.environ.get("TIERCEL_LANG", "").lower()
    if wanted[:2] in LANGUAGES:
        return wanted[:2]
    settings = (os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    locale = next((text for text in settings if text), "") or _windows_locale()
    return "zh" if locale.lower().startswith(("zh", "chinese")) else "en"


def _windows_locale() -> str:
    if os.name != "nt":
        return ""
    import locale

    return locale.getlocale()[0] or ""


def reader(options: Options, face: str) -> str:
    """A Chinese scheme speaks Chinese unless --lang says otherwise."""
    return options.lang or ("zh" if face == "zh" else surroundings())


def colored(stream: object) -> bool:
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return not plain and isinstance(stream, io.TextIOWrapper) and stream.isatty()


# ---- words for what goes wrong -----------------------------------------------------------------------------


def error_text(text: str, language: str) -> str:
    return say("error", language, text=text)


def refusal(text: str, language: str, code: int = USAGE) -> Refused:
    return Refused(Outcome(code, talk=error_text(text, language)))


def faults_text(
    found: "Sequence[Diagnostic]", sources: "Mapping[str, Source]", language: str, every: bool, color: bool
) -> str:
    """The messages, at most five unless all are asked for."""
    from tiercel_dsl.render import render_all

    limit = len(found) if every else _FEW
    text = render_all(found, sources, language, limit, color)
    return text if len(found) <= limit else f"{text}\n{say('all_findings', language)}"


def turned_down(error: "TiercelError", sources: "Mapping[str, Source]", language: str, every: bool) -> Outcome:
    """An error of the engine: 2 where the command line is at fault, 1 where scheme or data are."""
    from tiercel.errors import FactsError

    text = faults_text(error.diagnostics, sources, language, every, colored(sys.stderr))
    if isinstance(error, FactsError):
        text += "\n\n" + say("nobody_paid", language, count=sum(1 + d.more for d in error.diagnostics))
    usage = all(d.code.startswith("E4") for d in error.diagnostics)
    return Outcome(USAGE if usage else FINDINGS, talk=text)


def coded(code: str, language: str, /, **facts: object) -> str:
    """A message that has a code, without a place."""
    from tiercel_dsl.diagnostics import Diagnostic
    from tiercel_dsl.render import render

    return render(Diagnostic(code, facts=facts), {}, language, colored(sys.stderr))


def why(fault: OSError, language: str) -> str:
    kinds = ((PermissionError, "permission"), (FileNotFoundError, "missing"), (IsADirectoryError, "folder"))
    key = next((key for kind, key in kinds if isinstance(fault, kind)), "other")
    return say(f"reason.{key}", language)


def next_step(language: str, *words: str) -> str:
    """The next useful command; the password of an address is left out."""
    return say("next", language, command=re.sub(r"(://[^/@:]*):[^/]*@", r"\1@", " ".join(["tiercel", *words])))


def quoted(text: str) -> str:
    return f'"{text}"' if any(c in " ()&'$`;<>|*?" for c in text) else text


# ---- what is written -----------------------------------------------------------------------------------------


def encodable(text: str) -> bool:
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def json_text(data: Mapping[str, Any], to_file: bool) -> str:
    """One form whatever the machine; escapes where the terminal's encoding lacks a character."""
    text = json.dumps(data, sort_keys=True, ensure_ascii=False, indent=2) + "\n"
    if to_file or encodable(text):
        return text
    return json.dumps(data, sort_keys=True, ensure_ascii=True, indent=2) + "\n"
