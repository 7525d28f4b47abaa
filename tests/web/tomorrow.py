#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Publishes a version from tomorrow on, on a running demo site, and waits for the day by the site's own clock.

    tests/web/tomorrow.py HOST:PORT SITE CLOCK LOG

CLOCK is the file of tests/web/clock.c, which the server was started with; LOG is what it says.
"""
import datetime
import html
import re
import struct
import sys
import time

import guard
from guard import Browser, check, must, one, sign_in, submitted

Browser.net = "203.0.115"
ITEM = "11990121009901980H4990117022000"  # 临时占用城市道路
ZONE = datetime.timezone(datetime.timedelta(hours=8))
# An hour on where midnight is near, so that it does not come by itself.
SHIFT = datetime.timedelta(hours=1 if datetime.datetime.now(ZONE).hour == 23 else 0)
NOW = datetime.datetime.now(ZONE) + SHIFT
TODAY, NEXT = NOW.date(), NOW.date() + datetime.timedelta(days=1)
MIDNIGHT = datetime.datetime.combine(NEXT, datetime.time(), ZONE).timestamp()
LATER = TODAY + datetime.timedelta(days=20)
FACTS = {"申请人名称": "刘洋", "申请人类型": "个人", "证件号码": "990121198812077317", "联系电话": "13800009990", "委托办理": "false",
         "占用事由": "堆放物料", "道路名称": "文昌路", "具体位置": "文昌路 6 号门前", "占用部位": "人行道", "占用长度": "10", "占用宽度": "2",
         "占用天数": "8", "开始日期": str(LATER), "结束日期": str(LATER + datetime.timedelta(days=7)), "占用盲道": "false"}


def set_clock(to):
    """The site's clock says this instant now, and goes on from there."""
    with open(sys.argv[3], "r+b") as f:
        f.write(struct.pack("=q", int(to - time.time())))


def said(a):
    return html.unescape(re.sub(r"<[^>]+>", " ", a.text.split("<main", 1)[-1]))


def version_of(no):
    return one("SELECT item FROM cases WHERE no = ?", no)


def save(her, version, change):
    """The version's process changed, as the draft of the next: its number."""
    page = her.get(f"/admin/item/{version}/process").text
    seen = re.search(r'name="seen" value="([^"]*)"', page).group(1)
    was = html.unescape(re.search(r'<textarea[^>]*id="text"[^>]*>\n?(.*?)</textarea>', page, re.S).group(1))
    text = change(was)
    check("the process is changed", text != was)
    b = "xxYIZHANxx"
    body = "".join(f'--{b}\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n'
                   for n, v in (("csrf", her.csrf), ("seen", seen), ("text", text))) + f"--{b}--\r\n"
    a = must(her.ask("POST", f"/admin/item/{version}/process", body.encode(), {"Content-Type": f"multipart/form-data; boundary={b}"}), "save")
    return int(re.search(r"/admin/item/(\d+)", a.to).group(1))


def publish(her, version, day):
    """The page that says so."""
    must(her.post(f"/admin/item/{version}/state", {"state": "review"}), "submit for review")
    return her.get(must(her.post(f"/admin/item/{version}/state", {"state": "published", "from_at": day}), "publish").to)


def later(old):
    """A version from tomorrow, and cases before and after midnight: the old version, its case, the new version."""
    set_clock(time.time() + SHIFT.total_seconds())
    her, clerk = sign_in("items"), sign_in("zhangmin")
    new = save(her, old, lambda t: t.replace('<bpmn:userTask id="accept" name="受理"', '<bpmn:userTask id="accept" name="次日受理"'))
    check("it says that it is not in force yet", "在那以前新的办件还用现在的版本" in publish(her, new, str(NEXT)).text)
    check("published from tomorrow it waits for the day", "待生效" in said(her.get(f"/admin/item/{new}")))
    first = submitted(sign_in("liuyang"), ITEM, FACTS)
    check("today's case has the version in force", version_of(first) == old)
    check("and its process", "次日受理" not in said(clerk.get(f"/desk/case/{first}")))
    set_clock(MIDNIGHT - 120)
    check("two minutes before the day a case has the old version still", version_of(submitted(sign_in("liuyang"), ITEM, FACTS)) == old)
    set_clock(MIDNIGHT + 1)
    second = submitted(sign_in("liuyang"), ITEM, FACTS)
    her, clerk = sign_in("items"), sign_in("zhangmin")
    check("from the first second of the day a new case has the new one", version_of(second) == new)
    check("and its process, too", "次日受理" in said(clerk.get(f"/desk/case/{second}")))
    check("the new version is in force", "已发布" in said(her.get(f"/admin/item/{new}")).split("检查意见")[0])
    check("the one before is no longer", "已失效" in said(her.get(f"/admin/item/{old}")).split("检查意见")[0])
    check("yesterday's case keeps its version", version_of(first) == old and "次日受理" not in said(clerk.get(f"/desk/case/{first}")))
    must(clerk.post(f"/desk/case/{first}/act/accept", {}), "accept by the old process")
    must(clerk.post(f"/desk/case/{second}/act/accept", {}), "accept by the new process")
    check("each goes on by its own",
          [one("SELECT t.name FROM task t JOIN cases c ON c.id = t.case_id WHERE c.no = ? AND t.act = 'accept'", no) for no in (first, second)]
          == ["受理", "次日受理"])
    return new


def astray(version):
    """A process that cannot go on: whoever acts is not told to mend what she wrote, and the log says what is wrong."""
    her, clerk = sign_in("items"), sign_in("zhangmin")
    each = '<bpmn:multiInstanceLoopCharacteristics isSequential="false"/></bpmn:userTask>'

    def break_it(t):
        head, task = t.split('<bpmn:userTask id="accept"', 1)[0], t.split('<bpmn:userTask id="accept"', 1)[1]
        own, rest = task.split("</bpmn:userTask>", 1)
        follows = re.search(r"<bpmn:userTask ([^>]*[^/])>(.*?)</bpmn:userTask>", rest, re.S)
        return (head + '<bpmn:userTask id="accept"' + own + "</bpmn:userTask>" + rest[:follows.start()] +
                f'<bpmn:userTask {follows.group(1)} yz:each="长度单位">{follows.group(2)}{each}' + rest[follows.end():])
    broken = save(her, version, break_it)
    check("what is in force at once is not put off", "在那以前" not in publish(her, broken, "").text)
    no = submitted(sign_in("liuyang"), ITEM, FACTS)
    check("what is published at once is in force at once", version_of(no) == broken)
    a = clerk.post(f"/desk/case/{no}/act/accept", {})
    check("where the process cannot go on she is told whom to tell", a.status == 422 and "告诉事项管理员" in said(a), said(a)[:200])
    other = submitted(sign_in("liuyang"), ITEM, FACTS)
    task = one("SELECT t.id FROM task t JOIN cases c ON c.id = t.case_id WHERE c.no = ? AND t.state = 'open'", other)
    a = clerk.post("/desk/batch", {f"task/{task}": "1", "act": "accept"})
    check("of several at once likewise", "告诉事项管理员" in said(a), said(a)[:200])
    with open(sys.argv[4], encoding="utf-8") as log:
        lines = log.read()
    check("and the log says what is wrong", all(f"case {each} cannot go on: accept" in lines for each in (no, other)))


def main():
    old = one("SELECT MAX(id) FROM item WHERE code = ? AND state = 'published'", ITEM)
    new = later(old)
    astray(new)
    print(f"{guard.passed} passed, {guard.failed} failed")
    return guard.failed != 0


if __name__ == "__main__":
    sys.exit(main())
