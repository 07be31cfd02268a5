"""Sentences about time: the period line, windows, days on which something is read, working days.

In: nothing. Out: `MESSAGES`, `BOOK`, `FIXES`, `WORDS`, in the manner of `meaning.py`.
"""

MESSAGES: dict[str, tuple[str, str]] = {
    "E2401": (
        "only weeks can be counted from a day or several to a period; this one is {period}",
        "只有按周的周期才能几周一期、从某一天数起；这里是{period}",
    ),
    "E2402": (
        "the first day of one of the periods is missing\n[{count} weeks|weeks] can be counted from any day; write which, for example from 2025-01-06",
        "没有写从哪一天数起\n几周一期要有一个起点，例如：从 2025-01-06",
    ),
    "E2403": (
        "there is no weekday “{name}”[; did you mean {candidates:or}?]",
        "没有“{name}”这个星期几[，是不是{candidates:or}？]",
    ),
    "E2404": (
        "there is no time zone “{name}”[; did you mean {candidates:or}?]\nzones are called by area and city, for example Europe/London",
        "没有“{name}”这个时区[，是不是{candidates:or}？]\n时区写洲名和城市名，例如 Asia/Shanghai",
    ),
    "E2411": (
        "“{function}” takes no span of time here: {what:windowless}",
        "“{function}”在这里不能写时间范围：{what:windowless}",
    ),
    "E2412": (
        "{what:hired}\nown years and “since hire” count from the day somebody was hired: a column “{column}” of type date in “people”",
        "{what:hired}\n入职年度、入职以来都从入职那天数起：请在“人员”里写一列“{column}”，类型为日期",
    ),
    "E2413": (
        "this span of time cannot stand here: {what:window}",
        "这里不能写这个时间范围：{what:window}",
    ),
    "E2415": (
        "“per {name}” compares a row with others, and here no row of “{table}” is at hand\nwrite it in “for each {table}”",
        "“每 {name}”是拿一行与其他行比，这里不在“{table}”的哪一行上\n请写进“逐笔 {table}”里",
    ),
    "E2416": (
        "a span of time cannot reach back to “{name}”: what was paid earlier is not worked out again\nadd up what it was paid for",
        "时间范围不能回看“{name}”：以前各期发了多少，不会按现在的办法重算\n请合计它所依据的列",
    ),
    "E2417": (
        "“{name}” has no value of its own on each day\n“as of” reads a dated column of people, or a parameter",
        "“{name}”没有按日期记录的变动\n“于”只能读人员里有变更记录的列，或者参数",
    ),
    "E2418": (
        "“{name}” cannot be averaged over the period: {what:averaged}",
        "“{name}”不能按期内折算：{what:averaged}",
    ),
    "E2419": (
        "“{table}” does not say which days are worked\nthat takes a table whose key is a date, with one column of type yes/no",
        "“{table}”看不出哪天上班\n这里要一张表：标识是日期，另有一列“是否”写明那天上不上班",
    ),
    "E2421": (
        "the parameter “{parameter}” changes on {day}, inside a period\na rule per person takes its value of the period's last day",
        "参数“{parameter}”在 {day} 变动，不在一期的开头\n按人计算的规则，整期都用本期最后一日的值",
    ),
    "E3241": (
        "“{column}” of {person} changed within {month}, so “by month” cannot say whose month it is[ ({changes})]",
        "{person} 的“{column}”在 {month} 当月有变动，按月折算定不下这个月归哪个值[（{changes}）]",
    ),
    "E3242": (
        "{person} was hired on {hired}, after {day}: there is no own year yet",
        "{person} {hired} 才入职，在 {day} 之后：还没有入职年度",
    ),
}

BOOK: dict[str, tuple[str, str]] = {
    "E2401": (
        "Months, half months, quarters and years begin where the calendar says; only weeks can begin on a day of one's own, and only weeks can be put together, two or four to a period. Leave the number and “from” out, or pay by weeks.",
        "月、半月、季、半年、年都按日历起止；只有周可以自定从星期几起，也只有周可以两周、四周合成一期。请去掉个数和“从”，或者改成按周结算。",
    ),
    "E2402": (
        "Two or four weeks to a period can begin in two or four ways, and whose deal falls into which pay depends on it. Write the first day of any one of the periods; the others are counted from it in both directions.",
        "两周一期有两种分法，四周一期有四种，一笔单子算进哪一期就看怎么分。请写明任意一期的第一天，其余各期都从它往前、往后数。",
    ),
    "E2403": (
        "A week can begin on any of its seven days, and the deals of the weekend fall into one week or the next accordingly. Write the weekday in full.",
        "一周可以从七天中的任何一天开始，周末的单子算进哪一周就看它。请把星期几写全。",
    ),
    "E2404": (
        "The zone decides on which day, and so in which period, a moment falls. Its name comes from the public database of time zones, an area and a city of it, because a bare abbreviation such as CST means several. Write the name of the nearest city in the list.",
        "时区决定一个时刻落在哪一天、哪一期。时区名取自公开的时区数据库，写洲名加城市名；CST 这类缩写有好几种含义，不能用。请写离公司最近的那个城市，中国写 Asia/Shanghai。",
    ),
    "E2411": (
        "A span of time such as “year to date” chooses rows by their date of record. Tables of people and groups have no such date, and a calculation with single values has no rows at all. Put the span into a total over facts.",
        "“本年累计”之类的时间范围，是按归属日挑行的。人员、组织没有归属日，单个值的运算更没有行。请把时间范围写进对台账的合计里。",
    ),
    "E2412": (
        "An own year runs from one anniversary of the first day at work to the next, so the scheme must know that day for everybody. Add the column, or give the one that holds that day the name or the alias hired. It has one value for each person and no history. Who was hired on a 29 February has the anniversary on the 28th in the years between.",
        "入职年度从入职周年日到下一个周年日，所以每个人都要有入职日。请加上这一列，或者给已有的那一列取名、又名“入职日”。每人只有一个值，不能有变更记录。2 月 29 日入职的，平年以 2 月 28 日为周年日。",
    ),
    "E2413": (
        "A window says which days count. One total has one window. A running total begins anew at a window and then grows, so that previous and last have no meaning for it; only those two are counted back from a day and may take “as of”. “Per year” caps and counts; what lies in the year so far is “year to date”.",
        "时间范围说的是哪些天算数。一个合计只有一个范围。累计是从某处重新起算再往上加，所以不能用上月、近几个月；而只有这两种是从某一天往回数的，才能写“于”。“每年”用于封顶和编号，今年到目前为止的要写“本年累计”。",
    ),
    "E2415": (
        "“Per deal” collects the rows that belong to the same deal as the row at hand. A rule per person has no row at hand, so nothing says which deal is meant. Write the value under “for each” of that table; a check of the data finds its rows itself.",
        "“每 签约”是把与手头这一行同属一单的各行放在一起。按人计算的规则没有手头的一行，说不出是哪一单。请写在该台账的“逐笔”下面；数据校验会自己逐行去查。",
    ),
    "E2416": (
        "Earlier periods were paid under the rules and corrections of their time. A total that worked their lines out again by today's rules would show amounts that nobody was paid. Add up the columns the line is made from, or define the value that it pays and add that up.",
        "以前各期是按当时的办法发的，后来还可能更正过。如果按现在的办法重算一遍再合计，得到的是谁也没有发过的数。请合计这一项所依据的列，或者另立一个计算项来合计。",
    ),
    "E2417": (
        "“As of” asks what held on a certain day. Only columns of people marked as dated, links that are, and parameters keep their earlier values. Anything else is the same on every day, or belongs to the period as a whole. Leave “as of” out, or mark the column as dated.",
        "“于”问的是某一天的值。只有人员里写明有变更记录的列、关联，以及参数，才留着以前的值；其他的哪天都一样，或者是整期的结果。请去掉“于”，或者给这一列加上“有变更记录”。",
    ),
    "E2418": (
        "By day and by month weigh each value of a dated number of people with the days or whole months it held. Other values do not change within the period, and weeks and half months hold no whole months. Name the dated column itself, or write “by day”.",
        "按日折算、按月折算，是把人员里有变更记录的数，按各个值管了几天、几个整月加权平均。其他的值期内不变；周、半月里没有整月。请直接写那一列，或者改用按日折算。",
    ),
    "E2419": (
        "Public holidays and days worked in exchange cannot be reckoned; somebody has to list them. Each row of the table is a day, its key, and says yes if that day is worked. Days that are not listed go by Monday to Friday.",
        "法定假日、调休上班没有算法，只能列出来。表里一行是一天，日期就是标识，另一列“是否”写那天上不上班。没有列出的日子按周一至周五算。",
    ),
    "E2421": (
        "A rule per row takes the value of the row's day; a rule per person takes one value for the whole period, that of its last day, even for what happened before the change. If that is meant, say so by writing “as of” with the day; else compute row by row, or let the parameter change with a period.",
        "逐笔的规则按每笔归属日取值；按人的规则整期只取一个值，就是最后一日的，变动以前的事也按它算。如果正是这个意思，请写上“于”和那一天；否则请改为逐笔计算，或者让参数从一期的第一天变动。",
    ),
    "E3241": (
        "By month each month counts with the one value that held in it. In this month there were two, and neither held for the whole of it. Write “by day”, or let the change begin with a month.",
        "按月折算时，每个月按当月管用的那一个值计。这个月有两个值，哪个都没有管满一个月。请改用按日折算，或者让变动从月初生效。",
    ),
    "E3242": (
        "The value asks for a part of the own year, which begins on the day somebody is hired. For a person who comes later there is none, neither a first nor a last day. Say with “otherwise” what holds then, or leave people out who are not there yet.",
        "这个值要用到入职年度，而入职年度从入职那天才开始。还没入职的人没有入职年度，也就没有它的第一日、最后一日。请用“无法计算时”写明这时按什么算，或者先不把没入职的人放进来。",
    ),
}

FIXES: dict[str, tuple[str, str]] = {
    "count_from": ("write “{text}”", "写上“{text}”"),
    "write_day": ("write “{candidate}” if that is meant", "如果正是这个意思，写成“{candidate}”"),
}

WORDS: dict[str, tuple[str, str]] = {
    "windowless.no_rows": ("it has no rows to choose among", "它没有可挑的行"),
    "windowless.no_days": ("people and groups have no date of record", "人员、组织没有归属日"),
    "hired.absent": ("nothing says since when somebody is there", "没有写明每个人从哪天起在职"),
    "hired.dated": (
        "the day somebody was hired is one day and has no history",
        "入职日只有一天，不能有变更记录",
    ),
    "window.span": (
        "“per” says how often something is capped or counted; a total takes the span up to now, for example “year to date”",
        "“每年”说的是多久封顶或编号一次；合计要写到目前为止的范围，例如“本年累计”",
    ),
    "window.second": ("a total has one span of time, and this is the second", "一个合计只有一个时间范围，这是第二个"),
    "window.running": (
        "a running total begins anew with a month, quarter, half year, year or own year; it cannot look at this span",
        "累计只能从月、季、半年、年、入职年度的开头重新起算，不能用这个范围",
    ),
    "window.as_of": (
        "this span always ends with the period; only “previous …” and “last …” are counted back from another day",
        "这个范围总是到本期为止；只有“上……”和“近……”才能从另一天往回数",
    ),
    "averaged.no_history": ("it is no dated number of people", "它不是人员里有变更记录的数"),
    "averaged.no_months": ("the period holds no whole months", "一期里没有整月"),
    "as_of": ("what follows “as of”", "“于”后面的日期"),
    "workdays": ("what “workdays” counts between", "“工作日数”的起止"),
}
