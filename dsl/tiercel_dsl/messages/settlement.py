"""Sentences about money that moves later: instalments, shares collected, holds, what is taken back.

In: nothing. Out: `MESSAGES`, `BOOK` and `WORDS`, in the manner of `meaning.py`.
"""

MESSAGES: dict[str, tuple[str, str]] = {
    "E2701": (
        "“{name}” is paid later than it is earned, so the payout must say which is meant\n“{due}” is what falls due in this period, whenever it was earned; “{earned}” is what this period earned, whenever it is paid",
        "“{name}”计提和发放不在同一期，结算额里要写明是哪一个\n“{due}”是本期到期应付的，不论哪一期计提；“{earned}”是本期计提的，不论哪一期发放",
    ),
    "E2702": (
        "“{written}” is known only when the payout is put together\nhere “{name}” by itself is what the period earned of it",
        "“{written}”要到结算额里才有\n这里直接写“{name}”，就是本期计提的数",
    ),
    "E2703": (
        "“{written}” cannot stand here: only a paid line is paid later or taken back\nput it at the end of a commission, bonus, allowance or deduction",
        "这里不能写“{written}”：只有发放项目才谈得上分期、暂缓和扣回\n请写到提成、奖金、津贴或扣除的末尾",
    ),
    "E2704": (
        "“{written}” comes too late: “{later}” has already said when the amount is paid\nput it before that line",
        "“{written}”写得太后：前面的“{later}”已经说到怎样发放\n请移到那一行之前",
    ),
    "E2705": (
        "“{written}” is the second rule for when this line is paid; one line has one\nput all dates into one “pay” block",
        "“{written}”是同一项的第二种发放办法，一项只能有一种\n请把各期写进同一个“发放”",
    ),
    "E2706": (
        "“{written}” does not say when\nadd the event: “take back … when …”",
        "“{written}”没有说什么情况下扣回\n请写明：若 …，则 扣回 …",
    ),
    "E2707": (
        "“{written}” follows what comes in for a row, and this line is worked out once for each person\nadd “for each” with the table of the rows, or pay in instalments by date",
        "“{written}”跟着每一笔的回款走，这一项却是按人计算的\n请写成“逐笔”加台账名，或者按日期分期发放",
    ),
    "E2708": (
        "this takes the place of the whole rule, and with it of “{written}”: nothing would say when it is paid\nwrite the other rate as a case in the rule itself",
        "这条例外替代的是整条规则，连“{written}”也一起替代了，就没有说怎样发放\n请把这种情形写成规则里的一种情况",
    ),
    "E2709": (
        "a share lies above 0% and is at most 100%, but this is {share}",
        "比例要大于 0、不超过 100%，这里是 {share}",
    ),
    "E2710": (
        "the parts come to {total} of the line, not to 100%\nthe difference is {missing}",
        "各期加起来是 {total}，不是 100%\n相差 {missing}",
    ),
    "E3160": (
        "the parts of “{line}” come to {total} for “{row}”, not to 100%",
        "“{line}”的各期加起来，“{row}”是 {total}，不是 100%",
    ),
    "E3161": (
        "the carried rows say that “{line}” still has money open for “{row}”, but the data hold no such row\ngive the data of all rows with money still open",
        "结转数据里“{line}”还有“{row}”的钱没有了结，数据里却没有这一笔\n请给出所有未了结的各笔数据",
    ),
    "E3162": (
        "the data hold “{row}” of a time before version {version}, and what “{line}” still owes of it is not known\ngive the earlier versions of the scheme, or carried rows",
        "数据里有第 {version} 版执行以前的“{row}”，“{line}”还欠多少无从得知\n请一并给出以前的版本，或者给出结转数据",
    ),
}

BOOK: dict[str, tuple[str, str]] = {
    "E2701": (
        "A line with “pay” or “hold while” has two amounts in each period: what was earned, and what falls due, part of which may be months old. The payout is what is transferred, so “due” is nearly always right there; caps and coefficients of this period then apply to it. “earned” is for a payout that only reports.",
        "写了“发放”或“暂缓发放”的项目，每期有两个数：计提的和到期的，到期的里面可能有几个月以前的。结算额是要打出去的钱，所以几乎总该写“到期”，本期的封顶、系数也就作用在它上面。只用来列示的，才写“已计”。",
    ),
    "E2702": (
        "What falls due follows from what was earned, in this period and before; so no line, value or measure can read it: it would be a circle in time. They read what was earned. Only the payout, which comes last, reads what is due.",
        "到期多少，要等本期和以前各期都计提完才知道，所以计算项、指标和发放项目都不能引用，否则时间上就成了循环。它们引用的是计提数，只有最后的结算额才能用到期数。",
    ),
    "E2703": (
        "“pay”, “hold while” and “take back” say what becomes of an amount after it was earned. Values, measures, scores, the payout as a whole and rules that only replace another one have no such life of their own. Put the lines at the end of the rule that pays.",
        "“发放”“暂缓发放”“扣回”说的是钱计提以后怎样处理。计算项、指标、总分、整笔结算额和例外都没有自己的“以后”。请写在发这笔钱的规则末尾。",
    ),
    "E2704": (
        "A body is read from the top: first the amount, then when it is paid. An amount cannot be multiplied, capped or rounded after parts of it may have been paid. Write all steps on the amount first.",
        "规则从上往下读：先算出数额，再说怎样发放。可能已经发出去一部分的钱，不能再乘、再封顶、再舍入。请先把数额算完。",
    ),
    "E2705": (
        "Instalments by date and pay in proportion to collection would each decide alone what is paid so far. Choose one. A condition on collection can stand with a date: “50% due … when …”.",
        "按日期分期和按回款比例发放，都要由自己说了算，不能并用。请选定一种；要在日期之外看回款，可以写“若 …，则 50% 发放于 …”。",
    ),
    "E2706": (
        "Taking back happens once, at the end of the first period in which the event is there. Without an event it would happen at once, and the line might as well pay less.",
        "扣回只做一次，在事由出现的那一期末。没有事由，一发就扣，不如直接少发。",
    ),
    "E2707": (
        "“pay a / b” looks again in every period how much of this one row has come in by then. A line per person has no row to which later money belongs. Write the line for each deal and let each be paid as its own money comes in.",
        "“发放比例 甲 / 乙”每期重新看这一笔到账多少。按人计算的一项没有单独的一笔，以后到的钱不知道算给谁。请改成逐笔计算，每笔按自己的回款发放。",
    ),
    "E2708": (
        "What stands in for a rule replaces its body as a whole, so that one can read what holds in one place. A rule that pays later would lose its dates. Say the different rate as a case in the rule: “30% of price when old”, “otherwise 20% of price”.",
        "例外整个替代规则，这样看一处就知道怎样算。带分期、暂缓、扣回的规则被替代以后就没有日期了。请把不同的比例写成规则里的几种情况。",
    ),
    "E2709": (
        "An instalment is a part of the amount, and so is what is taken back; 50 without % would be fifty times the amount. Write 50%. A part of nothing can be left out.",
        "每期发的是数额的一部分，扣回的也是；不写 % 的 50 就是五十倍。请写 50%。是 0 的就不用写。",
    ),
    "E2710": (
        "What is earned is paid to the cent, no more and no less: the parts are cut so that they add up. Parts that come to less would leave money that nobody ever gets, and parts that come to more would pay it twice. A part that may be lost has its condition: “30% due … when …”.",
        "计提多少就发多少，一分不多一分不少，各期是按这个切开的。加起来不足 100%，有的钱永远发不出去；超过 100%，就重复发放。可能不发的那一期，写上条件：若 …，则 30% 发放于 …。",
    ),
    "E3160": (
        "Shares that stand in the data are added up for each row before anything is paid, because the parts must come to what was earned. Correct the shares of the row.",
        "比例写在数据里的，发放以前逐笔核对，各期加起来必须等于计提数。请改正这一笔的比例。",
    ),
    "E3161": (
        "Rows with money still open are looked at again in each period: whether a date has come, money came in, a dispute ended. For that the data must hold the row and what stands under it, although it was earned in an earlier period. `scheme.needs(period)` says which tables are wanted since when.",
        "还有钱没有了结的各笔，每期都要再看：日期到了没有、回款到了没有、争议结束没有。所以数据里要有这一笔和它下面的记录，哪怕是以前各期计提的。`scheme.needs(周期)` 会说明哪些台账要从哪天起。",
    ),
    "E3162": (
        "Money of earlier periods that is not paid yet is worked out under the version that earned it. An earlier version exists, since this one has a higher number, but it was not given. Put its file into the same folder, name it, or give the carried rows of the period before.",
        "以前各期没有付清的钱，要按当时的版本计算。这一版的序号说明前面还有版本，却没有给出来。请把以前版本的文件放进同一个文件夹，或者指明它，或者给出上一期的结转数据。",
    ),
}

WORDS: dict[str, tuple[str, str]] = {
    "place.due": ("when a part is paid", "“发放于”后面"),
    "place.pay_share": ("the share that is paid", "“发放比例”后面"),
    "place.instalment": ("the share of a part", "每期的比例"),
    "place.take_back": ("the share that is taken back", "“扣回”的比例"),
    "place.hold": ("what “hold while” waits for", "“暂缓发放”的条件"),
}
