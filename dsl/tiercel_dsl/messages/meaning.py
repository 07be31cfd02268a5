"""Sentences for schemes that can be read but do not make sense (E2xxx), in English and Chinese.

In: nothing. Out: `MESSAGES` (one sentence per code), `BOOK` (what it means, why it matters for pay, how to
mend it), `FIXES` and `RELATED` (by key), `WORDS` (what the checker calls things). `{name}` stands for a fact
of the diagnostic, `{name:form}` for a form of it, `[ … ]` for a part that goes when a fact in it is empty;
what follows a line break is told beside the place (`messages/__init__.py` has the rules). Both languages
stand side by side because one of them changed alone is how they drift apart.
"""

MESSAGES: dict[str, tuple[str, str]] = {
    # ---- the head of the file, versions, files used
    "E2001": (
        "the line “{missing:word}” is missing at the top of the scheme",
        "方案开头缺少“{missing:word}”这一行",
    ),
    "E2002": (
        "“{what:word}” is written twice\na scheme has one such line; keep the one that is right",
        "“{what:word}”写了两次\n一份方案只能有一处，请留下正确的那一处",
    ),
    "E2003": (
        "the version ends on {last}, before its first day {first}",
        "版本自 {first} 起，却执行至 {last}，还没开始就结束了",
    ),
    "E2004": (
        "the file “{file}” cannot be read[; did you mean {candidates:or}?]\na file that is used lies in the folder of the scheme",
        "读不到引用的文件“{file}”[，是不是{candidates:or}？]\n引用的文件要和方案放在同一个文件夹里",
    ),
    "E2005": (
        "files use each other in a circle: {loop}",
        "文件互相引用，绕成了一圈：{loop}",
    ),
    "E2006": (
        "“{what:word}” cannot stand in a file that others use\nmove it to the main file of the scheme",
        "被引用的文件里不能写“{what:word}”\n请移到方案的主文件里",
    ),
    "E2007": (
        "the version begins on {first}, in the middle of a period ({period:word})\nnothing says how that period is divided; begin on the first day of a period",
        "版本自 {first} 起，落在一个周期（{period:word}）的中间\n这一期怎样分段没有写明，请从周期的第一天起执行",
    ),
    "E2008": (
        "there is no currency “{currency}”[; did you mean {candidates:or}?]\nwrite its three capital letters, as in CNY",
        "没有“{currency}”这个币种[，是不是{candidates:or}？]\n请写三个大写字母的代码，例如 CNY",
    ),
    # ---- names
    "E2101": (
        "there is no “{name}”[; did you mean {candidates:or}?]",
        "没有“{name}”这个名称[，是不是{candidates:or}？]",
    ),
    "E2102": (
        "“{word}” has a fixed meaning in schemes, and nothing here has this name\nperhaps a name is missing before or after it",
        "“{word}”是方案的专用词，这里没有叫这个名称的内容\n可能是前面或后面漏写了名称",
    ),
    "E2103": (
        "{left_type} cannot be compared with {right_type}\n“{left}” is {left_type}, “{right}” is {right_type}",
        "{left_type}不能和{right_type}作比较\n“{right}”是{right_type}，左边的“{left}”是{left_type}",
    ),
    "E2104": (
        "the name “{name}” is given twice\nevery name stands for one thing; choose another for one of the two",
        "“{name}”这个名称用了两次\n一个名称只能指一项，请给其中一项另取名称",
    ),
    "E2105": (
        "“{name}” exists in several places\nsay which one is meant: {options:or}",
        "“{name}”不只一处有，看不出指哪一个\n请写明是{options:or}",
    ),
    "E2106": (
        "“{name}” has one value per row of “{table}”; here one value per [row of “{level}”|person] is needed[\nsay whether the total, the average or the largest is meant: {fix}]",
        "“{name}”在“{table}”里每行一个值，这里要的是每[一行“{level}”|人]一个值[\n取合计、平均还是最大，要写明，例如 {fix}]",
    ),
    "E2107": (
        "values wait for each other in a circle: {loop}",
        "循环引用，谁也算不出来：{loop}",
    ),
    "E2108": (
        "there is no table “{name}”[; did you mean {candidates:or}?]",
        "没有“{name}”这张台账或这个组织[，是不是{candidates:or}？]",
    ),
    "E2109": (
        "“{name}” is {what}; here {expected} is needed",
        "“{name}”是{what}，这里要写的是{expected}",
    ),
    "E2110": (
        "“{name}” belongs to “{table}”, and here nothing says which row of “{table}” is meant[\na column in “{level}” of type “{table}” would say so]",
        "“{name}”出自“{table}”，这里用的是“{table}”的哪一行，没有写明[\n在“{level}”里加一列，列的类型写“{table}”，就能一一对应]",
    ),
    "E2111": (
        "there is no function or tiers table “{function}”[; did you mean {candidates:or}?]",
        "没有“{function}”这个函数，也没有这个阶梯[，是不是{candidates:or}？]",
    ),
    "E2112": (
        "the brackets after “{function}” should hold {wanted:value/values}, not {given}",
        "“{function}”的括号里应写 {wanted} 项，现在是 {given} 项",
    ),
    "E2113": (
        "the brackets after “{function}” should hold {wanted}",
        "“{function}”的括号里要写{wanted}",
    ),
    "E2114": (
        "there is no “{name}”; is a blank missing: {split}?",
        "没有“{name}”这个名称，是不是少了空格：{split}？",
    ),
    # ---- what fits with what
    "E2201": (
        "{left_type} and {right_type} cannot be {operator:together}\n“{left}” is {left_type}, “{right}” is {right_type}",
        "{left_type}和{right_type}不能{operator:together}\n“{left}”是{left_type}，“{right}”是{right_type}",
    ),
    "E2202": (
        "“{left}” and “{right}” cannot be multiplied or divided like this\nmoney times a rate is money, money divided by money is a rate; money times money is nothing",
        "“{left}”和“{right}”这样相乘、相除没有意义\n金额可以乘比例，金额除以金额得比例，金额不能乘金额",
    ),
    "E2203": (
        "“{what:word}” needs a condition, but this is {type}\na condition is true or not, for example: amount at least 10,000",
        "“{what:word}”要的是条件，这里写的是{type}\n条件只有成立、不成立两种，例如：金额 不低于 1万元",
    ),
    "E2204": (
        "{what:place} must be {wanted}, but this is {type}",
        "{what:place}应是{wanted}，这里却是{type}",
    ),
    "E2205": (
        "[“{column}”|this column] is never “{value}”\nit can only be {options:or}",
        "[“{column}”|这一列]不会是“{value}”\n它只有这几个选项：{options:quoted}",
    ),
    "E2206": (
        "“{word}” does not suit dates; write “{better:word}”\nbetween dates it must be plain whether the day itself counts",
        "日期不用“{word}”，请写“{better:word}”\n日期的先后要写得看得出当天算不算",
    ),
    "E2207": (
        "“{name}” may be missing, and nothing says what holds then\nask “is present” first, give its column a default, or add “otherwise”",
        "“{name}”可以不填，没填时怎么算却没有写\n请先判断“不为空”，或给该列写默认值，或写明“无法计算时”",
    ),
    "E2208": (
        "“{written}” after a value can be misread; write “无法计算时” (when it cannot be computed)\n“最高 120%，否则 0” reads as if more than 120% scored 0",
        "“{written}”写在数值后面会读错，请改为“无法计算时”\n“最高 120%，否则 0”读起来像是超过 120% 就得 0",
    ),
    "E2209": (
        "these lines cannot be worked through from top to bottom: {what:order}",
        "这几行没法从上往下算：{what:order}",
    ),
    "E2210": (
        "“{name:word}” is paid out, so it cannot be unrounded",
        "“{name:word}”是要发到人的钱，不能写“不四舍五入”",
    ),
    "E2211": (
        "“{what:word}” works row by row only\nfor a person there is no “this row”; write it under “for each …”",
        "“{what:word}”只能用在逐笔计算里\n按人计算时没有“这一笔”可言，请移到“逐笔 …”之下",
    ),
    "E2212": (
        "{what:place} must be a fixed value, the same for every person and row",
        "{what:place}要写固定的值，不能因人、因单而变",
    ),
    "E2215": (
        "“{seen}” alone is no number of days\ncount it from a date: “end on or after start + 1 month”",
        "“{seen}”单独写，不是确定的天数\n请从某个日期数起：“离职日 不早于 入职日 + 1个月”",
    ),
    # ---- currencies
    "E2231": (
        "“{left}” is in [{left_code}|the currency that “{left_column}” names], “{right}” in [{right_code}|the currency that “{right_column}” names]\ntwo currencies meet only at a rate[; write for example: {fix}]",
        "“{left}”的币种是[ {left_code}|“{left_column}”所填的币种]，“{right}”的币种是[ {right_code}|“{right_column}”所填的币种]\n币种不同，要先折合才能放在一起算[，例如：{fix}]",
    ),
    "E2232": (
        "this scheme pays {home}, but this is in [{own_code}|the currency that “{own_column}” names]\nconvert it at a rate first[, for example: {fix}]",
        "本方案以 {home} 发放，这里却是[ {own_code}|“{own_column}”所填的币种]\n请先折合成 {home}[，例如：{fix}]",
    ),
    "E2233": (
        "“{function}” needs amounts of one currency, and here each row has the one that “{column}” names\nconvert the rows first[, for example: {fix}]",
        "“{function}”要用同一币种的金额，这里每一行的币种由“{column}”决定\n请先逐行折合[，例如：{fix}]",
    ),
    "E2234": (
        "“{value}” stands beside amounts of which each row has a currency of its own\nof which currency it is nobody can say; convert the amounts first (only 0 is the same in all)",
        "“{value}”和各行币种不同的金额放在一起\n它是哪种币种没有写明，请先折合（只有 0 不分币种）",
    ),
    "E2235": (
        "amounts are converted into {home}, the currency of this scheme, not into {currency}",
        "本方案的币种是 {home}，只能折合成 {home}，不能折合成 {currency}",
    ),
    "E2236": (
        "it is not written of which day the rate is\nhere is no date of record to go by; write for example “{fix}”",
        "没有写明用哪一天的牌价\n这里没有归属日可依，请写明，例如“{fix}”",
    ),
    "E2237": (
        "“{table}” holds no rates[; did you mean {candidates:or}?]\na table of rates has currency and day for its keys, and its rate says “home per foreign” or “foreign per home”",
        "“{table}”不是牌价表[，是不是{candidates:or}？]\n牌价表以币种和日期为标识，牌价一列写明“每外币折本币”或“每本币折外币”",
    ),
    # ---- kpis
    "E2301": (
        "the kpi weights total {total:percent}, not 100%[ ({total:gap})]\n{list}",
        "指标权重合计 {total:percent}[，{total:gap}]\n{list}",
    ),
    "E2302": (
        "the kpi “{kpi}” has no “{clause:word}”",
        "指标“{kpi}”没有写“{clause:word}”",
    ),
    "E2303": (
        "the kpi “{kpi}” has “{clause:word}” twice",
        "指标“{kpi}”的“{clause:word}”写了两次",
    ),
    "E2304": (
        "“{name}” stands here, but the scheme has no kpi",
        "写了“{name}”，方案里却一个指标也没有",
    ),
    "E2305": (
        "the kpi “{kpi}” weighs {weight:percent}; a weight lies from 0 to 100%",
        "指标“{kpi}”的权重写成了 {weight:percent}，权重应在 0 到 100% 之间",
    ),
    # ---- tiers
    "E2311": (
        "the tiers “{table}” do not say how they add up[\n{base:amount} would pay {marginal:amount} if each part is paid at its own tier (marginal), {whole:amount} if the whole is paid at the tier reached (whole)]",
        "阶梯“{table}”没有写明怎样累进[\n以 {base:amount} 为例：各段按各档计算（超额累进）得 {marginal:amount}，全部按达到的一档计算（全额累进）得 {whole:amount}]",
    ),
    "E2312": (
        "the tiers “{table}” have a gap: no row for [“{row:bounds}”|exactly {low}]",
        "阶梯“{table}”有断档：[{row:bounds} |正好 {low} 时]没有对应的档",
    ),
    "E2313": (
        "the tiers “{table}” overlap: two rows hold at {at}\none gives {first}, the other {second}",
        "阶梯“{table}”有重叠：{at} 时两档都适用\n一档是 {first}，另一档是 {second}",
    ),
    "E2314": (
        "two rows of the tiers “{table}” have the same bound: {bound}",
        "阶梯“{table}”有两档写了同一个界限：{bound}",
    ),
    "E2315": (
        "a row of “{table}” is a bound and {wanted:value/values}; this one [has {given:value/values}|does not begin with a bound]",
        "阶梯“{table}”每行是一个档位加 {wanted} 个值，这一行[有 {given} 个值|没有以档位开头]",
    ),
    "E2316": (
        "“{cell}” does not fit: this column of “{table}” holds {wanted}",
        "“{cell}”不合适，阶梯“{table}”的这一列都应是{wanted}",
    ),
    "E2317": (
        "the bounds of this row of “{table}” contradict each other[: {bound}]\nthe lower one is above the upper one, a bound is missing, or one is an amount and the other a percentage",
        "阶梯“{table}”这一档的上下限对不上[：{bound}]\n下限高过了上限，或者漏写了一头，或者一头是金额、一头是比例",
    ),
    "E2318": (
        "what lies below {bound:amount} earns 0[: the tiers “{table}” begin there]",
        "不满 {bound:amount} 的部分按 0 计[：阶梯“{table}”从这里才开始]",
    ),
    "E2319": (
        "the tiers “{table}” cannot turn this amount into pay: {what:priced}",
        "阶梯“{table}”不能这样用来计算金额：{what:priced}",
    ),
    "E2320": (
        "[the tiers “{table}” have no column “{column}”|the tiers “{table}” have several columns: say which one][; choose {candidates:or}]",
        "阶梯“{table}”[没有“{column}”这一列|有好几列，没有写明取哪一列][，可以取{candidates:or}]",
    ),
    "E2321": (
        "it is not clear what “the rest” of the tiers “{table}” is\nthe other rows leave both ends open, or none; give this row bounds of its own",
        "阶梯“{table}”的“其余”指哪一段，看不出来\n其他各档两头都没有封住，或者两头都封住了，请给这一档写明上下限",
    ),
    "E2322": (
        "the series in “{table}” cannot be followed: {what:series}",
        "阶梯“{table}”的这一串档位推不下去：{what:series}",
    ),
    "E2323": (
        "it is not clear which tier this row of “{table}” stands for: {what:row}",
        "阶梯“{table}”的这一行指哪一档，看不出来：{what:row}",
    ),
    "E2324": (
        "the tiers “{table}” are filled little by little, but this one has no end\na tier without an end can never be said to be half full",
        "阶梯“{table}”是档内按比例，这一档却没有封顶\n没有终点的档，说不出填满了几成",
    ),
    "E2325": (
        "a row of “{table}” must be a point, such as “from 70%”\nbetween two points the value is interpolated, above the last one it stays; only below the first one may a row be no point",
        "阶梯“{table}”的每一行应是一个点，例如“70%以上”\n两点之间按线性插值，最后一点以上不再变；只有第一点以下可以另写一行",
    ),
    "E2326": (
        "the quick deduction of this tier of “{table}” is {right}, not {given}",
        "阶梯“{table}”这一档的速算扣除应是 {right}，不是 {given}",
    ),
    "E2327": (
        "“{table}” has no way back from what is left: {what:inverse}[\nthe row: {row:bounds}]",
        "阶梯“{table}”不能由税后反算：{what:inverse}[\n问题在这一档：{row:bounds}]",
    ),
    "E2328": (
        "nothing is said for who has reached the last tier of “{table}”\nthere is no next bound then; add “otherwise”, or ask “is present” first",
        "到了阶梯“{table}”的最高一档怎么办，没有写明\n那时没有下一档，请写明“无法计算时”，或先判断“不为空”",
    ),
    # ---- tables of facts, people, parameters
    "E2331": (
        "the table “{table}” has no key\nwrite “key” on the column that tells its rows apart, such as the contract number",
        "台账“{table}”没有标识\n请给能区分每一行的那一列（例如单号）写上“标识”",
    ),
    "E2332": (
        "“{role:word}” stands on two columns of “{table}”; only one can have it",
        "“{table}”有两列写了“{role:word}”，只能有一列",
    ),
    "E2333": (
        "the column “{column}” of “{table}” must name a table of facts",
        "“{table}”的“{column}”列要写明指向哪张台账",
    ),
    "E2334": (
        "nothing says which period a row of “{table}” belongs to\nwrite “date of record” on one of its date columns, or link it to a table that has one",
        "台账“{table}”的每一行算在哪一期，没有写明\n请给一个日期列写上“归属日”，或加一列指向有归属日的台账",
    ),
    "E2335": (
        "the scheme pays people, but has no “people”",
        "方案要给员工计发，却没有“人员”这一段",
    ),
    "E2336": (
        "a column cannot be “{type}”: there is no such type or table[; did you mean {candidates:or}?]",
        "列的类型没有“{type}”这一种，也没有叫这个名称的台账[，是不是{candidates:or}？]",
    ),
    "E2337": (
        "“{column}” is “dated”, which only columns of “people” can be",
        "“{column}”写了“有变更记录”，目前只有“人员”的列可以这样写",
    ),
    "E2338": (
        "“{table}” points to two tables, and it is unclear which of them its rows belong to\ngive it its own credited person and date of record",
        "“{table}”指向两张台账，看不出它的归属随哪一张\n请在本台账写明自己的归属人和归属日",
    ),
    "E2339": (
        "nothing says which person a row of “{table}” belongs to, and “{name}” needs to know\nwrite “credited” on the column of “{table}” that names the person",
        "“{table}”的每一行归谁，没有写明，“{name}”就没法算\n请给“{table}”里写着员工的那一列写上“归属人”",
    ),
    "E2341": (
        "the parameter “{parameter}” has not exactly one value [from {first} to {last}|on every day]\nthe dates of its values overlap there, or leave days out",
        "参数“{parameter}”[在 {first} 至 {last} 不是恰好一个值|有的日子不是恰好一个值]\n各段的日期在这里重叠了，或者断开了",
    ),
    "E2342": (
        "a row of the table “{table}” is {keys:key/keys} and {wanted:value/values}, and this one is not\nwrite “any” for a key that may be anything, and brackets around a calculation",
        "对照表“{table}”每行先写 {keys} 个条件，再写 {wanted} 个值，这一行对不上\n条件不限的写“不限”，算式请加括号",
    ),
    "E2343": (
        "the key “{key}” of the table “{table}” is {wanted} in one row and {type} in this one",
        "对照表“{table}”的条件“{key}”，前面写的是{wanted}，这一行写的是{type}",
    ),
    "E2344": (
        "the key “{key}” chooses nothing: every row of “{table}” says “any”",
        "条件“{key}”不起作用：对照表“{table}”每一行都写了“不限”",
    ),
    "E2345": (
        "two rows of the table “{table}” fit the same case: {case}\none gives {first}, the other {second}",
        "对照表“{table}”有两行同时符合：{case}\n一行是 {first}，另一行是 {second}",
    ),
    "E2346": (
        "“{name}” is negative already, so subtracting it would pay it out\nadd it instead",
        "“{name}”本身就是负数，再减一次反而变成多发\n请改成加",
    ),
    "E2347": (
        "this promise is recorded, not examined",
        "这条方案校验已记录，尚未验证",
    ),
    # ---- who receives a line
    "E2361": (
        "“{name}” is one amount per row of “{table}”, and nothing says who receives it\nname the receiver with “to”, or divide it with “shared among member”",
        "“{name}”是按“{table}”算出来的一笔钱，发给谁却没有写明\n请写“发给”谁，或者用“平分给 成员”“分给 成员”分下去",
    ),
    "E2362": (
        "“{name}” is not a person\na receiver is a column that holds a person, or “company”",
        "“{name}”不是员工，不能领这笔钱\n能领钱的是填着员工的列，或者“公司”",
    ),
    "E2363": (
        "this cannot be shared or filled up as it is written: {what:sharing}",
        "照这样写，钱分不下去，也补不了：{what:sharing}",
    ),
    "E2351": (
        "this scheme pays nothing\nit has no commission, bonus, allowance or deduction, and no payout",
        "这份方案没有可发的钱\n没有提成、奖金、津贴、扣除，也没有结算额",
    ),
    "E2391": (
        "“{column}” does not say which way it converts\nat 0.8, 1,000 of a foreign currency are 800 {home} if it is home per foreign, and 1,250 {home} if it is foreign per home",
        "“{column}”没有写明折算方向\n牌价为 0.8 时，1,000 外币按“每外币折本币”得 800 {home}，按“每本币折外币”得 1,250 {home}",
    ),
    "E2392": (
        "“{table}” is a table of rates: {what:rates}",
        "“{table}”是牌价表：{what:rates}",
    ),
}

BOOK: dict[str, tuple[str, str]] = {
    "E2001": (
        "Every scheme says at its top what it is called, which version it is and from when, in which currency and for which period it pays. Without one of them nobody could say which rows belong to which pay day. Add the missing line, for example “version 1 from 2025-01-01”.",
        "方案开头要写明四件事：方案叫什么、第几版从哪天起、用什么币种、按什么周期结算。缺了任何一件，就说不清哪笔业绩该在哪一期发。请补上缺的一行，例如：版本 1 自 2025-01-01 起。",
    ),
    "E2002": (
        "A line that a scheme can have only once stands in it twice. If both were accepted, one of them would decide the pay without anybody noticing which. Delete the one that no longer holds.",
        "有的内容一份方案只能写一次，这里写了两次。两处不一样时，按哪一处发钱就没有人说得准了。请删去已经不用的那一处。",
    ),
    "E2003": (
        "The last day of the version lies before its first day, so it would never be in force and nobody would be paid by it. Usually a year or a month was mistyped. Put the two dates in order; the last day is included.",
        "版本的最后一天早于第一天，等于一天也没有执行过，谁也拿不到钱。多半是年份或月份写错了。请核对两个日期，“执行至”的那一天是包括在内的。",
    ),
    "E2004": (
        "The scheme uses another file, and there is no readable file of that name. Its tables and shared rules would be missing, so nothing can be computed. Put the file into the folder of the scheme and write its name exactly, with its ending.",
        "方案引用了另一个文件，但没有找到，或者打不开。里面的台账和共用规定都读不到，就什么也算不出来。请把文件放进方案所在的文件夹，文件名连同后缀写完整。",
    ),
    "E2005": (
        "File a uses file b, and b in the end uses a again, so neither can be read first. Pay rules need one clear order of what builds on what. Move what both need into a third file and let both use that.",
        "甲文件引用乙文件，乙文件绕一圈又引用甲文件，分不出先读哪一个。哪条规定以哪条为准，也就说不清了。请把两边都要用的内容移到第三个文件，由两边各自引用。",
    ),
    "E2006": (
        "A file that is used holds what several schemes share: tables, people, parameters. Head lines and the payout belong to one scheme alone; in a shared file they would change the pay of others too. Move them to the main file.",
        "被引用的文件只放几份方案共用的内容，例如台账、人员、参数。方案开头的各行和结算额只属于一份方案，放进共用文件会连带改动别的方案。请移到主文件。",
    ),
    "E2007": (
        "The new version begins after the first day of a period. Some rows of the period would follow the old rules and some the new ones, and totals, targets and tiers of the period could be meant either way. Let the version begin on the first day of a period.",
        "新版本从一期的中间开始，这一期的业绩就有一部分按旧办法、一部分按新办法，合计、任务和分档按哪一版算都说得通。为免争议，请把版本的起始日定在周期的第一天。",
    ),
    "E2008": (
        "The currency decides in which smallest unit people are paid, for example cents or whole yen. It is written as its international code of three capital letters. Write CNY for yuan, USD for US dollars.",
        "币种决定钱算到哪一位，例如人民币算到分，日元算到元。币种要写国际通用的三个大写字母的代码。人民币请写 CNY，美元请写 USD。",
    ),
    "E2101": (
        "The scheme uses a name that nobody has defined. A misspelt name is never read as 0 or as something similar, because that would change pay silently. Correct the spelling, or define the name before you use it.",
        "用到了一个没有定义过的名称。写错的名称不会当作 0，也不会自动换成相近的，否则钱发错了也看不出来。请改正写法，或者先定义这个名称。",
    ),
    "E2102": (
        "Words such as “where” or “when” tell how to compute, and this one stands where a name belongs. Often the name before or after it was forgotten. If a column really has this name, write it in back-quotes.",
        "“其中”“若”这类词是用来说明怎么算的，这里却写在了该写名称的位置。多半是前面或后面漏了名称。如果确有一列就叫这个名称，请给它加反引号。",
    ),
    "E2103": (
        "Two things of different kinds are compared, for example money with a text. Such a comparison has no answer, and a guess would decide who gets paid. Compare money with money, a date with a date, a text with a text in quotes.",
        "拿两种不同的东西作比较，例如金额和文字。这样的比较没有结果，随便猜一个就会影响该不该发钱。请拿金额比金额、日期比日期；文字要写在引号里，只和文字比。",
    ),
    "E2104": (
        "One name is given to two things. A rule that mentions it could mean either of them, and the two may pay differently. Rename one, and check every line that uses the name.",
        "同一个名称给了两项。别的条款用到它时，指哪一项都可以，算出来的钱却不一样。请给其中一项改名，并核对用到这个名称的每一行。",
    ),
    "E2105": (
        "The name exists in more than one place, for example as a column of the deals and as a column of people. Which one is taken changes the result. Write the place in front of it, as in deal.amount.",
        "这个名称不只一处有，例如台账里有一列，人员里也有一列。取哪一个，算出来就是哪一个数。请在前面写明出处，例如：签约.金额（读作“签约的金额”）。",
    ),
    "E2106": (
        "A column of a table has one value in every row, but this line is computed once for a person, who may have many rows. Whether the total, the count or the largest is meant decides the pay, so it has to be written. Write for example sum(deal.amount), or compute the line for each row.",
        "台账的列每行一个值，而这里每人只算一次，一个人往往有很多行。取合计、取平均还是取最大，发的钱差得很远，必须写明。请写作例如：合计(签约.金额)；或者改为逐笔计算。",
    ),
    "E2107": (
        "To compute the first value the second is needed, and to compute the second the first. No order gives a result, just as with a circular reference in a spreadsheet. Decide which of them comes first and take it from the data instead.",
        "算第一项要先有第二项，算第二项又要先有第一项，和 Excel 里的循环引用一样，怎么算都没有结果。请想清楚哪一项在先，让它直接取自台账或参数。",
    ),
    "E2108": (
        "The line speaks of the rows of a table that the scheme does not have. Without its rows nothing can be counted or paid. Correct the name, or describe the table with “facts”, or use the file that does.",
        "这里要逐行计算的台账，方案里没有。没有它的数据，就没有可以计发的业绩。请改正名称，或用“台账”写明这张表，或引用写有它的文件。",
    ),
    "E2109": (
        "The name exists, but it is something else than is needed here: for example a tiers table where an amount is needed. A tiers table by itself is no amount; only together with a base it pays something. Use a name of the needed kind, or complete it, as in growth(amount).",
        "这个名称有，但不是这里要用的东西，例如要写数的地方写了阶梯。阶梯本身不是数，配上基数才能算出钱来。请换成合适的名称，或者补全，例如：提成比例(金额)。",
    ),
    "E2110": (
        "A row of one table uses a value of another table, but nothing says which row of the other table is meant. With the wrong row the wrong amount would be paid. Add a column that names the row of the other table, for example “deal deal” in the refunds.",
        "一张台账逐笔计算时，用到了另一张台账的列，但没有写明对应那一张的哪一行。对错了行，钱就算错了。请加一列写明对应关系，例如退款台账里写“签约 签约”，一笔退款对应一笔签约。",
    ),
    "E2111": (
        "A name followed by brackets is a function, such as sum, or one of your tiers tables. There is none of this name. Correct the spelling, or define the tiers table; a product needs × between the name and the bracket.",
        "名称后面跟括号，要么是函数（例如“合计”），要么是您写的阶梯。这里的名称两样都不是。请改正写法，或先写出这个阶梯；如果本意是相乘，请在括号前写 ×。",
    ),
    "E2112": (
        "A function needs a certain number of things in its brackets, separated by commas. With one too many or too few it is unclear what is to be computed. Add or remove one; a number such as 10,000 stays one thing.",
        "函数的括号里写几项是固定的，各项用逗号隔开。多一项或少一项，就不知道要算什么。请补上或删去一项；10,000 这样带千分位的数只算一项。",
    ),
    "E2113": (
        "The function cannot work with what its brackets hold: a sum, for example, needs a column that has a value in every row. A single number has no sum, and computing with it would pay something nobody meant. Write the table and the column, as in sum(deal.amount).",
        "这个函数用不了括号里写的东西，例如合计要的是台账里的一列，每行有一个值。单独一个数无从合计，硬算出来的钱也不是办法的本意。请写明台账和列，例如：合计(签约.金额)。",
    ),
    "E2114": (
        "Two words were written without a blank between them, and together they make a name that does not exist. The blank is not put in silently, because a longer name could have been meant. Add it, or correct the name.",
        "两个词连着写了，合在一起成了一个没有的名称。系统不会自行拆开，因为也可能本来就是一个长名称。请加上空格，或者改正名称。",
    ),
    "E2201": (
        "Only things of one kind can be added or subtracted: money with money, a number with a number. An amount plus a bare number could mean yuan or percentage points, which pay very differently. Write the unit, as in “3000元”, or use “times”.",
        "只有同一种东西才能相加减：金额加金额，数加数。金额加上一个光秃秃的数，可能是多少元，也可能是多少个百分点，发的钱差得很远。请写上单位，例如 3000元；要按比例增加，请用“乘以”。",
    ),
    "E2202": (
        "Money times money, or a number divided by money, is no amount that could be paid. Usually one of the two should be a rate, or the multiplication should be a division. Check what each of them is: amount × rate, or sales ÷ target.",
        "金额乘金额、数除以金额，得出来的都不是可以发的钱。多半是其中一个本该是比例，或者乘除写反了。请逐个核对：金额 × 比例，或者 业绩 ÷ 任务。",
    ),
    "E2203": (
        "Here stands a question that is answered by yes or no: pay or do not pay, count or do not count. An amount or a text is no answer to it. Compare it with something, for example “amount at least 10,000”.",
        "这里要写的是成不成立的条件，决定发不发、算不算。只写一个金额或文字，看不出成立不成立。请写成比较，例如：金额 不低于 1万元。",
    ),
    "E2204": (
        "What was written is of another kind than its place asks for: a commission must come to money, a weight to a percentage, a target to the same kind as the actual value. Nothing is converted silently, since a rate paid as money would be a few cents. Complete the calculation, for example rate × amount.",
        "写出来的结果和这里要求的不是一种东西：提成算出来应是金额，权重应是百分比，目标值要和实际值同一种。系统不会悄悄换算，否则把比例当成金额，几千元就发成了几分钱。请把算式补全，例如：金额 × 比例。",
    ),
    "E2205": (
        "The column has a fixed list of options, and this text is not one of them. The condition could never hold, so that pay would silently be 0 for everybody. Choose one of the options, or add the text to the list where the column is described.",
        "这一列只能填固定的几个选项，这里写的不在其中。这样的条件永远不会成立，该发的钱就会不声不响变成 0。请改成其中一个选项，或者在写明该列的地方加上这个选项。",
    ),
    "E2206": (
        "For numbers it is known whether a bound is included; for dates words like “below” leave it open whether the day itself counts. One day decides whether a deal falls under the old rate or the new. Write before, after, on or before, on or after.",
        "数目的“不满、超过”含不含本数是有规定的，用在日期上，当天算不算就说不清了。差一天，就可能是新旧两个提成比例。日期请写：早于、晚于、不晚于（含当天）、不早于（含当天）。",
    ),
    "E2207": (
        "The column is optional, so in some rows it will be empty. An empty cell is never taken as 0 or as no, because that would change pay silently. Say what holds: ask first whether it is present, give a default, or write “otherwise”.",
        "这一列是选填的，总有几行会空着。空着不会当作 0，也不会当作“否”，否则钱就会悄悄变。请写明空着怎么办：先判断“不为空”，或写默认值，或写“无法计算时”。",
    ),
    "E2208": (
        "In Chinese, “否则” after a cap reads as “if it is more”, which is the opposite of what happens. What is meant is the value to take when data are missing or a division by 0 comes up. Write “无法计算时” for it; “否则” stays as the last of the cases.",
        "“最高 120%，否则 0”，照中文的读法是超过 120% 就得 0，和原意正好相反。这里的意思是没有数据、除数为 0 时取什么值，请写“无法计算时”。“否则”只用在“若……则……”之后，作最后一种情形。",
    ),
    "E2209": (
        "A calculation is read from top to bottom: first a value or cases, then one step per line that changes it. In this order one of the lines has nothing to work on, or its result would be lost. Put the value first and each step after what it changes.",
        "算法是从上往下一行一行读的：先写一个值或几种情形，再一行一步地乘、加、封顶、舍入。照现在的先后，有一行无从算起，或者算了也白算。请把值写在最前面，每一步写在它要改动的内容之后。",
    ),
    "E2210": (
        "An amount that is paid has to end at a cent; nobody can be paid a third of one. Unrounded values are for steps on the way. Remove “unrounded”, or say how to round, for example “rounded half up to 0.01”.",
        "发到人手里的钱要到分为止，没有办法发三分之一分钱。“不四舍五入”只用于中间步骤。请删去它，或写明怎样舍入，例如：四舍五入到分。",
    ),
    "E2211": (
        "A running total or a running count tells how far the person had come with this very row. Outside the rows there is no such point, and the total of the period would be something else. Write it under “for each …”, or use sum or count.",
        "“累计”“第几笔”说的是算到这一笔为止有多少。不在逐笔计算里，就没有“这一笔”，和全期合计也不是一回事。请移到“逐笔 …”之下，或者改用 合计、计数。",
    ),
    "E2215": (
        "A month has 28 to 31 days, so a number of days cannot be compared or reckoned with months or years. From a date a month leads to one certain day, and two dates can be compared. Add it to a date, or write days.",
        "一个月有 28 到 31 天，所以天数不能和“个月”“年”比较或运算。从某个日期数一个月，才是确定的一天，两个日期才能比较。请把它加在日期上，或者改写成天数。",
    ),
    "E2212": (
        "Weights, bounds, rates in tiers and parameters are fixed by the scheme, and everybody can read them there. If they changed with a person or a row, tiers could overlap for one person and not for another. Write a number or a parameter; what differs by person belongs into “people”.",
        "权重、档位、各档的值、参数由办法定死，谁都能在办法里查到。如果它们因人、因单而变，同一个阶梯对这个人没有断档，对那个人就可能有。请写数或参数；因人而异的数，请放进“人员”的列里。",
    ),
    "E2231": (
        "Amounts of two currencies cannot be added, compared or divided: the result would be wrong by the rate, and no total would show it. Convert one of them with “into”, the table of rates and the day: amount into USD at fx as of invoiced.",
        "两种币种的金额不能直接相加、比较、相除，否则差的就是汇率，合计里还看不出来。请用“折合”写明折成哪种币种、用哪张牌价、哪一天的，例如：金额 折合 USD 按 牌价 于 开票日。",
    ),
    "E2232": (
        "The scheme has one currency, and what people are paid is in it. Amounts of other currencies can be worked with, but they need a rate before they are paid. Convert the line with “into” and say of which day the rate is.",
        "方案只有一个币种，发到人手里的钱都以它计。其他币种的金额可以参与计算，发放前要按牌价折合。请写上“折合”，并写明用哪一天的牌价。",
    ),
    "E2233": (
        "A sum, a running total or a tier over rows of several currencies would add dollars to yen. Convert each row first, at the rate of its own day; then the figures are of one kind.",
        "各行币种不同，直接合计、累计或套用阶梯，等于把美元加到日元上。请先逐行按当天的牌价折合，再合计。",
    ),
    "E2234": (
        "Each row has its own currency, and a bare amount has none: a limit of 1,000 would be a lot in pounds and next to nothing in yen. Convert the amounts first and compare afterwards. Only 0 is the same in every currency.",
        "各行币种不同，单写一个数看不出是哪种币种：1,000 英镑不少，1,000 日元就很少。请先折合再比较；只有 0 不分币种。",
    ),
    "E2235": (
        "Conversion leads into the currency of the scheme, since that is the one it pays and adds up. Write its code, or change the line “currency” at the top if the scheme pays another one.",
        "折合只能折成方案的币种，发放、合计都以它计。请改为方案的币种；如果方案本来就以别的币种发放，请改开头的“币种”一行。",
    ),
    "E2236": (
        "Rates change from day to day, so the day decides the amount. A row has its date of record, which holds if nothing is written; a person or a group has none. Add “as of” and a date, for example the last day of the period.",
        "牌价天天在变，用哪一天的，金额就不一样。逐笔计算时不写就用归属日；按人、按组织计算没有归属日。请用“于”写明日期，例如本期的最后一日。",
    ),
    "E2237": (
        "Behind “at” stands the table that holds the rates. It has two keys, a currency (text) and a day (date), and a number that says in which direction it converts. Name that table, or declare one.",
        "“按”后面要写牌价表。牌价表有两列标识：币种（文本）和日期，另有一列数值，写明折算方向。请改成牌价表的名称，或者先声明一张。",
    ),
    "E2301": (
        "The weights of all kpis must total exactly 100%. With 95% everybody loses a twentieth of the score although nobody did worse. Decide which weight is wrong; it is never chosen for you.",
        "全部指标的权重合计必须正好 100%。只有 95% 的话，人人都平白少得二十分之一的分。哪一项该调，请您来定，系统不会代为选择。",
    ),
    "E2302": (
        "A kpi needs its weight and says how it is scored. Without them its part of the total score cannot be computed, and the score decides the pay. Add the line, for example “weight 30%”.",
        "指标要写明权重和怎样计分。缺了就算不出它在总分里占多少，而总分直接影响发多少钱。请补上这一行，例如：权重 30%。",
    ),
    "E2303": (
        "One line of the kpi stands twice, for example two weights. Taking either of them would change everybody's score. Keep the right one.",
        "指标的同一行写了两次，例如写了两个权重。取哪一个，所有人的得分都会不同。请只留正确的一行。",
    ),
    "E2304": (
        "The score adds up weighted kpis, and there are none to add. The score would be 0 and the payout with it. Define the kpis, or write how the score is computed.",
        "总分要把各项指标加权相加，方案里却没有指标。照此总分为 0，结算额也跟着为 0。请先写出指标，或另行写明总分怎样计算。",
    ),
    "E2305": (
        "A weight says what share of the total score a kpi has; it cannot be less than nothing or more than all. Often the % was forgotten: 30 means 3,000%. Write for example “weight 30%”.",
        "权重是这项指标占总分的比例，不会小于 0，也不会大于 100%。常见的原因是漏写了 %：只写 30 就是 3000%。请写作例如：权重 30%。",
    ),
    "E2311": (
        "Rates by tier can be meant in two ways: each part of the amount at the rate of its own tier (marginal), or the whole amount at the rate of the tier reached (whole). The difference is real money, so the scheme has to say it. Write marginal, whole or fixed after the name of the tiers.",
        "分档的比例有两种算法：每一段各按本档的比例（超额累进），或者全部按达到的那一档（全额累进）。两种算法发的钱不一样，办法里必须写明。请在阶梯名称后写上：超额累进、全额累进或达档定额。",
    ),
    "E2312": (
        "Between two tiers there are values that no row holds. Whoever lands there could not be paid, or only after a quarrel. Add the missing row with its value, or extend one of the neighbours.",
        "两档之间有一段哪一档都没有包括。谁的业绩正好落在里面，就算不出钱，只能临时商量。请补上这一档并写明它的值，或者把相邻的一档延长过来。",
    ),
    "E2313": (
        "At this value two rows hold at once and give different results. Which one is paid would be chance, and it is exactly the round numbers that people aim for. Let one of them stop before the bound: “from 50,000 below 100,000”, then “from 100,000”.",
        "有一个数同时落在两档里，两档的结果又不同。按哪一档发全凭运气，而大家冲的往往就是这个整数。请让前一档不含这个数，例如：5万以上不满10万，接着写 10万以上。",
    ),
    "E2314": (
        "Two rows begin at the same bound, so one of them can never be the right one. Usually a row was copied and its bound not changed. Correct the bound or delete the row.",
        "两档的起点一样，总有一档用不上。多半是复制了一行，忘了改档位。请改正档位，或删去多余的一行。",
    ),
    "E2315": (
        "Each row of a tiers table has its bound first and then one value for every column. With a value too many or too few, values would slip into the wrong column. Complete the row; write a calculation in brackets so that it stays one value.",
        "阶梯的每一行先写档位，再按列各写一个值。多一个或少一个，后面的值就会串到别的列去。请把这一行写齐；一个值如果是算式，请加括号，让它只算一个值。",
    ),
    "E2316": (
        "All values of a column are of one kind: all rates, all amounts or all texts. 5 among percentages would be a rate of 500%. Correct the value; usually a % or a unit such as “元” was forgotten.",
        "一列里的值要么都是比例，要么都是金额，要么都是文字。在一列百分比里写 5，就成了 500%。请改正这个值，多半是漏了 % 或 元。",
    ),
    "E2317": (
        "The bounds of the row contradict each other: the lower one is above the upper one, or one is an amount and the other a percentage. Nobody can ever land in such a row. Correct the bounds.",
        "这一档的上下限自相矛盾：下限比上限还高，或者一头写金额、一头写比例。谁也落不进这一档。请改正上下限。",
    ),
    "E2318": (
        "A marginal table begins above 0. What lies below its first bound earns nothing, also for people who get far beyond it. If that is meant, nothing needs to be done; otherwise add a first row from 0.",
        "超额累进的第一档不是从 0 开始。起点以下的部分没有提成，业绩再高的人，这一部分也没有。如果办法就是这样定的，不用改；否则请补一档，从 0 开始。",
    ),
    "E2319": (
        "Not every tiers table can turn a base into money: a marginal table needs rates, a table of grades only gives grades. Otherwise a text or a rate would be paid. Read the value of the tier with brackets, as in grade(score), or write rates into the table.",
        "不是每个阶梯都能拿基数算出钱来：超额累进的各档要写比例，写等级文字的阶梯只能查等级。硬算的话，就会把比例或文字当成钱。只要查值，请写作例如：等级(综合得分)；要算钱，请把各档写成比例。",
    ),
    "E2320": (
        "A tiers table with several columns gives several values, for example a base pay and a rate. Which of them is used decides the amount. Name the column, as in guide.rate(x).",
        "阶梯有几列，就有几个值，例如底薪和比例。取哪一列，算出来就是哪一个数。请写明列名，例如：导购.比例(完成率)。",
    ),
    "E2321": (
        "“the rest” stands for everything that no other row of the tiers covers, so exactly one end must be left open. Here both ends are open, or none, and the row would decide pay for cases nobody thought of. Write its bounds, as in “from 100,000”.",
        "“其余”是指其他各档没有包括的那一头，所以只能有一头没封住。现在两头都没封住，或者都封住了，“其余”会管到谁就说不准了。请写明这一档的上下限，例如：10万以上。",
    ),
    "E2322": (
        "A series stands for many tiers: it begins at a bound, goes on at equal widths, and each tier differs from the one before by the same amount. Rates that fall for ever would become negative, and pay would be taken back without anybody having decided so. Give the series an upper bound with “up to”, or write its tiers out.",
        "一行“每增加……递增……”代表许多档：从某个界限开始，每档一样宽，值逐档相差同样多。一直递减下去，比例就会变成负数，等于没有人决定就往回扣钱。请用“至”写明这一串到哪里为止，或者把各档逐行写出来。",
    ),
    "E2323": (
        "“first 1,000” and “next 2,000” say how wide a tier is; where it begins follows from the row before. “same as” takes over every row of another table. Where the start is unclear, or rows stand beside “same as”, two readings would pay differently. Write the bounds themselves.",
        "“前 1000”“其次 2000”写的是档有多宽，从哪里开始要看上一行；“同”是把另一个阶梯的各行全部照搬。起点看不出来，或者“同”的旁边还写了别的行，就会有两种算法。请直接写明这一档的上下限。",
    ),
    "E2324": (
        "In a filled table every tier has an amount, and who is halfway through a tier gets half of it. For a tier without an end there is no halfway. Write its end, as in “up to 3,000”; with “otherwise the last tier” everything beyond the end counts as full.",
        "档内按比例是说：每一档有一个金额，走到一半就得一半。没有终点的档，算不出走了几成。请写明终点，例如：不超过3000；超出以后仍按填满计的，写“其他情形 末档”。",
    ),
    "E2325": (
        "An interpolated table is made of points, and the value between two points lies on the straight line between them. A row that ends somewhere, or begins just above its bound, leaves open where the line goes. Begin each row with “from” and its point.",
        "插值的阶梯是由点连成的折线，两点之间的值在连线上。写了上限、或者不含本数的行，连线通到哪里就说不清了。请每行只写一个“以上”的点，例如：70%以上 0%。",
    ),
    "E2326": (
        "With a quick deduction the price of a base is rate × base less the deduction. It must come to the same as adding up the slices, or two people with the same base could be paid differently by two formulas. The right figure is the deduction of the row before plus the bound times the difference of the two rates.",
        "速算扣除的用法是：基数 × 比例，再减速算扣除。它必须和逐段相加的结果一致，否则同一个基数用两种算法会得出两个数。正确的数等于上一档的速算扣除，加上界限乘以两档比例之差。",
    ),
    "E2327": (
        "“gross_for” looks for the amount of which, after the table is applied, the wanted amount is left. There is exactly one such amount only if the table is marginal, rounds nothing on its way, and every rate is below 100%. Otherwise several amounts, or none, would leave the same. Change the row named, or compute it differently.",
        "“税前反算”是找一个数，按阶梯扣除以后正好剩下要的数。只有超额累进、中间不舍入、各档比例都小于 100% 的阶梯，这样的数才有且只有一个；否则会有好几个数剩下的一样多，或者一个也没有。请改正指出的这一档，或换一种算法。",
    ),
    "E2328": (
        "“next_bound” says where the next tier begins. In the last tier there is none, so the value is missing for exactly the best people. Say what holds then: “next_bound(growth, x) - x, otherwise 0”.",
        "“下一档”是下一档从哪里开始。已经在最高一档的人没有下一档，业绩最好的人反而算不出来。请写明那时怎么算，例如：下一档(提成率，业绩) - 业绩，无法计算时 0。",
    ),
    "E2331": (
        "Every table needs one column that tells its rows apart. Without it a row entered twice is paid twice, and a refund cannot find its sale. Write “key” on the contract number or another column that never repeats.",
        "每张台账要有一列能区分各行。没有它，同一单录了两遍就会发两遍，退款也找不到原单。请给单号这类不会重复的列写上“标识”。",
    ),
    "E2332": (
        "A table can have only one key, one credited person and one date of record. With two, it is open who is paid or in which month. Remove the word from one of the columns; several people share one deal in a table of their own.",
        "一张台账只能有一个标识、一个归属人、一个归属日。写了两个，发给谁、算在哪个月就说不清了。请去掉一列上的这个词；一单由几个人分的，请另设一张分成台账。",
    ),
    "E2333": (
        "A refund has to say which sale it takes back; a link has to say to which table it leads. Otherwise the pay of the wrong sale, or of none, would be taken back. Write the name of the table as the type of the column, for example “sale sale, reverses”.",
        "冲减要写明冲的是哪张台账的单，对应列要写明对应哪张台账。否则可能冲错单，或者一单也没有冲到。请把台账名称写作该列的类型，例如：签约 签约，冲减原单。",
    ),
    "E2334": (
        "Pay is computed by period, and nothing tells to which period a row of this table belongs. A row could then be paid in no month or in two. Write “date of record” on a date column, or link the table to one that has it.",
        "提成按期结算，而这张台账的每一行算在哪一期没有写明。一单就可能哪个月都没发，或者发了两个月。请给一个日期列写上“归属日”，或加一列指向有归属日的台账。",
    ),
    "E2335": (
        "The scheme pays persons, so it has to know who they are and what is known of them: number, team, targets. Add a block “people” with its columns, or use the file that has it.",
        "方案要发钱给员工，就要知道有哪些人、每人有哪些信息，例如工号、团队、任务，否则发给谁都不知道。请写一段“人员”及其各列，或者引用写有人员的文件。",
    ),
    "E2336": (
        "A column has a type, such as money, text or date, or the name of a table that it points to. This word is neither. Without the type an amount could be read as a text and drop out of the pay. Choose one of the types or correct the name of the table.",
        "每一列都要写类型，例如 金额、文本、日期，或者它所指向的台账名称。这里写的两样都不是。类型不明，金额就可能被当成文本而漏算。请改为一种类型，或改正台账名称。",
    ),
    "E2337": (
        "“dated” means that a value changes on certain days and old rows keep the old one, such as a person's team. For now that is known for people only. In other tables, give each row the value that holds for it.",
        "“有变更记录”是说某项内容从哪天起变，之前的业绩仍按旧值算，例如员工所在的团队。目前只有人员可以这样写。其他台账请在每一行直接填写当时的值。",
    ),
    "E2338": (
        "A table without its own person and date takes them from the table it belongs to. This one points to two, and they may belong to different people and months. Give it its own columns with “credited” and “date of record”.",
        "台账没有自己的归属人和归属日时，就随它所属的台账。这张台账指向两张，归属的人和月份可能都不同。请在本台账里写明自己的“归属人”和“归属日”。",
    ),
    "E2339": (
        "What is paid or counted per person needs one person for each row. The table has no column that says who, so the money would go to nobody. Write “credited” on the column with the person, or link the table to one whose rows have such a person.",
        "按人计发、按人统计时，每一行都要归到一个人名下。这里没有写明归属人，算出来的钱不知道发给谁。请给员工那一列写上“归属人”，或加一列指向有归属人的台账。",
    ),
    "E2341": (
        "A parameter with dates must have exactly one value on every day. Two values, or none, would leave open what is paid on those days. Let each value begin on the day after the one before ended.",
        "参数按日期分段时，每一天都要正好有一个值。有两个值，或者一个也没有，那几天发多少就定不下来。请让后一段从前一段结束的次日开始。",
    ),
    "E2342": (
        "Which cells are keys and which are values follows from the first line of the table: one key for each name after “by”, then one value for each column. “from 1 up to 5” is one key. With a cell too many or too few a value would be read as a key. Complete the row.",
        "哪些格是条件、哪些格是值，由表的第一行决定：“按”后面有几个名称就先写几个条件，再按列各写一个值。“1 至 5”算一个条件。多一格或少一格，值就会被当成条件。请把这一行写齐。",
    ),
    "E2343": (
        "Every row compares a key with the same thing, so its cells are all numbers, all texts, all dates, or all yes or no. A text beside a number would never fit. Write the cell like the others.",
        "同一个条件每一行比的是同一样东西，所以要么都是数，要么都是文字、日期或是否。混着写的那一行永远对不上。请按其他行的写法改。",
    ),
    "E2344": (
        "A key whose cell is “any” in every row makes no difference to the result. Either rows are missing, or the key is not needed. Write what it decides, or leave it out of the first line.",
        "每一行都是“不限”的条件，对结果没有影响：不是少写了几行，就是不需要这个条件。请写清楚它决定什么，或者从第一行去掉。",
    ),
    "E2345": (
        "One case fits two rows, and they give different values. Which one holds would be chance. Narrow one of the rows; or, if the first row that fits is meant to hold, write “first of” after the keys.",
        "同一种情形符合两行，两行的值又不同，按哪一行就说不清了。请把其中一行的条件收窄；如果本意是以先写的为准，请在条件后面加上“依次取”。",
    ),
    "E2346": (
        "The name of a deduction stands for what the person gets from it, and that is less than nothing: -50.00. Minus a negative amount is plus. Add the deduction, as the payout does that is not written.",
        "扣除项目的名称代表员工因它得到的钱，也就是负数，例如 -50.00。减去负数等于加上。请把扣除项目加进来；不写结算额时，系统就是这样合计的。",
    ),
    "E2347": (
        "A promise says what the scheme keeps for every possible set of facts. It is read, its names and units are checked, and it belongs to the meaning of the scheme; whether the scheme keeps it is not examined. Test it with cases at the amounts that matter.",
        "方案校验写的是不论数据如何、方案都应做到的事。系统会检查里面的名称和单位，并把它计入方案的内容；方案是否做得到，目前并不验证。请用关键金额的用例来核对。",
    ),
    "E2361": (
        "A rule for each group gives one amount for the whole group. Who gets it is a decision that money depends on, so it is never guessed. Write “to” with a column of the group that holds a person, such as “to leader”, or “to company”, or divide the amount among the members.",
        "按组织计算的一笔钱，是整个组织一笔。归负责人、归公司还是大家分，发的钱完全不同，不能由系统猜。请写明发给谁，例如“发给 组长”“发给 公司”，或者分给成员。",
    ),
    "E2362": (
        "Only people are paid, and the company keeps what is written “to company”. The name leads to something else, such as an amount, a text or a group. Name a column whose type is “person”, if need be over links, as in “seller.manager”.",
        "钱只能发给员工，或者留给公司。这个名称指的是别的东西，例如金额、文字或组织。请写一列类型是“员工”的列，也可以一层层指过去，例如：销售员.上级。",
    ),
    "E2363": (
        "The lines say two things that exclude each other, or one that has nothing to stand on, so that it is open who gets how much. Follow the hint behind the colon. An amount is divided once, among receivers written one by one or among the members of a group.",
        "这里要么前后矛盾，要么没有着落，谁得多少定不下来。请照冒号后面的提示改。一笔钱只分一次：逐个写明归谁，或者分给一个组织的成员。",
    ),
    "E2351": (
        "The scheme computes values but never says that any of them is paid. Everybody would get a statement over 0. Add a commission, bonus or allowance, or a payout.",
        "方案算出了一些数，却没有写哪一项要发，每个人的结算单都会是 0。请写上提成、奖金或津贴，或者写“结算额”。",
    ),
    "E2391": (
        "A rate of 0.8 can mean that one unit of the foreign currency costs 0.8 of the scheme's, or the other way round, and both look alike in a list. Write “home per foreign” (the amount is multiplied) or “foreign per home” (it is divided) on the column.",
        "牌价 0.8，可以是一单位外币折 0.8 本币，也可以是一单位本币折 0.8 外币，单看数字分不出来，金额却差很多。请在这一列写明“每外币折本币”（相乘）或“每本币折外币”（相除）。",
    ),
    "E2392": (
        "A table of rates says what a currency costs on a day. Its keys are the currency (text) and the day (date), one number column holds the rate; nobody is credited with it, and it belongs to no period, because the rates of last month's end are needed this month. It is read by “into … at …” alone.",
        "牌价表写的是某种币种在某一天的牌价：两列标识是币种（文本）和日期，一列数值是牌价。它不归属任何人，也不算在哪一期，因为月初要用上月末的牌价。它只供“折合”时查用。",
    ),
}

FIXES: dict[str, tuple[str, str]] = {
    # ---- words and names
    "did_you_mean": ("change it to “{candidate}”", "改成“{candidate}”"),
    "add_blanks": ("add the blanks: {candidate}", "加上空格：{candidate}"),
    "replace_word": ("write “{candidate}” here", "改写成“{candidate}”"),
    "write": ("write {text}", "写成 {text}"),
    "write_prefix": ("say which one: {candidate}", "写明出处：{candidate}"),
    "back_quotes": ("if it is a name: `{name}`", "如果是名称：`{name}`"),
    "rename": ("choose another name for “{name}”", "给“{name}”另取一个名称"),
    "aggregate": ("if the total is meant: {candidate}", "如果要的是合计：{candidate}"),
    "aggregate_any": ("if one such row is enough: {candidate}", "如果有一行符合就算：{candidate}"),
    "remove": ("delete “{seen}”", "删去“{seen}”"),
    "per_row": ("move it under “for each {table}”", "移到“逐笔 {table}”之下"),
    # ---- kinds
    "write_number": ("write a number, for example {text}", "写成数字，例如 {text}"),
    "write_text": ("if it is a text: {text}", "如果是文字：{text}"),
    "write_money": ("if it is an amount of money: {text}", "如果是金额：{text}"),
    "write_percent": ("if it is a percentage: {text}", "如果是百分比：{text}"),
    "test_present": ("ask first: {text}", "先判断：{text}"),
    "add_default": ("give the column a default: {text}", "给这一列写默认值：{text}"),
    "add_rescue": ("say what holds when it cannot be computed: {text}", "写明算不出来时怎么办：{text}"),
    "add_otherwise": ("add a last case: {text}", "补上最后一种情形：{text}"),
    # ---- whole lines
    "add_head_line": ("add a line at the top: {text}", "在方案开头加一行：{text}"),
    "add_clause": ("add a line: {text}", "补一行：{text}"),
    "first_day": ("let the version begin on {date}", "版本改为自 {date} 起"),
    "add_people": ("add a block “people” with a key column", "加一段“人员”，写明标识列"),
    # ---- tiers
    "add_mode": (
        "write “{candidate}”[: {base:amount} pays {amount:amount}]",
        "写明“{candidate}”[：{base:amount} 得 {amount:amount}]",
    ),
    "missing_row": ("add the row with its value: {row}", "补一行，填上它的值：{row}"),
    "include_bound": ("let this row hold at its bound: {row}", "让这一档含本数：{row}"),
    "exclude_bound": ("let this row stop before its bound: {row}", "让这一档不含上限：{row}"),
    # ---- tables and parameters
    "add_key": ("write “key” on the column “{column}”", "给“{column}”列写上“标识”"),
    "add_record_date": ("write “date of record” on the column “{column}”", "给“{column}”列写上“归属日”"),
    "add_link": ("add a column of type “{table}”: {text}", "加一列，类型写“{table}”：{text}"),
    "remove_role": ("take “{role:word}” off the column “{column}”", "去掉“{column}”列的“{role:word}”"),
    "add_direction": (
        "write “{candidate}”: 1,000 at 0.8 come to {amount:amount} {currency}",
        "写明“{candidate}”：1,000 外币、牌价 0.8，得 {amount:amount} {currency}",
    ),
    "join_dates": ("let this value begin on {date}", "让这一段从 {date} 开始"),
}

RELATED: dict[str, tuple[str, str]] = {
    "first_here": ("[“{name}” ]stands here first", "[“{name}”]第一次写在这里"),
    "declared_here": ("[“{name}” ]is defined here", "[“{name}”]在这里定义"),
    "also_here": ("[“{name}” ]is here too", "[“{name}”]这里也有"),
    "other_row": ("the other row[: {row}]", "另一档在这里[：{row}]"),
    "other_case": ("the other row", "另一行在这里"),
    "uses": ("“{name}” uses “{used}” here", "“{name}”在这里用到“{used}”"),
    "table_here": ("the table “{table}” is here", "台账“{table}”在这里"),
    "column_here": ("the column “{column}” is here", "“{column}”列在这里"),
    "weight_here": ("“{kpi}” weighs {weight:percent}", "“{kpi}”的权重是 {weight:percent}"),
    "period_here": ("the period is given here", "周期在这里写明"),
    "used_from": ("the file is used here", "在这里引用了这个文件"),
}

# What the stages call things, as they stand in a sentence; blanks in a word are written _ here. A key
# `scope.word` is for templates that say `{fact:scope}`, and comes before the plain word.
WORDS: dict[str, tuple[str, str]] = {
    # kinds of values
    "plain": ("a bare number", "不带单位的数"),
    "money": ("money", "金额"),
    "number": ("a number", "数值"),
    "percent": ("a percentage", "百分比"),
    "count": ("a whole number", "整数"),
    "text": ("text", "文字"),
    "yesno": ("yes or no", "“是”或“否”"),
    "date": ("a date", "日期"),
    "datetime": ("a date with a time", "日期加时间"),
    "duration": ("a length of time", "时长"),
    "person": ("a person", "员工"),
    "row": ("a row of another table", "另一张表的一行"),
    "rows": ("the rows of a table, as in sum(deal.amount)", "台账的列，例如 合计(签约.金额)"),
    "column": ("a column of a table, as in sum(deal.amount)", "台账的列，例如 合计(签约.金额)"),
    "table": ("a table", "台账"),
    "named_column": ("a column", "一列"),
    "per_person": ("one value per person", "每人一个值"),
    "per_row": ("one value per row", "每行一个值"),
    "values_only": ("values alone, without “where”", "各项的值，不能带“其中”"),
    "dates": ("dates", "日期"),
    "day": ("a date with its day, such as 2023-07-01", "写到日的日期，例如 2023-07-01"),
    "month_only": ("a month without a day", "只写到月的日期"),
    "storable": ("a number, an amount, a text, a date, yes or no", "数、金额、文字、日期、“是”或“否”"),
    "orderable": ("numbers, amounts or dates", "数、金额或日期"),
    "one_of": ("one of its options", "选项之一"),
    "line_kind": ("commission, bonus, allowance, deduction or guarantee", "提成、奖金、津贴、扣除或保底"),
    "kpi_part": ("a part of the kpis, as in kpi.attainment", "指标的一项，例如 指标.完成率"),
    "company": ("the company", "公司"),
    # things with a name
    "scheme": ("the scheme", "方案"),
    "version": ("a version", "版本"),
    "facts": ("a table", "台账"),
    "people": ("the table of people", "人员表"),
    "group": ("a group", "组织"),
    "parameter": ("a parameter", "参数"),
    "definition": ("a named value", "计算项"),
    "value": ("a value", "具体的值"),
    "constant": ("a fixed value", "固定的值"),
    "condition": ("a condition", "条件"),
    "tiers": ("a tiers table", "阶梯"),
    "lookup": ("a lookup table", "对照表"),
    "function": ("a function", "函数"),
    "kpi": ("a kpi", "指标"),
    "score": ("a score", "得分"),
    "commission": ("a commission", "提成"),
    "bonus": ("a bonus", "奖金"),
    "deduction": ("a deduction", "扣除"),
    "allowance": ("an allowance", "津贴"),
    "line": ("what is paid", "要发的钱"),
    "payout": ("the payout", "结算额"),
    "period": ("the period", "周期"),
    # places in a scheme (E2204, E2212)
    "weight": ("a weight", "权重"),
    "actual": ("the actual value", "实际值"),
    "target": ("the target", "目标值"),
    "place.tiers": ("what these tiers are read with", "拿来查这个阶梯的数"),
    "promise": ("what a promise is about", "方案校验的内容"),
    "place.lookup": ("what this table is asked with", "拿来查这张对照表的值"),
    "place.key": ("a key of the table", "对照表的条件"),
    "place.parameter": ("every value of a parameter", "参数的各个值"),
    "place.date_test": ("what “before” and “after” compare", "“早于”“晚于”的两边"),
    "place.parted": ("what a part is taken of", "取一部分的数"),
    "place.order": ("what is larger or smaller", "比大小的两边"),
    "place.day": ("a date in a calculation", "算式里的日期"),
    "place.limited": ("a column with a limit", "写了上下限的列"),
    "place.zero_unless": ("what can become 0 here", "可能计零的结果"),
    "place.with_currency": ("a column with a currency", "写了币种的列"),
    "place.currency_column": ("the column that names a currency", "写明币种的那一列"),
    "place.conversion": ("what is converted", "要折合的数"),
    "place.rate_day": ("the day of a rate", "牌价的日期"),
    "place.rounding": ("what is rounded", "要舍入的结果"),
    "place.case": ("every case", "各种情形的结果"),
    "bound": ("a bound of the tiers", "档位"),
    "cell": ("a value of the tiers", "各档的值"),
    "at_most": ("a cap", "最高限额"),
    "at_least": ("a floor", "最低限额"),
    "above": ("the limit", "界限"),
    "below": ("the limit", "界限"),
    "times": ("the factor after “times”", "“乘以”后面的数"),
    "plus": ("what is added", "“加”后面的数"),
    "minus": ("what is subtracted", "要减去的数"),
    "default": ("a default", "默认值"),
    "otherwise": ("the value after “otherwise”", "最后一种情形的值"),
    "rescue": ("the value after “otherwise”", "“无法计算时”后面的值"),
    "share": ("the share", "比例"),
    "reverses": ("the share that is taken back", "冲减的比例"),
    "date_of_record": ("the date of record", "归属日"),
    "credited": ("the credited column", "归属人"),
    "option": ("an option", "选项"),
    "rounding_step": ("the step of rounding", "舍入的位数"),
    "running_total": ("what is totalled", "要累计的内容"),
    "part_of": ("the bounds of the part", "这一部分的起点和终点"),
    "sum": ("what is summed", "要合计的列"),
    "average": ("what is averaged", "要求平均的列"),
    "distinct": ("what is counted", "要计数的列"),
    "min": ("what “min” compares", "“取低”里的各项"),
    "max": ("what “max” compares", "“取高”里的各项"),
    "days": ("what “days” counts between", "“天数”的起止"),
    "months": ("what “months” counts between", "“月数”的起止"),
    "minutes": ("what “minutes” counts between", "“分钟数”的起止"),
    "ceiling": ("what is rounded up", "要向上取整的数"),
    "multiple": ("what “multiple” looks at", "“为倍数”里的两个数"),
    # E2201
    "together.+": ("added", "相加"),
    "together.-": ("subtracted", "相减"),
    "together.×": ("multiplied", "相乘"),
    "together.÷": ("divided", "相除"),
    # E2209
    "order.start": ("the first line must give a value", "第一行应先写一个值"),
    "order.value": (
        "there is a value already, and a second one stands after it",
        "前面已经有了一个值，后面又写了一个",
    ),
    "order.case": (
        "a case stands after other steps; cases come first",
        "“若……则……”写在了后面，各种情形要写在最前面",
    ),
    "order.otherwise_row": ("“otherwise” stands a second time", "“其他情形”写了两次"),
    "order.otherwise": ("“otherwise” stands a second time", "算不出来时的取值写了两次"),
    # E2363
    "sharing.to_and_shared": (
        "“to” gives the whole to one, “shared” divides it; keep one of them",
        "“发给”是整笔归一个人，“分配”是几个人分，只能留一样",
    ),
    "sharing.shared_exception": (
        "sharing, and another way to pay some of the rows, exclude each other; write two rules with “where”",
        "分配的项目不能有例外，例外里也不能分配；请用“仅限”写成两项",
    ),
    "sharing.shared_twice": ("it is divided a second time", "前面已经分过一次了"),
    "sharing.not_paid": ("only a paid line has receivers", "只有发放项目才有人领"),
    "sharing.no_share": ("no share is written", "没有写明任何一份"),
    "sharing.two_rests": ("the rest is given away twice", "余下的部分给了两次"),
    "sharing.together_twice": ("two limits for all shares together", "“合计最高”写了两次"),
    "sharing.rounded_twice": ("the parts are rounded twice", "各份的舍入写了两次"),
    "sharing.together_in_turn": (
        "shares in turn are each of what is left, so they have no limit together",
        "依次分配时每份按余额算，不能再限合计",
    ),
    "sharing.share_out_of_range": (
        "a share lies between 0 and 100%; an amount is written as money",
        "每份的比例应在 0 到 100% 之间；如果是金额，请写明元",
    ),
    "sharing.more_than_all": (
        "the shares come to more than 100%, and nothing is left for the rest",
        "各份合计超过 100%，没有余下的了",
    ),
    "sharing.not_members": ("an amount is divided among “member”", "只能分给“成员”"),
    "sharing.members_of_what": (
        "members belong to a group; write the line for each group",
        "成员是某个组织的成员，请把这一项写成逐个组织计算",
    ),
    "sharing.rest_of_nothing": (
        "what rounding leaves over arises in “shared among”, and stands right behind it",
        "尾差是“平分给”“分给”之后才有的，要紧跟着写",
    ),
    "sharing.rescued_shares": (
        "after shares only “otherwise 0” can stand, right behind “shared among”: nothing is paid where nobody has a share",
        "分配之后只能写“无法计算时 0”，并紧跟在“平分给”“分给”后面：没有人可分时不发",
    ),
    "sharing.no_guarantee": ("only a guarantee counts what was received", "只有“保底”才扣除已得收入"),
    "sharing.counted_twice": ("the income counted is written twice", "“已得收入”写了两次"),
    "sharing.counted_per_row": (
        "a guarantee per row must say with “counting” what it counts",
        "逐笔保底要写明“已得收入”是哪一项",
    ),
    "place.shared": ("what is shared", "要分的数"),
    "place.guaranteed": ("what is guaranteed", "保底的数"),
    "counted": ("what a guarantee counts", "“已得收入”"),
    "guarantee": ("a guarantee", "保底"),
    # E2319
    "priced.text": ("its values are texts", "各档写的是文字"),
    "priced.money": ("a marginal table holds rates, not amounts", "超额累进的各档要写比例，不能写金额"),
    "priced.key": (
        "this table splits its own base among the tiers, so it takes no “by”",
        "这种阶梯按基数本身分段，不能再“按”另一项查档",
    ),
    "priced.yesno": ("its values are yes or no", "各档写的是“是”或“否”"),
    "priced.plain": (
        "bare numbers between points may be amounts or rates; write % for rates, “元” for amounts, or read the value as T(x)",
        "插值的各点只写了数，分不出是金额还是比例；请写明“元”或“%”，或者用“阶梯(x)”查值",
    ),
    "priced.dates": (
        "its bounds are dates, and a date cannot be paid in parts",
        "它的档位是日期，日期不能分段计算",
    ),
    # E2322
    "series.step": (
        "it needs one “every” with a width above 0, and “more by” or “less by” behind a value",
        "要有一个大于 0 的“每增加”，值后面还要写“递增”或“递减”",
    ),
    "series.start": ("it needs a number to begin at, such as “from 0”", "要写明从哪个数开始，例如：0以上"),
    "series.long": ("it makes more than 1,000 tiers", "写出来超过了 1000 档"),
    "series.falls": (
        "it falls for ever, and would be below 0 in the end; say where it ends, with “up to”",
        "一直递减会减到 0 以下，请用“至”写明到哪里为止",
    ),
    "series.points": ("between points there are no tiers; write the points", "插值的阶梯写的是点，请把各点写出来"),
    "series.rounded": (
        "tiers without end cannot be rounded one by one; end the series with “up to”, or round “each row”",
        "没有尽头的档不能逐档舍入，请写明到哪里为止，或改为“按笔”舍入",
    ),
    # E2323
    "row.width": ("the width of a tier is a number above 0", "档宽应是大于 0 的数"),
    "row.first": ("“first” can stand in the first row only", "“前”只能写在第一行"),
    "row.next": ("the row before it has no end", "上一行没有写到哪里为止"),
    "row.same": ("“same as” takes all the rows of a table and stands alone", "“同”照搬整个阶梯，旁边不能再写别的行"),
    # E2327
    "inverse.mode": ("only marginal tables have one", "只有超额累进的阶梯才可以"),
    "inverse.rounded": ("its slices are rounded", "它的各档先舍入了"),
    "inverse.rate": ("of more, not more would be left", "这一档扣到了 100% 或更多，多得的反而剩不下"),
    "inverse.otherwise": ("beyond its rows 100% or more is taken", "其他情形扣到了 100% 或更多"),
    "bounds_of": ("what the bounds are shares of", "档位的基数"),
    # E2392
    "rates.kind": ("rates stand in a table of facts, not among people or groups", "要写成台账，不能写在人员或组织里"),
    "rates.keys": ("its keys are two columns, a currency (text) and a day (date)", "要有两列标识：币种（文本）和日期"),
    "rates.twice": ("one column holds the rate, in one direction", "只能有一列牌价，折算方向只写一个"),
    "rates.number": ("the rate is a number", "牌价一列的类型应是数值"),
    "rates.credited": ("rates belong to nobody", "牌价不归属任何人"),
    "rates.record_date": ("rates belong to no period, each holds from its day on", "牌价不算在哪一期，从当天起可用"),
    "rates.optional": ("currency, day and rate are needed in every row", "币种、日期、牌价每行都要填"),
    "rates.rows": ("nothing is worked out for each of its rows", "不能逐行计算"),
    "rates.link": ("no other table can point to its rows", "其他台账不能指向它"),
}
