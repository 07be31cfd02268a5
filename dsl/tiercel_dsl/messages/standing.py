"""Sentences about ranks: order, ties, places.

In: nothing. Out: `MESSAGES`, `BOOK`, `FIXES`, `WORDS`, in the manner of `meaning.py`.
"""

MESSAGES: dict[str, tuple[str, str]] = {
    "E1238": (
        "nothing says what this is for\nbehind the first comma stand “highest first”, “ties …” and “within …”",
        "这一项没有写明是什么\n逗号后面可以写“从高到低”“并列……”“分组 ……”",
    ),
    "E1239": (
        "“{word}” belongs right behind what is compared, and stands there once",
        "“{word}”要紧跟在比较的内容后面，而且只写一次",
    ),
    "E2520": (
        "nothing says who comes first\nwrite “highest first” or “lowest first”; between dates “earliest first” or “latest first”",
        "没有写明谁排在前面\n请写“从高到低”或“从低到高”；比日期写“从早到晚”或“从晚到早”",
    ),
    "E2522": (
        "“{word}” does not suit what is compared here; write “{better}”",
        "“{word}”和这里比较的内容不配，请写“{better}”",
    ),
    "E2523": (
        "“{name}” is the same for everybody\na rank compares what differs from one to the next",
        "“{name}”人人相同，分不出先后\n排名比的、分组看的，都要是各人不一样的内容",
    ),
    "E2524": (
        "not everybody has a place in “{name}”, and nothing says what holds then\nask “is present” first, or add “otherwise”",
        "“{name}”只有参评的才有名次，没有名次时怎么算却没有写\n请先判断“不为空”，或写明“无法计算时”",
    ),
    "E2525": (
        "the brackets after “{function}” should name one rank, not {count}\nit goes through the places that those who tie take: over_tied_places(share(place))",
        "“{function}”的括号里要用到一个排名，现在是 {count} 个\n并列的各占几个名次，就取这几个名次的平均，例如 并列均分(比例(名次))",
    ),
    "E2526": (
        "those who tie take only one place here, so that there is nothing for “{name}” to go through\nwrite “ties share”: 1, 1, 3",
        "并列的在这里只占一个名次，用不着“{name}”\n请把排名写成“并列跳号”：1、1、3",
    ),
    "E2527": (
        "there is no place {value}; places are 1, 2, 3 and so on",
        "没有第 {value} 名，名次是 1、2、3……",
    ),
    "E2528": (
        "perhaps nobody stands at place {place} of “{name}”, and nothing says what holds then\nadd “otherwise”, or ask “is present” first",
        "“{name}”可能没有第 {place} 名，没有时怎么算却没有写\n请写明“无法计算时”，或先判断“不为空”",
    ),
    "E3140": (
        "{rows:quoted} tie in “{line}”, and the scheme does not say who comes first",
        "{rows:quoted}在“{line}”中不分先后，方案没有写明并列怎么办",
    ),
}

BOOK: dict[str, tuple[str, str]] = {
    "E1238": (
        "A rank is one line: what is compared and in which order, then after commas how ties are treated and among whom. Only “within” takes several names in a row. Write the word that belongs before this one.",
        "排名写成一行：先写比什么、从高到低还是从低到高，再用逗号隔开，写并列怎么办、在哪些人中间比。只有“分组”后面可以连着写几项。请在这一项前面补上它的词。",
    ),
    "E1239": (
        "The order says of one thing which end comes first: by points, highest first, ties by hired, earliest first. Behind another word it would be a riddle whose order it is. Move it there, and write it once.",
        "先后顺序说的是它前面那一项哪头在前：按 积分，从高到低，并列时按 入职日，从早到晚。写在别处，就看不出是谁的顺序。请移到那一项后面，只写一次。",
    ),
    "E2520": (
        "Highest first rewards the largest, lowest first the smallest, for example the fewest complaints. The other order pays other people, so that none is taken for granted. Write it right behind what is compared.",
        "“从高到低”奖的是最多的，“从低到高”奖的是最少的，例如投诉最少。反过来，拿奖的就是另一批人，所以要写明。请写在比较的内容后面。",
    ),
    "E2522": (
        "Amounts and numbers are high or low, dates are early or late. With the words of the other it would be read wrongly: the highest date could be the oldest. Write the word that is offered.",
        "金额和数讲高低，日期讲早晚。换了词容易读反：“最高”的日期到底是最早还是最晚？请用给出的那个词。",
    ),
    "E2523": (
        "With one value for all, everybody would tie for the first place; and a group that everybody belongs to is no group. Compare a column or a value of each person or row.",
        "人人一样，就人人并列第一；人人都在一组，也就等于没有分组。请写各人或各行自己的列或计算项。",
    ),
    "E2524": (
        "A rank with “where” places only those who are admitted. The others have no place, which is not the last place and not 0. Say what holds for them: a condition “is present”, or “otherwise 0” at the end of the line.",
        "写了“仅限”的排名，只给参评的人排名次。其余的人没有名次，既不是最后一名，也不是 0。请写明他们怎么算：用“不为空”作条件，或在最后写“无法计算时 0”。",
    ),
    "E2525": (
        "Two who tie for place 2 take the places 2 and 3 together; each has the mean of what the two pay. For that the brackets hold what is paid for a place, and so name one rank: over_tied_places(share(place)). A value that was worked out on another line is fixed already and cannot be gone through.",
        "两人并列第 2，就一起占了第 2、第 3 名，各拿两个名次的平均。括号里要写一个名次发多少，所以要用到一个排名，例如 并列均分(比例(名次))。在别的行里已经算好的值是定数，没法再逐个名次取。",
    ),
    "E2526": (
        "Without gaps the next after two firsts is second, so that the two take one place only. Their mean would be that of the first and the second, and the second would be paid twice. Let the rank share with gaps, or leave “over_tied_places” out.",
        "“并列不跳号”时，两个第 1 之后是第 2，两人只占一个名次。要是再取平均，第 2 名的那份就发了两次。请改成“并列跳号”，或者不用“并列均分”。",
    ),
    "E2527": (
        "Places are counted from 1 in whole steps. A place 0 or 1.5 is held by nobody. Write the place that is meant.",
        "名次从 1 数起，一名一名往下排，没有第 0 名，也没有第 1.5 名。请写要看的是第几名。",
    ),
    "E2528": (
        "A group of two has no third place. How far it is to that place cannot be said then, and it is not 0. Say what holds instead, for example otherwise 0.",
        "只有两个人的一组没有第 3 名，这时离第 3 名差多少就无从说起，也不是 0。请写明这时怎么算，例如 无法计算时 0。",
    ),
    "E3140": (
        "Several reached exactly the same, and a rank without a rule for ties has one at each place. Who of them comes first decides who is paid, so it is not left to the order of rows. Write “ties share”, or what else decides: “ties by”, and an order.",
        "几个人的成绩完全一样，而没有写并列规则的排名，一个名次只能有一个人。谁在前面，关系到谁拿奖，不能看表里谁先谁后。请写“并列跳号”，或写明再比什么：“并列时按”，加上先后顺序。",
    ),
}

WORDS: dict[str, tuple[str, str]] = {
    "rank": ("a rank", "一个排名"),
    "place.rank_key": ("what a rank compares", "排名比较的内容"),
    "place.within": ("what ranks are counted within", "排名的分组"),
    "place.tied": ("what is spread over tied places", "并列均分的内容"),
    "place.place": ("a place", "名次"),
}
