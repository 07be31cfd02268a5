"""Transitions as text: one line for each clause.

In: a `syntax.Transition` and a pen. Out: its lines. Chinese says the condition and the basis before what follows.
"""

from collections.abc import Callable
from typing import Any, Final

from tiercel_dsl import syntax
from tiercel_dsl.margin import spaced
from tiercel_dsl.pen import Pen
from tiercel_dsl.phrases import day_text, expr


def transition_head(node: syntax.Transition, pen: Pen) -> str:
    face = pen.face
    start = "从" if face.chinese else face.word("FROM")
    return spaced(face.word("TRANSITION"), start, _version(node.version, pen))


def clause_text(node: syntax.TransitionClause, pen: Pen) -> str:
    """One clause, without its indent."""
    return _CLAUSES[type(node)](node, pen)


def _version(node: syntax.VersionNumber, pen: Pen) -> str:
    return f"{pen.face.word('VERSION')} {node.number}"


def _cut(node: syntax.Cut, pen: Pen) -> str:
    return pen.face.word("CUT", node.kind)


def _kept(node: syntax.Kept, pen: Pen) -> str:
    face = pen.face
    rows = face.word("PEOPLE") if node.rows is None else expr(node.rows, pen)
    where = "" if node.where is None else f"{face.word('WHERE')} {expr(node.where, pen)}"
    versions = [_version(version, pen) for version in node.versions]
    if node.better is None:
        return spaced(rows, where, face.word("KEEPS"), versions[0])
    return spaced(rows, where, face.word("PAYS"), f"{expr(node.better, pen)}({pen.listed(versions)})")


def _pilot(node: syntax.Pilot, pen: Pen) -> str:
    face = pen.face
    if node.path is None:
        assert node.where is not None
        who = spaced(face.word("PEOPLE"), face.word("WHERE"), expr(node.where, pen))
    else:
        assert node.name is not None
        who = spaced(expr(node.path, pen), expr(node.name, pen))
    day = day_text(node.first)
    since = spaced("自", day, face.word("ONWARD")) if face.chinese else spaced(face.word("FROM"), day)
    return spaced(who, face.word("USES"), _version(node.version, pen), since)


def _blend(node: syntax.Blend, pen: Pen) -> str:
    face = pen.face
    shares = pen.listed([expr(share, pen) for share in node.shares])
    until = face.word("UP_TO") if face.chinese else face.word("UNTIL")
    months = spaced(face.word("BLEND"), day_text(node.first), until, day_text(node.last))
    share = f"{face.comma}{face.word('NEW_SHARE')}" if face.chinese else ""
    return f"{months}{share}{face.colon}{shares}"


def _floor(node: syntax.Floor, pen: Pen) -> str:
    face = pen.face
    least = spaced(face.word("UNTIL"), day_text(node.last), face.word("LIMIT", "at_least"))
    share = expr(node.share, pen)
    if face.chinese:
        return spaced(least, _basis(node, pen), face.word("DE"), share)
    return spaced(least, share, face.word("OF"), _basis(node, pen))


def _basis(node: syntax.Floor, pen: Pen) -> str:
    if node.version is not None:
        return _version(node.version, pen)
    assert node.length is not None
    face, length = pen.face, expr(node.length, pen)
    if face.chinese:
        return f"{face.word('LAST')}{length}{face.word('AVERAGED')}"
    return spaced(face.word("AVERAGE_OF"), face.word("LAST"), length)


def _carried(node: syntax.CarriedOver, pen: Pen) -> str:
    what = expr(node.path, pen)
    if node.expr is None:
        return spaced(what, pen.face.word("CARRIES", node.kind))
    return spaced(what, pen.face.word("CONVERTED"), expr(node.expr, pen))


_CLAUSES: Final[dict[type, Callable[[Any, Pen], str]]] = {
    syntax.Cut: _cut,
    syntax.Kept: _kept,
    syntax.Pilot: _pilot,
    syntax.Blend: _blend,
    syntax.Floor: _floor,
    syntax.CarriedOver: _carried,
}
