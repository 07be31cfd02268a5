"""What a scheme makes use of: nodes of its plan, operators, stages, forms of the language.

In: a case. Out: a set of words such as `node Tier`, `arith divide`, `syntax PartOf`, `rounding half_even`.
"""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from tiercel.money import Rounding
from tiercel.plan import (
    Aggregate,
    Arith,
    Column,
    Compare,
    Dated,
    DateOp,
    Logic,
    PeriodPart,
    Plan,
    Running,
    Stage,
    Step,
    Tier,
)
from tiercel.run import Scheme
from tiercel_dsl import syntax


def of_plan(plan: Plan) -> set[str]:
    out: set[str] = set()
    for settlement in plan.settlements:
        forms = (("parts", settlement.parts), ("holds", settlement.holds), ("take_backs", settlement.take_backs))
        out |= {f"settled {name}" for name, found in forms if found}
        out |= {"settled share"} if settlement.share is not None else set()
    for step in plan.steps:
        out.add(f"step {step.kind}")
        if step.line_kind:
            out.add(f"line {step.line_kind}")
        for node in inside(step):
            out |= _named(node)
    return out


def _named(node: Any) -> set[str]:
    out = {f"node {type(node).__name__}"} if not isinstance(node, Stage | Step | Rounding) else set()
    if isinstance(node, Stage):
        out |= {f"stage {node.kind}", *([f"change {node.operator}"] if node.operator else [])}
        out |= {"stage on the running total"} if node.total is not None else set()
    elif isinstance(node, Rounding):
        out.add(f"rounding {node.mode.value}")
    elif isinstance(node, Arith):
        out.add(f"arith {node.operator}")
    elif isinstance(node, Logic):
        out.add(f"logic {node.operator}")
    elif isinstance(node, Compare):
        out.add(f"compare {node.operator}")
    elif isinstance(node, DateOp):
        out.add(f"date {node.operator}{' months' if node.months else ''}")
    elif isinstance(node, Aggregate | Running):
        out |= {f"aggregate {node.function}"} if isinstance(node, Aggregate) else set()
        whole = "window" if isinstance(node, Aggregate) else "restart"
        if node.window is not None:
            out.add(f"{whole} {node.window.kind}{' as of' if node.window.as_of is not None else ''}")
        out |= {f"per {whole}"} if node.per else set()
    elif isinstance(node, Column | Dated):
        out |= {f"as of {type(node).__name__}"} if node.as_of is not None else set()
        out |= {f"mean {node.mean}"} if isinstance(node, Column) and node.mean else set()
    elif isinstance(node, PeriodPart):
        out.add(f"part of {node.of}")
    elif isinstance(node, Tier):
        out.add(f"tier {node.mode}")
        out |= {f"tier {w}" for w, x in (("scaled", node.scale), ("series", node.brackets[-1].every)) if x is not None}
        out |= {f"tier rounded {node.stage}"} if node.rounding is not None else set()
        if node.mode != "value":
            how = [
                w
                for w, x in (("running", node.less), ("by key", node.key), ("rounded", node.rounding))
                if x is not None
            ]
            out |= {f"tier {node.mode} {word}" for word in how}
    return out


def inside(node: Any) -> Iterator[Any]:
    """A node and everything in it."""
    if isinstance(node, tuple):
        for item in node:
            yield from inside(item)
    elif is_dataclass(node) and not isinstance(node, type):
        yield node
        for f in fields(node):
            if f.name not in ("span", "spans"):
                yield from inside(getattr(node, f.name))


def of_syntax(statements: tuple[syntax.Statement, ...]) -> set[str]:
    out: set[str] = set()
    for node in inside(statements):
        out.add(f"syntax {type(node).__name__}")
        if isinstance(node, syntax.Binary | syntax.Unary | syntax.Compare | syntax.Logic):
            out.add(f"operator {node.operator}")
        elif isinstance(node, syntax.BoundCell):
            out.add(f"bound {node.kind}")
        elif isinstance(node, syntax.WordCell | syntax.SeriesCell):
            out.add(f"cell {node.kind}")
        elif isinstance(node, syntax.Call) and node.function.names[0].startswith("@"):
            out.add(f"function {node.function.names[0][1:]}")
    return out


def of_case(scheme: Scheme, statements: tuple[syntax.Statement, ...]) -> set[str]:
    return of_plan(scheme.plan) | of_syntax(statements)
