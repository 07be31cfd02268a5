"""Faults planted in a copy of the engine, each of which the tests must notice.

In: nothing. Out: `FAULTS`: a name, the module, its text before and after, and what notices it: `seeds` (random
schemes through both evaluators) or a test file, for what both evaluators share.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    name: str
    module: str
    old: str
    new: str
    notices: str = "seeds"


POLICY = "published/test_office_software.py"
WORKED = "agreement/test_agreement.py"

FAULTS = (
    # ---- the generated program
    Fault("half_up_of_a_negative", "formulas", "-(({half} - {x}) // {den})", "-(({half} - {x} - 1) // {den})"),
    Fault("half_even_tie", "program", "r == d and q % 2 == 1", "r == d and q % 2 == 0"),
    Fault(
        "up_is_ceiling",
        "program",
        "return -(-n // d) if n >= 0 else n // d\n\n\ndef down",
        "return -(-n // d)\n\n\ndef down",
    ),
    Fault("down_is_floor", "program", "return n // d if n >= 0 else -(-n // d)", "return n // d"),
    Fault(
        "bound_inside_below",
        "program",
        'return f"{x.num} < {ceil(scaled)}" if inside',
        'return f"{x.num} <= {ceil(scaled)}" if inside',
    ),
    Fault(
        "bound_inside_beyond",
        "program",
        'return f"{x.num} > {floor(scaled)}" if inside',
        'return f"{x.num} >= {floor(scaled)}" if inside',
    ),
    Fault(
        "lcm_forgotten",
        "formulas",
        '            a, b = times(left.num, den // left.den), times(right.num, den // right.den)\n            return Num(f"({a} {operator} {wrapped(b)})", den)',
        '            a, b = times(left.num, den // left.den), right.num\n            return Num(f"({a} {operator} {wrapped(b)})", den)',
    ),
    Fault(
        "brackets_forgotten",
        "formulas",
        'return Num(f"({a} {operator} {wrapped(b)})", den)',
        'return Num(f"{a} {operator} {b}", den)',
    ),
    Fault("sign_of_a_divisor", "formulas", '        self.line(f"    {value} = -{value}")\n', ""),
    Fault("part_may_be_negative", "formulas", 'return self.chosen(rest, Num("0"), ">=")', "return rest"),
    Fault(
        "part_without_top",
        "formulas",
        'top = whole if up_to is None else self.chosen(whole, up_to, "<=")',
        "top = whole",
    ),
    Fault("max_is_min", "formulas", '"<=" if node.operator == "min" else ">="', '"<="'),
    Fault(
        "ceiling_cuts",
        "formulas",
        'return Num(f"-(-{wrapped(ready[0].num)} // {ready[0].den})")',
        'return Num(f"({wrapped(ready[0].num)} // {ready[0].den})")',
    ),
    Fault(
        "cases_need_not_agree", "formulas", 'return f"{pad}if {found} and {test}:', 'return f"{pad}if False and {test}:'
    ),
    Fault("first_case_is_last", "formulas", "first=position == 0 or unique", "first=True"),
    Fault("earlier_is_later", "formulas", 'sign = "" if node.operator == "later" else "-"', 'sign = ""'),
    Fault("months_are_days", "formulas", 'unit = "months" if node.months else "days"', 'unit = "days"'),
    Fault(
        "parameter_of_the_last_day",
        "formulas",
        'if self.tables[level].kind == "facts" else "last"',
        'if False else "last"',
    ),
    Fault("missing_is_zero", "formulas", '            self.fail_if(f"{state}[i] == 0", "absent")\n', ""),
    Fault(
        "changed_attribute_unnoticed",
        "formulas",
        '            self.fail_if(f"{state}[i] == 2", "failure")\n            self.fail_if',
        "            self.fail_if",
    ),
    Fault(
        "price_not_rounded",
        "formulas",
        "return price if node.rounding is None else self.rounded(price, node.rounding)",
        "return price",
    ),
    Fault(
        "otherwise_rate_forgotten",
        "segments",
        "        out.append(Bracket(high, False, None, False, node.otherwise))\n",
        "        pass\n",
    ),
    Fault("first_bound_above_zero", "segments", "if low is not None and low > 0:", "if False:"),
    Fault("slices_of_a_fall", "segments", "part * sign * {rate", "part * {rate"),
    Fault("rise_inside_a_tier", "segments", 'tests.append(f"n <= {floor(bracket.high * base.den)}")', "pass"),
    Fault("constant_of_a_tier", "segments", "_integral(brackets, edge) - rate * edge))", "_integral(brackets, edge)))"),
    Fault("deduction_added", "codegen", "'+=' if step.sign > 0 else '-='", "'+='"),
    Fault(
        "line_before_the_period",
        "codegen",
        "for c in (self._has_owner(step.level), self._in_period(step.level)) if c]\n            if conditions",
        "for c in (self._has_owner(step.level),) if c]\n            if conditions",
    ),
    Fault(
        "zero_unless_ignored",
        "codegen",
        'return Num(f"({held} if {condition} else 0)", value.den)',
        "return Num(held, value.den)",
    ),
    Fault("rescue_never", "codegen", 'with self.block(f"if {ok} == 0:"):', 'with self.block(f"if {ok} == 3:"):'),
    Fault("least_is_first", "codegen", "if not {flag}[{to}] or {held} {sign} {array}[{to}]:", "if not {flag}[{to}]:"),
    Fault(
        "average_is_sum",
        "codegen",
        '            self.line(f"{count}[{to}] += 1")\n',
        '            self.line(f"{count}[{to}] = 1")\n',
    ),
    Fault("distinct_counts_all", "codegen", 'self.line(f"if {held} not in {seen}[{to}]:")', 'self.line("if True:")'),
    Fault("running_total_never_restarts", "codegen", 'self.line(f"    {total}[{owner}] = 0")', 'self.line("    pass")'),
    Fault(
        "rounding_on_the_running_total",
        "codegen",
        "before = self.rounded(self.added(total, value, -1), stage.rounding)",
        "before = self.added(total, value, -1)",
    ),
    Fault("refunds_not_received", "compiled", "+= int(line.amount * scale)", "+= 0 * int(line.amount * scale)"),
    Fault(
        "refund_share",
        "compiled",
        "round_to(reversal.after * amount, rounding) - round_to(reversal.before * amount, rounding)",
        "round_to((reversal.after - reversal.before) * amount, rounding)",
    ),
    Fault(
        "attribute_of_the_day_after",
        "compiled",
        "holding = [value for first, value in steps if first is None or first <= day]",
        "holding = [value for first, value in steps if first is None or first < day]",
    ),
    Fault(
        "change_on_the_last_day",
        "compiled",
        "period.first < first <= period.last]",
        "period.first < first < period.last]",
    ),
    Fault(
        "group_of_the_last_day",
        "compiled",
        "row = self._linked(table, link, row, day)\n",
        "row = self._linked(table, link, row, None)\n",
    ),
    Fault(
        "missing_link_is_the_last_row",
        "compiled",
        "return stored if isinstance(stored, int) else -1",
        "return stored if isinstance(stored, int) else 0",
    ),
    # ---- the reference
    Fault(
        "reference_forgets_order_of_refunds",
        "reference",
        "back = round_to(reversal.after * amount, rounding) - round_to(reversal.before * amount, rounding)",
        "back = round_to((reversal.after - reversal.before) * amount, rounding)",
    ),
    Fault(
        "reference_tier_rounding",
        "reference",
        "                    amount = round_to(amount, node.rounding)\n",
        "                    pass\n",
    ),
    Fault(
        "reference_less_for_key",
        "reference",
        "self._price(node, before, key if node.key is not None else before)",
        "self._price(node, before, key)",
    ),
    Fault("reference_running_where", "reference", "(node.where is None or self.node(node.where, inner))", "True"),
    Fault(
        "reference_sign",
        "reference",
        "                if value is not NO_VALUE:\n                    total += value * step.sign",
        "                if value is not NO_VALUE:\n                    total += value",
    ),
    Fault(
        "reference_dated_parameter",
        "reference",
        "day = at.day or self.period.last\n        for first, last",
        "day = self.period.last\n        for first, last",
    ),
    Fault(
        "reference_aggregate_where",
        "reference",
        "if node.where is not None and not self.node(node.where, inner):",
        "if False:",
    ),
    Fault("reference_zero_unless", "reference", "return value if result else Fraction(0)", "return value"),
    Fault(
        "reference_group_of_the_row",
        "reference",
        "if owner is not None and self._in_group(owner, link, rows.day[row], at.row):",
        "if owner is not None and self._in_group(owner, link, None, at.row):",
    ),
    Fault(
        "reference_negative_part",
        "reference",
        "return max(top - (above if above is not None else Fraction(0)), Fraction(0))",
        "return top - (above if above is not None else Fraction(0))",
    ),
    # ---- what both evaluators share
    Fault(
        "at_most_is_at_least",
        "lower",
        '"at_most": "min",\n            "at_least": "max",',
        '"at_most": "max",\n            "at_least": "min",',
        POLICY,
    ),
    Fault(
        "weights_not_scaled",
        "lower",
        'scaled = Arith("divide", (total, counting), term.span, "number")',
        "scaled = total",
        POLICY,
    ),
    Fault(
        "running_total_as_a_whole",
        "lower",
        "less = one if term.base.operand is None else self._node(term.base.operand)",
        "less = None",
        POLICY,
    ),
    Fault(
        "reverse_kpi",
        "lower",
        'above, below = ("target", "actual") if kpi.less_is_better',
        'above, below = ("actual", "target") if kpi.less_is_better',
        WORKED,
    ),
    Fault("deductions_paid", "lower", 'sign = -1 if line.kind == "deduction" else 1', "sign = 1", WORKED),
    Fault(
        "default_rounding_down",
        "lower",
        "return Rounding(RoundingMode.half_up, step)",
        "return Rounding(RoundingMode.down, step)",
        POLICY,
    ),
    Fault("months_of_a_date", "lower", 'duration.unit == "months", span, "date")', 'False, span, "date")', WORKED),
    Fault(
        "partial_refunds_forgotten",
        "reversals",
        "before = so_far.get((sale_table, sale), Fraction(0))",
        "before = Fraction(0)",
        POLICY,
    ),
    Fault(
        "whole_refund_always",
        "reversals",
        "part = Fraction(1) if share is None else",
        "part = Fraction(1) if True else",
        POLICY,
    ),
    Fault("too_much_refunded", "reversals", "if part < 0 or after > 1:", "if part < 0:", WORKED),
    Fault(
        "rows_of_other_periods",
        "index",
        "if d is not None and self.period.contains(d)]",
        "if d is not None and d >= self.period.first]",
        POLICY,
    ),
    Fault(
        "children_of_later",
        "index",
        "if day is None or day <= self.period.last:",
        "if True:",
        WORKED,
    ),
)
