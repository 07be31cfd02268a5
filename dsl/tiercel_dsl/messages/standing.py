"""Sentences about ranks and competencies: order, ties, places; who rates, what is required.

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
    "E2540": (
        "the weights of those who rate “{name}” total {total}, not 100%",
        "“{name}”的评价来源，权重合计 {total}，不是 100%",
    ),
    "E2541": (
        "the weights of the items of “{name}” total {total}, not 100%\n{list}",
        "“{name}”各项能力的权重合计 {total}，不是 100%\n{list}",
    ),
    "E2542": (
        "“{name}” has no line “{part}”\na competency says who rates it, and what its items are",
        "“{name}”里没有“{part}”这一行\n胜任力要写明由谁评、评哪几项",
    ),
    "E2543": (
        "“{table}” has [several columns with the options {options:quoted}: {candidates:quoted}|no column with the options {options:quoted}]\nfrom the column with these options it is known {what:ratings}",
        "“{table}”里[不止一列的选项含有{options:quoted}：{candidates:quoted}|没有一列的选项含有{options:quoted}]\n{what:ratings}，是从列出这些选项的那一列看出来的",
    ),
    "E2544": (
        "“{column}” lists {values:quoted}, and nothing says {what:unrated}",
        "“{column}”的选项里有{values:quoted}，却没有写明{what:unrated}",
    ),
    "E2545": (
        "this line does not fit into the competency: {what:competency}",
        "这一行和胜任力的写法不合：{what:competency}",
    ),
    "E2546": (
        "“{name}” has no {part:competency_part}: {what:unsaid}",
        "“{name}”没有{part:competency_part}：{what:unsaid}",
    ),
    "E2547": (
        "“{table}” cannot say which course it is: it is to be asked with an item and a gap\nwrite its first line as: table {table} by item, gap",
        "“{table}”查不出课程：它要按能力和差距两个条件来查\n第一行请写成：对照表 {table} 按 能力，差距",
    ),
    "E2548": (
        "“{name}” may be missing, and nothing says what holds then\nwho was not rated has no rating, no gap and no score: ask “is present” first, or add “otherwise”",
        "“{name}”可能没有，没有时怎么算却没有写\n没有人评过，就没有得分，也没有差距：请先判断“不为空”，或写明“无法计算时”",
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
    "E2540": (
        "Every source of ratings has its share of the judgement: the person himself, colleagues, the manager, an exam. The shares of all lines “rated by” together are 100%. Where one of them is absent for somebody, the others count in proportion; that is not what a missing weight would mean. Change the weight that is wrong.",
        "自评、同事、上级、考试，各占评价的一部分，所有“评价来源”加起来是 100%。某人缺了其中一种，其余的按比例计算；这和少写了权重不是一回事。请改正写错的那个权重。",
    ),
    "E2541": (
        "The score of a competency is the weighted sum of its items. With weights that total 95% the best person could not reach the full score. Change the weight that is wrong, or add the item that was left out.",
        "胜任力的得分是各项能力的加权合计。权重只有 95%，最好的人也得不到满分。请改正写错的权重，或补上漏掉的那一项。",
    ),
    "E2542": (
        "A competency needs at least one source of ratings and one item. Without the first nobody is judged, without the second there is nothing to judge. Add the line.",
        "胜任力至少要有一个评价来源和一项能力。没有来源就没有人评，没有能力就无可评。请补上这一行。",
    ),
    "E2543": (
        "A table of ratings holds in each row who rates and what is rated. Which columns these are follows from their options: the kinds that have a weight are the options of one, the items of the competency those of the other. Declare the column as “one of” with exactly these texts, and let no other column list the same.",
        "评价的台账每一行写着谁评、评哪一项。是哪两列，要看列的选项：写了权重的评价人是一列的选项，各项能力是另一列的选项。请把这一列的类型写成“选项”，列出这些文字，而且别的列不要有同样的选项。",
    ),
    "E2544": (
        "Ratings that count for nothing would be lost in silence. Every option of the column has a weight, or is an item of a competency that reads this table. Add it, or take the option out of the column.",
        "评了却不算数的分，会不声不响地丢掉。这一列的每个选项都要有权重，或是某个胜任力的一项能力。请补上，或从这一列的选项里删去。",
    ),
    "E2545": (
        "A competency is a short list: who rates it with which weight, its items, and at most one table of courses. What stands twice, or fits to nothing, could be read in two ways. Mend the line as the message says.",
        "胜任力是一张短清单：由谁评、各占多少，评哪几项，最多再加一张课程表。写了两次或对不上的，会有两种读法。请按提示修改这一行。",
    ),
    "E2546": (
        "A gap is what is required less what was reached, and a course is found by the gap. Where nothing is required of an item, or no table of courses is named, there is no such thing to read. Add “required …” to the item, or “course by …” to the competency.",
        "差距是要求等级减去实际得分，课程按差距来查。这一项没有写要求等级，或没有写课程表，就没有差距或课程可读。请在能力后面补“要求等级 …”，或补一行“课程 按 …”。",
    ),
    "E2547": (
        "A course is found by two things: the item, as text, and the gap, as a number. The table has other keys, so that it cannot be asked. Give it these two, in either order.",
        "课程按两样来查：哪一项能力（文字），差多少（数）。这张表的条件不是这两样，没法查。请改成这两个条件，先后不限。",
    ),
    "E2548": (
        "Nobody may have rated the person, and then there is no rating: not 0, which would be the worst of all. Say what holds instead, by a condition “is present” or by “otherwise” at the end of the line.",
        "可能没有人给他评过分，这时就没有得分；那不是 0 分，0 分是最差的。请写明这时怎么算：用“不为空”作条件，或在最后写“无法计算时”。",
    ),
    "E3140": (
        "Several reached exactly the same, and a rank without a rule for ties has one at each place. Who of them comes first decides who is paid, so it is not left to the order of rows. Write “ties share”, or what else decides: “ties by”, and an order.",
        "几个人的成绩完全一样，而没有写并列规则的排名，一个名次只能有一个人。谁在前面，关系到谁拿奖，不能看表里谁先谁后。请写“并列跳号”，或写明再比什么：“并列时按”，加上先后顺序。",
    ),
}

WORDS: dict[str, tuple[str, str]] = {
    "rank": ("a rank", "一个排名"),
    "competency": ("a competency", "胜任力"),
    "place.points": ("what raters give", "评价打的分"),
    "place.required": ("what is required of an item", "要求等级"),
    "ratings.items": ("what is rated", "评的是哪一项"),
    "ratings.kinds": ("who rates", "由谁评的"),
    "unrated.items": ("to which competency it belongs", "它属于哪个胜任力"),
    "unrated.kinds": ("what weight its ratings have", "它的权重是多少"),
    "competency.two_courses": ("a second table of courses is named", "课程写了两次"),
    "competency.named_score": ("an item cannot be called like the score", "能力不能叫“得分”，这个名称已经有所指"),
    "competency.kind_twice": ("one kind of rater has two weights", "同一种评价人写了两个权重"),
    "competency.with_and_without_kind": (
        "some ratings would count twice, once by their kind and once as any",
        "有的按评价人、有的不分评价人，同一个分会算两次",
    ),
    "competency.nothing_required": (
        "courses follow from gaps, and no item says what is required",
        "课程按差距来定，却没有一项能力写了要求等级",
    ),
    "unsaid.required": ("nothing is required of it", "没有写要求等级"),
    "unsaid.course": ("no table of courses is named", "没有写“课程”这一行"),
    "competency_part.gap": ("gap", "差距"),
    "competency_part.course": ("course", "课程"),
    "place.rank_key": ("what a rank compares", "排名比较的内容"),
    "place.within": ("what ranks are counted within", "排名的分组"),
    "place.tied": ("what is spread over tied places", "并列均分的内容"),
    "place.place": ("a place", "名次"),
}
