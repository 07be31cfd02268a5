"""Sentences for what a scheme says and its author can hardly mean (E26xx), in English and Chinese.

In: nothing. Out: `MESSAGES`, `BOOK`, `FIXES`, `RELATED`, `WORDS`, in the manner of `meaning.py`.
"""

MESSAGES: dict[str, tuple[str, str]] = {
    "E2601": (
        "[the case “{condition}”|this row] is never reached\nwhat stands before it takes everything that would fit it",
        "[“{condition}”这种情形|这一行]永远轮不到\n符合它的，前面的都已经取走了",
    ),
    "E2602": (
        "“{condition}” never holds: {what:never}",
        "“{condition}”永远不成立：{what:never}",
    ),
    "E2603": (
        "the table “{table}” has no row for {case}\nwhere that comes up, nobody can be paid",
        "对照表“{table}”没有 {case} 对应的行\n一旦遇到就算不出来，这一期也就结算不了",
    ),
    "E2604": (
        "the two limits cross: whatever comes before, the result is {limit}",
        "上限和下限颠倒了：前面算出多少，结果都是 {limit}",
    ),
    "E2605": (
        "“{name}” is not used: {what:unused}",
        "“{name}”没有用到：{what:unused}",
    ),
    "E2606": (
        "“{name}” is worked out, but the payout leaves it out\nit stands on the statement, and nobody is paid it",
        "“{name}”算出来了，结算额却没有算进它\n明细里看得到，钱不会发",
    ),
    "E2607": (
        "pay jumps at this bound of “{table}”: {before} pays {low}, {after} pays {high}\na step of {difference}; a marginal table would have none",
        "阶梯“{table}”到这一档跳升：{before} 得 {low}，{after} 得 {high}\n差一步多得 {difference}；超额累进没有这一跳",
    ),
    "E2608": (
        "who reaches this tier of “{table}” is paid less: {before} pays {low}, {after} pays {high}\n{difference} less for selling more[; it falls at {also:or} as well]",
        "到了阶梯“{table}”这一档反而少拿：{before} 得 {low}，{after} 得 {high}\n做得更多，少得 {difference}[；到 {also:or} 也会落下来]",
    ),
    "E2609": (
        "the bound {bound} of “{table}” is a fence post: {example} still gets {first}, not {second}\nis {meant:bounds} meant?",
        "阶梯“{table}”的界限 {bound} 留了一道缝：{example} 仍按 {first} 算，够不上 {second}\n是不是指{meant:bounds}？",
    ),
    "E2610": (
        "a rate of {rate} is {share}: of {base} it pays {pay}\n{meant} would pay {less}",
        "比例写成 {rate}，就是 {share}：{base} 要发 {pay}\n写成 {meant} 则发 {less}",
    ),
    "E2611": (
        "{given} beside “{name}” means {share}: “{name}” is a share\nis {meant} meant?",
        "“{name}”是比率，{given} 对它来说就是 {share}\n是不是指 {meant}？",
    ),
    "E2612": (
        "the heading says {says:word}, but the tiers “{table}” are {mode:word}\n{base:amount} pays {marginal} marginal, {whole} whole",
        "标题写的是{says:word}，阶梯“{table}”却是{mode:word}\n以 {base:amount} 为例：超额累进得 {marginal}，全额累进得 {whole}",
    ),
    "E2613": (
        "“{table}” pays slice by slice already, and the quick deduction comes off once more\n{base:amount} gives {wrong} instead of {right}",
        "阶梯“{table}”已经是超额累进，又减了一次速算扣除\n以 {base:amount} 为例：算出来是 {wrong}，应是 {right}",
    ),
    "E2614": (
        "“{table}” has quick deductions, and nothing takes them off\n{base:amount} gives {whole}; with the deduction {marginal}",
        "阶梯“{table}”列了速算扣除，却没有减\n以 {base:amount} 为例：算出来是 {whole}，减去速算扣除是 {marginal}",
    ),
    "E2615": (
        "this adds percentage points: 20% becomes {points}, not {share}",
        "这是加减百分点：20% 变成 {points}，不是 {share}",
    ),
    "E2616": (
        "two cases hold at once: {case}\none gives “{first}”, the other “{second}”",
        "有两种情形同时成立：{case}\n一种得“{first}”，另一种得“{second}”",
    ),
    "E2617": (
        "whether “{first}” and “{second}” can hold at once was not decided\nwhere both do and differ, nothing is paid until one gives way",
        "“{first}”和“{second}”会不会同时成立，判断不了\n真有一笔同时符合、结果又不同，就算不出来",
    ),
    "E2618": (
        "no case holds for {case}\nnothing says what applies then; add the case, or “otherwise”",
        "{case} 时，哪种情形都不成立\n这时按什么算没有写明，请补上这一种，或写“否则”",
    ),
    "E2619": (
        "the award of “{table}” falls at {at}: {low} becomes {high}",
        "阶梯“{table}”到 {at} 时奖额反而减少：由 {low} 变成 {high}",
    ),
    "E2620": (
        "the shares total {total}: {over} more than there is to share\nof 100.00 the receivers get more than 100.00 together",
        "各份合计 {total}，比要分的多出 {over}\n分 100 元，发出去的却不止 100 元",
    ),
    "E2621": (
        "“{divisor}” may be 0, and nothing says what holds then\nwhere it is, the result cannot be computed, and the whole period waits",
        "“{divisor}”可能是 0，没有写明这时怎么算\n一旦是 0 就算不出来，这一期也就结算不了",
    ),
}

BOOK: dict[str, tuple[str, str]] = {
    "E2601": (
        "Where the first that fits is taken, the order decides, and what stands behind a wider case never gets its turn. Usually the narrow case was meant to come first: put it before the wide one. If it is no longer wanted, delete it, so that nobody believes it to hold.",
        "“依次取”看的是先后，排在宽的情形后面的窄情形永远轮不到。多半它才是例外，请移到宽的情形前面。如果已经不用了，请删去，免得有人以为它还管用。",
    ),
    "E2602": (
        "The condition asks for something that cannot be, such as an amount below 100 and above 200 at once, so the rule it stands in never pays anybody. Perhaps “and” should be “or”, or one of the numbers is wrong. The second place shown is what the rule asks already.",
        "条件要的是不可能有的事，例如金额既不满 100 又超过 200，所以它所在的规定对谁都不起作用。可能“且”应为“或”，也可能有一个数写错了。另外标出的地方，是这条规定本来就要求的。",
    ),
    "E2603": (
        "The table is asked for a case that none of its rows fits. The engine invents no value: it stops and names the record, and the whole period waits. Add the row, or a last row “otherwise” for everything that is not listed.",
        "查表时会遇到没有对应行的情况。引擎不会自己补一个数，而是停下来指出是哪一条记录，整期都要等。请补上这一行，或者最后加一行“其他情形”。",
    ),
    "E2604": (
        "A cap of 50 followed by a floor of 100 turns every amount into 100, and a floor above the cap after it does the same with the cap. Steps work from top to bottom. Check which of the two numbers is wrong, or whether the words for cap and floor changed places.",
        "先封顶 50、再保最低 100，无论多少都成了 100；先最低 100、再封顶 50，无论多少都成了 50。各步是从上往下算的。请看看两个数里哪个写错了，或者“最高”“最低”是不是写反了。",
    ),
    "E2605": (
        "A number or table that no rule reads changes nobody's pay, however carefully it is kept. Perhaps the rule that should read it names another one, or was never written. A value of a person is left in peace, because his statement shows it; one of a single deal is seen nowhere else.",
        "没有规定用到的参数或表，怎么改都不影响谁的钱。可能本该用它的规定写了别的名称，也可能那条规定漏写了。按人的计算项不在此列，明细里看得到；逐笔的计算项没有规定用到，就哪儿也看不到。",
    ),
    "E2606": (
        "The payout adds up what it names and nothing else. A line that is left out looks right on every statement, and is missing from every payment. Add it to the payout, or leave the payout out altogether: then every line is paid.",
        "结算额只加写明的各项，别的一概不加。漏掉的一项在明细上样样都对，发钱时却没有。请把它加进结算额；也可以不写“结算额”这一段，那样各项都发。",
    ),
    "E2607": (
        "In a whole-amount table the rate of the tier reached holds for everything from the first cent, so pay leaps at each bound. That is often intended; then nothing needs to be done. It also invites holding a deal back or pulling it forward, so the highest leap is shown. In a marginal table only the part above a bound gets the higher rate, and nothing leaps.",
        "全额累进是从第一分钱起都按达到的那一档算，所以每到一档都会跳一下。往往本来就是这个意思，那就不用改。只是这样容易有人压单、抢单，所以把跳得最高的一处标出来。超额累进只有超出的部分按高的比例算，不会跳。",
    ),
    "E2608": (
        "Somebody who sells a little more crosses into a tier where everything is paid at a lower rate, and takes home less than a colleague who stopped before it. If large amounts are meant to earn less on the part above only, write the table as marginal.",
        "多做一点就进了比例更低的一档，而且全部按低的算，拿到的反而比没到这一档的人少。如果只是超出的部分比例低一些，请把阶梯写成超额累进。",
    ),
    "E2609": (
        "Bounds such as 9,999.99 or 101% leave a crack between two tiers. A rate of 100.5%, or an average of 9,999.995, lies in it and gets the lower tier, although hardly anybody means that. “From 10,000”, “above 100%” and “below 10,000” say the same without a crack.",
        "9,999.99、101% 这样的界限，会在两档之间留一道缝：100.5% 的完成率、9,999.995 的平均数落在缝里，只能按低的一档算，而这多半不是本意。写“1万以上”“超过100%”“不满1万”，就没有缝了。",
    ),
    "E2610": (
        "A rate without a percent sign is what it says: 5 is five times the amount, not 5%. Write 5%, or 0.05. If each unit really earns an amount of money, write the cell as money: 5 CNY for each piece.",
        "比例没有写 %，就是它本身：5 是 5 倍，不是 5%。请写 5% 或 0.05。如果是每件发多少钱，请写成金额，例如 5元。",
    ),
    "E2611": (
        "An attainment of 80% is the number 0.8. Compared with a bare 80 it has to reach 8,000%, so the rule pays nobody, or a cap never holds. Write the percent sign.",
        "完成率 80% 就是 0.8。和没有百分号的 80 相比，要完成 8,000% 才算达到，于是谁也够不上，或者封顶形同虚设。请写上百分号。",
    ),
    "E2612": (
        "“Marginal” pays each slice at its own rate; “whole” pays everything at the rate reached. The two differ by the sums shown, and whoever signs the policy reads the heading. Make them say the same: change the mode of the table, or the heading.",
        "超额累进是各段按各段的比例算，全额累进是全部按达到的一档算，两者相差的钱已经列出。签字的人看的是标题。请让两处一致：改阶梯的方式，或者改标题。",
    ),
    "E2613": (
        "The quick deduction turns “everything at the rate reached” into “slice by slice” by taking off what is too much. A table that is marginal has done so already. Write either T on x alone, or x × T.rate(x) less the deduction.",
        "速算扣除是把“全部按达到的一档算”多算的部分减回来，结果就等于超额累进。阶梯已经写成超额累进的，不能再减。请只写“x 适用 阶梯”，或者只写“x × 阶梯.比例(x)”再减速算扣除。",
    ),
    "E2614": (
        "A column of quick deductions belongs to a calculation slice by slice: amount × rate less the deduction. Here the rate of the tier reached is applied to everything and nothing comes off, so everybody above the first tier is charged or paid too much. Take the deduction off, or write the table as marginal, which needs none.",
        "速算扣除一列是用来算超额累进的：金额 × 比例，再减速算扣除。这里全部按达到的一档算，却没有减，第一档以上的人都算多了。请减去速算扣除，或者把阶梯写成超额累进，那样就不必减了。",
    ),
    "E2615": (
        "To add 3% to a rate of 20% can be understood as 23% or as 20.6%, and both have been argued over in practice. The language adds: 23%. The Chinese “个百分点” says so plainly. For 20.6% multiply by 103%.",
        "比例“加 3%”，有人理解成 20% 变 23%，有人理解成变 20.6%，为此常有争执。这里一律是加：变成 23%。写“加 3个百分点”就不会有歧义。如果要的是 20.6%，请写“乘以 103%”。",
    ),
    "E2616": (
        "Cases beside each other are meant to exclude each other, so that their order means nothing. For the case shown two of them hold and give different values; the engine then stops instead of choosing. Narrow one of them, or write “first of”, which takes the first that holds.",
        "并列的各种情形应当互不重叠，先后没有关系。列出的这种情况有两种同时成立，结果又不同，引擎不会替人选，只能停下来。请把其中一种收窄；如果按先后取第一个，请写“依次取”。",
    ),
    "E2617": (
        "The two cases ask about different things, and whether these can come together is not written in the scheme. If they cannot, all is well. If they can, the engine stops where both hold and give different values. “First of” or a narrower condition settles it.",
        "这两种情形问的不是同一件事，会不会碰在一起，方案里看不出来。如果碰不到一起，就没有问题；如果碰得到，结果又不同，引擎会停下来。写“依次取”，或者把条件收窄，就有了定论。",
    ),
    "E2618": (
        "The cases leave something out that lies between them, and there is no “otherwise”. The engine invents no value: where the case comes up it stops, and names the record. Often one bound has to include its number: “at least” instead of “above”.",
        "各种情形之间漏了一处，又没有“否则”。引擎不会自己补一个数，遇到时只能停下来指出是哪一条。常见的是有一头没有含本数：应写“不低于”，写成了“超过”。",
    ),
    "E2619": (
        "The awards rise with the tiers, and at this one they fall, so that who achieves more gets less. Usually a digit is missing, or two rows changed places.",
        "奖额本来逐档上升，到这一档却减少了，做得更多反而少拿。多半是少写了一位数，或者两行写颠倒了。",
    ),
    "E2620": (
        "An amount is divided in fixed shares that together are more than 100%, so that more is paid out than there is. Usually one share is mistaken, or the last receiver gets what is left: write “the rest”. If somebody is to be paid on top, write a rule of its own for it.",
        "一笔钱按固定比例分，各份加起来超过了 100%，发出去的比要分的还多。多半是其中一份写错了，或者最后一位得的是余下的部分，应写“其余”。如果确实要在外另发，请单写一项。",
    ),
    "E2621": (
        "A share of a number of records is divided by that number, and somebody may have none of them. Nothing is ever divided by 0 in silence: the engine stops and names the person. Say what holds then, for example “otherwise 0”, or pay the rule only where there are records.",
        "占比是拿条数去除的，而有人可能一条也没有。引擎遇到除以 0 不会当作没看见，会停下来指出是谁。请写明这时怎么算，例如“无法计算时 0”，或者规定有记录时才计发。",
    ),
}

FIXES: dict[str, tuple[str, str]] = {
    "round_bound": ("write “{row}”", "写成“{row}”"),
    "move_above": ("move it above “{other}”", "移到“{other}”的前面"),
    "write_points": ("write “{text}”", "写成“{text}”"),
}

RELATED: dict[str, tuple[str, str]] = {
    "asked_here": ("the rule asks this already", "这条规定本来就要求这个"),
    "limit_here": ("the other limit", "另一个限额"),
    "case_before": ("the other case", "另一种情形"),
    "payout_here": ("the payout", "结算额"),
}

WORDS: dict[str, tuple[str, str]] = {
    "never.itself": ("its own parts exclude each other", "条件自相矛盾"),
    "never.rule": ("the rule it stands in asks for the opposite", "和这条规定本来的要求矛盾"),
    "unused.parameter": ("no rule reads this parameter", "没有规定用到这个参数"),
    "unused.tiers": ("no rule asks these tiers", "没有规定用到这张阶梯"),
    "unused.lookup": ("no rule asks this table", "没有规定用到这张对照表"),
    "unused.kpi": ("it counts in no score", "它不计入任何总分"),
    "unused.value": ("no rule reads it, and no statement shows it", "没有规定用到它，明细里也看不到"),
}
