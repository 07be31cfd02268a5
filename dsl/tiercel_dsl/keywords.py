"""Every keyword in both faces, in one table.

In: nothing. Out: `FACES`, one `Keyword` per meaning: the terminal of `grammar.lark` it becomes, the
English and the Chinese spellings (the first of each is the one that is printed, the others are only
read), and the `sense` that the syntax tree keeps where one terminal has several meanings.

A word is a keyword only where the parser can use it (`lexer.py`), so `target`, `金额` or `from` stay
free as names everywhere else. A face that has no spelling for a terminal writes `-`: where the order
of words differs between the faces, each face has terminals of its own and the tree is one.
"""

from tiercel_dsl.records import dataclass

# terminal | sense | english spellings, separated by ~ | chinese spellings, separated by ~
# A row without a terminal goes on with the one before.
_TABLE = """
SCHEME          |               | scheme                      | 方案
VERSION         |               | version                     | 版本
CURRENCY        |               | currency                    | 币种
PERIOD          |               | period                      | 周期
PERIOD_WORD     | month         | month                       | 月
PERIOD_WORD     | quarter       | quarter                     | 季 ~ 季度
PERIOD_WORD     | half_year     | half year                   | 半年
PERIOD_WORD     | year          | year                        | 年 ~ 年度
PERIOD_WORD     | half_month    | half month                  | 半月
PERIOD_WORD     | week          | week ~ weeks                | 周
TIME_ZONE       |               | time zone                   | 时区
USE             |               | use                         | 引用
CLAUSE          |               | clause                      | 条款
ALIAS           |               | alias                       | 又名 ~ 别名
FACTS           |               | facts                       | 台账 ~ 数据表 ~ 事实
GROUP           |               | group                       | 组织
PEOPLE          |               | people                      | 人员
TYPE            | money         | money                       | 金额
TYPE            | number        | number                      | 数值
TYPE            | percent       | percent                     | 百分比
TYPE            | count         | count                       | 整数 ~ 个数 ~ 件数 ~ 人数
TYPE            | text          | text                        | 文本 ~ 文字
TYPE            | yesno         | yes/no                      | 是否
TYPE            | date          | date                        | 日期
TYPE            | datetime      | datetime                    | 时间 ~ 时刻
TYPE            | duration      | duration                    | 时长
TYPE            | person        | person                      | 员工
ONE_OF          |               | one of                      | 选项 ~ 限于 ~ 取值
ROLE            | key           | key                         | 标识 ~ 主键
ROLE            | credited      | credited                    | 归属人 ~ 归属
ROLE            | record_date   | date of record              | 归属日 ~ 归期
ROLE            | optional      | optional                    | 选填 ~ 可空
ROLE            | dated         | dated                       | 有变更记录 ~ 按时点
ROLE            | home_per_foreign | home per foreign         | 每外币折本币 ~ 外币折本币
ROLE            | foreign_per_home | foreign per home         | 每本币折外币 ~ 本币折外币
REVERSES        |               | reverses                    | 冲减原单 ~ 冲销
DEFAULT         |               | default                     | 默认 ~ 缺省
PARAMETER       |               | parameter                   | 参数
FOR_EACH        |               | for each                    | 逐笔 ~ 逐个 ~ 逐人 ~ 逐单 ~ 逐店 ~ 每笔 ~ 每个
WHERE           |               | where                       | 其中 ~ 仅限
WHEN            |               | when                        | 当
IF              |               | if                          | 若
THEN            |               | then                        | 则
OTHERWISE       | otherwise     | otherwise                   | 否则 ~ 其他情形
RESCUE          |               | -                           | 无法计算时 ~ 无数据时
ERROR           |               | error                       | 报错
FIRST_OF        |               | first of                    | 依次取
STEP            | times         | times                       | 乘以
STEP            | plus          | plus                        | 加
STEP            | minus         | minus                       | 减
LIMIT           | at_most       | at most                     | 最高 ~ 封顶 ~ 上限
LIMIT           | at_least      | at least                    | 最低 ~ 下限
PER_SPAN        | month         | per month                   | 每月
PER_SPAN        | quarter       | per quarter                 | 每季 ~ 每季度
PER_SPAN        | half_year     | per half year               | 每半年
PER_SPAN        | year          | per year                    | 每年 ~ 每年度
PER_SPAN        | own_year      | per own year                | 每入职年度
PER             |               | per                         | 每
NO_MORE         | at_most       | at most                     | 不超过
NO_LESS         | at_least      | at least                    | 不低于 ~ 不小于 ~ 达到
ABOVE           |               | above                       | 超过 ~ 高于 ~ 大于
BELOW           |               | below                       | 不满 ~ 不足 ~ 低于 ~ 未满 ~ 小于
UP_TO           |               | up to                       | 至
FROM            |               | from                        | 从 ~ 自 ~ 满
AND_ABOVE       |               | -                           | 以上
AND_BELOW       |               | -                           | 以下 ~ 以内
AND_ABOVE_BELOW |               | -                           | 以上不满 ~ 以上不足 ~ 以上未满 ~ 以上低于 ~ 以上小于
THE_REST        |               | the rest ~ rest             | 其余
DATE_TEST       | before        | before                      | 早于
DATE_TEST       | after         | after                       | 晚于
DATE_TEST       | on_or_before  | on or before                | 不晚于
DATE_TEST       | on_or_after   | on or after                 | 不早于
ROUNDED         | half_up       | rounded half up to          | 四舍五入到
ROUNDED         | half_even     | rounded half even to        | 四舍六入五成双到 ~ 银行家舍入到
ROUNDED         | down          | rounded down to             | 去尾到 ~ 抹零到
ROUNDED         | up            | rounded up to               | 进一到 ~ 进位到
ROUNDED_UNIT    | half_up       | -                           | 四舍五入到分 ~ 四舍五入到角 ~ 四舍五入到元
ROUNDED_UNIT    | half_even     | -                           | 四舍六入五成双到分 ~ 四舍六入五成双到角
                |               | -                           | 四舍六入五成双到元
ROUNDED_UNIT    | down          | -                           | 去尾到分 ~ 去尾到角 ~ 去尾到元
                |               | -                           | 抹零到分 ~ 抹零到角 ~ 抹零到元
ROUNDED_UNIT    | up            | -                           | 进一到分 ~ 进一到角 ~ 进一到元
                |               | -                           | 进位到分 ~ 进位到角 ~ 进位到元
UNROUNDED       |               | unrounded                   | 不四舍五入 ~ 不舍入
STAGE           | slice         | each slice                  | 按档 ~ 逐档舍入
STAGE           | row           | each row                    | 按笔 ~ 逐笔舍入
STAGE           | running       | on the running total        | 按累计 ~ 累计舍入
ONLY_WHEN       |               | only when                   | 仅当
ZERO_UNLESS     |               | zero unless                 | 须满足
LESS_EARLIER    | quarter       | less earlier this quarter   | 减本季已计提 ~ 减本季已计
LESS_EARLIER    | half_year     | less earlier this half year | 减本半年已计提 ~ 减本半年已计
LESS_EARLIER    | year          | less earlier this year      | 减本年已计提 ~ 减本年已计
LESS_EARLIER    | own_year      | less earlier this own year  | 减入职年度已计提 ~ 减入职年度已计
EXCESS          |               | excess to                   | 超出部分转入
COUNTING        |               | counting                    | 已得收入 ~ 计入
SHARED          | each          | shared                      | 分配
SHARED          | in_turn       | shared in turn              | 按余额依次分配 ~ 依次分配
SHARED_AMONG    | equally       | shared equally among        | 平分给
SHARED_AMONG    | weighted      | shared among                | 分给
IN_PROPORTION   |               | in proportion to            | 按比例
PROPORTION      |               | -                           | 占比
TOGETHER        |               | together at most            | 合计最高 ~ 合计不超过
REMAINDER       |               | rest                        | 尾差 ~ 余额
FIRST_PAYEE     |               | first                       | 第一人
TO              |               | to                          | 归 ~ 发给 ~ 替代 ~ 对
PAY             |               | pay                         | 发放
PAY_SHARE       |               | -                           | 发放比例
DUE             |               | due                         | 发放于 ~ 付于
HOLD_WHILE      |               | hold while                  | 暂缓当
HOLD            |               | -                           | 暂缓发放
TAKE_BACK       |               | take back                   | 扣回 ~ 追回 ~ 追索扣回
PREMISE         |               | -                           | 前提
ELSE_NO_LINE    |               | -                           | 否则不计
ELSE_ZERO       |               | -                           | 否则计零
TIERS           |               | tiers                       | 阶梯
MODE            | marginal      | marginal                    | 超额累进 ~ 分段累进
MODE            | whole         | whole                       | 全额累进 ~ 跳点
MODE            | fixed         | fixed                       | 达档定额 ~ 达档
MODE            | cumulative    | cumulative fixed            | 逐档累加 ~ 逐档累计
MODE            | filled        | filled                      | 档内按比例 ~ 按比例填充
MODE            | interpolated  | interpolated                | 线性插值
MODE            | average_rate  | average rate                | 比率插值 ~ 平均比率插值
BOUNDS_OF       |               | bounds as share of          | 档位基数 ~ 档位按比例于
WIDTH           | first         | first                       | 前
WIDTH           | next          | next                        | 其次 ~ 接下来
EVERY           |               | every                       | 每增加 ~ 每满
SERIES          | more          | more by                     | 递增 ~ 逐档加
SERIES          | less          | less by                     | 递减 ~ 逐档减
SAME_AS         |               | same as                     | 同
LAST_TIER       |               | the last tier ~ last tier   | 末档 ~ 最后一档
TABLE           |               | table                       | 对照表
COLUMNS         |               | columns ~ column            | 列 ~ 栏
ANY             |               | any                         | 不限
ACCOUNT         |               | account                     | 账户
OPENS           |               | opens at                    | 期初
CLOSING         |               | closing                     | 期末
KPI             |               | kpi                         | 指标
KPI_CLAUSE      | weight        | weight                      | 权重
KPI_CLAUSE      | actual        | actual                      | 实际值 ~ 实际
KPI_CLAUSE      | target        | target                      | 目标值 ~ 目标
KPI_CLAUSE      | score         | score                       | 得分
LESS_IS_BETTER  |               | less is better              | 越低越好 ~ 逆向指标
NOT_APPLICABLE  |               | not applicable              | 本项不考核 ~ 不适用
SCORE           |               | score                       | 总分
WEIGHTED_KPIS   |               | weighted sum of kpis        | 指标加权合计
PAY_LINE        | commission    | commission                  | 提成
PAY_LINE        | bonus         | bonus                       | 奖金
PAY_LINE        | deduction     | deduction                   | 扣除 ~ 代扣
PAY_LINE        | allowance     | allowance                   | 津贴
PAY_LINE        | guarantee     | guarantee                   | 保底
EXCEPTION       |               | exception                   | 例外
RANK            |               | rank                        | 排名
ORDER           | highest       | highest first               | 从高到低
ORDER           | lowest        | lowest first                | 从低到高
ORDER           | earliest      | earliest first              | 从早到晚
ORDER           | latest        | latest first                | 从晚到早
TIES            | share         | ties share                  | 并列跳号
TIES            | dense         | ties share without gaps     | 并列不跳号
TIES_BY         |               | ties by                     | 并列时按
WITHIN          |               | within                      | 分组
COMPETENCY      |               | competency                  | 胜任力
RATED_BY        |               | rated by                    | 评价来源 ~ 评价来自
ITEM            |               | item                        | 能力
ITEM_WEIGHT     |               | weight                      | 权重
REQUIRED        |               | required                    | 要求等级 ~ 要求
COURSE          |               | course                      | 课程
PAYOUT          |               | payout                      | 结算额 ~ 本期合计
REQUIRE         |               | require                     | 数据校验 ~ 必须
PROMISE         |               | promise                     | 方案校验 ~ 承诺
NEVER_FALLS     |               | never falls when            | 不因 ~ 不随
RISES           |               | rises                       | 增加而减少 ~ 上升而下降
JUMPS           |               | jumps by at most            | 跳变不超过
RISES_BY        |               | rises by                    | -
TRANSITION      |               | transition                  | 过渡
CUT             | record_date   | by date of record           | 按归属日分段
CUT             | day           | by day                      | 按日分段
CUT             | whole         | whole period under the new version | 整期执行新版 ~ 按整期执行
CUT             | next          | from the next period        | 下期起执行
KEEPS           |               | keep ~ keeps                | 沿用
PAYS            |               | pay ~ pays                  | 发放
USES            |               | uses ~ use                  | 试点 ~ 先行
BLEND           |               | blend                       | 并轨
NEW_SHARE       |               | -                           | 新版占比
CARRIES         | carries       | carries over                | 连续计算
CARRIES         | restarts      | restarts                    | 重新起算
CONVERTED       |               | is converted by             | 折算为
BY_STAMP        |               | by stamp                    | 按标记
AVERAGE_OF      |               | average of                  | -
AVERAGED        |               | -                           | 平均
UNTIL           |               | until                       | 执行至 ~ 截至 ~ 有效至
ONWARD          |               | -                           | 起
OR              |               | or                          | 或
AND             |               | and                         | 且
NOT             |               | not                         | 非 ~ 不是
IN              |               | in                          | 属于
NOT_IN          |               | not in                      | 不属于
MISSING         | missing       | is missing                  | 为空 ~ 未填
MISSING         | present       | is present                  | 不为空 ~ 已填
OF              |               | of                          | -
DE              |               | -                           | 的
ON              |               | on                          | -
APPLIES         |               | -                           | 适用
BY              |               | by                          | 按 ~ 依
RUNNING_TOTAL   |               | running total of            | 累计
RUNNING_AFTER   |               | -                           | 累计
RUNNING_COUNT   |               | running count               | 第几笔
WINDOW          | period        | this period                 | 本期
WINDOW          | month         | month to date               | 本月累计 ~ 本月至今
WINDOW          | quarter       | quarter to date             | 本季累计 ~ 本季至今
WINDOW          | half_year     | half year to date           | 本半年累计 ~ 本半年至今
WINDOW          | year          | year to date                | 本年累计 ~ 本年至今
WINDOW          | own_year      | own year to date            | 入职年度累计 ~ 入职年度至今 ~ 本人年度至今
WINDOW          | since_hire    | since hire                  | 入职以来
WINDOW          | last_period   | previous period             | 上期
WINDOW          | last_month    | previous month              | 上月
WINDOW          | last_quarter  | previous quarter            | 上季 ~ 上季度
WINDOW          | last_year     | previous year               | 上年
WINDOW          | year_ago      | same period last year       | 上年同期
LAST            |               | last                        | 近 ~ 最近
WITH_BELOW      |               | with groups below           | 含下级 ~ 含下级组织
                |               | with teams below            | -
AS_OF           |               | as of                       | 于
BY_SPAN         | days          | by day                      | 按日折算
BY_SPAN         | months        | by month                    | 按月折算
INTO            |               | into                        | 折合 ~ 折成
AT              |               | at                          | 按 ~ 用
PART_OF         |               | part of                     | -
AMONG           |               | -                           | 中
PART_END        |               | -                           | 的部分
YES_NO          | yes           | yes                         | 是
YES_NO          | no            | no                          | 否
UNIT            | days          | days ~ day                  | 天 ~ 日
UNIT            | months        | months ~ month              | 个月 ~ 月
UNIT            | years         | years ~ year                | 年
UNIT            | weeks         | weeks ~ week                | 周
"""


@dataclass(frozen=True, slots=True)
class Keyword:
    """One meaning: its terminal, its sense within the terminal ('' if it has only one), its spellings."""

    terminal: str
    sense: str
    english: tuple[str, ...]
    chinese: tuple[str, ...]

    def spelling(self, language: str) -> str:
        """The printed spelling in 'en' or 'zh'; of the other face where this one has none."""
        own, other = (self.chinese, self.english) if language == "zh" else (self.english, self.chinese)
        return (own or other)[0]


def _spellings(cell: str) -> tuple[str, ...]:
    return tuple(s.strip() for s in cell.split("~") if s.strip() != "-")


def _read(table: str) -> tuple[Keyword, ...]:
    keywords: list[Keyword] = []
    for line in table.strip().splitlines():
        terminal, sense, english, chinese = (cell.strip() for cell in line.split("|"))
        if terminal:
            keywords.append(Keyword(terminal, sense, _spellings(english), _spellings(chinese)))
        else:
            last = keywords[-1]
            more = last.english + _spellings(english), last.chinese + _spellings(chinese)
            keywords[-1] = Keyword(last.terminal, last.sense, *more)
    return tuple(keywords)


FACES: tuple[Keyword, ...] = _read(_TABLE)
