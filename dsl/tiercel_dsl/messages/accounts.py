"""Sentences about what goes on from period to period: values of the period before, accounts.

In: nothing. Out: `MESSAGES`, `BOOK` and `WORDS`, in the manner of `meaning.py`.
"""

MESSAGES: dict[str, tuple[str, str]] = {
    "E2560": (
        "a rule cannot read “{written}”: what the account closes with is worked out after all rules\nwhat it opened with is “{opening}”; what this period moves is in the values that move it",
        "规则里不能用“{written}”：账户的期末要等各项规则都算完才有\n期初余额写“{opening}”；本期的变动，请用记入账户的那几个计算项",
    ),
    "E2561": (
        "what “{name}” was a period ago cannot be read here: {what:former}",
        "这里还不能取“{name}”的上期数：{what:former}",
    ),
    "E2562": (
        "nothing is kept of “{name}” from one period to the next\nwhat a period works out once for each person or group can be asked for: a value, a score, part of a kpi, a place in a ranking, a paid line, the payout",
        "“{name}”不逐期留存，没有上期数\n可以取上期数的，是每人（或每个组织）每期算一个的：计算项、总分、指标的各部分、名次、发放项目、结算额",
    ),
    "E2563": (
        "“{function}( )” has no use for a value that holds otherwise inside its brackets\nput it behind a comma after the whole amount",
        "“{function}( )”的括号里不用写无法计算时的值\n请写在整个算式后面，用逗号隔开",
    ),
    "E2564": (
        "“{written}” does not move a balance: an account is moved by “plus” and “minus”",
        "“{written}”不能变动账户余额：账户只能“加”和“减”",
    ),
    "E2565": (
        "the account “{name}” does not say what it has before its first period",
        "账户“{name}”没有写期初：第一期以前的余额是多少？",
    ),
    "E2566": (
        "the account “{name}” opens twice",
        "账户“{name}”写了两次期初",
    ),
    "E2567": (
        "“{written}” cannot stand here: {what:excess}",
        "这里不能写“{written}”：{what:excess}",
    ),
    "E2568": (
        "there is no account “{name}”[, did you mean {candidates:or}?]",
        "没有“{name}”这个账户[，是不是“{candidates:or}”？]",
    ),
    "E2569": (
        "“{written}”: one name, then perhaps how far back at most and what holds where there is nothing\nfor example previous(pay, year to date, otherwise 0)",
        "“{written}”写得不对：括号里先写一个名称，再按需要写在哪一段时间以内、无法计算时用什么\n例如 上期(工资，本年累计，无法计算时 0)",
    ),
    "E3315": (
        "{row} has nothing a period before to read: “{name}” was not worked out for {period}\nsay what holds then: previous({name}, otherwise …)",
        "{row} 没有上期数：“{name}”在 {period} 没有算过\n请写明这时用什么：上期({name}，无法计算时 …)",
    ),
    "E3316": (
        "what “{name}” closed with for {person} in {period} is not known: no version of the scheme that is at hand was in force then, yet the data hold rows of that time\ngive the amount as a carried row, or the version that held then",
        "{person} 的“{name}”在 {period} 的期末数无从得知：手头没有那一期执行的版本，数据里却有那时的记录\n请用结转数据给出这个数，或者提供那时执行的版本",
    ),
    "E3317": (
        "“{name}” was worked out from {first} on, but the data begin only after {last}\nif that is too early, give carried rows, or the day on which each person joined",
        "“{name}”从 {first} 就开始算起，数据却到 {last} 以后才有\n如果算得太早，请给出结转数据，或者在人员表里写明入职日",
    ),
    "E3319": (
        "the account “{name}” would close with {value} for {row}; it must be {kind:balance} {bound}",
        "{row} 的账户“{name}”期末将是 {value}，按规定必须{kind:balance} {bound}",
    ),
}

BOOK: dict[str, tuple[str, str]] = {
    "E2560": (
        "An account closes with what it opened with, plus and minus what moves it. The rules that move it are worked out first, so none of them may depend on where it ends: a draw that looked at its own closing balance would never settle. Read the opening balance, and what this period adds or takes in the values themselves. What it closed with a period ago is what it opens with now.",
        "账户的期末等于期初加减本期各项变动。变动由规则算出，所以规则不能反过来看期末，否则预支和归还就会互相等着。请用期初，再加上本期自己的计算项。上期的期末，就是本期的期初。",
    ),
    "E2561": (
        "A value may build on what it was itself a period ago: a streak, a balance, a level that is kept. Then something must say where it begins, and that beginning decides whether it is money, a number or a text. Write it into the brackets: previous(streak, otherwise 0).",
        "一个数可以建立在自己的上期数上：连续达标的月数、累计的余额、保留的等级。这时必须写明从什么开始，它也决定这个数是金额、数值还是文字。请写在括号里：上期(连续月数，无法计算时 0)。",
    ),
    "E2562": (
        "From each period what is kept for the next is what it worked out once for a person or a group. A row belongs to its own period, a column of the data has its own history, and a formula has no name under which it could be kept. Give the amount a name of its own and ask for that; for sums of earlier rows use a window such as “previous month”.",
        "每期留给下一期的，是给每个人、每个组织算出来的那些数。单笔只属于自己那一期，数据里的列另有变更记录，没有名字的算式没法留存。请先给这个数起个名字再取上期；要以前各笔的合计，请用“上月”这样的时间段。",
    ),
    "E2563": (
        "Inside the brackets only “previous” has a value for the case that there is nothing. For anything else what holds instead belongs to the whole value, where it is seen: sum(deal.amount) / quota, otherwise 0.",
        "括号里写“无法计算时”的，只有“上期”。别的算式请写在整个数后面，一眼就能看到：合计(签约.金额) ÷ 任务，无法计算时 0。",
    ),
    "E2564": (
        "A balance goes on from period to period, and a statement shows what came to it and what went. A percentage of the balance is an amount too: give it a name, as in interest = 1% of debt.opening, and let that be added.",
        "余额逐期结转，账单上列出每期增加了什么、减少了什么。按余额的百分比变动，也是一个金额：先起个名字，例如 利息 = 欠款.期初 的 1%，再把它加进去。",
    ),
    "E2565": (
        "Everybody's first period needs a balance to begin with, and 0 is not assumed: somebody may bring a debt or a reserve along. Write “opens at 0”, or a column of the people that says it.",
        "每个人的第一期都要有一个起点，程序不会默认是 0：有人可能带着欠款或者储备进来。请写“期初 0”，或者写人员表里的一列。",
    ),
    "E2566": (
        "An account has one balance before its first period. With two, nobody could say which holds. Leave one of them out.",
        "账户在第一期以前只有一个余额，写了两个就分不清以哪个为准。请去掉一个。",
    ),
    "E2567": (
        "What a cap cuts is what the rule would have paid without the cap, less what it pays. That is one amount only where one rule pays one person in one way: not where the amount is shared, where exceptions pay by other bodies, or where the amount of earlier periods comes off again. Put the cap with its excess into a rule of its own.",
        "封顶截下来的，是不封顶时应发的减去实际发的。只有一条规则、一种算法、发给一个人的时候，这才是一个确定的数：几个人分的、有例外另算的、要减以前已计提的，都不行。请把带转入的封顶单独写成一条规则。",
    ),
    "E2568": (
        "The excess goes into an account of the scheme, whose balance is carried on. Without the account the money would be lost. Declare it with “account”, and say what it opens at.",
        "超出部分转入的是方案里声明的账户，余额逐期结转。没有这个账户，钱就没有去处。请用“账户”声明，并写明期初。",
    ),
    "E2569": (
        "“previous” tells what one name came to in the period right before. It may be limited to the same month, quarter or year: then the first period of the year begins anew. Sums over earlier rows are windows: sum(deal.amount, previous month).",
        "“上期”取的是一个名称紧挨着的上一期的数。可以限定在本月、本季、本年以内：每年第一期就重新开始。以前各笔的合计，请用时间段：合计(签约.金额，上月)。",
    ),
    "E3315": (
        "In somebody's first period there is nothing before it, and nothing is taken as 0. The rule must say what holds then; otherwise a level or a balance would begin with a guess.",
        "一个人的第一期没有上期，程序不会当作 0。规则要写明这时用什么，否则等级或者余额就从一个猜测开始了。",
    ),
    "E3316": (
        "Balances and values go on from period to period. Without the version that held in the period before and without a carried row, nobody knows what the balance was, and to begin anew at the start would wipe out a debt or a reserve. Put the earlier version beside this one, or hand in what was carried.",
        "余额和数值逐期结转。上一期执行的版本不在手头，也没有结转数据，就不知道那时是多少；从头算起会把欠款或者储备抹掉。请把旧版本放在一起，或者给出结转数据。",
    ),
    "E3317": (
        "Without carried rows every period since the first version is worked out again, those before the first row of the data too. A draw is then advanced for months in which nobody was there. Give the joining days, a carried row, or a first day of the scheme that fits.",
        "没有结转数据，就从第一版开始逐期重算，数据开始以前的各期也算在内，例如预支会从没有人的月份算起。请写明入职日、给出结转数据，或者把方案的开始日写准。",
    ),
    "E3319": (
        "The account says what its balance must keep, and the rules with this period's data would break it: somebody would repay more than is owed, or draw more than is allowed. Nobody is paid until the rules or the data are put right.",
        "账户写明了余额的界限，按规则和本期数据算出来却越过了：还得比欠的多，或者支得超过额度。规则或数据改好以前，不会发放。",
    ),
}

WORDS: dict[str, tuple[str, str]] = {
    "account": ("an account; a rule may read what it opens with", "账户；规则可以用它的期初"),
    "former.no start": (
        "it builds on itself, so it must say where it begins: previous(…, otherwise 0)",
        "它建立在自己的上期数上，要写明从什么开始：上期(…，无法计算时 0)",
    ),
    "former.no type": (
        "from one period to the next it would be a different kind of amount",
        "它每过一期就变成另一种数",
    ),
    "excess.not paid": (
        "only a commission, bonus, allowance or deduction has an excess",
        "只有提成、奖金、津贴、扣除才有超出部分",
    ),
    "excess.no cap": ("the line before it is no “at most”", "前一行不是“最高”"),
    "excess.twice": ("one rule has one excess", "一条规则只能转入一次"),
    "excess.exception": ("the rule has exceptions that pay in another way", "这条规则有另算的例外"),
    "excess.shared": ("the amount is shared", "这笔钱由几个人分"),
    "excess.less earlier": ("what was paid earlier comes off again", "这笔钱要减以前已计提的"),
    "balance.at_least": ("at least", "不低于"),
    "balance.at_most": ("at most", "不超过"),
    "balance.above": ("above", "超过"),
    "balance.below": ("below", "低于"),
}
