"""Sentences for data that cannot be paid from (E3xxx) and for the command line (E4xxx), in English and Chinese.

In: nothing. Out: `MESSAGES`, `BOOK`, `FIXES`, `RELATED` and `WORDS`, in the shape of `meaning.py`. Whoever
reads these sits before a spreadsheet, not before a scheme: they speak of files, rows, columns and cells, and
say what to type there.
"""

MESSAGES: dict[str, tuple[str, str]] = {
    # ---- files
    "E3001": (
        "there are no data for “{table}”[\nlooked for {names:or}][; is it {candidates:or}?]",
        "没有找到“{table}”的数据[\n要找的名称是{names:or}][，现有的{candidates:or}是不是它？]",
    ),
    "E3002": (
        "“{table}” has more than one file: {files}\nleave only the one to be paid from",
        "“{table}”有不只一个数据文件：{files}\n请只留下据以结算的那一个",
    ),
    "E3003": (
        "the text of “{file}” cannot be read; it is neither UTF-8 nor GB18030\nin Excel, save it again as “CSV UTF-8”",
        "“{file}”里的文字读不出来，既不是 UTF-8，也不是 GBK\n请在 Excel 里另存为“CSV UTF-8”",
    ),
    "E3004": (
        "“{table}” has no column “{column}”[; is it {candidates:or}?]",
        "“{table}”缺少“{column}”这一列[，表头里的{candidates:or}是不是它？]",
    ),
    "E3005": (
        "{headers:quoted} mean the same column “{column}”; only one can stay",
        "{headers:quoted}都对得上“{column}”这一列，只能留一列",
    ),
    "E3006": (
        "this row has {given:cell/cells}, the header {wanted}\na comma inside a text needs quotes around the text",
        "这一行有 {given} 格，表头有 {wanted} 列\n多半是某一格的文字里有逗号，要给这一格加上引号",
    ),
    "E3007": (
        "“{file}” is empty, or a quote in it is never closed",
        "“{file}”是空的，或者里面的引号不成对",
    ),
    "E3008": (
        "“{file}” is a workbook of the old kind (.xls)\nopen it in Excel and save it as an Excel workbook (.xlsx)",
        "“{file}”是旧格式（.xls）的工作簿\n请用 Excel 打开，另存为“Excel 工作簿（.xlsx）”",
    ),
    "E3009": (
        "“{file}” is protected with a password and cannot be read\nin Excel, save a copy without the password",
        "“{file}”设了打开密码，读不出来\n请用 Excel 打开，另存一份不带密码的",
    ),
    "E3010": (
        "“{file}” has the name of a workbook, but is none, or is damaged\nopen it in Excel and save it as an Excel workbook (.xlsx)",
        "“{file}”名为工作簿，其实不是，或者已经损坏\n请用 Excel 打开，另存为“Excel 工作簿（.xlsx）”",
    ),
    "E3011": (
        "the header of “{table}” stands in row {row}, below other text\ndelete the rows above it",
        "“{table}”的表头在第 {row} 行，上面还有别的文字\n请删去表头以上的各行",
    ),
    "E3012": (
        "the sheet “{sheet}” is hidden; it is read all the same",
        "工作表“{sheet}”是隐藏的，照样读取",
    ),
    "E3013": (
        "the sheet “{sheet}” has {count:hidden row/hidden rows}; what is hidden or filtered away is read all the same",
        "工作表“{sheet}”有 {count} 行隐藏着或被筛选掉了，照样读取",
    ),
    # ---- cells
    "E3101": (
        "“{column}” is empty[\nthe row says “{total}”: if it adds up the others, delete it from the sheet]\nan empty cell is never taken as 0: enter its value",
        "“{column}”没有填[\n这一行写着“{total}”，如果是合计行，请删去]\n空着不会当作 0，请补填",
    ),
    "E3102": (
        "“{column}” says “{seen}”, which is not a number",
        "“{column}”填的是“{seen}”，不是数字",
    ),
    "E3103": (
        "“{column}” was given as the floating-point number {seen}, which really holds {exact}\npass a decimal number or text instead",
        "“{column}”传入的是浮点数 {seen}，它实际存的是 {exact}\n请改为传入精确的小数，或者文本",
    ),
    "E3104": (
        "“{column}” says {seen}, but takes at most {digits:digit/digits} after the point\nit is not rounded for you; enter the amount that holds",
        "“{column}”填的是 {seen}，小数点后最多 {digits} 位\n系统不会代为舍入，请填写确定的数",
    ),
    "E3105": (
        "“{column}” says “{seen}”, which is not a date\nwrite for example 2023-07-01",
        "“{column}”填的是“{seen}”，不是日期\n请写作例如 2023-07-01",
    ),
    "E3106": (
        "“{column}” says “{seen}”; it takes only yes or no",
        "“{column}”填的是“{seen}”，只能填“是”或“否”",
    ),
    "E3107": (
        "“{column}” says “{seen}”, which is not one of its options\nit takes {options:or}",
        "“{column}”填的是“{seen}”，选项里没有\n可以填{options:or}",
    ),
    "E3108": (
        "“{column}” says {seen}, but the scheme demands {limit}",
        "“{column}”填的是 {seen}，方案规定 {limit}",
    ),
    "E3109": (
        "“{column}” says “{seen}”, which is not in “{table}”[; did you mean {candidates:or}?]",
        "“{column}”填的是“{seen}”，“{table}”里没有[，是不是{candidates:or}？]",
    ),
    "E3110": (
        "“{key}” stands twice in “{table}”, and the rows differ[\nit was first in row {first_row}]",
        "“{table}”里“{key}”出现了两次，内容还不一样[\n第一次在第 {first_row} 行]",
    ),
    "E3111": (
        "“{column}” says {seen}; it takes whole numbers only",
        "“{column}”填的是 {seen}，这里要填整数",
    ),
    "E3112": (
        "[“{column}”|this row] was passed as something else[ ({given})]; here {wanted} is needed",
        "[“{column}”|这一行]传入的东西不对[（{given}）]，这里要的是{wanted}",
    ),
    "E3113": (
        "the rows of “{key}” in “{table}” disagree about “{column}”\nthe scheme does not say that it changes over time, so all rows must agree[ with row {first_row}]",
        "“{table}”里“{key}”有好几行，“{column}”却不一致\n方案没有写它“有变更记录”，各行必须[和第 {first_row} 行]相同",
    ),
    "E3114": (
        "“{key}” has not exactly one row in force on {date} in “{table}”\neither its first row begins later, or two rows begin on one day[ (see row {first_row})]",
        "“{table}”里“{key}”在 {date} 不是恰好有一行生效\n要么最早的一行那天还没有生效，要么有两行从同一天生效[（见第 {first_row} 行）]",
    ),
    "E3115": (
        "“{column}” says {seen}, whose last digits are already lost\nExcel keeps 15 digits of a number; format the column as text and enter it again in full",
        "“{column}”成了 {seen}，末尾几位已经丢了\nExcel 的数字只保留 15 位，请把该列设为文本格式，重新填写完整的号码",
    ),
    "E3116": (
        "“{seen}” contains a character that cannot be seen\ndelete the cell and type it again",
        "“{seen}”里夹着看不见的字符\n请清空这一格，重新填写",
    ),
    "E3117": (
        "“{column}” says “{seen}”, which carries a time zone, and the scheme names none\nname one in the line “period”, or enter the local time without it",
        "“{column}”填的是“{seen}”，带着时区，方案却没有写时区\n请在“周期”一行写明时区，或者换算成当地时间，不写时区",
    ),
    "E3118": (
        "“{column}” takes text, but {seen} was stored as {given_type}\nzeros in front may be lost; format the column as text and enter it again",
        "“{column}”要填文本，{seen} 却存成了{given_type}\n开头的 0 可能已经丢了，请把该列设为文本格式，重新填写",
    ),
    "E3119": (
        "“{column}” is a formula whose result is not in the file[: {seen}]\nopen the file in Excel, save it, and try again",
        "“{column}”是公式，文件里却没有存下结果[：{seen}]\n请用 Excel 打开文件并保存一次，再来结算",
    ),
    "E3120": (
        "“{column}” shows the error {seen}\nmend the formula, or enter the value that holds",
        "“{column}”显示的是错误值 {seen}\n请改正公式，或者直接填写确定的值",
    ),
    "E3121": (
        "“{column}” is part of the merged cells {range}\nsplit them, and fill in every row",
        "“{column}”在合并单元格 {range} 里\n请取消合并，每一行都填上",
    ),
    "E3122": (
        "“{column}” holds the text “{seen}”, with {mark} as its first character\nclear the cell and enter what it should say",
        "“{column}”里是文字“{seen}”，开头多了 {mark}\n请清空这一格，重新填写",
    ),
    "E3123": (
        "“{column}” holds {seen}, more digits than Excel shows; a formula left them\nit is not rounded for you; put ROUND around the formula",
        "“{column}”存的是 {seen}，比 Excel 显示的位数多，是公式留下的\n系统不会代为舍入，请在公式外面套上 ROUND",
    ),
    # ---- computing
    "E3131": (
        "“{column}” says “{seen}”, which is no currency[; did you mean {candidates:or}?]\nwrite its three capital letters, as in USD",
        "“{column}”填的是“{seen}”，不是币种代码[，是不是{candidates:or}？]\n请写三个大写字母，例如 USD",
    ),
    "E3201": (
        "“{line}” divides by 0[ ({row})]",
        "计算“{line}”时除数是 0[（{row}）]",
    ),
    "E3202": (
        "“{table}” has no row for {value}, so “{line}” cannot be computed",
        "“{table}”没有 {value} 对应的一行，“{line}”算不出来",
    ),
    "E3203": (
        "“{line}” asks for “{function}”, but no row qualifies",
        "“{line}”要计算“{function}”，却没有一行符合条件",
    ),
    "E3204": (
        "two cases of “{line}” hold and disagree: {first} and {second}",
        "“{line}”有两种情形同时成立，结果却不同：{first} 和 {second}",
    ),
    "E3205": (
        "no case of “{line}” holds, and there is no “otherwise”",
        "“{line}”的情形一种也不成立，又没有写“否则”",
    ),
    "E3206": (
        "the check of the data fails[: {message}]\nthis should hold: {condition}",
        "数据校验没有通过[：{message}]\n应当成立的是：{condition}",
    ),
    "E3207": (
        "“{line}” needs “{column}”, which is empty here",
        "计算“{line}”要用“{column}”，这里却没有填",
    ),
    "E3208": (
        "“{column}” of {person} changed during {period}[ ({changes})]\nthe period is computed as a whole, so it is open which value counts",
        "{person} 的“{column}”在 {period} 期内有变动[（{changes}）]\n按整期计算时，用变动前的还是变动后的，没有写明",
    ),
    "E3209": (
        "the refunds of “{sale}” come to {share:percent} of it; they must lie from 0 to 100%",
        "“{sale}”的退款合计是原单的 {share:percent}，应在 0 到 100% 之间",
    ),
    "E3210": (
        "the refund “{refund}” is dated before its sale “{sale}”",
        "退款“{refund}”的日期早于原单“{sale}”",
    ),
    "E3221": (
        "the bounds of the tiers “{table}” are shares of {value}, so “{line}” cannot be computed",
        "阶梯“{table}”的档位基数是 {value}，“{line}”算不出来",
    ),
    "E3223": (
        "there is no amount of which the tiers “{table}” leave {value}, so “{line}” cannot be computed",
        "按阶梯“{table}”扣除后剩下 {value} 的数不存在，“{line}”算不出来",
    ),
    # ---- sharing
    "E3231": (
        "nobody receives {amount} of “{line}” for “{row}”\nthe person it goes to is not given",
        "“{row}”的“{line}”有 {amount} 没有人领\n应当领这笔钱的员工没有填",
    ),
    "E3232": (
        "the shares of “{line}” for “{row}” come to {parts}, and there is only {amount}",
        "“{row}”的“{line}”只有 {amount}，各份合计却是 {parts}",
    ),
    "E3233": (
        "{amount} of “{line}” for “{row}” has nobody to be divided among\nno member fulfils the condition, or all weights are 0",
        "“{row}”的“{line}” {amount} 没有人可分\n没有一个成员符合条件，或者各人的权重都是 0",
    ),
    "E3234": (
        "{person} has the weight {weight} in “{line}” of “{row}”; a weight is not below 0",
        "{person} 在“{row}”的“{line}”中权重是 {weight}，权重不能小于 0",
    ),
    "E3291": (
        "“{table}” has no rate for {currency} on {day} or the 7 days before[; its latest is of {latest}]",
        "“{table}”里没有 {currency} 在 {day} 的牌价，之前 7 天内也没有[；最近的是 {latest}]",
    ),
    # ---- versions and periods
    "E3301": (
        "the scheme is not in force in {period}[; this version begins on {first}]",
        "方案在 {period} 没有执行[，这一版自 {first} 起]",
    ),
    "E3303": (
        "the sale “{sale}” falls into {period}, under version {version}, which was not given\na refund is taken back by the rules of its sale; add that file with --version",
        "原单“{sale}”属于 {period}，当时执行的是版本 {version}，这一版没有给出\n退款要按原单当时的办法冲减，请用 --version 加上那一版的文件",
    ),
    "E3304": (
        "version {version} of “{scheme}” is there twice, with two different meanings\nkeep one file, or give the change a version number of its own",
        "“{scheme}”的版本 {version} 有两份，意思不一样\n只留一份，或者给改过的那份另编版本号",
    ),
    # ---- cases
    "E3401": (
        "the file of cases cannot be read from here on\nmost often the indentation is off, or a text with a colon in it lacks quotes",
        "用例文件从这里起读不下去\n多半是缩进没有对齐，或者含冒号的文字没有加引号",
    ),
    "E3402": (
        "“{name}” has no meaning here[; did you mean {candidates:or}?][\nhere may stand {known:or}]",
        "这里不能写“{name}”[，是不是{candidates:or}？][\n可以写的有{known:or}]",
    ),
    "E3403": (
        "“{name}” is missing here",
        "这里缺少“{name}”",
    ),
    "E3404": (
        "“{name}” cannot be[ “{seen}”| this]; it takes {form:form}",
        "“{name}”不能写成[“{seen}”|这样]，要写{form:form}",
    ),
    "E3405": (
        "there is no {kind:kind} “{name}”[; did you mean {candidates:or}?]",
        "没有“{name}”这{kind:kind}[，是不是{candidates:or}？]",
    ),
    "E3406": (
        "“{first}” and “{second}” cannot stand together",
        "“{first}”和“{second}”不能同时写",
    ),
    "E3407": (
        "“{name}” stands twice; it is open which of the two counts",
        "“{name}”写了两次，不知道以哪一次为准",
    ),
    "E3305": (
        "“{file}” is version {version} of the same scheme in the other language, and means something else now\nit is left aside; bring it up to date before both are used",
        "“{file}”是同一方案版本 {version} 的另一种语言，意思已经不一样了\n本次没有用它；两份都要用的话，请先改成一致",
    ),
    # ---- the command line
    "E4001": (
        "“{text}” is not a period of this scheme, which pays by {shape:pays}",
        "“{text}”不是本方案的结算周期，本方案{shape:pays}",
    ),
    "E4002": (
        "there is no “{person}” among the people[; did you mean {candidates:or}?]",
        "人员里没有“{person}”[，是不是{candidates:or}？]",
    ),
    "E4003": (
        "there is no file or folder “{path}”",
        "找不到文件或文件夹“{path}”",
    ),
    "E4004": (
        "there is no message with the code {code}",
        "没有编号为 {code} 的提示",
    ),
    "E4005": (
        "“{path}” exists already and is not overwritten",
        "“{path}”已经存在，不会覆盖它",
    ),
    "E4006": (
        "to read “{file}”, openpyxl has to be installed\nrun: pip install openpyxl",
        "要读取“{file}”，还需要安装 openpyxl\n请执行：pip install openpyxl",
    ),
    "E4007": (
        "“{path}” is not rewritten where changes are only tested (CI is set)",
        "这里只做自动测试（设有环境变量 CI），不会改写“{path}”",
    ),
}

BOOK: dict[str, tuple[str, str]] = {
    "E3001": (
        "The scheme speaks of a table, and the folder holds no file of that name. Without its rows everybody would seem to have sold nothing. Put the file there under the name of the table or its alias; a file with only a header means that there really are no rows.",
        "方案用到一张台账，文件夹里却没有同名的文件。没有它，人人都像是一单未签。请按台账的名称或又名放入文件；确实一笔也没有的，放一个只有表头的文件即可。",
    ),
    "E3002": (
        "Two files fit the same table, for example an .xlsx and the .csv saved from it. If both were read, sales could be paid twice; if one, perhaps the older. Leave only the file that holds.",
        "同一张台账找到了两个文件，例如一个 .xlsx 和由它另存的 .csv。两个都读，业绩可能发两遍；只读一个，又可能读到旧的。请只留下有效的那一个。",
    ),
    "E3003": (
        "The bytes of the file make no text in either of the two usual encodings. Names read wrongly would find no person, or another one. Open the file in Excel and save it as “CSV UTF-8”.",
        "这个文件按两种常用的编码都读不成文字。姓名、单号读错了，就会找不到人，甚至找错人。请用 Excel 打开，另存为“CSV UTF-8（逗号分隔）”。",
    ),
    "E3004": (
        "A column that the scheme needs is not in the header. Columns are found by their names, never by their place, so that an inserted column cannot shift amounts. Correct the header, or give the column that name as its alias in the scheme.",
        "方案要用的一列，表头里没有。各列只认名称，不认第几列，这样插入一列也不会串列。请改正表头，或者在方案里给这一列加上“又名”。",
    ),
    "E3005": (
        "Two headers mean the same column, for example its name and its alias. They may hold different amounts, and one of them would be paid. Delete or rename the one that is not meant.",
        "表头里有两列指的是同一列，例如一列用名称、一列用又名。两列的数可能不同，发哪一列说不准。请删去或改名其中一列。",
    ),
    "E3006": (
        "A row does not have as many cells as the header has columns. From the surplus comma on, every value stands in the wrong column, amounts too. Put quotes around a text that contains a comma, or save the sheet from Excel, which does it for you.",
        "这一行的格数和表头对不上。从多出来的逗号起，后面的值都串了列，金额也不例外。文字里有逗号的，请给整格加上引号；用 Excel 另存会自动加上。",
    ),
    "E3007": (
        "The file has no header, or a quote opens a text that never ends, which swallows the rows after it. Swallowed rows would not be paid. Open the file and close the quote, or save it again from Excel.",
        "文件里没有表头，或者有一个引号只开不关，把后面的行都吞了进去，吞掉的行就不会发钱。请打开文件补上引号，或者用 Excel 重新另存。",
    ),
    "E3008": (
        "Excel up to 2003 wrote workbooks of another kind, which are not read here. Nobody is paid from a table that cannot be read. Open the file in Excel and save it as an Excel workbook (.xlsx), or as CSV UTF-8.",
        "Excel 2003 及以前的工作簿是另一种格式，这里不读。读不出的台账不能拿来发钱。请用 Excel 打开，另存为“Excel 工作簿（.xlsx）”，或者“CSV UTF-8”。",
    ),
    "E3009": (
        "The workbook asks for a password when it is opened, and this program does not have it. Nobody is paid from a table that cannot be read. Save a copy without the password, and delete the copy after the settlement if it is confidential.",
        "打开这个工作簿要输密码，程序没有密码，读不出里面的数。读不出的台账不能拿来发钱。请另存一份不带密码的，需要保密的话，结算以后再删去。",
    ),
    "E3010": (
        "The file ends in .xlsx, but inside it is something else, for example a CSV file or a web page that was renamed, or part of it is lost. It is not guessed what it may have been. Open it in Excel and save it as an Excel workbook, or give a CSV file its own ending .csv.",
        "文件名以 .xlsx 结尾，里面却是别的东西，例如改了名的 CSV 或网页，或者文件不完整。程序不会去猜它原来是什么。请用 Excel 打开，另存为“Excel 工作簿”；本来是 CSV 的，请把结尾改回 .csv。",
    ),
    "E3011": (
        "Above the names of the columns stand other rows, for example a title. Which row is the header decides what every number means, so it is not guessed. Delete the rows above the header; a title can go into the name of the sheet.",
        "列名上面还有别的行，例如大标题。哪一行是表头，决定了每个数是什么意思，所以不去猜。请删去表头以上的各行，标题可以写在工作表的名称里。",
    ),
    "E3012": (
        "The table stands on a sheet that is hidden. It is read and paid from, because formulas in the workbook use hidden sheets too. If it is an old copy, delete it or give it another name.",
        "这张台账所在的工作表是隐藏的。程序照样读取，据以结算，因为工作簿里的公式同样会用到它。如果是旧表，请删去，或者改名。",
    ),
    "E3013": (
        "Some rows are hidden or filtered away, and you may believe that they do not count. They are read and paid, because a total over the column in Excel includes them. Show all rows and delete those that are not meant.",
        "有几行隐藏着，或者被筛选掉了，看上去像是不算数。程序照样读取并结算，因为 Excel 里对整列求和也包括它们。请显示全部行，删去不该有的。",
    ),
    "E3101": (
        "A cell that must be filled is empty. Nobody knows whether 0 is meant or the value is still to come, and the two pay differently. Fill it in; if the column may really be empty, write “optional” in the scheme and say what holds then.",
        "必填的一格空着。是 0，还是还没有报上来，没有人知道，两种情形发的钱不同。请补填；确实可以不填的列，请在方案里写“选填”，并写明空着怎么算。",
    ),
    "E3102": (
        "The cell should hold a number and holds something else, for example words, a unit or a second point. It is never read as far as possible, since “about 12,000” is not 12,000. Write only the number: 12000.",
        "这一格要填数字，却填了别的，例如文字、单位，或多了一个小数点。系统不会只取读得懂的那一部分，“1.2万左右”不等于 1.2万。请只填数，例如 12000 或 1.2万。",
    ),
    "E3103": (
        "The program that passes the data uses floating-point numbers, which cannot hold most cents exactly: 0.1 is stored as a number slightly above. Such differences decide who reaches a tier. Pass the amount as a decimal number or as text.",
        "传数据的程序用的是浮点数，多数带角分的数它存不准，0.1 实际上比 0.1 略大。差这么一点，就可能决定够不够得上一档。请程序改为传入精确的小数或文本。",
    ),
    "E3104": (
        "The number has more digits after the point than its column can have, for example tenths of a cent. Cutting them off would be a decision about money that nobody made. Round it where it comes from, then enter it.",
        "小数位数超过了这一列的规定，例如金额写到了厘。替您截掉，就是擅自决定了几分钱。请在数据来源处舍入好再填。",
    ),
    "E3105": (
        "The cell should hold a date and none can be read from it. The date decides the month and the version that pays. Write year, month and day, as in 2023-07-01; 7/1/23 can be read in several ways and is refused.",
        "这一格要填日期，却读不出是哪一天。日期决定算在哪个月、按哪一版办法发。请写全年月日，例如 2023-07-01 或 2023年7月1日；7/1/23 这样的写法有几种读法，不予采用。",
    ),
    "E3106": (
        "The column knows only yes and no. Other words are not guessed, because this one answer often decides whether a row is paid at all. Enter yes or no (“是” or “否”).",
        "这一列只有“是”和“否”两种。别的写法不会去猜，因为这一格往往决定这一单发不发。请填 是 或 否。",
    ),
    "E3107": (
        "The column takes only the options that the scheme lists. A text outside the list would fit no rule and drop out of the pay. Correct the cell, or add the option to the scheme and say what it pays.",
        "这一列只能填方案列出的选项。填了别的，哪一条规定都套不上，这一单就漏了。请改正这一格，或者在方案里加上这个选项，并写明怎么计发。",
    ),
    "E3108": (
        "The scheme states bounds for this column, and the value lies outside. Usually a digit or a % is wrong, and the pay would be wrong with it. Check the value; if it is right, the bound in the scheme has to change.",
        "方案规定了这一列的范围，填的数超出了。多半是多写一位或漏了 %，照此发钱必然有误。请核对这个数；数没有错的话，就要改方案里的规定。",
    ),
    "E3109": (
        "The row points to a person or a row that does not exist. Its amount would be paid to nobody. Correct the number (ids are compared exactly, 0012 is not 12), or add the person or row.",
        "这一行指向的人或单据不存在，这笔钱就没有人可发。请改正编号（编号要一字不差，0012 不等于 12），或者补上这个人、这一单。",
    ),
    "E3110": (
        "Two rows have the same key and different contents. They may be one deal corrected or two deals with one number; the first pays once, the second twice. Delete the outdated row or correct the number; rows that are equal in everything count once.",
        "两行的标识相同，内容却不同。可能是同一单改过，也可能是两单用了一个号，前者发一次，后者发两次。请删去过时的一行，或改正编号；内容完全相同的行只算一次。",
    ),
    "E3111": (
        "The column counts something, so it takes whole numbers only. Half a deal would be rounded one way or the other. Correct the number, or change the type of the column to number.",
        "这一列记的是件数、人数，只能填整数。填了半件，进一还是舍去都说不清。请改正这个数，或者在方案里把列的类型改为“数值”。",
    ),
    "E3112": (
        "The program that passes the data gave a value of another kind than the column has. It is not converted, since a number made from a text by guess would be paid. Pass the value in the kind that the column names.",
        "传数据的程序给的值和这一列的类型不符。系统不会自行转换，猜出来的数不能拿去发钱。请程序按列的类型传入。",
    ),
    "E3113": (
        "A person may have several rows when something about them changes over time. What the scheme does not call dated must be the same in all of them, or nobody knows which value pays. Make the rows agree, or write “dated” on the column in the scheme.",
        "一个人的情况有变动，可以有好几行。方案没有写“有变更记录”的列，各行必须一致，否则不知道按哪一个发。请把各行改成一致，或者在方案里给这一列写上“有变更记录”。",
    ),
    "E3114": (
        "For every day on which a person counts there must be exactly one row in force. On this day there is none, or there are two. Correct the column that says from when each row holds.",
        "员工在职的每一天，都要正好有一行记录生效。这一天一行也没有，或者有两行。请核对“生效日”这一列。",
    ),
    "E3115": (
        "Excel turned a long number into one with 15 digits or into a form like 1.2E+17; the digits behind are gone and cannot be restored. Two contracts could become one. Format the column as text first, then enter or paste the numbers again.",
        "长号码被 Excel 当成了数字，只留下 15 位，或者变成 1.2E+17 这样的写法，后面几位找不回来了。两份合同可能变成同一个号。请先把该列设为文本格式，再重新填写或粘贴。",
    ),
    "E3116": (
        "A key contains a character that is not shown, often from copying out of another system. It looks like the key of another row and is not equal to it, so that a deal or a refund finds nobody. Clear the cell and type it.",
        "编号里夹着看不见的字符，常见于从别的系统复制过来。看上去和另一个编号一样，其实不相等，单子就找不到人，退款也找不到原单。请清空这一格，手工重新填写。",
    ),
    "E3117": (
        "A time with a zone can fall on another day where the company is, and the day decides the month and the version that pay. Say in the scheme which zone its days are in, for example: period month, time zone “Europe/London”. Or convert the time where it comes from and leave the zone out.",
        "带时区的时间换到公司所在地，可能是另一天，而日期决定算在哪个月、按哪一版办法发。请在方案里写明按哪个时区算日子，例如：周期 月，时区 “Asia/Shanghai”；或者在数据来源处换算好，不要带时区。",
    ),
    "E3118": (
        "An id or another text was typed into a cell that Excel took for a number or a date. 00123 becomes 123 and 3-1 becomes the first of March, so that a deal finds nobody or somebody else. Format the column as text first, then enter or paste the values again.",
        "编号或文字填进单元格，被 Excel 当成了数字或日期。00123 会变成 123，3-1 会变成 3 月 1 日，单子就找不到人，甚至找错人。请先把该列设为文本格式，再重新填写或粘贴。",
    ),
    "E3119": (
        "The cell holds a formula, and the program that wrote the file did not work it out. Formulas are not computed here: Excel's result is what you have seen and approved. Open the file in Excel and save it, or paste the values instead of the formulas.",
        "这一格是公式，写出文件的程序却没有算出结果。这里不替 Excel 计算公式，您在 Excel 里看到并确认过的结果才算数。请用 Excel 打开并保存一次，或者把公式粘贴成数值。",
    ),
    "E3120": (
        "A formula in the workbook has failed, for example a look-up that found nothing (#N/A) or a division by 0 (#DIV/0!). An error is neither 0 nor empty. Mend the formula or what it refers to, or type the value.",
        "工作簿里的公式出了错，例如查找不到（#N/A）或除数为 0（#DIV/0!）。错误值不是 0，也不是空着。请改正公式或它引用的数据，或者直接填写数值。",
    ),
    "E3121": (
        "In merged cells only the first has the value; for the others Excel holds nothing. The eye sees the value in every row, a calculation does not, and amounts would be lost. Split the cells and fill in every row.",
        "合并单元格只有第一格有值，其余各格 Excel 里是空的。眼睛看着每行都有，计算时却没有，金额就会漏掉。请取消合并，把每一行都填上。",
    ),
    "E3122": (
        "The cell looks like a formula or a number, but it is a text: its first character is = or an apostrophe, often from pasting or from another program. An id with such a mark equals no other id. Clear the cell and type it; if it should be a formula, change the format of the cell from text to general first.",
        "这一格看上去是公式或数字，其实是文字，开头多了 = 或撇号，常见于粘贴或别的系统导出。编号前多了这个符号，就和哪个编号都不相等。请清空重新填写；本来要写公式的，请先把单元格格式由“文本”改为“常规”。",
    ),
    "E3123": (
        "Excel computes in binary and keeps a few digits more than it shows: 0.1 + 0.2 is 0.30000000000000004 in the file. Which of the two is meant decides in the end who reaches a tier, so it is not rounded here. Put ROUND(…, 2) around the formula, so that the cell holds what it shows.",
        "Excel 用二进制计算，存的比显示的多几位：0.1+0.2 在文件里是 0.30000000000000004。以哪个为准，最后可能决定够不够得上一档，所以这里不代为舍入。请在公式外面套上 ROUND(…,2)，让单元格里存的就是显示的数。",
    ),
    "E3131": (
        "The cell says in which currency an amount is, or what a rate is for, and this is no code of one. An amount in an unknown currency cannot be converted. Enter the three capital letters of ISO 4217, such as USD or CNY.",
        "这一格写明金额是哪种币种，或者牌价是哪种币种的，填的却不是币种代码。币种不明，金额就无法折合。请填三个大写字母的国际代码，例如 USD、CNY。",
    ),
    "E3201": (
        "Something was divided by 0, for example an actual value by a target of 0. There is no result, and both 0% and 100% would be a decision about pay. Correct the 0 in the data, or say in the scheme what holds: “otherwise 0”.",
        "除数是 0，例如任务为 0 时算完成率。这样没有结果，当作 0 或当作 100% 都是在决定发多少钱。请改正数据里的 0，或者在方案里写明：无法计算时 0。",
    ),
    "E3202": (
        "The value lies outside all rows of the table. Paying nothing would be as arbitrary as paying the last tier. Add a row that holds it, or “otherwise” as the last row.",
        "这个值哪一行都对不上。当作没有，或者按最后一行发，都没有依据。请补一行把它包括进来，或者在最后写一行“其他情形”。",
    ),
    "E3203": (
        "An average, the smallest or the largest was asked of no rows at all, for example of a person without a survey. There is no such number; 0 would be the worst score for somebody who was never asked about. Say what holds then: “otherwise 80”.",
        "要求平均、最大或最小，却一行也没有，例如没有一次回访的员工。这时没有结果，当作 0 等于给没有被回访的人打最低分。请在方案里写明，例如：无法计算时 80。",
    ),
    "E3204": (
        "Two conditions are true at once and lead to different results. Which one is paid must not depend on the order of the lines. Make one condition narrower, or write “first of” if the first one is to count.",
        "两个条件同时成立，结果却不同。发哪一个，不能靠谁写在前面来定。请把其中一个条件写窄；如果本意就是先成立的为准，请写“依次取”。",
    ),
    "E3205": (
        "Not one of the conditions is true for this person or row, so there is no result. An assumed 0 would hide that a case was forgotten. Add the missing case, or “otherwise” with what holds.",
        "对这个人或这一单，列出的条件一个也不成立，所以没有结果。当作 0 就把漏写的情形掩盖了。请补上漏掉的情形，或者写“否则”并写明取什么值。",
    ),
    "E3206": (
        "The scheme states what must be true of the data, and here it is not. As long as that is so, the person gets no payout, because the data are known to be wrong. Correct the data; if they are right, the check in the scheme is wrong.",
        "方案写明了数据必须满足什么，这里没有满足。数据有误时不给这个人结算，免得发错。请改正数据；数据没有错的话，就要改方案里的这条校验。",
    ),
    "E3207": (
        "The calculation came to a value that is not there. An empty cell is never 0. Fill in the cell, or say in the scheme what holds when it is empty.",
        "算到这里要用一个没有填的值，空着不会当作 0。请补填，或者在方案里写明空着怎么算。",
    ),
    "E3208": (
        "Something about the person, such as the team or the target, changed inside the period, and the line uses one value for the whole of it. With the old value and the new one the pay differs. Write which: “as of” a day, or “by day” for the average; or compute it row by row, where the value of each row's day counts.",
        "这个人的情况（例如团队、任务）在期内变了，而这一项整期只用一个值。用变动前的还是变动后的，发的钱不一样。请写明：用“于”指定某一天，或者“按日折算”取平均；也可以改为逐笔计算，每一笔按归属日当天的值。",
    ),
    "E3209": (
        "More was refunded than was sold, or a refund is negative. What was paid for the sale can be taken back once and not more. Check the refunds of this sale for a row entered twice.",
        "退的比卖的还多，或者退款是负数。一单发出去的钱最多收回一次。请核对这一单的退款，看看有没有录重。",
    ),
    "E3210": (
        "A refund cannot come before its sale. Probably one of the two dates or the contract number is wrong, and the wrong month or person would be charged. Correct it.",
        "退款不会早于成交。多半是某个日期或单号录错了，照此冲减会扣错月份或扣错人。请改正。",
    ),
    "E3221": (
        "The bounds of these tiers are shares of a value, such as a goal. Of a goal of 0 every bound would be 0, and below 0 the tiers would stand upside down. Enter the goal, or let the table say “otherwise”.",
        "这个阶梯的档位是某个数（例如任务）的几成。这个数是 0，各档就都挤在 0 上；小于 0，各档就倒了过来。请填好这个数，或者在阶梯里写明“其他情形”。",
    ),
    "E3223": (
        "An amount was looked for of which, after these tiers are taken off, the value is left. The table does not reach that far: it begins above it, ends below it, or takes no negative amounts. Extend the table, or say “otherwise”.",
        "要找一个数，按这个阶梯扣除后正好剩下这个值。可是阶梯没有写到那里：起点在它之上、终点在它之下，或者没有负数的档。请补上相应的档，或写明“无法计算时”。",
    ),
    "E3231": (
        "The line goes to a person who is named in the data, and there the field is empty. Money without a receiver is not paid to anybody else in silence. Fill in the person, choose only rows that have one with “where … is present”, or give what is left with “the rest to company”.",
        "这笔钱发给台账里写明的员工，而那一格是空的。没有人领的钱，不会悄悄发给别人。请补填员工，或用“仅限 … 不为空”只算有人领的行，或写“其余 归 公司”。",
    ),
    "E3232": (
        "More is given to the receivers than the line pays, so that the rest would have to pay in. That is never cut down in silence. Lower the shares, limit them with “together at most”, or check the amounts of this row.",
        "分出去的比这一项应发的还多，余下的那一份就成了负数。系统不会悄悄砍掉谁的钱。请调低比例，或用“合计最高”限住，或核对这一行的金额。",
    ),
    "E3233": (
        "There is an amount to divide and nobody who may have a part of it. To whom it goes then is a decision of the scheme. Write “otherwise 0” behind the sharing if it is not paid in that case, or widen the condition.",
        "有一笔钱要分，却没有人可以分到。这时钱怎么处理，要由方案写明。如果不发，请在后面写“无法计算时 0”，或放宽条件。",
    ),
    "E3234": (
        "An amount is divided in proportion to a number that each member has, such as points. With a number below 0 one would pay for the others. Check that number, or let it be at least 0.",
        "按积分之类的数占比分钱时，谁的数小于 0，就等于要他倒贴给别人。请核对这个数，或写明最低为 0。",
    ),
    "E3291": (
        "An amount has to be converted and the table holds no rate that is young enough: where a day has none, the latest of the 7 days before holds, which bridges weekends and holidays. An older rate would pay by a price that is no longer true. Add the rate of that day.",
        "金额要折合，牌价表里却没有够近的牌价：当天没有时，用之前 7 天内最近的一天，足以跨过周末和节假日。再早的牌价已不作数，用了就会多发或少发。请补上那一天的牌价。",
    ),
    "E3301": (
        "No version of the scheme is in force in the period asked for. An older or newer version is never used instead, since it was not agreed for that time. Name another period, or give the version that was in force.",
        "所要计算的这一期，没有哪一版方案在执行。系统不会拿更早或更晚的版本代替，因为那不是当时定下的办法。请换一个周期，或者给出当时执行的那一版。",
    ),
    "E3303": (
        "A refund takes back what the sale earned, by the rules of the sale's own month. That month was under an older version, whose file is not here. Give it with --version, or put it into the same folder.",
        "退款要冲减的，是原单当月按当时的办法挣到的钱。那个月执行的是较早的版本，它的文件没有给出。请用 --version 加上，或者把它放进同一个文件夹。",
    ),
    "E3304": (
        "A version that was used for pay never changes. Two files of one version that mean different things would leave it open which of them pays. Two faces of the same version are fine, as long as they mean the same. Remove one, or number the change as a new version with its own first day.",
        "执行过的版本不再改动。同一个版本号有两份意思不同的文件，就说不清按哪份发钱。同一版的中英文两份没有问题，只要意思相同。请删去一份，或者把改动编成新的版本，写明从哪天起执行。",
    ),
    "E3401": (
        "The file of cases is not laid out as it should be, so nothing after this place can be relied on. No case was run. Compare the line with its neighbours: entries of one kind begin in the same column, by blanks and never by tabs, and a text that contains a colon stands in quotes.",
        "用例文件的写法有误，从这里往后都靠不住，一个用例也没有运行。请和上下行对照：同一类的各行要从同一列开始，用空格缩进，不用制表符；文字里含冒号的，要加引号。",
    ),
    "E3402": (
        "A word stands where it has no meaning, for example a misspelt one. It is not passed over: an expectation that nobody checks looks like one that holds. Correct the word or take it out.",
        "这里写了没有意义的词，多半是写错了。程序不会跳过它，否则没有核对的期望看上去就像是对的。请改正，或者删去。",
    ),
    "E3403": (
        "Something that every case needs is not there, for example its period or what is expected. A case that expects nothing would always hold. Add it.",
        "每个用例都要有的内容，这里没有，例如周期或期望值。什么都不期望的用例永远不会错，也就没有用处。请补上。",
    ),
    "E3404": (
        "Something of another kind stands where a list, a table or an amount belongs. The case was not run, since it cannot be told what it means. Write it the way the message says.",
        "这里该写清单、表或金额，却写了别的。说不清它的意思，所以这个用例没有运行。请按提示的写法来写。",
    ),
    "E3405": (
        "The expectation names a person, a value, a line or a row that does not exist in this case. It would never be compared, and so look as if it held. Correct the name; ids are compared exactly.",
        "期望里写的人、计算项、发放项目或单号，在这个用例里并不存在。这样就永远核对不到，看上去却像是对的。请改正名称，编号要一字不差。",
    ),
    "E3406": (
        "Two entries say different things about the same question, for example an amount that is expected and an error that is expected. Only one can hold. Take the other one out.",
        "两项写的是同一件事，却互相矛盾，例如又期望金额、又期望出错。只能有一个成立。请删去另一个。",
    ),
    "E3407": (
        "The same entry was written twice in one place, and the two may differ. It would depend on chance which of them is checked. Take one of them out.",
        "同一个地方，同一项写了两次，内容可能不同。核对哪一个全凭运气。请删去一个。",
    ),
    "E3305": (
        "Both faces of a version must mean the same; here one of the two was changed and the other was not. What was asked for is what pays, the other file is left aside. Make the same change there, so that both mean the same again.",
        "同一版的中文、英文两份意思必须一样；现在改了一份，另一份没有跟着改。结算只按指定的那一份，另一份先不用。请把同样的改动也写进另一份，两份的意思就又一致了。",
    ),
    "E4001": (
        "Every scheme pays by one kind of period, and the one asked for is of another kind. The sums of a quarter are not those of its months, because tiers and caps begin anew in each period. Write the period the way the scheme pays.",
        "每份方案只按一种周期结算，所给的是另一种。按季算的结果不等于三个月相加，因为分档和封顶每期重新起算。请按方案的周期来写。",
    ),
    "E4002": (
        "Nobody among the people has this number or name. Nothing is shown rather than the pay of somebody similar. Write the id exactly as in the file of people.",
        "人员表里没有这个工号或姓名。宁可不显示，也不会显示成另一个相近的人的钱。请按人员表一字不差地写工号。",
    ),
    "E4003": (
        "The file or folder named in the command does not exist. Nothing was computed. Check the spelling and the folder you are in.",
        "命令里写的文件或文件夹不存在，什么也没有计算。请核对名称，以及当前所在的文件夹。",
    ),
    "E4004": (
        "Messages carry a code of an E and four digits, and this is none of them. Copy the code from the message, for example E2312.",
        "每条提示都有编号，E 加四位数字，这里写的不是其中之一。请从提示里照抄，例如 E2312。",
    ),
    "E4005": (
        "The file to be written exists already. It may be a statement that somebody has approved, so it is left as it is. Name another file, or remove the old one yourself.",
        "要写入的文件已经存在。它可能是有人确认过的结算单，所以不去动它。请换一个文件名，或者自行移走旧文件。",
    ),
    "E4006": (
        "Workbooks are read with the help of openpyxl, which is not part of the smallest installation. The data were not read. Install it as the message says, or save the sheets as CSV UTF-8.",
        "读取 Excel 工作簿要借助 openpyxl，最小安装里没有它，数据没有读成。请按提示安装，或者把各张工作表另存为“CSV UTF-8”。",
    ),
    "E4007": (
        "Expectations may be brought up to date only by somebody who reads the difference. A machine that tests changes would accept every one of them. Run the command on your own computer, and look at what it changes.",
        "期望值只能由看过差异的人来更新。自动测试的机器要是也能改，什么改动都会通过。请在自己的电脑上执行，并核对它改了什么。",
    ),
}

FIXES: dict[str, tuple[str, str]] = {
    "fill_cell": ("fill in “{column}”", "补填“{column}”"),
    "correct_cell": ("enter “{candidate}”", "改填“{candidate}”"),
    "mark_optional": (
        "if it may be empty, write “optional” in the scheme",
        "如果可以不填，请在方案里写“选填”",
    ),
    "rename_header": ("change the header “{header}” to “{column}”", "把表头“{header}”改为“{column}”"),
    "add_file": ("put “{name}” into the folder", "在文件夹里放入“{name}”"),
    "save_utf8": ("save the file as “CSV UTF-8” in Excel", "用 Excel 另存为“CSV UTF-8”"),
    "text_format": ("format the column “{column}” as text", "把“{column}”列设为文本格式"),
    "add_person": ("add “{person}” to the people", "在人员表里补上“{person}”"),
    "give_version": (
        "give the file of version {version} with --version",
        "用 --version 加上版本 {version} 的文件",
    ),
    "use_period": ("write for example {example}", "写作例如 {example}"),
}

RELATED: dict[str, tuple[str, str]] = {
    "limit_here": ("the scheme demands it here[: {limit}]", "方案在这里规定[：{limit}]"),
    "line_here": ("“{line}” is computed here", "“{line}”在这里计算"),
    "column_described": ("the column “{column}” is described here", "“{column}”列在这里写明"),
    "case_here": ("this case gives {value}", "这一种情形得 {value}"),
}

WORDS: dict[str, tuple[str, str]] = {
    "pays.month": ("month: 2023-08", "按月结算，写作 2023-08"),
    "pays.quarter": ("quarter: 2023-Q3", "按季结算，写作 2023-Q3"),
    "pays.half_year": ("half year: 2023-H2", "按半年结算，写作 2023-H2"),
    "pays.year": ("year: 2023", "按年结算，写作 2023"),
    "pays.half_month": ("half month: 2023-08-a or 2023-08-b", "按半月结算，写作 2023-08-a 或 2023-08-b"),
    "pays.week": ("week: its first day, 2023-08-07", "按周结算，写作该周的第一天，例如 2023-08-07"),
    "form.list": ("a list", "一个清单"),
    "form.mapping": ("names with their values", "名称和对应的值"),
    "form.text": ("one text", "一段文字"),
    "form.amount": ("a number, or none for no line", "一个数，没有这一笔就写 none"),
    "form.rows": ("the rows with their amounts, or none for no line", "各行的标识和金额，一笔也没有就写 none"),
    "form.value": ("one value", "一个值"),
    "form.code": ("a code such as E3104", "E3104 这样的编号"),
    "kind.person": ("person", "个人"),
    "kind.name": ("value or line", "个计算项或发放项目"),
    "kind.row": ("row", "一行"),
    "kind.file": ("file", "个文件"),
}
