"""Names that every scheme knows without declaring them, in both faces.

In: a word as written. Out: what it stands for, in the English face. These are not keywords: a column
or value of the same name hides them where the level is its own.
"""

from collections.abc import Mapping

_FUNCTIONS = """
sum      | 合计
count    | 计数
average  | 平均
min      | 取低 最小 孰低
max      | 取高 最大 孰高
any      | 有任一
distinct | 非重复计数 去重计数
total    | 总计
days     | 天数
months   | 月数
workdays | 工作日数
minutes  | 分钟数
ceiling  | 向上取整 进一
multiple | 为倍数 整除
next_bound | 下一档
previous | 上期
over_tied_places | 并列均分
value_at   | 名次线
gross_for  | 税前反算
upline     | 逐级上级
highest_below | 下级最高
due        | 到期
earned     | 已计
"""

_WORDS = """
period     | 本期
month      | 本月
quarter    | 本季
half_year  | 本半年
year       | 本年
own_year   | 入职年度 本人年度
person     | 员工
member     | 成员
kpi        | 指标
commission | 提成
bonus      | 奖金
deduction  | 扣除 代扣
allowance  | 津贴
guarantee  | 保底
company    | 公司
receiver   | 领取人
level      | 层级
"""

_KPI_PARTS = """
weight     | 权重
actual     | 实际值 实际
target     | 目标值 目标
attainment | 完成率
score      | 得分
"""

_ACCOUNT_PARTS = """
opening | 期初
closing | 期末
"""

_RANK_PARTS = """
entrants | 参评数 参评人数
tied     | 并列数 并列人数
"""

_COMPETENCY_PARTS = """
score  | 得分
gap    | 差距
course | 课程
"""

_WEEKDAYS = """
Monday    | 星期一 周一 礼拜一
Tuesday   | 星期二 周二 礼拜二
Wednesday | 星期三 周三 礼拜三
Thursday  | 星期四 周四 礼拜四
Friday    | 星期五 周五 礼拜五
Saturday  | 星期六 周六 礼拜六
Sunday    | 星期日 周日 礼拜日 星期天 周天 礼拜天
"""

# What the column is called that says since when somebody is with the company.
_HIRED = """
hired | 入职日
"""

_PERIOD_PARTS = """
first  | 第一日 首日 期初日
last   | 最后一日 末日 期末日
days   | 天数
number | 序号
"""


# ISO 4217, as far as a currency has a smallest unit.
_CURRENCIES = """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF
CHE CHF CHW CLF CLP CNY COP COU CRC CUC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD
GNF GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP
LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN
PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS SRD SSP STN SVC SYP SZL THB TJS
TMT TND TOP TRY TTD TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED VES VND VUV WST XAD XAF XCD XCG XOF XPF YER ZAR
ZMW ZWG ZWL
"""

_SPOKEN_CURRENCIES = """
CNY | 人民币 元 RMB
HKD | 港币 港元
USD | 美元
EUR | 欧元
JPY | 日元
GBP | 英镑
SGD | 新加坡元 新币
TWD | 新台币
MOP | 澳门元
"""


def _read(table: str) -> dict[str, str]:
    rows = (line.split("|") for line in table.strip().splitlines())
    return {word: english.strip() for english, chinese in rows for word in (english.strip(), *chinese.split())}


FUNCTIONS: Mapping[str, str] = _read(_FUNCTIONS)
WORDS: Mapping[str, str] = _read(_WORDS)
KPI_PARTS: Mapping[str, str] = _read(_KPI_PARTS)
ACCOUNT_PARTS: Mapping[str, str] = _read(_ACCOUNT_PARTS)
PERIOD_PARTS: Mapping[str, str] = _read(_PERIOD_PARTS)
RANK_PARTS: Mapping[str, str] = _read(_RANK_PARTS)
COMPETENCY_PARTS: Mapping[str, str] = _read(_COMPETENCY_PARTS)
WEEKDAYS: Mapping[str, str] = _read(_WEEKDAYS)
HIRED: Mapping[str, str] = _read(_HIRED)

CURRENCIES = frozenset(_CURRENCIES.split())
SPOKEN_CURRENCIES: Mapping[str, str] = _read(_SPOKEN_CURRENCIES)

AGGREGATES = frozenset({"sum", "count", "average", "min", "max", "any", "distinct"})
SPANS = frozenset({"period", "month", "quarter", "half_year", "year", "own_year"})  # each has the parts of a period
LINE_KINDS = frozenset({"commission", "bonus", "deduction", "allowance", "guarantee"})


def spelling(table: Mapping[str, str], word: str, language: str) -> str:
    """The printed spelling of an English built-in name in 'zh' or 'en'."""
    chinese = (written for written, english in table.items() if english == word and not written.isascii())
    return next(chinese, word) if language == "zh" else word
