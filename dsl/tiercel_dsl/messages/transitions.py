"""Sentences about the way from one version to the next.

In: nothing. Out: `MESSAGES`, `BOOK` and `WORDS`, in the manner of `meaning.py`.
"""

MESSAGES: dict[str, tuple[str, str]] = {
    "E1250": (
        "“{seen}” cannot stand here: a transition promises a least amount\nwrite “at least”",
        "这里不能写“{seen}”：过渡期里写的是最低发多少\n请改写“最低”",
    ),
    "E2741": (
        "version {version} of “{scheme}” is not known\nput its file into the same folder, or give it with --version",
        "没有找到“{scheme}”的版本 {version}\n请把它的文件放进同一个文件夹，或者用 --version 指明",
    ),
    "E2742": (
        "this is version {own}: it can pass on from earlier versions, not from version {version}",
        "这是版本 {own}，只能从更早的版本过渡过来，不能从版本 {version} 过渡",
    ),
    "E2743": (
        "version {version} has another {what:differs}: payouts of the two cannot be compared or mixed",
        "版本 {version} 的{what:differs}不同：两版的结算额没法比较，也没法合在一起算",
    ),
    "E2744": (
        "this version begins on {first}, inside a period, and it is not said how that period is cut\nadd one of: by date of record, by day, whole period under the new version, from the next period",
        "本版自 {first} 起执行，不在一期的开头，却没有写明这一期怎么划分\n请写明一种：按归属日分段、按日分段、整期执行新版、下期起执行",
    ),
    "E2745": (
        "{what:clause_twice} is already there",
        "{what:clause_twice}已经写过了",
    ),
    "E2746": (
        "“{name}” does not choose between two versions\nwrite “max” for the one that pays more, “min” for the one that pays less",
        "“{name}”不能用来在两版之间取一版\n发得多的写“取高”，发得少的写“取低”",
    ),
    "E2747": (
        "“{table}” is a table of groups: rows of facts or people can keep a version",
        "“{table}”是组织：能沿用旧版的是台账里的一笔一笔，或者人员",
    ),
    "E2748": (
        "a pilot uses the version in which it is written: {own}, not {version}",
        "试点用的就是写它的这一版：版本 {own}，不是版本 {version}",
    ),
    "E2749": (
        "{day} is not the first day of a period: a pilot is paid for whole periods",
        "{day} 不是一期的第一天：试点的人要整期按新版结算",
    ),
    "E2750": (
        "a pilot begins before everybody else: this version begins on {first}, the pilot on {day}",
        "试点要比大家早：本版自 {first} 起执行，试点却从 {day} 开始",
    ),
    "E2751": (
        '“{name}” names nobody who could be a pilot\nwrite a group of people or a text, for example team "East"; or “people where …”',
        "“{name}”说不出哪些人试点\n请写人员所在的组织或一列文本，例如 团队 “华东”；也可以写“人员 其中 …”",
    ),
    "E2752": (
        "the blend from {first} until {last} does not cover whole periods",
        "并轨从 {first} 至 {last}，不是整期整期的",
    ),
    "E2753": (
        "[{count} share is|{count} shares are] given for [{periods} period|{periods} periods]\neach period of the blend has one share",
        "写了 {count} 个新版占比，并轨却有 {periods} 期\n每一期要有一个占比",
    ),
    "E2754": (
        "the new version's share is between 0% and 100%, not {share}",
        "新版占比在 0% 到 100% 之间，不能是 {share}",
    ),
    "E2755": (
        "{day} lies before this version, which begins on {first}",
        "{day} 早于本版开始执行的 {first}",
    ),
    "E2756": (
        "this length of time is no whole number of periods: the scheme pays by {period}",
        "这段时间不是整数个周期：本方案{period:paid_by}",
    ),
    "E2757": (
        "nothing called “{name}” accumulates here[; did you mean {candidates:or}?]\nwrite a table of facts, a line that remembers what it paid, or an account",
        "这里没有可以累计的“{name}”[，是不是{candidates:or}？]\n请写台账、留存已发数的发放项目，或者账户",
    ),
    "E2758": (
        "“{name}” cannot be converted: only the balance of an account can\nwrite “carries over” or “restarts”",
        "“{name}”不能折算：只有账户的余额可以折算\n请写“连续计算”或“重新起算”",
    ),
    "E2759": (
        "no line pays by the rows of “{table}”, so there is nothing to keep",
        "没有哪一项是按“{table}”逐笔发的，沿用旧版就无从谈起",
    ),
    "E2760": (
        "version {version} has no table “{table}”: it cannot say what its rows are paid",
        "版本 {version} 没有台账“{table}”，说不出它的每一笔该发多少",
    ),
    "E2761": (
        "“{line}” of version {version} goes to somebody whom this version does not know\nkeep the columns that lead to him",
        "版本 {version} 的“{line}”发给的人，本版找不到\n请保留通往这个人的各列",
    ),
    "E2762": (
        "“{name}” does not say by which version a row is paid[; did you mean {candidates:or}?]\nit takes a column of one table of facts, of type count: the number of the version",
        "“{name}”说不出每一笔按哪一版结算[，是不是{candidates:or}？]\n要写一张台账里的一列，类型是整数，填的是版本号",
    ),
    "E2764": (
        "“{line}” of version {version} would not be paid: this payout counts no line of its name or kind\nwrite total({kind:kind_word}) in the payout, or keep the line",
        "版本 {version} 的“{line}”会发不出去：本版的结算额里没有这个项目，也没有合计这一类\n请在结算额里写“总计({kind:kind_word})”，或者保留这一项",
    ),
    "E2765": (
        "rows name versions here, and no version to pass on from is written\nadd “transition from version …”",
        "这里每一笔都可以写明版本，却没有写从哪一版过渡\n请加上“过渡 从 版本 …”",
    ),
    "E2766": (
        "“{line}” of version {version} goes up a hierarchy, which cannot be kept row by row\nlet people keep the version, or change it from a whole period on",
        "版本 {version} 的“{line}”是逐级往上发的，不能一笔一笔地沿用\n请按人员沿用，或者从整期开始换版",
    ),
    "E2767": (
        "it is not said what becomes of “{account}”, the account that version {version} has too\nadd one of: carries over, restarts, is converted by …",
        "没有写明账户“{account}”怎么衔接：版本 {version} 也有这个账户\n请写明一种：连续计算、重新起算、折算为 …",
    ),
    "E2770": (
        "version {version} has the account “{account}”, which this version lacks: its balances would vanish\ndeclare the account here too, with what it opens at, and add one of: carries over, restarts, is converted by …",
        "版本 {version} 有账户“{account}”，本版没有：上面的余额会凭空消失\n请在本版也写上这个账户和期初，并写明一种：连续计算、重新起算、折算为 …",
    ),
    "E3330": (
        "“{row}” would keep version {first} and version {second} at once",
        "“{row}”同时要沿用版本 {first} 和版本 {second}",
    ),
    "E3331": (
        "row “{row}” says that version {version} pays it, which is not known to version {own}",
        "“{row}”写明按版本 {version} 结算，版本 {own} 不知道有这一版",
    ),
    "E3332": (
        "the average of {count} earlier periods needs {period}, and no version was in force then",
        "最低发放要用此前 {count} 期的平均，可是 {period} 没有执行任何一版",
    ),
    "E3333": (
        "there is no earlier version to compare version {version} with\nput its file into the same folder, or give it with --version",
        "没有更早的版本可以和版本 {version} 对照\n请把它的文件放进同一个文件夹，或者用 --version 指明",
    ),
}

BOOK: dict[str, tuple[str, str]] = {
    "E1250": (
        "A transition protects people from losing by the change: until some day they receive at least a share of what the old version would pay, or of what they were paid before. A highest amount belongs into the rule or the payout itself. Write “at least”.",
        "过渡条款是保护人的：到某一天为止，至少发到旧版应发的几成，或者以前平均的几成。封顶要写在规则或者结算额里。请写“最低”。",
    ),
    "E2741": (
        "A transition is worked out by really paying under the versions it names, so their texts must be at hand. A version is looked for among those given with --version, then in the folder of the file, by the scheme's name and the number in its head.",
        "过渡要真的按所提到的各版算一遍，所以各版的文件都要在。先看用 --version 指明的，再看同一个文件夹，凭开头的方案名和版本号来认。",
    ),
    "E2742": (
        "People come to a version from one that was before it. The number in the transition must be lower than the one in the head. To return to old rules, publish them as a new version.",
        "人总是从更早的一版过渡到这一版，所以过渡里的版本号要比开头的小。想恢复旧办法，请把它作为新的一版发布。",
    ),
    "E2743": (
        "Payouts of two versions are compared, mixed and replaced by each other, person by person and period by period. That means something only in one currency and for the same periods. Begin a scheme of its own where these change.",
        "过渡时要把两版的结算额逐人逐期地比较、按比例合并、互相替换。币种相同、周期相同才谈得上。要换币种或周期，请另立一个方案。",
    ),
    "E2744": (
        "Part of the period lies before the version and part after it. Four answers are usual and they pay differently, so that none of them is taken silently. By date of record: each row follows its own date. By day: besides, what people are paid without rows is divided by days. Or the whole period follows the new version, or the version waits for the next period.",
        "这一期一部分在新版之前，一部分在之后。通常有四种办法，发的钱各不相同，所以不会替你默认一种。按归属日分段：每一笔看自己的日期。按日分段：此外，不按笔发的钱按天数折算。或者整期都按新版；或者等到下一期再执行。",
    ),
    "E2745": (
        "How a period is cut and how versions are blended is one answer for everybody. Two of them would leave it open which holds. Keep one.",
        "一期怎么划分、两版怎么并轨，对所有人只能有一个答案。写了两个就说不清按哪个。请只留一个。",
    ),
    "E2746": (
        "Better of both means: each row, or each person, is worked out under both versions, and the one that pays more holds, with all its lines. For an amount to be paid, such as a tax, the one that pays less may be meant. Where both pay the same, the later version holds.",
        "两版取优，就是每一笔或每个人按两版各算一遍，按发得多的那一版整笔执行。要交的钱，例如税，可能是取少的。两版一样多的，按较新的一版。",
    ),
    "E2747": (
        "Old terms are kept by single deals or by people. What is paid for a group as a whole follows the version that rules the period. Write the table of facts, or “people where” with the group as a condition.",
        "沿用旧版的，是一笔一笔的业务，或者一个一个的人。整个组织的钱，随本期执行的那一版。请写台账，或者写“人员 其中 …”，把组织写成条件。",
    ),
    "E2748": (
        "A pilot tries the version that the file is about before it holds for everybody. Another number would mean yet another version. Write the number of the head.",
        "试点试的就是这份文件写的这一版，只是比大家先用。写别的版本号，就成了另一版了。请写开头的那个版本号。",
    ),
    "E2749": (
        "Who is a pilot is paid wholly by the new version, and payouts belong to whole periods. Begin with one of the days offered.",
        "试点的人整份工资都按新版算，而结算是一期一期的。请从给出的日子里选一个开始。",
    ),
    "E2750": (
        "From its first day on, a version holds for everybody. A pilot that begins then or later would change nothing. Give it an earlier day, or leave the clause out.",
        "到了开始执行的那天，新版对所有人都有效；那天或以后才开始的试点不起作用。请写更早的一天，或者删去这一条。",
    ),
    "E2751": (
        "A pilot is told by the group that a person is in on the last day of the period, or by a text among the columns of people. Numbers, days and yes/no need a comparison: write “people where” with it.",
        "谁试点，看这个人本期最后一日在哪个组织，或者人员里某一列文本是什么。数、日期、是否，要写成比较：请写“人员 其中 …”。",
    ),
    "E2752": (
        "A blend mixes payouts, and a payout belongs to a whole period. It must begin on the first day of a period and end on the last day of one. Months can be written without days: 2023-07 until 2023-09.",
        "并轨是把两版的结算额按比例合在一起，结算额是整期的。所以并轨要从一期的第一天开始，到一期的最后一天为止。按月的可以不写日：2023-07 至 2023-09。",
    ),
    "E2753": (
        "The shares are those of the new version, one for each period from the first to the last. One too few would leave a period open, one too many would move all of them. Write as many shares as there are periods.",
        "占比是新版的占比，从第一期到最后一期，每期一个。少一个，就有一期没有着落；多一个，后面的就全错位了。请有几期写几个。",
    ),
    "E2754": (
        "A share of 25% means a quarter of the new version's payout and three quarters of the old one's. Below nothing and above everything there is no such mixture. Write the share of the new version, not of the old one.",
        "占比 25%，就是新版结算额的四分之一加旧版的四分之三。小于 0% 或大于 100% 都没有意义。请写新版占几成，不是旧版占几成。",
    ),
    "E2755": (
        "Before its first day this version pays nobody, except pilots, so that neither a blend nor a least amount can hold then. Mostly the year is a slip. Give a day in the time of this version.",
        "执行日以前，除了试点，没有人按本版结算，并轨和最低发放都无从谈起。多半是年份写错了。请写本版执行以后的日子。",
    ),
    "E2756": (
        "The average is taken over whole periods before this version, each with its payout. Half a period has no payout. Write a length that whole periods fill.",
        "平均是拿本版以前的若干整期来算的，每期一个结算额；半期没有结算额。请写整数个周期那么长的时间。",
    ),
    "E2757": (
        "What goes on from version to version are the rows that totals count, the sums that a line remembers (less earlier, at most per year), and balances. The clause names one of them.",
        "从旧版到新版接着算的，是合计所数的那些笔、发放项目留存的已发数（减已计提、每年最高），以及账户余额。这一条要写的就是其中之一。",
    ),
    "E2758": (
        "A balance is one number that another number can replace. Rows and what was paid for them are facts: they count further or they do not.",
        "余额是一个数，可以换成另一个数。一笔一笔的业务和已经发过的钱是事实：要么接着算，要么不算。",
    ),
    "E2759": (
        "To keep old terms, a row must be paid by itself: a line “for each” of this table, or of a table below it, in one of the versions. Lines per person follow the person or the cut. Name the table that lines are paid by, or let people keep the version.",
        "要沿用旧办法，这一笔得单独发钱：某一版里有按这张台账、或者它下面的台账逐笔发的项目。按人发的项目，随人或者随划分办法。请写逐笔发钱的那张台账，或者改成人员沿用。",
    ),
    "E2760": (
        "Rows are found in both versions by the table's name and the row's key. Under another name they would be unknown to the old version. Give the table the same name in both, as its name or its alias.",
        "两版靠台账的名称和每一笔的标识对上。名称变了，旧版就不认得。请让两版的台账同名，或者用又名对上。",
    ),
    "E2761": (
        "A line of the old version is paid in a period of this one, and its receiver is looked for in this version's columns. The way to him must still be there. Keep these columns until no row is paid under old terms.",
        "旧版的项目在本版的结算期里发，收款的人要从本版的各列里找，通往他的列就不能删。请把这些列留到旧办法的单子都发完为止。",
    ),
    "E2762": (
        "A stamp is a number in each row: 1 is paid by version 1. The column must be in one table of facts, so that it is clear which rows it speaks of; rows without a number follow their date of record.",
        "标记就是每一笔里写的一个数：写 1 的按版本 1 结算。这一列要在一张台账里，才清楚说的是哪些笔；没有写数的，按归属日。",
    ),
    "E2764": (
        "Some rows are paid under old terms, and with them a line that this version does not have. The payout names its lines one by one, or totals other kinds only, so that this amount would silently be lost. Total the kind, or declare the line here too.",
        "有的单子按旧办法发，其中有一项是本版没有的。本版的结算额是一项一项点名的，或者只合计了别的类别，这笔钱就会悄悄丢掉。请合计这一类，或者在本版里也写上这一项。",
    ),
    "E2765": (
        "A stamp says which version pays a row, and which versions that may be follows from the transition. Name the version that people come from.",
        "标记写明每一笔按哪一版结算；可以是哪些版本，要看过渡写的是哪一版。请写明从哪一版过渡过来。",
    ),
    "E2766": (
        "Such a line makes rows for everybody above the seller, who may stand under different versions. Row by row it is not kept yet. Let people keep the version, or cut the change by whole periods.",
        "逐级往上发的项目，会给销售员上面的每一级各生成一行，这些人可能分属不同版本。目前还不能一笔一笔地沿用。请按人员沿用，或者按整期换版。",
    ),
    "E2767": (
        "A balance is people's money or debt. Whether it goes on, begins anew or is worth something else under the new version changes what they are paid, so that it is never taken silently. Write one of the three for each account that both versions have.",
        "余额是员工的钱或者债。换版以后是接着算、清零重来，还是折成别的数，都关系到发多少，所以不会替你默认。两版都有的账户，请各写明一种。",
    ),
    "E2770": (
        "What people still owe, or are still owed, would end with the old version and nobody would have said so. If the account goes on, keep its name: under a new one it would be another account, which begins anew. If it is really over, declare it without anything that moves it and let it restart at 0: then it can be read in the rules that the balances end.",
        "旧版账上员工还欠的钱、还该拿的钱，会随旧版一起没了，而谁也没有这样写过。账户还接着用的，请保留原来的名称：换了名称就是另一个账户，从头算起。确实不再用的，也请写上这个账户，期初 0，不写加减，并写明重新起算：余额到此为止，就白纸黑字写在方案里了。",
    ),
    "E3330": (
        "Two clauses of the transition hold for the same row or person and name different versions. Which of them was meant cannot be told from the order. Make their conditions exclude each other.",
        "过渡里有两条都管到同一笔或同一个人，写的版本却不同。先后次序说明不了该按哪条。请把两条的条件写得互不重叠。",
    ),
    "E3331": (
        "The stamp of a row is the number of the version that pays it, and no later one can. The file of that version is not at hand, or the number is a slip. Give the version, or correct the number.",
        "标记写的是这一笔按哪一版结算，不能写比本版更新的。可能那一版的文件没有给出，也可能数写错了。请补上那一版，或者改正这个数。",
    ),
    "E3332": (
        "What people were paid on average before a version is worked out from the periods before it, each under the version of its time. A scheme that is younger than that has no such average. Ask for fewer periods.",
        "换版以前平均发多少，要拿此前各期、按当时的版本算出来。方案开始得没有那么早，就没有这个平均数。请少要几期。",
    ),
    "E3333": (
        "A trial run shows what people would be paid by a version that does not pay yet, beside what they are paid now. That takes the version that pays now. It is looked for in the folder of the file, or given with --version.",
        "试算是拿还没执行的一版，与现在执行的一版逐人对照，所以要有现在这一版的文件。它应当在同一个文件夹里，或者用 --version 指明。",
    ),
}

WORDS: dict[str, tuple[str, str]] = {
    "differs.currency": ("currency", "币种"),
    "differs.period": ("period", "周期"),
    "differs.zone": ("time zone", "时区"),
    "clause_twice.cut": ("how the period is cut", "这一期怎么划分"),
    "clause_twice.blend": ("a blend", "并轨"),
    "kind_word.commission": ("commission", "提成"),
    "kind_word.bonus": ("bonus", "奖金"),
    "kind_word.deduction": ("deduction", "扣除"),
    "kind_word.allowance": ("allowance", "津贴"),
    "kind_word.guarantee": ("guarantee", "保底"),
}
