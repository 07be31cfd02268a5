"""Sentences about hierarchies: who is above whom, groups below groups, circles.

In: nothing. Out: `MESSAGES`, `BOOK` and `WORDS`, in the manner of `meaning.py`.
"""

MESSAGES: dict[str, tuple[str, str]] = {
    "E2501": (
        "these words do not say who receives the line: {what:upline}",
        "照这样写，看不出发给谁：{what:upline}",
    ),
    "E2502": (
        "“{name}” does not lead from one person to another[; did you mean {candidates:or}?]\nit must be a column of “people” that names a person, such as “sponsor person, optional, dated”",
        "“{name}”不能从一个人指到另一个人[，是不是{candidates:or}？]\n这里要写“人员”中类型为“员工”的一列，例如：推荐人 员工，选填，有变更记录",
    ),
    "E2503": (
        "how many levels up it goes is a whole number from 1; this is {seen}\nwithout a number it goes to the top",
        "向上几级要写 1 以上的整数，这里写的是 {seen}\n不写就一直算到最上面",
    ),
    "E2504": (
        "who counts as a level is read from columns of people; “{name}” is worked out\nuse “where” behind the bracket to leave out a line without moving the levels",
        "谁算一级，只能看人员的列；“{name}”是算出来的\n如果只是不发这一笔、不改变层级，请把条件写在括号后面的“仅限”里",
    ),
    "E2505": (
        "“{name}” can be read in two ways: as a column of the row, or as the line's own[: {options:or}]",
        "“{name}”有两种读法：这一行的列，或者这笔上级提成自己的[：{options:or}]",
    ),
    "E2506": (
        "“{name}” has a meaning only in a line that goes to an upline\nthere it is the highest value among those below the receiver",
        "“{name}”只能写在发给逐级上级的项目里\n它取领取人以下各人当中最高的值",
    ),
    "E2507": (
        "“with groups below” cannot stand here: {what:below}",
        "这里不能写“含下级”：{what:below}",
    ),
    "E3132": (
        "these people stand above each other in a circle by “{column}”: {circle}[\nas of {day}]\nsomebody above himself has no level; mend one of the rows: {rows}",
        "按“{column}”这几个人互为上级，绕成了一圈：{circle}[\n以 {day} 为准]\n一个人不能在自己上面；请改其中一行：{rows}",
    ),
    "E3133": (
        "these groups stand above each other in a circle by “{column}”: {circle}\na group above itself has no end of groups below; mend one of the rows: {rows}",
        "按“{column}”这几个组织互为上级，绕成了一圈：{circle}\n一个组织不能在自己上面；请改其中一行：{rows}",
    ),
}

BOOK: dict[str, tuple[str, str]] = {
    "E2501": (
        "After “to” stands one receiver, or everybody up a hierarchy: “upline(seller, sponsor, 5)” says from whom it goes up, over which column of people, and how many levels. In a person's own line the first of the three is left out. Follow the hint behind the colon.",
        "“发给”后面写一个领取人，或者写逐级上级：“逐级上级(销售员，推荐人，5)”说的是从谁开始、按人员的哪一列往上、一共几级。按人计算的项目不写第一项。请照冒号后面的提示改。",
    ),
    "E2502": (
        "Going up means: from a person to the one that a column of his names, and from there again. That column stands in “people” and its type is person. Let it be optional, for whoever stands at the top has nobody above him, and dated if it changes in the course of time.",
        "往上一级，就是从一个人走到他某一列里填的那个人，再从那个人接着往上。这一列要写在“人员”里，类型是“员工”。最上面的人没有上级，所以这一列要选填；会变动的再写上“有变更记录”。",
    ),
    "E2503": (
        "The number of levels is fixed for the whole scheme, as a number or as a parameter with one value: 5 is the five nearest who count. A share that depends on the level belongs into the body: “level_share(level) of amount”.",
        "一共几级，整份方案只有一个数，直接写数字，或者写一个不变动的参数：5 就是最近的五级。各级比例不同，请写在正文里：“金额 × 层级比例(层级)”。",
    ),
    "E2504": (
        "People who fail the condition inside the bracket are passed over and count as no level. Where everybody stands must be known before the first amount is worked out, so this condition reads only what the facts say of people: their columns, on the day of the row. A result, such as sales of the month, can decide in “where” behind the bracket, which leaves the line out and moves nobody.",
        "括号里的条件不满足的人会被跳过，不算一级。谁站在第几级，要在算第一笔钱之前就定下来，所以这里只能看台账里人员的列，以这笔业绩的日期为准。要按算出来的结果（例如当月业绩）决定，请写在括号后面的“仅限”里：那样只是不发这一笔，各人的层级不变。",
    ),
    "E2505": (
        "In a line that goes to an upline, “level” and “receiver” are words of its own. A column of the row with the same name would silently take their place. Say which one is meant: “upline.level” is the level, “sale.level” the column.",
        "在发给逐级上级的项目里，“层级”和“领取人”有自己的意思。这一行正好有同名的列，就说不清指哪一个。请写明：“逐级上级.层级”是第几级，“销售.层级”是那一列。",
    ),
    "E2506": (
        "“highest_below” looks at the chain between the start and the receiver. In any other rule there is no such chain. It serves for difference commissions: “(receiver.rate - highest_below(rate)) of amount, at least 0”.",
        "“下级最高”看的是从起点到领取人之间的各人，其他规则里没有这样一条线。它用来算级差：“金额 × (领取人.比例 - 下级最高(比例))，最低 0”。",
    ),
    "E2507": (
        "Groups stand below each other where a group has a column whose type is the group itself: “parent team, optional”. A sum for such a group takes only its own people unless “with groups below” is written behind it. Follow the hint behind the colon.",
        "组织有一列的类型就是这个组织自己，才有上下级，例如：上级团队 团队，选填。合计只算本组织的人，后面写了“含下级”才连下级一起算。请照冒号后面的提示改。",
    ),
    "E3132": (
        "Following the column from one of these people to the next leads back to him. Levels could then be counted for ever. Mostly two rows were swapped, or a change was entered for one of two people only. Nobody is paid until one of the rows is mended.",
        "顺着这一列从其中一个人往上走，会走回他自己，层级就数不完了。多半是两行填反了，或者两个人对调只改了一个。请改正其中一行；在此之前谁都不发。",
    ),
    "E3133": (
        "Following the column from one of these groups to the next leads back to it, so that its sum would contain itself. Mend the column of one of them; the topmost group leaves it empty.",
        "顺着这一列从其中一个组织往上走，会走回它自己，合计里就包含了自己。请改正其中一行；最上面的组织这一列留空。",
    ),
}

WORDS: dict[str, tuple[str, str]] = {
    # E2501
    "upline.other": (
        "only “upline” stands before a bracket after “to”",
        "“发给”后面带括号的只有“逐级上级”",
    ),
    "upline.place": (
        "“upline” stands after “to” in the first line of what is paid",
        "“逐级上级”要写在发放项目第一行的“发给”后面",
    ),
    "upline.scope": ("an upline has no span of time", "逐级上级不写时间范围"),
    "upline.arguments": (
        "in the bracket stand from whom, over which column, and how many levels",
        "括号里依次写从谁开始、按哪一列往上、一共几级",
    ),
    "upline.no_start": (
        "nobody is credited here, so write first from whom it goes up",
        "这里没有归属人，请先写明从谁开始",
    ),
    "upline.company": ("nobody stands above the company", "公司上面没有人"),
    # E2507
    "below.twice": ("it is written twice", "写了两次"),
    "below.compared": ("“per” compares rows and asks for no group", "“每”是拿各行相比，与组织无关"),
    "below.no_group": ("this is no sum for a group", "这里不是按组织合计"),
    "below.no_above": (
        "no column of the group says which group stands above it",
        "这个组织没有写明上级组织的列",
    ),
    "below.several_above": (
        "several columns of the group name a group above it",
        "这个组织有几列都写着上级组织",
    ),
}
