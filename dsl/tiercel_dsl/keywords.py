"""Every keyword in both faces, in one table.

In: nothing. Out: `FACES`, one `Keyword` per meaning: the terminal of `grammar.lark` it becomes, the
English and the Chinese spellings (the first of each is the one that is printed, the others are only
read), and the `sense` that the syntax tree keeps where one terminal has several meanings.

A word is a keyword only where the parser can use it (`lexer.py`), so `target`, `金额` or `from` stay
free as names everywhere else. A face that has no spelling for a terminal writes `-`: where the order
of words differs between the faces, each face has terminals of its own and the tree is one.
"""

from dataclasses import dataclass

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
NO_MORE         | at_most       | at most                     | 不超过
NO_LESS         | at_least      | at least                    | 不低于 ~ 不小于 ~ 达到
ABOVE           |               | above                       | 超过 ~ 高于 ~ 大于
BELOW           |               | below                       | 不满 ~ 不足 ~ 低于 ~ 未满 ~ 小于
UP_TO           |               | up to                       | 至
FROM            |               | from                        | 从 ~ 自 ~ 满
AND_ABOVE       |               | -                           | 以上
AND_BELOW       |               | -                           | 以下 ~ 以内
AND_ABOVE_BELOW |               | -                           | 以上不满 ~ 以上不足 ~ 以上未满 ~ 以上低于 ~ 以上小于
THE_REST        |               | the rest                    | 其余
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
PREMISE         |               | -                           | 前提
ELSE_NO_LINE    |               | -                           | 否则不计
ELSE_ZERO       |               | -                           | 否则计零
TIERS           |               | tiers                       | 阶梯
MODE            | marginal      | marginal                    | 超额累进 ~ 分段累进
MODE            | whole         | whole                       | 全额累进 ~ 跳点
MODE            | fixed         | fixed                       | 达档定额 ~ 达档
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
PAYOUT          |               | payout                      | 结算额 ~ 本期合计
REQUIRE         |               | require                     | 数据校验 ~ 必须
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
