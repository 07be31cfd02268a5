"""Sentences for what cannot be read (E1xxx), in English and Chinese.

In: nothing. Out: `MESSAGES`, `BOOK`, `FIXES` and `RELATED`, in the shape of `meaning.py`. Each sentence says
first what was written, then what is wrong with it; the edit is an offer of its own. `{expected}` lists what
could stand at the place: keywords as the file's face spells them, and kinds of values, which `WORDS` tells.
"""

MESSAGES: dict[str, tuple[str, str]] = {
    # ---- characters
    "E1001": (
        "“{seen}” has no meaning in a scheme\nif it belongs to a name, put the whole name in back-quotes: `…`",
        "方案里用不到“{seen}”这个符号\n如果它是名称的一部分，请给整个名称加反引号：`…`",
    ),
    "E1002": (
        "a tab stands here\ntabs look different on every screen; use blanks, two for each step to the right",
        "这里用了制表符（Tab 键）\n制表符在不同电脑上宽窄不一，请改用空格，每缩进一级空两格",
    ),
    "E1003": (
        "the quotes opened here are not closed: {seen}\na text ends on the line on which it begins",
        "这里的引号没有配对：{seen}\n一段文字要在同一行内写完，并写上后引号",
    ),
    "E1004": (
        "the back-quote opened here is not closed: {seen}\na name in back-quotes ends on the same line and is not empty",
        "这里的反引号没有配对：{seen}\n反引号里的名称要在同一行内写完，也不能空着",
    ),
    "E1005": (
        "the bracket opened here is not closed\nclose it on the same line, or indent the lines that go on with it",
        "这里的括号没有配对\n请在本行写上后括号；要换行续写的，下一行要缩进",
    ),
    "E1006": (
        "this bracket closes nothing\nthere is no open bracket before it on the line",
        "多了一个后括号\n同一行里，前面没有与它配对的前括号",
    ),
    "E1007": (
        "“{seen}” can be read in two ways\ncommas group digits by three; for one number write {joined}, for several put a blank after each comma: {apart}",
        "“{seen}”有两种读法\n逗号只能三位一节；如果是一个数，写作 {joined}；如果是几个数，逗号后面空一格：{apart}",
    ),
    "E1008": (
        "there is no such day: {seen}\nmonth {month} of that year has {last} days",
        "没有 {seen} 这一天\n那一年的 {month} 月只有 {last} 天",
    ),
    "E1009": (
        "the number beginning with {seen} is too long\na number has at most {most} digits",
        "以 {seen} 开头的这个数太长了\n一个数最多写 {most} 位",
    ),
    "E1010": (
        "“{seen}” is several words in one\nput blanks between them: {apart}",
        "“{seen}”里几个词连在了一起\n词与词之间请空一格：{apart}",
    ),
    "E1011": (
        "“{left}” and “{right}” run into each other\nonly a unit such as “%” or “万” may follow a number at once; before any other word stands a blank",
        "“{left}”和“{right}”连在了一起\n数后面只能紧跟 万、亿、元、% 这类单位，其他的词前面请空一格",
    ),
    "E1012": (
        "“{seen}” is not used in schemes\nwrite {options:or}",
        "方案里不用“{seen}”\n请写{options:or}",
    ),
    "E1013": (
        "“{seen}” is not read as a date\ndates are written year-month-day: {right}; if a calculation is meant, put blanks around the sign",
        "“{seen}”不能当作日期\n日期写作 年-月-日：{right}；如果是算式，符号两边请各空一格",
    ),
    "E1014": (
        "a character that cannot be seen stands here ({point})\nit often comes along when text is copied from elsewhere",
        "这里有一个看不见的字符（{point}）\n从别处复制文字时常会带进来",
    ),
    "E1015": (
        "there is no such month: {seen}\nif a subtraction is meant, put blanks around the minus",
        "没有 {seen} 这个月份\n如果是减法，减号两边请各空一格",
    ),
    "E1016": (
        "“{seen}” is not needed here\nlines end without a stop, and amounts stand without a currency sign",
        "这里不用写“{seen}”\n行末不加句号，金额前面也不加货币符号",
    ),
    "E1017": (
        "the quote {seen} stands here without its partner\ntexts stand in “ ” or in straight double quotes",
        "引号 {seen} 在这里配不成对\n文字请放在“ ”或「 」之内",
    ),
    # ---- layout
    "E1101": (
        "this line is indented by {columns:column/columns}, and no line above begins there\nlines above begin at {fitting}",
        "这一行缩进了 {columns} 格，和上面哪一行都没有对齐\n上面各行的缩进是 {fitting}",
    ),
    "E1102": (
        "“{seen}” is indented, but there is nothing above that it belongs to\nif the line stands for itself, it begins at the very left",
        "“{seen}”缩进了，但上面没有它所属的内容\n如果它自成一项，请顶格写",
    ),
    "E1103": (
        "nothing stands under “{word}”\nits content belongs on the lines below, indented by two blanks",
        "“{word}”下面没有内容\n请在下面另起一行写，并缩进两格",
    ),
    "E1104": (
        "“{seen}” is indented, but nothing can stand under “{above}”\nput it at the same depth as the line above",
        "“{seen}”缩进了，但“{above}”下面不能再写内容\n请和上一行对齐",
    ),
    "E1105": (
        "this line does too much at once\none line has room for {brackets} open brackets and {operators} signs of calculation; give parts of it names on lines of their own",
        "这一行写得太复杂了\n一行最多 {brackets} 层括号、{operators} 个运算符号，请把其中一部分另起一行、取个名称",
    ),
    # ---- words
    "E1201": (
        "“{seen}” cannot begin a line here\na line begins with a fixed word, or with a name followed by “=”",
        "“{seen}”不能放在一行的开头\n一行要以固定的词开头，或者写成“名称 = …”",
    ),
    "E1202": (
        "a word is missing between “{left}” and “{right}”[\nhere could stand {expected}]",
        "“{left}”和“{right}”之间少了连接词[\n这里可以写{expected}]",
    ),
    "E1203": (
        "a value is missing after “{word}”\nfor example a number, a percentage or a name",
        "“{word}”后面少了数值\n可以写数、百分比或者名称",
    ),
    "E1204": (
        "“{word}” cannot stand here[\nhere could stand {expected}]",
        "“{word}”不能写在这里[\n这里可以写{expected}]",
    ),
    "E1205": (
        "“{seen}” is not a word that fits here[\nhere could stand {expected}]",
        "“{seen}”用在这里不对[\n这里可以写{expected}]",
    ),
    "E1206": (
        "“{seen}” cannot stand here[, after “{left}”][\nhere could stand {expected}]",
        "[“{left}”后面|这里]不能写“{seen}”[\n这里可以写{expected}]",
    ),
    "E1207": (
        "“{word}” is not finished[\nit could go on with {expected}]",
        "“{word}”没有写完[\n后面可以写{expected}]",
    ),
    "E1208": (
        "“{word}” begins something else here\nif a name is meant, put it in back-quotes: `{word}`",
        "“{word}”在这里另有用处\n如果它是名称，请加反引号：`{word}`",
    ),
    "E1209": (
        "“{word}” is not followed by “=”\nwhat belongs to it stands behind it, or indented on the lines below",
        "“{word}”后面不用“=”\n内容直接写在后面，或者另起一行缩进写",
    ),
    "E1210": (
        "“{seen}” compares “{middle}” a second time\nwrite two comparisons and join them with “and”",
        "“{middle}”已经比较过一次，后面又写了“{seen}”\n请写成两个比较，用“且”连接",
    ),
    "E1211": (
        "“{seen}” leaves open whether tax is already taken off\n“应发” is pay before tax, “实发” pay after it; what the scheme settles is called “结算额” or “payout”",
        "“{seen}”容易和工资表混淆\n“应发”是税前，“实发”是税后；方案算出来的钱请写“结算额”",
    ),
    "E1212": (
        "“{word}” asks a question, it does not cap an amount\nto cap or to lift the amount write “{right}”",
        "“{word}”是判断，不会改动金额\n要给金额封顶或保底，请写“{right}”",
    ),
    "E1213": (
        "“{seen}” does not say which end belongs to it\nwrite “{low}以上不满{high}” (from {low} below {high}) or “超过{low}至{high}” (above {low} up to {high})",
        "“{seen}”没有说明两头含不含本数\n请写“{low}以上不满{high}”（含 {low}，不含 {high}），或“超过{low}至{high}”（不含 {low}，含 {high}）",
    ),
    "E1214": (
        "“{seen}” leaves open where the bounds are\nsay for each bound whether it belongs: “from 5 below 10” or “above 5 up to 10”",
        "“{seen}”说不准界限在哪里\n请写明含不含本数：“5以上不满10”，或“超过5至10”",
    ),
    "E1215": (
        "“{seen}” is said twice\none of the two is enough",
        "“{seen}”重复了\n写一次就够了",
    ),
    "E1216": (
        "“{seen}” is not one of the words that can follow here[\nhere could stand {expected}]",
        "这里没有“{seen}”这种写法[\n这里可以写{expected}]",
    ),
    "E1217": (
        "“{seen}” leaves open whether the day itself belongs\nwrite “{without}” without that day, “{within}” with it",
        "“{seen}”没有说明当天算不算\n不含当天写“{without}”，含当天写“{within}”",
    ),
    "E1218": (
        "“{seen}” cannot count anything\nwrite 1, 2, 3 or another whole number",
        "“{seen}”不是个数\n这里要写 1、2、3 这样的整数",
    ),
    "E1219": (
        "nothing can be rounded to {seen}\nfor example 0.01 rounds to the cent, 1 to the whole unit",
        "无法四舍五入到 {seen}\n例如 0.01 是到分，1 是到元",
    ),
    "E1220": (
        "it is not clear what is divided here\nput brackets: {one}, or {other}",
        "这里先除后乘还是先乘后除，看不出来\n请加括号：{one}，或者 {other}",
    ),
    "E1221": (
        "after “{word}” the bound goes no further\nwrite for example “5万（含）以上” or “5万（含）至10万”",
        "“{word}”后面还没有写完\n例如“5万（含）以上”，或者“5万（含）至10万”",
    ),
    "E1222": (
        "“{seen}” with “{word}” is not a length of time\nwrite a plain number before it, for example 30",
        "“{seen}”加上“{word}”不是一段时间\n前面请写不带单位的数，例如 30",
    ),
    "E1223": (
        "“{seen}” says when to round, but not how\nwrite the rounding before it, for example “rounded half up to 0.01”",
        "“{seen}”只说了在哪一步舍入，没有说怎么舍入\n请先写舍入方式，例如“四舍五入到 0.01”",
    ),
    "E1224": (
        "after “{word}” stands a text, and texts have quotes: “{seen}”",
        "“{word}”后面是文字，要加引号：“{seen}”",
    ),
    "E1226": (
        "after “{word}” stands a name; “{seen}” is none\nnames are words without blanks; others stand in back-quotes: `…`",
        "“{word}”后面要写名称，“{seen}”不是名称\n名称中间不留空格；特殊的名称加反引号：`…`",
    ),
    "E1227": (
        "“{seen}” belongs under another line\nindent it by two blanks, under the line that it is about",
        "“{seen}”要写在另一行的下面\n请缩进两格，放在它所属的那一行之下",
    ),
    "E1228": (
        "“{seen}” begins something of its own\nput it at the very left, without blanks before it",
        "“{seen}”是另一项的开头\n请顶格写，前面不留空格",
    ),
    "E1229": (
        "a name is missing after “{word}”",
        "“{word}”后面少了名称",
    ),
    "E1230": (
        "a date is missing after “{word}”\nfor example 2023-07-01",
        "“{word}”后面少了日期\n例如 2023-07-01",
    ),
    "E1231": (
        "a text in quotes is missing after “{word}”",
        "“{word}”后面少了文字，文字要加引号",
    ),
    "E1232": (
        "what belongs to “{word}” stands on the lines below, not behind it\nindent those lines by two blanks",
        "“{word}”的内容不写在同一行里\n请另起一行，缩进两格",
    ),
    "E1233": (
        "a number is missing after “{word}”",
        "“{word}”后面少了数",
    ),
    "E1234": (
        "[“{seen}” gives all the same, and “{other}” does not|it is not said by what “{seen}” divides]\nwrite “shared equally among …”, or “shared among … in proportion to …”",
        "[“{seen}”是人人一样，“{other}”却不是|“{seen}”没有写明按什么分]\n写“平分给 …”，或者“分给 … 按 … 占比”",
    ),
    "E1235": (
        "“{seen}” says who gets a share, and shares stand under a line “{word}”",
        "“{seen}”写的是分给谁，要写在“{word}”这一行的下面",
    ),
    "E1243": (
        "“{seen}” says when a part is paid, and parts stand under a line “{word}”",
        "“{seen}”写的是一期什么时候发，要写在“{word}”这一行的下面",
    ),
}

BOOK: dict[str, tuple[str, str]] = {
    "E1001": (
        "A sign stands in the scheme that the language does not use. It would have to be guessed what it means, and a guess can move money. Delete it, or put the whole name in back-quotes if it belongs to a name.",
        "方案里出现了用不到的符号。要猜它的意思，就可能把钱算错。请删去它；如果它是名称的一部分，请给整个名称加反引号。",
    ),
    "E1002": (
        "Tabs are shown two, four or eight columns wide, depending on the screen, so nobody can see what stands under what. A line that slips under another heading is paid by another rule. Use blanks; the offer replaces every tab of the file by two.",
        "制表符在不同电脑上宽窄不一，看不准哪一行属于哪一行。一行归错了地方，就会按别的规定算钱。请改用空格，改法里会把全部制表符换成两个空格。",
    ),
    "E1003": (
        "A text begins with a quote and the closing quote is not on the same line. Everything up to the end of the line would become text, rules included. Write the closing quote; Chinese texts stand in “ ”.",
        "文字写了前引号，同一行里却没有后引号。这样一来，后面的规定也会被当成文字。请补上后引号，中文文字用“ ”。",
    ),
    "E1004": (
        "A name in back-quotes must end with a back-quote on the same line and hold at least one character. Otherwise the rest of the line would become part of the name. Write the second back-quote.",
        "反引号里的名称要在同一行写完，而且不能空着。否则这一行余下的内容都会变成名称。请补上后一个反引号。",
    ),
    "E1005": (
        "A bracket is opened and never closed. A line goes on in the next one only if that one is indented deeper, so that a forgotten bracket cannot swallow the rules after it. Close the bracket, or indent the lines that continue it, the closing one included.",
        "前括号没有后括号与它配对。只有缩进更深的下一行才算续行，这样漏写的括号不会把后面的规定吞进去。请补上后括号；换行续写的，连后括号那一行也要缩进。",
    ),
    "E1006": (
        "There is a closing bracket without an opening one before it on the line. Which part was meant to be worked out first cannot be seen. Delete it, or write the opening bracket where it belongs.",
        "这一行多出一个后括号，前面没有前括号。先算哪一部分就看不出来了。请删去它，或者在该写的地方补上前括号。",
    ),
    "E1007": (
        "A comma between digits groups them by three, as in 50,000. Where the groups are not of three digits, it may be one number mistyped or two numbers side by side, and the two can be far apart in money. Write the number without commas, or put a blank after a comma that parts two numbers. The Chinese commas never group digits.",
        "数字中间的逗号只能三位一节，例如 50,000。位数不对时，可能是一个数写错了，也可能是两个数挨着，钱数会差很多。请去掉逗号，或者在分开两个数的逗号后面空一格；中文逗号、顿号从来不分节。",
    ),
    "E1008": (
        "The day does not exist in the calendar, for example 30 February. A rule could not begin or end on it. Write an existing day; the last day of the month is named in the message.",
        "日历上没有这一天，例如 2 月 30 日。规定不可能从这一天开始或结束。请改成存在的日期，那个月最后一天是几号，提示里有。",
    ),
    "E1009": (
        "The number has more digits than any amount, rate or count can need. Most likely two numbers ran together or a key was held down. Write the number that is meant.",
        "这个数的位数太多，没有哪笔钱、哪个比例用得到。多半是两个数连在了一起，或者按键没有松开。请改成真正要写的数。",
    ),
    "E1010": (
        "Chinese has no blanks between words, but a scheme needs them where a name meets a fixed word: “金额 的 5%”. Otherwise “金额的5” is taken for one name. The offer shows the line with its blanks; it was read successfully that way.",
        "中文词与词之间平常不空格，但方案里名称和固定的词之间要空一格，例如：金额 的 5%。不空格就会当成一个名称。改法里给出了空好格的写法，照着写就能读通。",
    ),
    "E1011": (
        "A word follows a number without a blank and is no unit that the language knows. “10k” or “5千” would have to be guessed. Write the number out, use “%”, “万”, “亿” or “元”, or put a blank before the word.",
        "数后面紧跟着一个词，而它不是方案认得的单位。“10k”“5千”要靠猜，就可能算错钱。请把数写全，或者用 %、万、亿、元，或者在词前面空一格。",
    ),
    "E1012": (
        "The sign comes from spreadsheets or programs; schemes write it differently, so that they can be read aloud. Use the sign or the word that the message names.",
        "这个符号是表格软件或程序里的写法，方案里另有写法，为的是读出来通顺。请改用提示里给出的符号或词。",
    ),
    "E1013": (
        "Dates are written with year, month and day: 2023-07-01 or “2023年7月1日”. With slashes, points or without zeros the same signs could also be a calculation. Write the date as the offer shows it; around the signs of a calculation put blanks.",
        "日期要按 年-月-日 写，例如 2023-07-01，也可以写 2023年7月1日。写成斜线、圆点或省去零，就可能被当成算式。请照改法写；如果确实是算式，符号两边各空一格。",
    ),
    "E1014": (
        "Texts copied from web pages or chat programs often carry characters that cannot be seen. Two names could then look the same and be different. Delete the character; the offer does it.",
        "从网页或聊天软件复制的文字，常常带着看不见的字符。两个名称看起来一样，其实并不一样。请删去这个字符，用改法即可。",
    ),
    "E1015": (
        "A year and a month were written, but months end with 12. If a subtraction is meant, as in 2023 - 15, put blanks around the minus, because without them it is read as a date.",
        "写的是年份加月份，但没有这个月。如果要写的是减法，例如 2023 - 15，减号两边请空一格。不空格会当成日期。",
    ),
    "E1016": (
        "Lines of a scheme end without a full stop, and amounts are written without a currency sign, because the currency stands once in the head. Delete the sign; nothing else changes.",
        "方案的行末不加句号，金额前面也不加货币符号，因为币种在开头已经写明。请删去这个符号，其他不用改。",
    ),
    "E1017": (
        "Texts stand in “ ” or in straight double quotes, and both quotes must belong together. Single quotes and a closing quote at the beginning leave open where the text ends. Write the right pair.",
        "文字要放在“ ”或「 」之内，前后引号要配对。单引号，或者开头就写后引号，都看不出文字到哪里结束。请换成配对的引号。",
    ),
    "E1101": (
        "The depth of a line says what it belongs to. This line begins between two depths used above, so it could belong to either. Move it to one of the depths that the message names.",
        "一行缩进多少，表示它属于哪一项。这一行的缩进介乎上面两种之间，看不出属于谁。请改成提示里列出的缩进。",
    ),
    "E1102": (
        "An indented line belongs to the line above it that stands further left, and here is none that could take it. Headings such as “第三条 提成” take no lines; they only name what follows. Put the line at the very left, or under the line it belongs to.",
        "缩进的一行属于上面靠左的那一行，但这里没有能带它的一行。“第三条 提成”这样的标题下面不带内容，只给后面的规定起名。请顶格写，或者移到它所属的那一行下面。",
    ),
    "E1103": (
        "A heading was written and nothing under it, so there is nothing to compute or to pay. What belongs to it stands on the next lines, indented by two blanks. Write them, or delete the heading.",
        "只写了开头，下面没有内容，也就没有什么可算、可发的。内容要写在下面几行，缩进两格。请补上内容，或者删去这个开头。",
    ),
    "E1104": (
        "The line is indented deeper than the one above, as if it belonged to it; but that line is complete and takes nothing below. Put it at the same depth, or move it under the right heading.",
        "这一行比上一行缩进得深，好像属于上一行，可是上一行已经写完整了。请和上一行对齐，或者移到它所属的开头下面。",
    ),
    "E1105": (
        "One line holds too many brackets or calculations to be checked by a reader. An error in it would not be found by anybody. Give parts of it names on lines of their own and use the names.",
        "一行里的括号或运算太多，没有人核对得过来。里面有错也看不出。请把其中几部分另起一行、取个名称，再用名称来写。",
    ),
    "E1201": (
        "Every line begins either with a fixed word of the language, such as “commission” or “tiers”, or with a name followed by “=”. This one begins with neither, usually because the word is misspelt. Correct it; the nearest words are offered.",
        "每一行要么以固定的词开头，例如“提成”“阶梯”，要么写成“名称 = …”。这一行两样都不是，多半是写错了字。请改正，改法里列出了最接近的词。",
    ),
    "E1202": (
        "Two values stand side by side and nothing says how they belong together: “times 115% large” could mean a condition or a product. Different words pay different money, so none is assumed. Choose one of the offers, or write the word that is meant.",
        "两个值挨在一起，没有说明它们的关系：“乘以 115% 大客户”可以是条件，也可以是相乘。写法不同，发的钱就不同，所以不替你猜。请从改法里选一个，或者写上要用的词。",
    ),
    "E1203": (
        "The word needs something behind it: “times” wants to know by how much. Without it the step would do nothing, or something nobody wrote. Write the number, percentage or name that is meant, or delete the word.",
        "这个词后面要跟数值：“乘以”要知道乘多少。不写，这一步就没有意义。请补上数、百分比或者名称，不用的话就删去这个词。",
    ),
    "E1204": (
        "The word has a fixed meaning, and at this place it cannot do its work. Often the word before it is missing, or two parts were swapped. Write what the message names, or put the word in back-quotes if it is a name.",
        "这个词有固定的用法，放在这里不起作用。常见的原因是前面少写了词，或者前后写反了。请照提示改；如果它是名称，请加反引号。",
    ),
    "E1205": (
        "The word is not one that can stand here, but it is close to one that can. It is offered rather than assumed, because a changed word can change what is paid. Take the offer if that is what was meant.",
        "这个词不能用在这里，但和能用的词很接近。改一个词就可能改变发的钱，所以只给出改法，不自动替换。确实是这个意思，请照改法写。",
    ),
    "E1206": (
        "The line was understood up to the place that is marked, and what stands there does not go on from it. The message lists what could stand there. Write one of these, or end the line before.",
        "这一行到标出的地方为止都读通了，但后面接不上。提示里列出了这里可以写什么。请改成其中一种，或者在前面就结束这一行。",
    ),
    "E1207": (
        "The line ends before it is complete, for example a condition without what it decides. It cannot be known what was meant to follow. Write the rest; the message lists how it could go on.",
        "这一行没有写完就结束了，例如只有条件，没有写满足时怎么办。后面是什么意思没法知道。请写完整，提示里列出了可以接着写什么。",
    ),
    "E1208": (
        "A name that is spelled like a fixed word is taken for that word where the word can stand. Back-quotes say that it is a name. Write it as the offer shows.",
        "名称和固定的词写法相同，在能用这个词的地方就会当成那个词。加上反引号就表示它是名称。请照改法写。",
    ),
    "E1209": (
        "Only names that are defined are followed by “=”. What belongs to a fixed word stands behind it, as in “weight 30%”, or indented on the lines below, as with “commission”. Delete the “=”.",
        "只有自己取的名称后面才写“=”。固定的词后面直接写内容，例如“权重 30%”；像“提成”这样的，内容另起一行缩进写。请删去“=”。",
    ),
    "E1210": (
        "A comparison has two sides. With three, as in 60% <= rate < 80%, it has to be said twice what is compared. Write “rate at least 60% and rate below 80%”.",
        "一个比较只有左右两边。要写 60% ≤ 完成率 < 80%，就要把“完成率”写两次。请写：完成率 不低于 60% 且 完成率 低于 80%。",
    ),
    "E1211": (
        "In Chinese payrolls “应发” is pay before tax and “实发” pay after tax. A scheme settles neither: it settles what it awards itself. Write “结算额” in a Chinese scheme and “payout” in an English one.",
        "工资表里“应发”是税前，“实发”是税后。方案算出来的两样都不是，而是按本办法结算的钱。请写“结算额”。",
    ),
    "E1212": (
        "In Chinese schemes “不超过” and “不低于” are questions: is the amount at most so much? As a step of a calculation they could be read as a condition or as a cap, and the pay differs. To change the amount write “最高” or “最低”.",
        "“不超过”“不低于”是判断：超没超、低没低。写成计算的一步，可以理解成条件，也可以理解成封顶，发的钱不一样。要改动金额，请写“最高”或“最低”。",
    ),
    "E1213": (
        "A range with a dash does not say whether its ends belong to it, and somebody is always exactly at the end. Two readings are shown; they pay different money at the bound. Choose one for the whole table.",
        "用短横线写的范围，没有说明两头含不含本数，而总会有人正好落在线上。提示里给出两种读法，正好在线上时发的钱不同。请选一种，整张表统一。",
    ),
    "E1214": (
        "Words such as “about” or “between” leave open where a bound lies or whether it belongs. A computer would have to decide, and so would a court. Write each bound with a word that says it.",
        "“介于”“左右”“原则上”这类词，说不准界限在哪里、含不含本数。电脑没法算，有了争议也说不清。请给每个界限写明含不含本数。",
    ),
    "E1215": (
        "The same option was given twice. If the two ever differed, it could not be said which one counts. Keep one of them.",
        "同一项写了两次。两处万一不一样，就说不清以哪个为准。请只留一处。",
    ),
    "E1216": (
        "After the comma stands a word that is not among those that can follow here. Misspelt words are the usual reason; the nearest are offered. The message lists all that can stand at this place.",
        "逗号后面的词，不在这里能用的词之内。多半是写错了字，改法里有最接近的词。这里能写什么，提示里都列出来了。",
    ),
    "E1217": (
        "Chinese law does not define whether “以前” and “以后” include the day itself. Whoever signs on that day would be paid by chance. Write “早于” or “晚于” without the day, “不晚于” or “不早于” with it.",
        "“以前”“以后”含不含当天，法律没有规定。正好在那一天的业绩，发不发就成了争议。不含当天写“早于”“晚于”，含当天写“不晚于”“不早于”。",
    ),
    "E1218": (
        "Versions, the weeks of a period and the months of a window are counted 1, 2, 3. Such a number has no fraction, sign or unit of money. Write a whole number.",
        "版本号、一期有几周、近几个月，都按 1、2、3 来数。这样的数不能带小数、正负号或货币单位。请写整数。",
    ),
    "E1219": (
        "Amounts are rounded to a step: 0.01 is the cent, 1 the whole unit, 100 the hundred. A step of zero or less means nothing. Write the step that is wanted.",
        "舍入要有单位：0.01 是到分，1 是到元，100 是到百元。写零或负数没有意义。请写要用的单位。",
    ),
    "E1220": (
        "“a / 5% of b” can mean (a / 5%) of b or a / (5% of b), and the two differ by the square of b. Both readings are shown. Put the brackets that are meant.",
        "“甲 ÷ 5% of 乙”可以先除，也可以先乘，结果相差很大。两种读法都列出来了。请按本意加上括号。",
    ),
    "E1221": (
        "The mark says whether the number itself belongs to the tier, but not on which side of it the tier lies. Write “以上” or “以下” behind it, or “至” and the upper bound.",
        "“（含）”“（不含）”只说明含不含这个数，没有说明这一档在它的哪一边。请在后面写“以上”或“以下”，或者写“至”和上限。",
    ),
    "E1222": (
        "A length of time is a plain number with days, weeks, months or years. A percentage or an amount of money before it makes no sense. Write the number alone.",
        "一段时间是不带单位的数，加上天、周、月或年。前面写百分比或金额没有意义。请只写数。",
    ),
    "E1223": (
        "It is said at which stage to round, each slice or each row, but not how or to what. Write the rounding first and the stage behind it.",
        "只写了在哪一步舍入，按档还是按笔，没有写怎么舍、舍到哪一位。请先写舍入方式，再写按档或按笔。",
    ),
    "E1224": (
        "Behind this word stands a text: a title, a file or an option. Texts have quotes, so that they can hold blanks and any sign. Write the quotes.",
        "这个词后面是文字：标题、文件名或选项。文字要加引号，里面才能有空格和各种符号。请加上引号。",
    ),
    "E1226": (
        "Something is given a name here, and names are words: letters, Chinese characters, digits behind them and _, without blanks. Write such a word, or put any other text in back-quotes.",
        "这里要取个名称。名称由汉字、字母、下划线组成，后面可以有数字，中间不留空格。请写这样的名称，其他写法请加反引号。",
    ),
    "E1227": (
        "Steps such as “times” or “乘以”, and clauses such as “weight”, say something about a line above them. At the very left they belong to nothing. Indent the line by two blanks under the line that it is about.",
        "“乘以”“权重”这样的行，说的是上面某一行的事。顶格写就不属于任何一项了。请缩进两格，放在它所属的那一行下面。",
    ),
    "E1228": (
        "The word begins a rule of its own, and rules stand at the very left. Indented it would be part of the rule above and paid with it. Move it to the left.",
        "这个词是另一条规定的开头，规定都要顶格写。缩进了，就成了上一条规定的一部分。请顶格写。",
    ),
    "E1229": (
        "What is declared here needs a name, so that other lines and the statement can speak of it. Write a name behind the word; a title in quotes may follow.",
        "这里要给这一项取个名称，别的行和结算单才能引用它。请在后面写名称，再写引号里的标题也可以。",
    ),
    "E1230": (
        "The word is followed by a date: the day on which something begins or ends. Write it as 2023-07-01; a last day is itself included.",
        "这个词后面要写日期，也就是从哪天起、到哪天止。请写成 2023-07-01 这样；“执行至”的那一天算在内。",
    ),
    "E1231": (
        "The word is followed by a text in quotes, for example a title or the name of a file. Write the text behind it.",
        "这个词后面要写带引号的文字，例如标题或文件名。请在后面补上。",
    ),
    "E1232": (
        "The first line of a block only names it and says for which rows it holds. How it is worked out stands below, one step in each line, so that every step can be shown in the statement. Begin a new line, indented by two blanks.",
        "第一行只写名称和适用范围。怎么算写在下面，一行一步，这样结算单上每一步都看得见。请另起一行，缩进两格。",
    ),
    "E1233": (
        "Behind this word stands a number, for example 0.01 after a rounding or 2 after “version”. Names cannot stand there. Write the number.",
        "这个词后面要写数，例如舍入后面的 0.01、“版本”后面的 2。这里不能写名称。请补上数。",
    ),
    "E1234": (
        "A pool is divided equally, or in proportion to something that each receiver has: points, hours, sales. The two pay different money, so it has to be said which. Write one of the two.",
        "奖池要么平分，要么按每个人的积分、工时或销售额占比分。两种分法分到的钱不一样，要写明是哪一种。请选一种写。",
    ),
    "E1235": (
        "Shares of a payment belong together: they are rounded together and add up to the cent. They stand under a line “shared”, each on a line of its own, indented by two blanks more. Write that line above them.",
        "一笔钱分给几个人，各份要放在一起：一起舍入，加起来一分不差。请先写一行“分配”，各份写在它的下面，一份一行，再缩进两格。",
    ),
    "E1243": (
        "The parts of a payment belong together: they must come to 100%, and they are cut so that they add up to the cent. They stand under a line “pay”, each on a line of its own, indented by two blanks more. Write that line above them.",
        "分几期发的钱，各期要放在一起：比例合计 100%，按分切开，加起来一分不差。请先写一行“发放”，各期写在它的下面，一期一行，再缩进两格。",
    ),
}

FIXES: dict[str, tuple[str, str]] = {
    "indent": ("indent it, if it belongs to the lines above", "如果属于上面那一项，就缩进，和上一行对齐"),
    "next_line": ("begin a new line there, indented by two blanks", "从这里另起一行，缩进两格"),
    "own_heading": ("write “{text}” above it", "上面加一行“{text}”"),
    "replace_tabs": ("replace the tabs by blanks", "把制表符换成空格"),
    "remove_invisible": ("delete the character that cannot be seen", "删去看不见的字符"),
}

RELATED: dict[str, tuple[str, str]] = {}
