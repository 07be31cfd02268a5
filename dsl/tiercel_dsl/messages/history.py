"""Sentences about what earlier periods paid: steps that remember it, and the data that tell it.

In: nothing. Out: `MESSAGES`, `BOOK` and `WORDS`, in the manner of `meaning.py`.
"""

MESSAGES: dict[str, tuple[str, str]] = {
    "E2431": (
        "“{written}” cannot stand here: only a paid line is kept from period to period\nput it into the commission, bonus, allowance or deduction that pays the amount",
        "这里不能写“{written}”：只有发放项目才逐期留存已发的数\n请写进发这笔钱的提成、奖金、津贴或扣除里",
    ),
    "E2432": (
        "“{written}” takes off what each person was paid earlier, but this rule pays row by row\nleave out “for each {table}” and begin with a total to date",
        "“{written}”减的是每个人以前各期的数，这一项却是按“{table}”逐笔发的\n请去掉“逐笔 {table}”，改从累计至今的合计算起",
    ),
    "E2433": (
        "“{written}” has no effect in this scheme, which pays by {shape:paid_by}: no earlier period lies in the same span",
        "本方案{shape:paid_by}，“{written}”不起作用：同一段时间里没有更早的一期",
    ),
    "E2434": (
        "“{written}” belongs to a highest amount, not to a lowest one\nwrite “at most”, or leave “{written}” out",
        "“{written}”只能用于上限，不能用于下限\n请改写“最高”，或者去掉“{written}”",
    ),
    "E2435": (
        "“{written}” would change the amount after “{cap}” has capped it\nput it before the cap, which counts what the line pays in the end",
        "“{cap}”封顶之后，“{written}”又会改变金额\n请写到封顶之前：封顶是按这一项最后发的数累计的",
    ),
    "E2436": (
        "“{written}” caps the rows that belong together, and this rule has no rows\nadd “for each” with the table of the rows",
        "“{written}”是对同属一处的几笔合起来封顶，这一项却不是逐笔计算的\n请写上“逐笔”和台账名",
    ),
    "E2437": (
        "“{written}” counts what the person credited was paid, and this line is not his alone: {what:kept}",
        "“{written}”按归属人已发的数累计，这一项却不是只发给归属人的：{what:kept}",
    ),
    "E3311": (
        "what “{line}” came to for {person} in {period} is not known: no version of the scheme was in force then[; this version begins on {first}], yet the data hold rows of that time\ngive the amount as a carried row, or take rows of that time out of the data",
        "{person} 的“{line}”在 {period} 计提了多少，无从得知：那一期本方案没有执行[，这一版自 {first} 起]，数据里却有那时的记录\n请用结转数据给出这个数；不该算进来的，就从数据里去掉",
    ),
    "E3312": (
        "“{seen}” cannot stand in the column “{column}” of the carried rows",
        "结转数据的“{column}”列里不能是“{seen}”",
    ),
    "E3313": (
        "the data begin only after {last}, so “{line}” counts nothing for {first} to {last}\nif something was paid then, give the data of that time or the carried rows",
        "数据到 {last} 以后才开始，“{line}”在 {first} 至 {last} 都按没有发过来算\n那段时间如果发过，请补上当时的数据，或者给出结转数据",
    ),
    "E3314": (
        "a partial run hands nothing on to the next period: what {people:quoted} came to is not known",
        "部分结算不能结转到下一期：{people:quoted}计提了多少还不知道",
    ),
}

BOOK: dict[str, tuple[str, str]] = {
    "E2431": (
        "What comes off again, and what a cap over a year has counted so far, are amounts that were paid. Values, scores, measures and the payout as a whole are worked out anew in each period and not kept. Put the step into the rule that pays, where the statement shows it.",
        "要减去的，和全年封顶已经用掉的，都是发放过的钱。计算项、总分、指标、整笔结算额每期重新计算，并不留存。请把这一步写进发这笔钱的规则里，工资条上也才看得到。",
    ),
    "E2432": (
        "Withholding by the running total works on a total: all rows of the year so far give one amount, and what the earlier periods of it came to is taken off. A single row has no earlier periods of its own. Total the rows with “year to date” and price the total; for a cap over rows write “at most … per year”.",
        "累计预扣是对合计来做的：全年到目前为止的各笔合出一个数，再减去以前各期已经计提的。单独一笔没有“以前各期”。请先用“本年累计”合计，再按合计计算；如果要的是逐笔封顶，请写“每年 最高 …”。",
    ),
    "E2433": (
        "The step looks at earlier periods of the same month, quarter or year. Where a period of the scheme is itself that long, or longer, there are none. Name a longer span, or leave the step out.",
        "这一步看的是同月、同季、同年里更早的各期。方案的一期本身就有这么长，就没有更早的一期。请改用更长的时间，或者去掉这一步。",
    ),
    "E2434": (
        "A cap over a span uses up its room row by row and then stops paying. A lowest amount over a span would have to know the rows still to come. A guarantee per period is “at least” without a span.",
        "按年、按季封顶，是逐笔用掉额度，用完为止。按年保底却要知道后面还有多少，做不到。每期保底请直接写“最低”，不带时间。",
    ),
    "E2435": (
        "The cap over a span subtracts what the line paid so far, so the amount must be final when it is capped; only rounding, further caps and conditions may follow. Multiply, add and subtract first, cap last.",
        "按年、按季或按客户封顶，要减去这一项已经发的数，所以封顶时金额必须已经算定，后面只能再舍入、再封顶或写条件。请先乘、加、减，最后封顶。",
    ),
    "E2436": (
        "“At most … per customer” goes through a person's rows in order and stops where the rows of one customer have reached the cap. A rule per person has only one amount. Write the rule row by row; its lines add up all the same.",
        "“每 客户 最高 …”是按次序逐笔累计，同一客户累计到上限为止。按人计算的规则只有一个数，分不到客户。请改成逐笔计算，各笔一样会加到一起。",
    ),
    "E2437": (
        "What earlier periods paid is kept for each line and the person credited with it. Amounts that go to somebody else, to several people, to a group, or that fill up what others pay, come together from different rows and are not kept. Cap or withhold in a rule of the person's own, or limit the single amount with a plain “at most”.",
        "以前各期发的数，是按项目、按归属人留存的。发给别人的、几个人分的、按组织算的、补足差额的，来自不同的单子，没有留存。请在归属人自己的规则里封顶或者减已计提；只限每一笔的，用不带时间的“最高”。",
    ),
    "E3311": (
        "A rule that takes off what was paid earlier, or caps a year, needs what it paid in the earlier periods of the year. Those under a version of the scheme are worked out again; before the first version nobody knows what was paid, though the data show that there was work. It is not taken as 0. Give the amounts in carried.csv (period, name of the line, year, person, value), or leave rows of that time out of the data if they count for nothing.",
        "减以前已计提、全年封顶的规则，要知道本年以前各期发了多少。有版本执行的各期可以重新算出来；第一版执行以前发了多少，没有人知道，可是数据里有那时的记录。这里不会当作 0。请在 carried.csv 里写明（周期、项目、年度、人员、数额）；那时的记录如果不该算，请从数据里去掉。",
    ),
    "E3312": (
        "Carried rows tell what earlier periods paid, and an amount that is read wrongly would be paid twice or never. Each row has the period, the version's code, the name, the span and its first day, who received it, currency and amount, as Tiercel writes them. Correct the cell, or have the file written again.",
        "结转数据记的是以前各期发了多少，读错一个数就会重复发或者漏发。每行依次是周期、版本标识、项目、时间段及其第一日、收款人、币种、数额，以程序写出的为准。请改正这一格，或者重新生成文件。",
    ),
    "E3313": (
        "Earlier periods of the year are worked out again from the data, and the data hold nothing of that time. That is right for a company that began then, and wrong if the rows were merely left out. Nothing stops the calculation; look whether the data are complete.",
        "本年以前各期要从数据重新算出来，数据里却没有那时的任何记录。公司那时还没有开始，就没有问题；如果只是没有导出来，结果就是错的。计算照常进行，请核对数据是否完整。",
    ),
    "E3314": (
        "The next period takes off what this one paid, so it must know it for everybody. Somebody was left out because of a fault in the data. Mend the data and run the period again without “--partial”.",
        "下一期要减去本期已经发的数，所以每个人的数都要有。这次有人因为数据有错没有算。请改好数据，不用 --partial 重新运行本期。",
    ),
}

WORDS: dict[str, tuple[str, str]] = {
    "kept.to": ("it is paid to somebody else", "它发给别人"),
    "kept.shared": ("it is shared", "它由几个人分"),
    "kept.group": ("it is worked out for a group", "它是按组织计算的"),
    "kept.guarantee": ("a guarantee fills up what other lines pay", "保底是补足其他各项的差额"),
    "paid_by.week": ("week", "按周结算"),
    "paid_by.half_month": ("half month", "按半月结算"),
    "paid_by.month": ("month", "按月结算"),
    "paid_by.quarter": ("quarter", "按季结算"),
    "paid_by.half_year": ("half year", "按半年结算"),
    "paid_by.year": ("year", "按年结算"),
}
