"""Sentences about the book: what may not happen in it, where it lies, what verifying it finds.

In: nothing. Out: `MESSAGES`, `BOOK` and `WORDS`, in the manner of `meaning.py`.
"""

MESSAGES: dict[str, tuple[str, str]] = {
    "E4008": (
        "“{url}” is no place for a book\ngive a file, for example pay.book, or postgresql://user@server/database",
        "“{url}”不能用来存放账本\n请给出文件，例如 pay.book，或者 postgresql://用户@服务器/数据库",
    ),
    "E4009": (
        "there is no book “{book}” yet\npublishing a scheme makes it: tiercel publish FILE --book {book} --by NAME",
        "还没有账本“{book}”\n发布方案时会新建：tiercel publish 方案文件 --book {book} --by 姓名",
    ),
    "E4010": (
        "“{seen}” is no time\nwrite 2025-08-31, or 2025-08-31 18:00, with an offset if need be: 2025-08-31T18:00+08:00",
        "“{seen}”不是时间\n请写 2025-08-31 或 2025-08-31 18:00，需要时加上时差：2025-08-31T18:00+08:00",
    ),
    "E4011": (
        "nothing can be entered for {at}: the last entry of the book is of {last}",
        "不能按 {at} 登记：账本里最后一条的时间是 {last}",
    ),
    "E4012": (
        "[the book has no scheme “{scheme}”|the book holds several schemes][; it has {candidates:quoted}]\nname one: --scheme NAME",
        "[账本里没有方案“{scheme}”|账本里有几份方案][，现有{candidates:quoted}]\n请用 --scheme 写明是哪一份",
    ),
    "E4013": (
        "nothing is published in this book yet, so it knows no tables\npublish a scheme first: tiercel publish FILE --book BOOK --by NAME",
        "这本账还没有发布过方案，不知道有哪些台账\n请先发布方案：tiercel publish 方案文件 --book 账本 --by 姓名",
    ),
    "E4014": (
        "a retroactive version needs a reason\nadd --reason and why the closed periods shall be paid by other rules",
        "追溯执行要写明理由\n请加上 --reason，说明已关账的周期为什么要改按新规则",
    ),
    "E4015": (
        "no version {version} waits for approval[; waiting: {candidates:or}]",
        "没有等待批准的版本 {version}[，等待批准的是版本 {candidates:or}]",
    ),
    "E4016": (
        "the book holds no row “{row}” that could be withdrawn\nwrite TABLE:KEY, for example deal:D17; one step of a person as people:E017@2025-07-01",
        "账本里没有可以撤回的“{row}”\n写法是 台账:编号，例如 签约:D17；人员的某一次变更写作 人员:E017@2025-07-01",
    ),
    "E4017": (
        "give either a scheme file with its data, or a book: one of the two",
        "方案文件（连同数据）和账本，请给出其中一个，只给一个",
    ),
    "E4018": (
        "it must be said who does this\nadd --by and a name",
        "要写明是谁在办理\n请加上 --by 和姓名",
    ),
    "E4019": (
        "for a book on a PostgreSQL server, psycopg has to be installed\ninstall it: pip install tiercel[postgres]",
        "账本放在 PostgreSQL 服务器上，还需要安装 psycopg\n安装命令：pip install tiercel[postgres]",
    ),
    "E5001": (
        "“{book}” was written by a later release of Tiercel (its layout is number {format}, this release knows {known})\ninstall the newest release; nothing was changed",
        "“{book}”是更新版本的 Tiercel 写的（账本格式 {format}，本版本只认识 {known}）\n请安装最新版本。账本没有改动",
    ),
    "E5002": (
        "somebody else is writing to “{book}”, and does not come to an end\nnothing was entered; try again",
        "别人正在写“{book}”，一直没有写完\n什么也没有登记，请稍后再试",
    ),
    "E5003": (
        "“{book}” cannot be written: the disk is full, or there is no permission\nthe book is as it was",
        "“{book}”写不进去：磁盘已满，或者没有权限\n账本保持原样",
    ),
    "E5004": (
        "“{book}” is not a book of Tiercel\nit was not touched",
        "“{book}”不是 Tiercel 的账本\n没有动过它",
    ),
    "E5005": (
        "“{book}” is damaged and cannot be read\ntake the last good copy, and verify it against the exported heads",
        "“{book}”已经损坏，读不出来\n请取最近一份完好的备份，并用导出的校验码核验",
    ),
    "E5006": (
        "the server of “{book}” cannot be reached or does not let us in\nnothing was entered",
        "连不上“{book}”所在的服务器，或者被拒绝登录\n什么也没有登记",
    ),
    "E5010": (
        "version {version} of “{scheme}” is published already, with other rules\nwhat is published does not change: give the new rules the next number",
        "“{scheme}”的版本 {version} 已经发布过，规则与这份不同\n已发布的不能改，请给新规则编下一个版本号",
    ),
    "E5011": (
        "this version begins on {first}, and {period} is closed[ (closed up to {last})]\nlet it begin later, or declare it: --retroactive --reason TEXT; somebody else then has to approve it",
        "这一版自 {first} 起执行，而 {period} 已经关账[（已关账至 {last}）]\n请推后起始日，或者声明追溯：--retroactive --reason 理由，再由另一个人批准",
    ),
    "E5012": (
        "this version begins on {first}, in no closed period: it is not retroactive\nleave out --retroactive",
        "这一版自 {first} 起执行，没有碰到已关账的周期，不算追溯\n请去掉 --retroactive",
    ),
    "E5013": (
        "with version {version} nothing would be in force in {period}, which is closed\nlet the version hold on, or publish the one after it first",
        "有了版本 {version}，已关账的 {period} 反而没有可执行的方案\n请延长这一版的执行期，或者先发布它之后的版本",
    ),
    "E5014": (
        "{person} published version {version} and cannot approve it\nsomebody else has to",
        "版本 {version} 是 {person} 发布的，不能由本人批准\n请由另一个人批准",
    ),
    "E5015": (
        "{period} is closed\nwhat has become known since is posted in the open period; the closed one can be explained and verified",
        "{period} 已经关账\n此后得知的变化记入未关账的周期；已关账的可以查看和核验",
    ),
    "E5016": (
        "{period} was not run yet, so there is nothing to close\nrun it: tiercel run --book BOOK --period {period} --by NAME",
        "{period} 还没有结算，无从关账\n请先结算：tiercel run --book 账本 --period {period} --by 姓名",
    ),
    "E5017": (
        "the last run of {period} left out {people:quoted}: a partial run cannot be closed\nmend the data, record them and run again",
        "{period} 最近一次结算没有算 {people:quoted}，部分结算不能关账\n请改好数据，登记后再结算一次",
    ),
    "E5018": (
        "{person} ran {period} and cannot close it\nsomebody else has to",
        "{period} 是 {person} 结算的，不能由本人关账\n请由另一个人关账",
    ),
    "E5019": (
        "{wanted_period} is to be closed before {period}",
        "要先给 {wanted_period} 关账，才轮到 {period}",
    ),
    "E5020": (
        "an amount is larger than the book can hold",
        "有一笔金额太大，账本存不下",
    ),
    "E5021": (
        "{period} is closed, and with what was recorded since it cannot be worked out again (entries {entries})\nmend the data that are named here and record them",
        "{period} 已经关账，按之后登记的数据却算不出来了（第 {entries} 条）\n请改好这里指出的数据并登记",
    ),
    "E5022": (
        "the run of {period} (entry {run}) is out of date: [{closed} was closed after it|the rules have changed since]\nrun it again, then close",
        "{period} 的那次结算（第 {run} 条）已经过时：[其后 {closed} 关了账|其后规则有变化]\n请再结算一次，然后关账",
    ),
    "E5040": (
        "version {version} passes on from version {older}, which is published but does not count yet\nlet somebody approve version {older} first: tiercel approve --version {older} --book BOOK --by NAME",
        "版本 {version} 从版本 {older} 过渡而来，版本 {older} 发布了，还没有批准\n请先由另一个人批准：tiercel approve --version {older} --book 账本 --by 姓名",
    ),
    "E5030": (
        "entry {entry} is not what was entered, or not where it was",
        "第 {entry} 条不是当初登记的样子，或者不在原来的位置",
    ),
    "E5031": (
        "entry {entry} is missing",
        "第 {entry} 条不见了",
    ),
    "E5032": (
        "{rows:kept_rows} of entry {entry} are not what was entered[: {record}][: {count} instead of {wanted_count}]",
        "第 {entry} 条所带的{rows:kept_rows}不是当初登记的样子[：{record}][：现有 {count} 行，原有 {wanted_count} 行]",
    ),
    "E5034": (
        "entry {entry} of this book is not the one whose mark was exported: it is another book, or it was built anew",
        "这本账的第 {entry} 条与当时导出的校验码不符：不是同一本账，或者是重新做过的",
    ),
    "E5035": (
        "{period}, {person}, {line}[ {record}]: the book holds {stored} {currency}, and it comes to {again}",
        "{period}，{person}，{line}[ {record}]：账本里是 {stored} {currency}，重新计算是 {again}",
    ),
    "E5036": (
        "{period} was computed by another meaning of the language than this release knows\ninstall release {release} to verify it",
        "{period} 是按另一版语义计算的，本版本不认识\n请安装 {release} 版来核验",
    ),
    "E5037": (
        "{period} cannot be worked out again as it was: what it was computed from is not what the book holds",
        "{period} 无法照原样重新计算：账本里的依据已不是当时的样子",
    ),
    "E5050": (
        "{column} of {table} does not mean the same in {scheme} and in {other}\nrecord the rows for one of them: --scheme NAME",
        "{table}的{column}在 {scheme} 与 {other} 两份方案里意思不同\n请写明这些行供哪一份使用：--scheme 名称",
    ),
}

BOOK: dict[str, tuple[str, str]] = {
    "E4008": (
        "A book lies in one file, by SQLite, or on a PostgreSQL server. Other databases are not supported. Give a path, or an address that begins with postgresql://.",
        "账本可以是一个文件（SQLite），也可以放在 PostgreSQL 服务器上，不支持其他数据库。请给出路径，或以 postgresql:// 开头的地址。",
    ),
    "E4009": (
        "The file named after --book does not exist, or the server holds no book there. A misspelt name must not begin an empty book, so only publish makes one. Check the path, or publish the first version.",
        "--book 后面的文件不存在，或者服务器上没有这本账。名字写错不该悄悄变出一本空账，所以只有发布方案时才会新建。请核对路径，或者发布第一版方案。",
    ),
    "E4010": (
        "A time is a day, or a day with hours and minutes, and may say its offset from UTC. Without an offset it is the time of this machine. A day alone is its beginning for --at, and its end for --as-known-on.",
        "时间可以只写日期，也可以带时和分，还可以写明与 UTC 的时差；不写时差的按本机时间。只写日期时，--at 指当天开始，--as-known-on 指当天结束。",
    ),
    "E4011": (
        "The time of an entry is when something became known. If an entry could be put before others, what was known on a day would change afterwards. Leave out --at, or give a time after the last entry; tiercel log shows it.",
        "一条的时间就是得知的时间。要是能插到别的前面，某一天知道什么就会事后改变。请去掉 --at，或者给出晚于最后一条的时间；tiercel log 可以查看。",
    ),
    "E4012": (
        "A book may hold several schemes. Which one is meant must be said, by its name or alias, unless there is only one.",
        "一本账里可以有几份方案。不止一份时，要用名称或又名写明是哪一份。",
    ),
    "E4013": (
        "The tables and columns of the data are declared by the scheme. Before a scheme is published, a book cannot know what a file of data means, nor which cells are amounts.",
        "有哪些台账、哪些列，是方案里写明的。发布方案之前，账本不知道数据文件是什么意思，也不知道哪些格子是金额。",
    ),
    "E4014": (
        "Whoever reads the log years later must find why closed periods were paid by other rules. Give the reason as one would explain it to an auditor.",
        "多年以后查账的人，要能看到已关账的周期为什么改了规则。请把理由写得能说给审计听。",
    ),
    "E4015": (
        "Only a version that was published as retroactive waits for approval, and only once. tiercel log lists what was published.",
        "只有声明了追溯的版本才需要批准，而且只批准一次。tiercel log 列出发布过的版本。",
    ),
    "E4016": (
        "A row is withdrawn by its table and its key. The table goes by any of its names, the key exactly as it was recorded. What was withdrawn is not there any more, and cannot be withdrawn again.",
        "撤回要写台账和编号。台账用哪个名称都行，编号要与登记时一字不差。已经撤回的不能再撤回一次。",
    ),
    "E4017": (
        "A period is computed either from files, a scheme and a folder with the data, or from a book, which holds both. If both were given, one could not know which data counted.",
        "结算要么用文件（方案和数据文件夹），要么用账本（两样都在里面）。两样都给，就说不清以哪个数据为准。",
    ),
    "E4018": (
        "Every entry of a book names who made it. The name is a claim and not a login, but it stands there for ever.",
        "账本里的每一条都写明经手人。姓名只是声明，并不登录验证，但会一直留在那里。",
    ),
    "E4019": (
        "A book in a file needs nothing besides Python. A book on a PostgreSQL server is reached with psycopg, which is not part of the smallest installation.",
        "账本是文件时，除了 Python 什么也不用装。放在 PostgreSQL 服务器上时，要借助 psycopg，最小安装里没有它。",
    ),
    "E5001": (
        "A later release keeps more in a book than this one knows of. Whatever this release wrote might lack it, so it does not even read. Install the release that wrote the book, or a later one.",
        "新版本往账本里写的东西，本版本不全认识。硬写会写坏，所以连读也不读。请安装写这本账的版本，或更新的版本。",
    ),
    "E5002": (
        "Only one writes to a book at a time; the others wait for some seconds. If that is not enough, a program may hang, or a backup may hold the file. What you wanted to enter was not entered.",
        "账本同时只能有一个人写，别人会等几秒。还等不到，可能是某个程序卡住了，或者备份软件占着文件。你要登记的内容没有登记。",
    ),
    "E5003": (
        "An entry is kept wholly or not at all. The disk had no room for it, or the file may only be read. Make room or see to the permission, and enter it again.",
        "一条要么整条登记，要么完全没有。磁盘放不下，或者文件只能读。请腾出空间或开通权限，再登记一次。",
    ),
    "E5004": (
        "The file exists, but something else is in it. It may be a workbook or the database of another program, so it is left alone. Check the path after --book.",
        "文件存在，里面却是别的东西，可能是表格，也可能是别的程序的数据库，所以没有动它。请核对 --book 后面的路径。",
    ),
    "E5005": (
        "The database itself says that its file is broken, as after a fault of the disk or a copy made while somebody wrote. Do not repair it by hand: take a backup, and verify it against the heads that were exported at each closing.",
        "数据库报告文件已损坏，可能是磁盘故障，也可能是有人正在写的时候复制的。请不要手工修补：取备份，再用每次关账时导出的校验码核验。",
    ),
    "E5006": (
        "The address, the name or the password may be wrong, the server may be down, or the connection was lost. An entry that was not confirmed is not in the book.",
        "可能是地址、用户名或密码不对，服务器没有开，或者连接断了。没有得到确认的，就没有登记。",
    ),
    "E5010": (
        "Pay was computed by the version as it was published, perhaps shown to people as well. If its rules could be exchanged, no past amount could be derived again. A change is a new version, with the next number and its own first day.",
        "已经按发布的版本算过钱，也许还公示过。规则要是能换，过去的金额就再也推不出来。改规则就是出新版本：编下一个版本号，写明起始日。",
    ),
    "E5011": (
        "A closed period has been paid. New rules for it change what people have received already, so that must be said openly, with a reason, and a second person must agree. The differences are posted in the open period; closed lines stay.",
        "已关账的周期已经发过钱。新规则要倒回去管它，等于改动大家已经拿到的，所以必须公开声明、写明理由，并由另一个人同意。差额记入未关账的周期，已关账的各笔不变。",
    ),
    "E5012": (
        "Retroactive is a version that begins before the end of a closed period. This one does not, so it needs no approval.",
        "起始日在已关账周期之内的，才叫追溯。这一版不是，不需要批准。",
    ),
    "E5013": (
        "The newest version that has begun governs a period; when it has ended, nothing is in force, and no older version steps in. A closed period must keep having rules.",
        "每个周期由已经开始的最新版本管。它到期以后就没有方案在执行，不会退回旧版本。已关账的周期不能落到没有规则可依。",
    ),
    "E5014": (
        "The approval of a retroactive version is the agreement of a second person. Whoever published it has already agreed.",
        "追溯要有第二个人同意才算批准。发布的人自己已经同意过了。",
    ),
    "E5015": (
        "Closed means that its lines stand for ever. Facts that come late, corrections and retroactive versions are posted as corrections in the open period, each with its cause.",
        "关账以后，各笔永远不变。迟来的数据、更正和追溯的版本，都以补差记入未关账的周期，每一笔写明缘由。",
    ),
    "E5016": (
        "What is closed is a run that was recorded: its lines are what people are paid. Without --by nothing is recorded, so a run shown on the screen only cannot be closed.",
        "关账关的是登记过的结算：上面的各笔就是要发的钱。不写 --by 就不会登记，只在屏幕上看过的不能关账。",
    ),
    "E5017": (
        "A partial run pays some and leaves out others. What those come to is not known, so the period is not finished.",
        "部分结算只算了一部分人，其余的人该得多少还不知道。这一期没有算完，不能关账。",
    ),
    "E5018": (
        "Two people are to have looked at what is paid: one computes, another closes. Names are compared without blanks and capitals.",
        "发多少钱要有两个人看过：一个人结算，另一个人关账。比较姓名时不分大小写，也不看空格。",
    ),
    "E5019": (
        "Periods are closed one after the other, because each hands on to the next what it came to. Corrections are posted in the one that is open.",
        "各周期要按顺序关账：每一期都要把结果结转给下一期。补差也记在当前未关账的那一期。",
    ),
    "E5020": (
        "The ledger holds amounts as whole numbers of smallest units with at most eighteen digits. An amount beyond that is hardly pay; look for a slip in the data or in the scheme.",
        "账上的金额以最小单位的整数存放，最多十八位。超过这个数的多半不是薪酬，请在数据或方案里找找笔误。",
    ),
    "E5021": (
        "Something recorded after the closing changes a closed period, and with it the period cannot be computed: perhaps a row names another that is not there. The next period cannot be run until that is mended, because the difference belongs into it.",
        "关账以后登记的数据碰到了已关账的周期，而按这些数据算不出来，例如某一行指向了不存在的另一行。差额要记入下一期，所以改好之前下一期不能结算。",
    ),
    "E5022": (
        "A run holds the corrections of closed periods and what they hand on, as known when it was made. After another closing, or with other rules, it might post something twice or miss something.",
        "一次结算带着当时已知的补差和以前各期结转的数。之后又关了别的账，或者规则变了，照它关账就可能重复或漏记。",
    ),
    "E5040": (
        "A transition is worked out by really paying under the version it names, and that is the one of the book. As long as nobody has agreed to it, nothing may be paid by it, not by way of another version either.",
        "过渡要真的按所提到的版本算一遍，用的就是账本里的那一版。没有人同意以前，不能按它发钱，绕道另一版也不行。",
    ),
    "E5030": (
        "Every entry is linked to the one before it by a mark worked out of its contents. Where the marks do not fit, somebody has changed the database past Tiercel, or a disk has failed. Amounts from here on are not to be trusted; compare with a backup.",
        "每一条都带着由内容算出的校验码，一条扣着一条。校验码对不上，说明有人绕过 Tiercel 改了数据库，或者磁盘出了故障。从这里往后的金额不可信，请与备份比对。",
    ),
    "E5031": (
        "Entries are counted without gaps. One that is missing was taken out past Tiercel.",
        "各条连续编号，不会空号。缺了一条，说明有人绕过 Tiercel 把它删了。",
    ),
    "E5032": (
        "With an entry came rows: facts, lines of pay, carried rows, texts of a scheme. The entry holds a mark over all of them in their order, and they do not fit it any more.",
        "一条会带着若干行：数据、各笔金额、结转的数、方案文本。这一条里有对它们及其顺序算出的校验码，现在对不上了。",
    ),
    "E5034": (
        "At each closing the mark of its entry is exported, to be kept outside of the book. A chain alone would not show that the whole book was replaced by another one; the exported marks do.",
        "每次关账都会导出这一条的校验码，供存放在账本之外。整本账被换掉时，账本自身的校验链看不出来，导出的校验码看得出来。",
    ),
    "E5035": (
        "The run was worked out again from the texts, the data and the carried rows of its time, and comes to something else than the ledger holds. Either the ledger was changed, or what it was computed from.",
        "按当时的方案文本、数据和结转的数重新计算，得出的与账上不同。不是账被改过，就是计算依据被改过。",
    ),
    "E5036": (
        "A release says which meaning of the language it computes by. Where a meaning has changed on purpose, older runs are verified with the release that computed them.",
        "每个版本都写明按哪一版语义计算。语义有意改过的，旧的结算要用当时的版本来核验。",
    ),
    "E5037": (
        "The texts, data or carried rows that the run was computed from do not give it any more. They are missing, or they were changed.",
        "当时据以计算的方案文本、数据或结转的数缺了，或者被改过。照现有的已经算不出原来的结果。",
    ),
    "E5050": (
        "Rows are recorded for every scheme of the book, and each reads them as its own tables say. Where one takes for an amount what the other takes for a number, or counts in another currency, they are recorded for one scheme at a time.",
        "登记的行供账本里的每份方案使用，各按自己的台账去读。一份当作金额、另一份当作数，或者币种不同时，要分别为每份方案登记。",
    ),
}

WORDS: dict[str, tuple[str, str]] = {
    "kept_rows.fact": ("rows of data", "数据"),
    "kept_rows.line": ("lines of pay", "各笔金额"),
    "kept_rows.carried": ("carried rows", "结转的数"),
    "kept_rows.scheme_text": ("texts", "方案文本"),
}
