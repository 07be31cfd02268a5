import re
from fractions import Fraction

import pytest

from tiercel_dsl.diagnostics import Diagnostic, Fix, FixKind, Related
from tiercel_dsl.keywords import FACES
from tiercel_dsl.messages import (
    BOOK,
    FIXES,
    MESSAGES,
    RELATED,
    WORDS,
    accounts,
    book,
    bookkeeping,
    data,
    fix_title,
    headline,
    history,
    keyword,
    meaning,
    number_text,
    related_title,
    remark,
    remarks,
    sentence,
    settlement,
    standing,
    syntax,
    transitions,
    type_name,
    uplines,
    windows,
)
from tiercel_dsl.source import NOWHERE

# What the raising stages pass, with values as they pass them: the contract between them and the sentences.
FACTS: dict[str, dict[str, object]] = {
    "E1250": {"seen": "at most"},
    "E2741": {"version": 1, "scheme": "sales"},
    "E2742": {"version": 3, "own": 2},
    "E2743": {"version": 1, "what": "currency"},
    "E2744": {"first": "2023-07-15"},
    "E2745": {"what": "cut"},
    "E2746": {"name": "sum"},
    "E2747": {"table": "团队"},
    "E2748": {"version": 1, "own": 2},
    "E2749": {"day": "2023-06-10"},
    "E2750": {"day": "2023-08-01", "first": "2023-07-01"},
    "E2751": {"name": "quota", "type": "money"},
    "E2752": {"first": "2023-07-10", "last": "2023-09-30"},
    "E2753": {"count": 2, "periods": 3},
    "E2754": {"share": "120%"},
    "E2755": {"day": "2022-12-31", "first": "2023-07-01"},
    "E2756": {"period": "month"},
    "E2757": {"name": "dael", "candidates": ("deal",)},
    "E2758": {"name": "deal"},
    "E2759": {"table": "签约"},
    "E2760": {"table": "签约", "version": 1},
    "E2761": {"line": "提成", "version": 1},
    "E2762": {"name": "stmap", "candidates": ("stamp",)},
    "E2764": {"line": "年终奖", "version": 1, "kind": "bonus"},
    "E2765": {},
    "E2766": {"line": "推荐奖", "version": 1},
    "E2767": {"account": "欠款", "version": 1},
    "E2770": {"account": "欠款", "version": 1},
    "E3330": {"row": "D-17", "first": 1, "second": 2},
    "E3331": {"row": "D-17", "version": 3, "own": 2},
    "E3333": {"version": 2},
    "E3332": {"count": 3, "period": "2022-12"},
    "E2001": {"missing": "version"},
    "E2002": {"what": "payout"},
    "E2003": {"first": "2023-07-01", "last": "2022-12-31"},
    "E2004": {"file": "compny.tier", "candidates": ("company.tier",)},
    "E2005": {"loop": "a.tier → b.tier → a.tier"},
    "E2006": {"what": "version"},
    "E2007": {"first": "2023-07-15", "period": "month"},
    "E2008": {"currency": "人民币", "candidates": ("CNY",)},
    "E2101": {"name": "签约额", "candidates": ("签约金额", "签约日")},
    "E2102": {"word": "其中"},
    "E2103": {"left": "业绩", "left_type": "money", "right": '"优秀"', "right_type": "text"},
    "E2104": {"name": "大客户"},
    "E2105": {"name": "金额", "options": ("签约.金额", "退款.金额")},
    "E2106": {"name": "签约.金额", "table": "签约", "fix": "合计(签约.金额)"},
    "E2107": {"loop": "甲 → 乙 → 甲"},
    "E2108": {"name": "签单", "candidates": ("签约",)},
    "E2109": {"name": "提成比例", "what": "tiers", "expected": "value"},
    "E2110": {"name": "回访.评分", "table": "回访", "level": "签约"},
    "E2111": {"function": "合记", "candidates": ("合计",)},
    "E2112": {"function": "天数", "wanted": 2, "given": 1},
    "E2113": {"function": "合计", "wanted": "column"},
    "E2114": {"name": "金额的", "split": "金额 的"},
    "E2201": {"operator": "+", "left": "底薪", "left_type": "money", "right": "5%", "right_type": "percent"},
    "E2202": {"left": "金额", "right": "月任务"},
    "E2203": {"what": "when", "type": "money"},
    "E2204": {"what": "line", "wanted": "money", "type": "percent"},
    "E2205": {"value": "续签", "options": ("续约", "流失"), "column": "结果"},
    "E2206": {"word": "低于", "better": "早于"},
    "E2207": {"name": "离职日"},
    "E2208": {"written": "否则"},
    "E2209": {"what": "start"},
    "E2210": {"name": "payout"},
    "E2211": {"what": "running total"},
    "E2212": {"what": "weight"},
    "E2215": {"seen": "1 month"},
    "E2231": {
        "left": "货款",
        "left_code": "GBP",
        "left_column": "",
        "right": "运费",
        "right_code": "",
        "right_column": "开票币种",
        "fix": "货款 折合 CNY 按 牌价",
    },
    "E2232": {"home": "CNY", "own_code": "GBP", "own_column": "", "fix": "货款 折合 CNY 按 牌价"},
    "E2233": {"function": "合计", "column": "开票币种", "fix": "货款 折合 CNY 按 牌价"},
    "E2234": {"value": "1000"},
    "E2235": {"currency": "USD", "home": "CNY"},
    "E2236": {"fix": "于 本期.最后一日"},
    "E2237": {"table": "签约", "candidates": ("牌价",)},
    "E2301": {"total": "95%", "difference": "5", "list": ("签约率 30%", "留存率 65%")},
    "E2302": {"kpi": "签约率", "clause": "weight"},
    "E2303": {"kpi": "签约率", "clause": "score"},
    "E2304": {"name": "指标加权合计"},
    "E2305": {"kpi": "签约率", "weight": "3000%"},
    "E2311": {"table": "提成比例", "base": "100000", "marginal": "5500", "whole": "6000"},
    "E2312": {"table": "系数", "low": "80%", "high": "85%", "row": "80%以上不满85%   ?"},
    "E2313": {"table": "系数", "at": "80%", "first": "0.8", "second": "1"},
    "E2314": {"table": "系数", "bound": Fraction(50000)},
    "E2315": {"table": "系数", "wanted": 1, "given": 2},
    "E2316": {"table": "系数", "cell": '"优秀"', "wanted": "number"},
    "E2317": {"table": "系数", "bound": "80%"},
    "E2318": {"table": "提成比例", "bound": "50000"},
    "E2319": {"table": "等级", "what": "text"},
    "E2320": {"table": "导购", "column": "提成", "candidates": ("导购.底薪", "导购.比例")},
    "E2321": {"table": "系数"},
    "E2322": {"table": "提成比例", "what": "falls"},
    "E2323": {"table": "提成比例", "what": "next"},
    "E2324": {"table": "档额"},
    "E2325": {"table": "份额"},
    "E2326": {"table": "预扣率", "right": "2520元", "given": "2250元"},
    "E2327": {"table": "税率", "what": "rate", "row": "10万以上   100%"},
    "E2328": {"table": "提成比例"},
    "E2331": {"table": "签约"},
    "E2332": {"table": "签约", "role": "credited"},
    "E2333": {"table": "退款", "column": "原单"},
    "E2334": {"table": "签约"},
    "E2335": {},
    "E2336": {"type": "钱", "candidates": ("金额",)},
    "E2337": {"column": "等级"},
    "E2338": {"table": "分成"},
    "E2339": {"name": "奖池", "table": "小组"},
    "E2341": {"parameter": "满意度目标", "first": "2023-09-01", "last": "2023-09-30"},
    "E2342": {"table": "销售奖", "keys": 2, "wanted": 1, "given": 3},
    "E2343": {"table": "销售奖", "key": "级别", "wanted": "text", "type": "number"},
    "E2344": {"table": "销售奖", "key": "级别"},
    "E2345": {"table": "销售奖", "case": "80%，“甲”", "first": "100", "second": "200"},
    "E2346": {"name": "社保"},
    "E2347": {},
    "E2351": {},
    "E2361": {"name": "团队奖", "table": "团队"},
    "E2362": {"name": "客户"},
    "E2363": {"what": "two rests"},
    "E2391": {"column": "汇率", "home": "CNY"},
    "E2392": {"table": "牌价", "what": "keys"},
    "E2401": {"period": "month"},
    "E2402": {"count": 4},
    "E2403": {"name": "周末", "candidates": ("周一", "周日")},
    "E2404": {"name": "北京", "candidates": ("Asia/Shanghai",)},
    "E2411": {"function": "取高", "what": "no rows"},
    "E2412": {"column": "入职日", "what": "absent"},
    "E2413": {"what": "as of"},
    "E2415": {"name": "客户", "table": "签约"},
    "E2416": {"name": "签约提成"},
    "E2417": {"name": "入职日"},
    "E2418": {"name": "月任务", "what": "no history"},
    "E2419": {"table": "节假日"},
    "E2421": {"parameter": "比例", "day": "2023-08-16"},
    "E2431": {"written": "每年"},
    "E2432": {"written": "减本年已计提", "table": "签约"},
    "E2433": {"written": "减本季已计提", "shape": "quarter"},
    "E2434": {"written": "每年"},
    "E2435": {"written": "乘以 120%", "cap": "每年 最高 5000元"},
    "E2436": {"written": "每 客户"},
    "E2437": {"written": "每年 最高 5000元", "what": "shared"},
    "E2501": {"what": "arguments"},
    "E2502": {"name": "团队", "candidates": ("推荐人",)},
    "E2503": {"seen": "2.5"},
    "E2504": {"name": "业绩"},
    "E2505": {"name": "层级", "options": ("逐级上级.层级", "销售.层级")},
    "E2506": {"name": "下级最高(比例)"},
    "E2507": {"what": "no above"},
    "E2560": {"written": "欠款.期末", "opening": "欠款.期初"},
    "E2561": {"name": "连续月数", "what": "no start"},
    "E2562": {"name": "任务"},
    "E2563": {"function": "合计"},
    "E2564": {"written": "乘以 101%"},
    "E2565": {"name": "欠款"},
    "E2566": {"name": "欠款"},
    "E2567": {"written": "超出部分转入 储备", "what": "no cap"},
    "E2568": {"name": "储蓄", "candidates": ("储备",)},
    "E2569": {"written": "上期(任务，任务)"},
    "E2601": {"what": "case", "condition": "金额 超过 5万"},
    "E2602": {"condition": "金额 不满 100 且 金额 超过 200", "what": "itself"},
    "E2603": {"table": "费用", "case": "职级 = “高级”"},
    "E2604": {"limit": "100"},
    "E2605": {"name": "比例", "what": "parameter"},
    "E2606": {"name": "加奖"},
    "E2607": {
        "table": "比例",
        "before": "9,999.99",
        "low": "200.00",
        "after": "10,000.00",
        "high": "300.00",
        "difference": "100.00",
    },
    "E2608": {
        "table": "比例",
        "before": "9,999.99",
        "low": "300.00",
        "after": "10,000.00",
        "high": "200.00",
        "difference": "100.00",
    },
    "E2609": {
        "table": "系数",
        "bound": "101%",
        "example": "100.5%",
        "first": "0.8",
        "second": "1.2",
        "meant": "超过100%",
    },
    "E2610": {
        "rate": "5",
        "share": "500%",
        "base": "10,000.00",
        "pay": "50,000.00",
        "meant": "5%",
        "less": "500.00",
    },
    "E2611": {"given": "80", "name": "完成率", "share": "8,000%", "meant": "80%"},
    "E2612": {
        "table": "提成率",
        "says": "marginal",
        "mode": "whole",
        "base": "20000",
        "marginal": "600.00",
        "whole": "1,200.00",
    },
    "E2613": {"table": "预扣率", "base": "72000", "wrong": "2,160.00", "right": "4,680.00"},
    "E2614": {"table": "预扣率", "base": "72000", "whole": "7,200.00", "marginal": "4,680.00"},
    "E2615": {"points": "23%", "share": "20.6%"},
    "E2616": {"case": "金额 = 50001元", "first": "100", "second": "200"},
    "E2617": {"first": "已成交", "second": "金额 超过 5万"},
    "E2618": {"case": "金额 = 1万元"},
    "E2620": {"total": "105%", "over": "5%"},
    "E2621": {"divisor": "计数(签约 其中 大客户)"},
    "E2619": {"table": "奖额", "at": "3万", "low": "800.00", "high": "160.00"},
    "E2701": {"name": "尾款提成", "due": "到期(尾款提成)", "earned": "已计(尾款提成)"},
    "E2702": {"written": "到期(尾款提成)", "name": "尾款提成"},
    "E2703": {"written": "扣回 100%"},
    "E2704": {"written": "乘以 120%", "later": "发放"},
    "E2705": {"written": "发放比例 合计(回款.金额) / 金额"},
    "E2706": {"written": "扣回 50%"},
    "E2707": {"written": "发放比例 已到账 / 应收"},
    "E2708": {"written": "发放"},
    "E2709": {"share": "150%"},
    "E2710": {"total": "75%", "missing": "25%"},
    "E3001": {"table": "签约", "names": ("签约", "deal"), "candidates": ("签约表",), "seen": ""},
    "E3002": {"table": "签约", "files": ("签约.csv", "签约.xlsx"), "seen": ""},
    "E3003": {"file": "签约.csv", "seen": ""},
    "E3004": {"table": "签约", "column": "金额", "candidates": ("金 额",), "seen": ""},
    "E3005": {"table": "签约", "column": "金额", "headers": ("金额", "amount"), "seen": ""},
    "E3006": {"wanted": 5, "given": 6, "seen": ""},
    "E3007": {"file": "签约.csv", "seen": ""},
    "E3008": {"file": "签约.xls", "seen": "签约.xls"},
    "E3009": {"file": "签约.xlsx", "seen": "签约.xlsx"},
    "E3010": {"file": "签约.xlsx", "seen": "签约.xlsx"},
    "E3011": {"table": "签约", "row": 3, "seen": "九月签约台账"},
    "E3012": {"sheet": "签约"},
    "E3013": {"sheet": "签约", "count": 3},
    "E3101": {"column": "金额", "seen": "", "total": "合计"},
    "E3102": {"column": "金额", "seen": "一万左右"},
    "E3103": {"column": "金额", "seen": "0.1", "exact": "0.1000000000000000055511151231257827"},
    "E3104": {"column": "金额", "seen": "100.005", "digits": 2},
    "E3105": {"column": "签约日", "seen": "7/1/23"},
    "E3106": {"column": "已成交", "seen": "差不多"},
    "E3107": {"column": "结果", "seen": "续签", "options": ("续约", "流失"), "candidates": ("续约",)},
    "E3108": {"column": "比例", "seen": "120%", "limit": "≤ 100%", "kind": "at_most"},
    "E3109": {"column": "销售员", "seen": "E0012", "table": "people", "candidates": ("E012",)},
    "E3110": {"table": "签约", "key": "D-17", "first_row": 4, "seen": "D-17"},
    "E3111": {"column": "件数", "seen": "2.5"},
    "E3112": {"column": "已成交", "seen": "3.5", "wanted": "yesno", "given": "Decimal"},
    "E3113": {"table": "人员", "key": "E01", "column": "姓名", "first_row": 2, "seen": "李"},
    "E3114": {"table": "人员", "key": "E01", "date": "2023-07-01", "first_row": 2, "seen": ""},
    "E3115": {"column": "单号", "seen": "1.2E+17"},
    "E3116": {"column": "单号", "seen": "D\x0717"},
    "E3117": {"column": "签约日", "seen": "2023-07-01T00:00+08:00"},
    "E3118": {"column": "单号", "seen": "123", "given_type": "number"},
    "E3119": {"column": "金额", "seen": "=B17*2"},
    "E3120": {"column": "金额", "seen": "#N/A"},
    "E3121": {"column": "销售员", "seen": "B17:B19", "range": "B17:B19"},
    "E3122": {"column": "单号", "seen": "'00123", "mark": "'"},
    "E3123": {"column": "金额", "seen": "0.30000000000000004"},
    "E3131": {"column": "币种", "seen": "美元", "candidates": ("USD",)},
    "E3132": {"column": "推荐人", "circle": "E1 → E2 → E1", "day": "2025-08-20", "rows": ("E1（人员.csv:2）",)},
    "E3133": {"column": "上级", "circle": "T1 → T2 → T1", "rows": ("T1 (team.csv:2)",)},
    "E3201": {"line": "完成率", "row": "E01", "seen": ""},
    "E3202": {"table": "系数", "value": "-5%", "line": "绩效系数", "seen": ""},
    "E3203": {"line": "客户满意度", "function": "平均", "seen": ""},
    "E3204": {"line": "系数", "first": "0.8", "second": "1", "seen": ""},
    "E3205": {"line": "系数", "seen": ""},
    "E3206": {"message": "退款合计超过了原单金额", "condition": "已退款额 不超过 金额", "seen": ""},
    "E3207": {"line": "司龄", "column": "离职日", "seen": ""},
    "E3208": {
        "person": "E01",
        "column": "团队",
        "period": "2023-08",
        "changes": ("08-01 一组", "08-15 二组"),
        "seen": "",
    },
    "E3209": {"sale": "D-17", "share": Fraction(6, 5), "seen": ""},
    "E3210": {"refund": "T-1", "sale": "D-17", "seen": ""},
    "E3221": {"table": "提成比例", "value": "0", "line": "超额提成", "seen": ""},
    "E3223": {"table": "税率", "value": "-100", "line": "税前", "seen": ""},
    "E3231": {"line": "提成", "row": "D1", "amount": "20"},
    "E3232": {"line": "提成", "row": "D1", "amount": "100", "parts": "120"},
    "E3233": {"line": "奖池", "row": "T1", "amount": "100"},
    "E1238": {"seen": "季度"},
    "E1239": {"word": "从高到低"},
    "E2520": {},
    "E2522": {"word": "从高到低", "better": "从晚到早"},
    "E2523": {"name": "门槛"},
    "E2524": {"name": "名次"},
    "E2525": {"function": "并列均分", "count": 0},
    "E2526": {"name": "并列均分"},
    "E2527": {"value": Fraction(0)},
    "E2528": {"name": "名次", "place": "3"},
    "E2540": {"name": "销售能力", "total": "90%"},
    "E2541": {"name": "销售能力", "total": "90%", "list": ("沟通 40%", "演示 50%")},
    "E2542": {"name": "销售能力", "part": "能力"},
    "E2543": {"table": "评价", "what": "kinds", "options": ("自评", "同事"), "candidates": ("来源", "身份")},
    "E2544": {"column": "来源", "what": "kinds", "values": ("客户",)},
    "E2545": {"what": "kind twice"},
    "E2546": {"name": "沟通", "part": "gap", "what": "required"},
    "E2547": {"table": "课程表"},
    "E2548": {"name": "销售能力.得分"},
    "E3140": {"rows": ("E01", "E02"), "line": "名次"},
    "E3234": {"line": "奖池", "row": "T1", "person": "E01", "weight": "-1"},
    "E3241": {"person": "E01", "column": "月任务", "month": "2023-08", "changes": ("300", "600"), "seen": ""},
    "E3242": {"person": "E01", "hired": "2023-09-01", "day": "2023-08-31", "seen": ""},
    "E3291": {
        "table": "牌价",
        "currency": "USD",
        "day": "2025-04-09",
        "latest": "2025-03-31",
        "line": "提成",
        "row": "F1",
        "seen": "",
    },
    "E3301": {"period": "2023-05", "first": "2023-07-01", "seen": ""},
    "E3303": {"sale": "D-17", "period": "2023-05", "version": 1, "seen": ""},
    "E3160": {"line": "尾款提成", "row": "D1", "total": "90%"},
    "E3161": {"line": "尾款提成", "row": "D1"},
    "E3162": {"line": "尾款提成", "row": "2024-03-01", "version": 2},
    "E3311": {"line": "个税", "person": "E01", "period": "2024-02", "first": "2024-07-01", "seen": ""},
    "E3312": {"column": "value", "seen": "1,200"},
    "E3313": {"line": "个税", "first": "2024-01", "last": "2024-03"},
    "E3314": {"people": ("E01",)},
    "E3315": {"name": "等级", "row": "E01", "period": "2024-01", "seen": ""},
    "E3316": {"name": "欠款", "person": "E01", "period": "2024-02", "seen": ""},
    "E3317": {"name": "欠款", "first": "2024-01", "last": "2024-03"},
    "E3319": {"name": "欠款", "row": "E01", "value": "-200", "bound": "0", "kind": "at_least", "seen": ""},
    "E3401": {},
    "E3402": {"name": "pepole", "candidates": ("people",), "known": ("people", "facts")},
    "E3403": {"name": "period"},
    "E3404": {"name": "payout", "seen": "abc", "form": "amount"},
    "E3405": {"name": "E9", "kind": "person", "candidates": ("E09",)},
    "E3406": {"first": "expect", "second": "expect_error"},
    "E3407": {"name": "E01"},
    "E3304": {"version": 2, "scheme": "office_sales", "seen": ""},
    "E3305": {"version": 2, "scheme": "office_sales", "file": "v2.zh.tier", "seen": "v2.zh.tier"},
    "E4001": {"text": "2023-Q3", "shape": "month", "seen": ""},
    "E4002": {"person": "E99", "candidates": ("E09",), "seen": ""},
    "E4003": {"path": "数据", "seen": ""},
    "E4004": {"code": "E9999", "seen": ""},
    "E4005": {"path": "结算单.csv", "seen": ""},
    "E4006": {"file": "签约.xlsx", "seen": "签约.xlsx"},
    "E4007": {"path": "cases.yaml"},
    "E4008": {"url": "mysql://a/b"},
    "E4009": {"book": "pay.book"},
    "E4010": {"seen": "昨天"},
    "E4011": {"at": "2025-08-31 00:00 UTC", "last": "2025-09-01 00:00 UTC"},
    "E4012": {"scheme": "销售", "candidates": ("华东", "华南")},
    "E4013": {},
    "E4014": {},
    "E4015": {"version": 3, "candidates": ("4",)},
    "E4016": {"row": "签约:D99"},
    "E4017": {},
    "E4018": {},
    "E4019": {},
    "E5001": {"book": "pay.book", "format": 2, "known": 1},
    "E5002": {"book": "pay.book"},
    "E5003": {"book": "pay.book"},
    "E5004": {"book": "pay.book"},
    "E5005": {"book": "pay.book"},
    "E5006": {"book": "postgresql://server/pay"},
    "E5010": {"version": 2, "scheme": "销售"},
    "E5011": {"first": "2025-06-01", "period": "2025-06", "last": "2025-08"},
    "E5012": {"first": "2025-06-01"},
    "E5013": {"version": 3, "period": "2025-07"},
    "E5014": {"person": "王", "version": 3},
    "E5015": {"period": "2025-08"},
    "E5016": {"period": "2025-08"},
    "E5017": {"period": "2025-08", "people": ("E001",)},
    "E5018": {"person": "王", "period": "2025-08"},
    "E5019": {"period": "2025-08", "wanted_period": "2025-07"},
    "E5020": {},
    "E5021": {"period": "2025-07", "entries": ("12",)},
    "E5022": {"period": "2025-08", "run": 14, "closed": "2025-07"},
    "E5040": {"version": 3, "older": 2},
    "E5030": {"entry": 12},
    "E5031": {"entry": 12},
    "E5032": {"entry": 12, "rows": "line", "record": "签约:D17", "count": 3, "wanted_count": 4},
    "E5034": {"entry": 12},
    "E5035": {
        "period": "2025-08",
        "person": "E001",
        "line": "提成",
        "record": "D17",
        "currency": "CNY",
        "stored": "100.00",
        "again": "90.00",
    },
    "E5036": {"period": "2025-08", "release": "0.9"},
    "E5037": {"period": "2025-08"},
    "E5050": {"table": "deal", "column": "amount", "scheme": "sales", "other": "service"},
}

# Words of those who build such tools. Whoever writes a scheme or fills in a sheet has none of them.
BANNED_ENGLISH = (
    "token|tokens|AST|parse|parses|parsed|parser|parsing|syntax|lexer|grammar|type inference|inference|expression|"
    "expressions|identifier|identifiers|operand|operator|literal|argument|arguments|NoneType|None|null|NaN|boolean|"
    "bool|str|int|float|Decimal|tuple|dict|enum|exception|traceback|schema|node|nodes|callable|iterable|undefined|"
    "unresolved|runtime|compile|compiled|hash|string|strings|invalid|illegal|unexpected"
)
BANNED_CHINESE = (
    "语法|解析|标识符|表达式|令牌|词法|区间|变量|字面量|操作数|运算符|实参|形参|布尔|字符串|空指针|异常|抽象|节点|"
    "编译|运行时|哈希|枚举|元组|字段|非法|无效|未定义|类型推断|单元格键|上线|舍入误差|进行了|被定义|被使用|主键"
)
ALL = MESSAGES | BOOK | FIXES | RELATED | WORDS
OURS = (
    meaning.MESSAGES
    | windows.MESSAGES
    | remarks.MESSAGES
    | history.MESSAGES
    | accounts.MESSAGES
    | settlement.MESSAGES
    | standing.MESSAGES
    | uplines.MESSAGES
    | transitions.MESSAGES
    | data.MESSAGES
    | bookkeeping.MESSAGES
)
PAIRS = [pytest.param(pair, id=key) for key, pair in ALL.items()]
_FACT = re.compile(r"\{(\w+)(?::[^{}]*)?\}")


def facts_in(template: str) -> set[str]:
    """The facts a template uses; `may_en` and `may_zh` are one fact, told in two languages."""
    return {re.sub(r"_(en|zh)$", "", name) for name in _FACT.findall(template)}


def told(code: str, language: str, /, **facts: object) -> str:
    """The sentence of a code with these facts."""
    return sentence(Diagnostic(code, NOWHERE, facts), language)


# ---- the whole book of sentences ---------------------------------------------------------------------------


@pytest.mark.parametrize("pair", PAIRS)
def test_both_languages_say_something(pair):
    """No sentence is empty, and the two are not the same text."""
    english, chinese = pair
    assert english.strip()
    assert chinese.strip()
    assert english != chinese


@pytest.mark.parametrize("pair", PAIRS)
def test_both_languages_use_the_same_facts(pair):
    """A fact told in one language is told in the other."""
    english, chinese = pair
    assert facts_in(english) == facts_in(chinese)


@pytest.mark.parametrize("pair", PAIRS)
def test_each_side_is_in_its_language(pair):
    """English has Chinese only where it quotes a scheme; Chinese has Chinese."""
    english, chinese = pair
    assert not re.search(r"[一-鿿]", re.sub(r"“[^”]*”", "", english))
    assert re.search(r"[一-鿿]", _FACT.sub("", chinese)) or "{" in chinese


@pytest.mark.parametrize("pair", PAIRS)
def test_a_chinese_windows_console_can_show_it(pair):
    """Every glyph of ours is in GBK."""
    for text in pair:
        text.encode("gbk")


@pytest.mark.parametrize("pair", PAIRS)
def test_no_word_of_the_trade(pair):
    """Nothing that only a programmer would understand."""
    english, chinese = pair
    assert not re.search(rf"\b({BANNED_ENGLISH})\b", _FACT.sub("", english))
    assert not re.search(BANNED_CHINESE, chinese)


@pytest.mark.parametrize("pair", PAIRS)
def test_no_doubled_stops(pair):
    """And no blanks at the ends."""
    for text in pair:
        assert not re.search(r"(?<!\.)\.\.(?!\.)|。。|，，|；；|，。|\s$|^\s", text)


@pytest.mark.parametrize("key", [key for key in ALL if key not in syntax.MESSAGES])
def test_punctuation(key):
    """Quotes in pairs, Chinese with Chinese punctuation, brackets that are closed."""
    pair = ALL[key]
    for text in pair:
        assert text.count("“") == text.count("”")
        assert text.count("[") == text.count("]")
        assert text.count("\n") <= 1
        assert '"' not in text
    assert not re.search(r"[一-鿿][,;:?!]", pair[1])


@pytest.mark.parametrize("key", [*MESSAGES, *FIXES, *RELATED])
def test_sentences_end_without_a_stop(key):
    """What follows a message is another line, not another sentence."""
    for text in (MESSAGES | FIXES | RELATED)[key]:
        assert text[-1] not in ".。;；,，:："


def test_every_code_has_a_page_and_every_page_a_code():
    """`explain-code` knows what can be said, and nothing else."""
    assert BOOK.keys() == MESSAGES.keys()


@pytest.mark.parametrize("code", OURS)
def test_a_page_is_two_to_four_plain_sentences(code):
    """Meaning, consequence for pay, remedy: no more and no less."""
    english, chinese = BOOK[code]
    assert english.endswith(".")
    assert chinese.endswith("。")
    assert 2 <= len(re.findall(r"[.?!](?: |$)", english)) <= 5
    assert 2 <= chinese.count("。") <= 5
    assert len(chinese) <= 200
    assert len(english) <= 480


def test_no_code_is_told_in_two_places():
    """Each module has codes of its own."""
    first = (syntax, meaning, windows, remarks, history, accounts, settlement)
    rooms = (*first, standing, uplines, transitions, data, bookkeeping)
    modules = [room.MESSAGES for room in rooms]
    assert sum(map(len, modules)) == len(MESSAGES)
    assert all(code.startswith("E1") for code in syntax.MESSAGES)
    assert all(code.startswith("E2") for code in meaning.MESSAGES)
    assert all(code.startswith(("E3", "E4")) for code in data.MESSAGES)


@pytest.mark.parametrize("module", [syntax, meaning, windows, data], ids=["syntax", "meaning", "windows", "data"])
def test_a_title_with_one_key_has_the_same_facts_everywhere(module):
    """A key that two modules share is filled by the same facts, whichever wins."""
    for shared in ("FIXES", "RELATED"):
        for key, pair in getattr(module, shared, {}).items():
            merged = {"FIXES": FIXES, "RELATED": RELATED}[shared][key]
            assert facts_in(merged[0]) == facts_in(pair[0]), key


# ---- facts -------------------------------------------------------------------------------------------------


def test_the_contract_lists_every_code():
    """No code of the checker or the data without known facts."""
    assert FACTS.keys() == OURS.keys()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("code", FACTS)
def test_no_sentence_wants_a_fact_that_nobody_passes(code, language):
    """With the facts that are passed, no gap and no template mark is left."""
    text = told(code, language, **FACTS[code])
    assert not re.search(r"[〈〉{}\[\]|]", text), text
    assert "  " not in text
    assert "“”" not in text


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("code", FACTS)
def test_a_missing_fact_never_fails(code, language):
    """Without any facts a sentence still comes; what is missing stands in 〈 〉."""
    text = told(code, language)
    needed = set(_FACT.findall(re.sub(r"\[[^\]]*\]", "", OURS[code][0])))
    assert all(f"〈{name}〉" in text for name in needed)
    assert not re.search(r"[{}\[\]]", text)


def test_an_unknown_code_is_still_a_message():
    """A code without a sentence shows itself."""
    assert told("E9876", "zh") == "这里有问题（E9876）"
    assert told("E9876", "en") == "Something is wrong here (E9876)"
    assert book("E9876", "zh") == ""


def test_facts_are_never_read_as_templates():
    """What an author wrote in braces or brackets stays as written."""
    assert told("E2101", "zh", name="[甲]{乙}", candidates=()) == "没有“[甲]{乙}”这个名称"


def test_optional_parts_go_with_empty_facts():
    """No question without a candidate."""
    assert told("E2101", "zh", name="签约额", candidates=()) == "没有“签约额”这个名称"
    assert told("E2101", "en", name="amout") == "There is no “amout”"


def test_alternatives_of_optional_parts():
    """What follows the bar stands where the first part cannot."""
    assert told("E2320", "zh", table="导购", column="", candidates=("导购.底薪",)) == (
        "阶梯“导购”有好几列，没有写明取哪一列，可以取“导购.底薪”"
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(50000), "50,000"),
        (Fraction(1, 2), "0.5"),
        (Fraction(-1234567, 100), "-12,345.67"),
        (Fraction(1, 3), "0.333333…"),
        (Fraction(2, 1000), "0.002"),
        (Fraction(0), "0"),
        (2023, "2023"),
        (Fraction(10**30), "1," + ",".join(["000"] * 10)),
    ],
)
def test_numbers_are_written_out(value, text):
    """Plain digits, thousands apart, never 1e+30 and never 1/3."""
    assert number_text(value) == text


def test_type_words_are_told_in_the_reader_language():
    """The stages pass English words of meaning."""
    facts = {"left": "quota", "left_type": "money", "right": "hired", "right_type": "date"}
    assert headline(Diagnostic("E2103", facts=facts), "zh") == "金额不能和日期作比较"
    assert headline(Diagnostic("E2103", facts=facts), "en") == "Money cannot be compared with a date"
    assert remark(Diagnostic("E2103", facts=facts), "en") == "“quota” is money, “hired” is a date"


def test_names_are_not_translated():
    """A column that is called money stays money."""
    assert "“money”" in told("E2104", "zh", name="money")


def test_several_values_are_joined_as_people_do():
    """、 and 或 in Chinese, comma and "or" in English."""
    facts = {"name": "x", "candidates": ("a", "b", "c")}
    assert told("E2101", "zh", **facts).endswith("是不是“a”、“b”或“c”？")
    assert told("E2101", "en", **facts).endswith("did you mean “a”, “b” or “c”?")


@pytest.mark.parametrize(
    ("total", "chinese", "english"),
    [
        ("95%", "差 5 个百分点", "5 percentage points too few"),
        (Fraction(11, 10), "多 10 个百分点", "10 percentage points too many"),
        (Fraction(99, 100), "差 1 个百分点", "1 percentage point too few"),
    ],
)
def test_weights_say_how_far_they_are_off(total, chinese, english):
    """Short or over, in percentage points."""
    assert chinese in told("E2301", "zh", total=total, list=())
    assert english in told("E2301", "en", total=total, list=())


def test_the_authors_text_is_kept_short_and_free_of_surprises():
    """Long text is cut, one pair of quotes is enough, control characters show as a box."""
    facts = {"left": "很" * 50, "left_type": "money", "right": "“优秀”", "right_type": "text"}
    text = told("E2103", "zh", **facts)
    assert "“优秀”是文字" in text
    assert "很" * 19 + "…" in text
    assert told("E3116", "zh", seen="D\x1b[31m17") == "“D□[31m17”里夹着看不见的字符；请清空这一格，重新填写"


def test_english_plural():
    """One value, two values."""
    text = told("E2315", "en", table="t", wanted=1, given=2)
    assert text == "A row of “t” is a bound and 1 value; this one has 2 values"


# ---- words -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "chinese", "english"),
    [
        ("money", "金额", "money"),
        ("number", "数值", "number"),
        ("percent", "百分比", "percent"),
        ("count", "整数", "count"),
        ("text", "文本", "text"),
        ("yesno", "是否", "yes/no"),
        ("date", "日期", "date"),
        ("datetime", "时间", "datetime"),
        ("duration", "时长", "duration"),
        ("person", "员工", "person"),
        ("row", "行", "row"),
        ("no such word", "no such word", "no such word"),
    ],
)
def test_type_names(word, chinese, english):
    """As a scheme spells them; an unknown word is shown as it is."""
    assert type_name(word, "zh") == chinese
    assert type_name(word, "en") == english


def test_keywords_come_from_the_one_table():
    """The printed spelling of a terminal and its sense."""
    assert keyword("KPI_CLAUSE", "weight", "zh") == "权重"
    assert keyword("WHERE", "", "en") == "where"
    assert keyword("NO_SUCH", "sense", "zh") == "sense"


@pytest.mark.parametrize("word", ["date of record", "credited", "optional", "dated", "key"])
def test_roles_are_spelled_as_in_a_scheme(word):
    """The word that the author has to look for."""
    spelled = {
        s: entry.chinese[0] for entry in FACES if entry.terminal == "ROLE" for s in (entry.sense, entry.english[0])
    }
    assert f"“{spelled[word]}”" in told("E2332", "zh", table="签约", role=word)


@pytest.mark.parametrize("clause", ["weight", "actual", "target", "score"])
def test_clauses_of_a_kpi_are_spelled_as_in_a_scheme(clause):
    """得分 is the line of a kpi; 总分 is another thing."""
    assert f"“{keyword('KPI_CLAUSE', clause, 'zh')}”" in told("E2302", "zh", kpi="甲", clause=clause)


# ---- fixes and second places --------------------------------------------------------------------------------


def test_fix_titles():
    """A key is told in the reader's language, any other text is shown as it is."""
    fix = Fix(FixKind.review, "did_you_mean", (), {"candidate": "签约金额"})
    assert fix_title(fix, "zh") == "改成“签约金额”"
    assert fix_title(fix, "en") == "change it to “签约金额”"
    quoted = Fix(FixKind.review, "did_you_mean", (), {"candidate": '"续约"'})
    assert fix_title(quoted, "zh") == "改成“续约”"
    assert fix_title(Fix(FixKind.safe, "按原样显示"), "zh") == "按原样显示"


def test_related_titles():
    """The name is optional: the place speaks for itself."""
    assert related_title(Related(NOWHERE, "first_here"), "zh") == "第一次写在这里"
    assert related_title(Related(NOWHERE, "first_here", {"name": "甲"}), "en") == "“甲” stands here first"


# ---- read aloud: whole sentences as printed -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "chinese", "english"),
    [
        (
            "E2301",
            "指标权重合计 95%，差 5 个百分点；签约率 30%、留存率 65%",
            "The kpi weights total 95%, not 100% (5 percentage points too few); 签约率 30%, 留存率 65%",
        ),
        (
            "E2312",
            "阶梯“系数”有断档：80%以上不满85% 没有对应的档",
            "The tiers “系数” have a gap: no row for “80%以上不满85%”",
        ),
        (
            "E2313",
            "阶梯“系数”有重叠：80% 时两档都适用；一档是 0.8，另一档是 1",
            "The tiers “系数” overlap: two rows hold at 80%; one gives 0.8, the other 1",
        ),
        (
            "E2101",
            "没有“签约额”这个名称，是不是“签约金额”或“签约日”？",
            "There is no “签约额”; did you mean “签约金额” or “签约日”?",
        ),
        (
            "E2106",
            "“签约.金额”在“签约”里每行一个值，这里要的是每人一个值；取合计、平均还是最大，要写明，例如 合计(签约.金额)",
            "“签约.金额” has one value per row of “签约”; here one value per person is needed; say whether the total, the average or the largest is meant: 合计(签约.金额)",
        ),
        (
            "E3109",
            "“销售员”填的是“E0012”，“人员”里没有，是不是“E012”？",
            "“销售员” says “E0012”, which is not in “people”; did you mean “E012”?",
        ),
        (
            "E4001",
            "“2023-Q3”不是本方案的结算周期，本方案按月结算，写作 2023-08",
            "“2023-Q3” is not a period of this scheme, which pays by month: 2023-08",
        ),
    ],
)
def test_sentences_as_printed(code, chinese, english):
    """The six classic mistakes and others, word for word."""
    assert told(code, "zh", **FACTS[code]) == chinese
    assert told(code, "en", **FACTS[code]) == english
