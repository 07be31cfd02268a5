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
        "“{seen}” is not read as a date\ndates are written year-month-day: {right}",
        "“{seen}”不能当作日期\n日期写作 年-月-日：{right}",
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
        "“{seen}” is not the number of a version\nversions are numbered 1, 2, 3 and so on",
        "“{seen}”不能作版本号\n版本号是 1、2、3 这样的整数",
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
        "“{word}” needs more behind it[\nhere could stand {expected}]",
        "“{word}”后面还要写内容[\n这里可以写{expected}]",
    ),
}

BOOK: dict[str, tuple[str, str]] = {}

FIXES: dict[str, tuple[str, str]] = {
    "replace_tabs": ("replace the tabs by blanks", "把制表符换成空格"),
    "remove_invisible": ("delete the character that cannot be seen", "删去看不见的字符"),
}

RELATED: dict[str, tuple[str, str]] = {}
