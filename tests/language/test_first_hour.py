"""A newcomer's first hour in Chinese: from six answers over three mistakes to a scheme that pays what it should."""

import io
import re

from tiercel.cli import main

NAMES = re.compile(
    r"tiercel [a-z-]+|--[a-z-]+|E[0-9]{4}|CNY|CSV|Excel|\.tier|校验码 \w+|\bfacts\b"
)  # what is typed, not read


def said(capsys, *words):
    code = main(list(map(str, words)))
    out = capsys.readouterr()
    return code, out.out + out.err


def chinese(text, *own):
    """Without commands, codes and own names no English word is left."""
    for name in own:
        text = text.replace(str(name), "")
    return not re.search(r"[A-Za-z]{2,}", NAMES.sub("", text))


def test_from_six_answers_over_three_mistakes_to_the_right_pay(tmp_path, monkeypatch, capsys):
    """60,000 in one deal: 50,000 at 5% and 10,000 at 6% are 3,100; with the bonus of 200 the payout is 3,300."""
    monkeypatch.setenv("TIERCEL_LANG", "zh")
    monkeypatch.setattr("sys.stdin", io.StringIO("\n" * 12))
    folder = tmp_path / "办法"
    assert said(capsys, "new", folder)[0] == 0
    file = folder / "销售提成.tier"
    begun = file.read_text("utf-8")

    def check(text):
        file.write_text(text, "utf-8")
        code, out = said(capsys, "check", file)
        assert chinese(out, folder, "sales_pay"), out
        return code, out

    assert check(begun)[0] == 0
    table = "阶梯 提成比例，超额累进\n  0以上不满5万   5%\n  6万以上        6%\n"
    written = begun.replace("第一条 提成\n", f"第一条 提成\n{table}").replace(
        "  金额 的 5%\n", "  金颤 适用 提成比例\n"
    )

    code, out = check(written)  # a gap between the tiers
    assert code == 1
    assert "补一行，填上它的值：5万以上不满6万" in out

    written = written.replace("  6万以上", "  5万以上")
    code, out = check(written)  # a misspelt name
    assert code == 1
    assert "没有“金颤”这个名称，是不是“金额”？" in out

    written = written.replace("金颤", "金额")
    bonus = "奖金 大单奖 逐笔 签约 仅限 金额 不低于 1万\n  200元\n\n第二条 结算\n"
    code, out = check(written.replace("第二条 结算\n", bonus))  # the payout forgets the new bonus
    assert code == 0
    assert "“大单奖”算出来了，结算额却没有算进它" in out

    written = written.replace("第二条 结算\n", bonus).replace("总计(提成)", "总计(提成) + 总计(奖金)")
    code, out = check(written)
    assert (code, "没有发现问题" in out) == (0, True)

    (folder / "facts" / "人员.csv").write_text("工号,姓名\n甲01,李华\n", "utf-8-sig")
    deals = "单号,销售员,签约日,金额\n一,甲01,2025-01-08,60000\n"
    (folder / "facts" / "签约.csv").write_text(deals, "utf-8-sig")
    code, out = said(capsys, "run", file, "--facts", folder / "facts", "--period", "2025-01")
    assert code == 0
    assert re.search(r"甲01 +李华 +3,100\.00 +200\.00 +3,300\.00", out)
    assert chinese(out, folder, "facts")
