#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Presses the counter's buttons, on a running demo site, as nobody should: money is taken once, given back once, counted by who may.

    tests/web/till.py HOST:PORT SITE
"""
import datetime
import sys
import threading
import urllib.parse

import guard
from guard import FORM, Browser, check, must, one, rows, sign_in, submitted

Browser.net = "203.0.114"
OCCUPY = "11990121009901980H4990117022000"
DAY = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=8))).date()
LATER = DAY + datetime.timedelta(days=20)
# Eight days on twenty square metres at half a yuan: 80 yuan.
FACTS = {"申请人名称": "刘洋", "申请人类型": "个人", "证件号码": "990121198812077317", "联系电话": "13800009990", "委托办理": "false",
         "占用事由": "堆放物料", "道路名称": "文昌路", "具体位置": "文昌路 6 号门前", "占用部位": "人行道", "占用长度": "10", "占用宽度": "2",
         "占用天数": "8", "开始日期": str(LATER), "结束日期": str(LATER + datetime.timedelta(days=7)), "占用盲道": "false"}
BOOKED = "SELECT COUNT(*) FROM money_in WHERE provider = 'counter' AND order_id = (SELECT id FROM fee_order WHERE no = ?)"


def granted(she, people):
    """An order of 80 yuan that is due: its number."""
    no = submitted(she, OCCUPY, FACTS)
    must(people["zhangmin"].post(f"/desk/case/{no}/act/accept", {}), "accept")
    for task, org in rows("SELECT t.id, t.org FROM task t JOIN cases c ON c.id = t.case_id WHERE c.no = ? AND t.state = 'open' AND t.act = 'review'", no):
        must(people["jiaojing" if org == "jiaojing" else "caihong"].post(f"/desk/case/{no}/act/pass", {"task": str(task)}), "pass")
    must(people["decider"].post(f"/desk/case/{no}/act/grant", {"reason": "符合条件。"}), "grant")
    return one("SELECT f.no FROM fee_order f JOIN cases c ON c.id = f.case_id WHERE c.no = ?", no)


def crowd(b, path, pairs):
    """Ten thousand fields, the real ones first."""
    csrf = b.csrf
    a = b.ask("POST", path, urllib.parse.urlencode([("csrf", csrf), *pairs, *((f"x{i}", "1") for i in range(10000))]), {"Content-Type": FORM})
    b.csrf = csrf  # the page that refuses it is nobody's
    return a


def at_once(b, path, fields, n=4):
    answers = []
    press = lambda: answers.append(b.post(path, fields).status)
    all_of_them = [threading.Thread(target=press) for _ in range(n)]
    for t in all_of_them:
        t.start()
    for t in all_of_them:
        t.join()
    return sorted(answers)


def taking(order, people):
    path, clerk = f"/desk/fee/{order}/take", people["zhangmin"]
    cash = {"means": "cash", "amount": "8000", "slip": ""}
    booked = lambda: one(BOOKED, order)
    clerk.get(f"/desk/fee/{order}")
    for csrf in ("", "0" * 43, people["caiwu"].csrf, clerk.csrf[:-1]):
        check(f"the token {csrf[:5]!r} takes no money", clerk.post(path, cash, csrf=csrf).status == 403)
    csrf = clerk.csrf
    check("by GET nothing is taken", clerk.get(path).status in (404, 405))
    clerk.csrf = csrf
    for login, want in (("liuyang", (403, 404)), ("lixue", (404,)), ("caiwu", (403,)), ("caihong", (403, 404)), ("decider", (403,))):
        a = people[login].post(path, cash)
        check(f"{login} takes no money for it", a.status in want, a.status)
    a = clerk.post("/desk/fee/F990121-2026-999999/take", cash)
    check("another order's number is none", a.status == 404, a.status)
    for amount in ("7999", "8001", "0", "-8000", "", "8000.00", "8000x", "99999999999999999999", "NaN", None):
        a = clerk.post(path, {**cash, "amount": amount})
        check(f"the amount {amount!r} is not what is due", a.status in (409, 422), a.status)
    for means, slip in (("", ""), ("cheque", ""), (None, ""), ("cash", "12345678"), ("card", ""), ("card", "12345"), ("card", "1" * 21),
                        ("card", "12 345678"), ("card", "<script>alert(1)"), ("card", "１２３４５６７８"), ("card", "' OR 1=1 --")):
        a = clerk.post(path, {**cash, "means": means, "slip": slip})
        check(f"{means!r} with the slip {slip!r} is refused", a.status == 422 and "<script>alert" not in a.text, a.status)
    a = crowd(clerk, path, cash.items())
    check("ten thousand fields are too many", a.status in (400, 413), a.status)
    a = clerk.post(f"/desk/fee/{order}/steal", cash)
    check("an act that is none is none", a.status == 404, a.status)
    check("none of that booked anything", booked() == 0 and one("SELECT state FROM fee_order WHERE no = ?", order) == "due")
    statuses = at_once(clerk, path, cash)
    check("pressed four times at once it is taken once", statuses.count(303) == 1 and booked() == 1, (statuses, booked()))
    a = clerk.post(path, cash)
    check("pressed again it says that it is paid", a.status == 422 and "已经缴过" in a.text and booked() == 1, a.status)
    check("one entry of the ledger says who took it",
          one("SELECT COUNT(*) FROM ledger l JOIN money_in m ON m.id = l.thing_id JOIN fee_order f ON f.id = m.order_id "
              "WHERE l.act = 'money.taken' AND f.no = ? AND l.actor_id = (SELECT id FROM person WHERE login = 'zhangmin')", order) == 1)


def slips(order, people):
    clerk = people["zhangmin"]
    must(clerk.post(f"/desk/fee/{order}/take", {"means": "card", "amount": "8000", "slip": "ab12cd34"}), "take by card")
    check("a slip is kept in large letters", one("SELECT slip FROM money_in WHERE UPPER(slip) = 'AB12CD34'") == "AB12CD34")


def giving(order, other, people):
    path, clerk, finance = f"/desk/fee/{order}/give", people["zhangmin"], people["caiwu"]
    must(clerk.post(f"/desk/fee/{order}/refund", {"reason": "多算了两天"}), "ask for a refund")
    refund = str(one("SELECT r.id FROM refund r JOIN fee_order f ON f.id = r.order_id WHERE f.no = ?", order))
    state = lambda: one("SELECT state FROM refund WHERE id = ?", refund)
    check("before finance agrees nothing is given back", clerk.post(path, {"refund": refund}).status == 422 and state() == "asked")
    check("who asked does not agree herself", clerk.post(f"/desk/money/refund/{refund}", {"act": "grant"}).status == 403)
    must(finance.post(f"/desk/money/refund/{refund}", {"act": "grant"}), "agree")
    for csrf in ("", finance.csrf):
        check("a wrong token gives nothing back", clerk.post(path, {"refund": refund}, csrf=csrf).status == 403)
    for login, want in (("liuyang", (403, 404)), ("lixue", (404,)), ("caiwu", (403,)), ("decider", (403,))):
        a = people[login].post(path, {"refund": refund})
        check(f"{login} gives nothing back", a.status in want, a.status)
    for what in ("0", "-1", "", "x", None, "99999999", refund + "0", "99999999999999999999"):
        a = clerk.post(path, {"refund": what})
        check(f"the refund {what!r} is none of it", a.status in (404, 422), a.status)
    a = clerk.post(f"/desk/fee/{other}/give", {"refund": refund})
    check("a refund of one order is not given on another", a.status == 404, a.status)
    check("cash goes back without a slip", clerk.post(path, {"refund": refund, "slip": "12345678"}).status == 422)
    check("ten thousand fields give nothing back", crowd(clerk, path, [("refund", refund)]).status in (400, 413) and state() == "ready")
    statuses = at_once(clerk, path, {"refund": refund})
    check("pressed four times at once it is given back once", statuses.count(303) == 1 and state() == "done", (statuses, state()))
    a = clerk.post(path, {"refund": refund})
    check("pressed again it says so", a.status == 422 and "已经退过" in a.text, a.status)
    check("one paper was made for her to sign", one("SELECT COUNT(*) FROM document d JOIN refund r ON r.document = d.id WHERE r.id = ?", refund) == 1)


def drawers(order, people):
    hers = people["zhangmin"].get("/desk/till").text
    check("her day has what she took", order in hers)
    check("another clerk's day has nothing of it", order not in people["lixue"].get("/desk/till").text)
    for query in ("?day=" + str(DAY) + "&person=1", "?by=zhangmin", "?day=' OR 1=1 --", "?day=2026-13-45", "?day=" + "9" * 4000):
        a = people["lixue"].get("/desk/till" + query)
        check(f"nor by asking for {query[:20]}", a.status in (200, 414, 431) and order not in a.text, a.status)
    for login in ("liuyang", "caiwu", "decider"):
        check(f"{login} has no drawer", people[login].get("/desk/till").status == 403)


def counting(people, third):
    path, finance, clerk = "/desk/money/count", people["caiwu"], people["zhangmin"]
    finance.get("/desk/money/day?day=" + str(DAY))
    right = {"day": str(DAY), "cash": "0", "card": "80.00"}
    counts = lambda: one("SELECT COUNT(*) FROM ledger WHERE act = 'reconciliation.count'")
    before = counts()
    for csrf in ("", clerk.csrf):
        check("a wrong token counts nothing", finance.post(path, right, csrf=csrf).status == 403)
    for login in ("zhangmin", "lixue", "decider", "liuyang"):
        check(f"{login} does not count", people[login].post(path, right).status == 403)
    for field, values in {"day": (str(DAY + datetime.timedelta(days=1)), "", "x", "2026-02-30", "9999999-01-01", None),
                          "cash": ("-1", "1e3", "80.001", "", "x", "9" * 30, None), "card": ("-80", "0x50", "", "８０", None)}.items():
        for value in values:
            a = finance.post(path, {**right, field: value})
            check(f"{field} {value!r} is refused", a.status == 422, a.status)
    check("ten thousand fields count nothing", crowd(finance, path, right.items()).status in (400, 413))
    check("none of that was counted", counts() == before)
    a = finance.post(path, {**right, "cash": "1"})
    check("a drawer with a yuan too much is a difference", a.status == 303, a.status)
    row = rows("SELECT d.id, d.kind, d.number, d.theirs FROM difference d JOIN reconciliation r ON r.id = d.reconciliation_id "
               "WHERE r.provider = 'counter' AND d.mended IS NULL")
    check("which stays open", len(row) == 1, row)
    fid, kind, number, theirs = row[0]
    shown = {"day": str(DAY), "kind": kind, "number": number, "theirs": str(theirs), "act": "explain", "note": "多收的一元第二天退了"}
    mend = f"/desk/money/mend/{fid}"
    check("a clerk does not explain her own drawer", clerk.post(mend, shown).status == 403)
    check("no button books it", finance.post(mend, {**shown, "act": ""}).status == 422)
    for wrong in ({"theirs": "1"}, {"number": "x"}, {"kind": "amount"}, {"note": ""}, {"note": "字" * 3000}):
        a = finance.post(mend, {**shown, **wrong})
        check(f"with {list(wrong)[0]} wrong it is not explained", a.status in (409, 422), a.status)
    check("nor is one that is not there", finance.post("/desk/money/mend/99999999", shown).status in (404, 409, 422))
    statuses = at_once(finance, mend, shown)
    check("explained four times at once it is explained once", one("SELECT COUNT(*) FROM ledger WHERE act = 'difference.explain'") == 1, statuses)
    check("counted right the day agrees", finance.post(path, right).status == 303)
    at_once(finance, path, right)
    check("however often it is counted the day has one row", one("SELECT COUNT(*) FROM reconciliation WHERE provider = 'counter'") == 1)
    check("the counter is not held against a channel's file on the day itself", finance.post("/desk/money/day", {"day": str(DAY)}).status == 422)
    # The day is counted; somebody still comes.
    must(clerk.post(f"/desk/fee/{third}/take", {"means": "cash", "amount": "8000", "slip": ""}), "take after the count")
    check("money that comes after the count is not hidden by it", "请重新清点" in finance.get("/desk/money/day?day=" + str(DAY)).text)


def main():
    people = {login: sign_in(login) for login in ("liuyang", "zhangmin", "lixue", "caihong", "jiaojing", "decider", "caiwu")}
    first, second, third = (granted(people["liuyang"], people) for _ in range(3))
    taking(first, people)
    slips(second, people)
    a = people["zhangmin"].post(f"/desk/fee/{third}/take", {"means": "card", "amount": "8000", "slip": "AB12CD34"})
    check("the same slip pays no other order", a.status == 422 and one(BOOKED, third) == 0, a.status)
    giving(first, second, people)
    drawers(first, people)
    counting(people, third)
    check("the server is still there", people["caiwu"].get("/healthz").status == 200)
    print(f"{guard.passed} passed, {guard.failed} failed")
    return guard.failed != 0


if __name__ == "__main__":
    sys.exit(main())
