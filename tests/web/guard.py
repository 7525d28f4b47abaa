#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tries, on a running demo site, what nobody may, and checks that nobody can.

    tests/web/guard.py HOST:PORT SITE

SITE is the site's own folder: its ledger is read for what must not stand in it.
Every check is a sentence that holds.  The last line counts.
"""
import datetime
import http.client
import json
import os
import re
import sqlite3
import struct
import subprocess
import sys
import urllib.parse
import zlib

HOST, _, PORT = (sys.argv[1] if len(sys.argv) > 2 else "").rpartition(":")
if not HOST:
    sys.exit(__doc__)
SITE = sys.argv[2]
DB = os.environ.get("YZ_SITE_DB")  # of a site in PostgreSQL: its URL
PASSWORD = "qingze-demo-2026"
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PEOPLE = {p["login"]: p for p in json.load(open(os.path.join(ROOT, "packs/demo/people.json"), encoding="utf-8"))}
FORM = "application/x-www-form-urlencoded"

passed = failed = 0


def check(sentence, holds, seen=""):
    global passed, failed
    if holds:
        passed += 1
    else:
        failed += 1
        print(f"NOT SO: {sentence}: {str(seen)[:300]}")


class Answer:
    def __init__(self, r):
        self.status, self.headers = r.status, r.headers
        self.bytes = r.read()
        self.text = self.bytes.decode("utf-8", "replace")

    @property
    def to(self):
        return self.headers.get("Location", "")


class Browser:
    """Keeps cookies; knows the token of the last page it saw.  Each has an address of its own,
    which the server takes from the proxy that we say we are."""

    many, net = 0, "203.0.113"

    def __init__(self):
        self.jar, self.csrf = {}, ""
        Browser.many += 1
        self.address = f"{Browser.net}.{Browser.many % 250 + 1}"

    def ask(self, method, path, body=None, headers=None):
        conn = http.client.HTTPConnection(HOST, int(PORT), timeout=60)
        h = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.jar.items()), "X-Forwarded-For": self.address, **(headers or {})}
        conn.request(method, urllib.parse.quote(path, safe="/?&=%#:-._~"), body, h)
        a = Answer(conn.getresponse())
        conn.close()
        for line in a.headers.get_all("Set-Cookie") or []:
            name, _, value = line.split(";")[0].partition("=")
            self.jar[name] = value
        found = re.search(r'name="csrf" value="([^"]+)"', a.text)
        if found:
            self.csrf = found.group(1)
        return a

    def get(self, path, **headers):
        return self.ask("GET", path, headers=headers)

    def post(self, path, fields=None, csrf=None, **headers):
        if csrf is None and not self.csrf:
            self.get("/")
        pairs = [("csrf", self.csrf if csrf is None else csrf), *(fields or {}).items()]
        return self.ask("POST", path, urllib.parse.urlencode([p for p in pairs if p[1] is not None]),
                        {"Content-Type": FORM, **headers})

    def upload(self, path, key, name, data):
        b = b"xxYIZHANxx"
        part = lambda n, v: b'--%s\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (b, n, v.encode())
        body = part(b"csrf", self.csrf) + part(b"key", key)
        body += b'--%s\r\nContent-Disposition: form-data; name="file"; filename="%s"\r\nContent-Type: application/pdf\r\n\r\n' % (b, name.encode())
        return self.ask("POST", path, body + data + b"\r\n--" + b + b"--\r\n", {"Content-Type": f"multipart/form-data; boundary={b.decode()}"})


def sign_in(login, password=PASSWORD):
    b = Browser()
    b.get("/sign-in")
    a = b.post("/sign-in", {"login": login, "password": password})
    if a.status != 303:
        sys.exit(f"cannot sign in as {login}: {a.status}")
    b.get("/")
    return b


def picture():
    chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(b"\0\xff")) + chunk(b"IEND", b""))


def id_number(seed):
    """Somebody who is not there: a valid number of a county that is not."""
    body = "990121" + "19900307" + f"{seed % 1000:03d}"
    weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    return body + "10X98765432"[sum(int(c) * w for c, w in zip(body, weights)) % 11]


UNTIL = (datetime.date.today() + datetime.timedelta(days=300)).isoformat()
ROAD_DIG = "11990121009901980H4990117021000"
FACTS = {"申请人类型": "居民个人", "委托办理": "false", "挖掘原因": "供水管线接入", "道路名称": "滨河路<script>alert(1)</script>",
         "具体位置": "滨河路30号\"onmouseover=alert(1) '", "道路等级": "支路", "道路使用情况": "其他", "涉及绿化带": "true", "邻近河道": "false",
         "邻近文物": "false", "邻近铁路": "false", "施工方式": "开挖", "挖掘长度": "12", "挖掘宽度": "0.8", "挖掘深度": "1.2",
         "车道封闭": "封闭部分车道", "开工日期": "2099-12-20", "完工日期": "2099-12-24", "施工单位": "清源工程队", "施工负责人电话": "15409990021"}


def must(a, what):
    if a.status != 303:
        sys.exit(f"cannot {what}: {a.status} {re.findall('class=.(?:error|summary).*?</', a.text)[:3]}")
    return a


def submitted(she, item, facts):
    """Applied for with these facts and a picture for each material: the case's number."""
    draft = re.search(r"/draft/(\d+)", must(she.post(f"/apply/{item}"), "begin").to).group(1)
    for page in range(6):
        she.get(f"/draft/{draft}/materials")
        she.post(f"/draft/{draft}/save", {"page": str(page), **facts})
    for key in re.findall(r'name="key" value="([^"]+)"', she.get(f"/draft/{draft}/materials").text):
        she.upload(f"/draft/{draft}/materials", key, "图.png", picture())
    she.get(f"/draft/{draft}/check")
    return urllib.parse.unquote(re.search(r"/case/([^/]+)/", must(she.post(f"/draft/{draft}/submit", {"true": "1"}), "submit").to).group(1))


def literal(value):
    return str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"


def rows_of_postgres(sql, args):
    for value in args:
        sql = sql.replace("?", literal(value), 1)
    out = subprocess.run(["psql", "-qAtX", "-c", f"SELECT COALESCE(json_agg(row_to_json(q)), '[]') FROM ({sql}) q", DB],
                         check=True, capture_output=True, text=True).stdout
    return [tuple(value for _, value in row) for row in json.loads(out, object_pairs_hook=list)]


def rows(sql, *args):
    if DB:
        return rows_of_postgres(sql, args)
    db = sqlite3.connect(f"file:{SITE}/site.db?mode=ro", uri=True)
    try:
        return db.execute(sql, args).fetchall()
    finally:
        db.close()


def one(sql, *args):
    found = rows(sql, *args)
    return found[0][0] if found else None


# ---- strangers ----

def strangers():
    g = Browser()
    for path in ("/me", "/desk", "/board", "/admin", "/ledger", "/admin/people", "/draft/1", "/document/1", "/material/1"):
        a = g.get(path)
        check(f"{path} asks a stranger to sign in", a.status == 303 and a.to.startswith("/sign-in?to="), a.status)
    a = g.post("/me/messages", {})
    check("a stranger's POST to her own pages is refused", a.status in (401, 403), a.status)
    check("a POST without a token is refused", Browser().ask("POST", "/look", "elder=1", {"Content-Type": FORM}).status == 403)
    other = Browser()
    other.get("/sign-in")
    check("a token of another browser is refused", g.post("/look", {"elder": "1"}, csrf=other.csrf).status == 403)
    for back in ("//evil.example/", "/\\evil.example", "/\t/evil.example", "https:evil.example", "javascript:alert(1)", "/a\r\nSet-Cookie: x=1"):
        a = g.post("/look", {"elder": "0", "back": back})
        check(f"back={back!r} stays here", a.status == 303 and re.fullmatch(r"/(?![/\\]).*|/", a.to) and "x" not in g.jar, a.to)
    a = g.post("/look", {"elder": "0", "back": "https://evil.example/"})
    check("back= to another site stays here", a.to == "/", a.to)
    a = g.get("/")
    csp = a.headers.get("Content-Security-Policy", "")
    check("pages allow no script but the site's own", "script-src 'self'" in csp and "unsafe" not in csp and "base-uri 'none'" in csp, csp)
    check("pages are not stored", "no-store" in a.headers.get("Cache-Control", ""), a.headers)
    check("the guest's cookie is not for scripts", "HttpOnly" in (Browser().get("/").headers.get("Set-Cookie") or ""))
    a = g.get("/search?q=<script>alert(1)</script>%25_'\"")
    check("what is searched is shown as text", a.status == 200 and "<script>alert" not in a.text, a.status)
    for path in ("/search", "/ask"):
        a = g.get(f"{path}?q=a" + "中" * 300)
        check(f"{path} shows no half of a character", a.status == 200 and "\ufffd" not in a.text, a.status)
    for path in ("/assets/../site.json", "/assets/%2e%2e%2fsite.key", "/assets/..", "/org/../../etc"):
        check(f"{path} is no file", g.get(path).status in (400, 404))
    a = Browser().get("/search?q=a%26b%22&done=saved")
    offered = re.findall(r'href="(\?[^"]*lang=[^"]*)"', a.text)
    check("every page stands in three languages, with what was searched",
          offered == [f"?q=a%26b%22&amp;lang={code}" for code in ("zh-CN", "en", "ug")], offered)
    for path, translated in (("/sign-in", True), ("/", True), (f"/item/{ROAD_DIG}", False), ("/help", False)):
        a = Browser().get(f"{path}?lang=ug")
        check(f"{path} in Uyghur runs from right to left, or says that it is Chinese", 'lang="ug" dir="rtl"' in a.text and
              (a.text.count('class="in-chinese" lang="zh-CN" dir="ltr"') == (0 if translated else 1)), a.status)
        check(f"{path} says nothing of the kind in English", "in-chinese" not in Browser().get(f"{path}?lang=en").text)
    a = g.get("/item/nothing'--")
    check("an error page says nothing of the inside", a.status == 404 and not re.search(r"\.c:\d|SELECT|/site|sqlite", a.text), a.status)


# ---- accounts ----

def accounts():
    g = Browser()
    g.get("/sign-in")
    wrong = g.post("/sign-in", {"login": "liuyang", "password": "wrong-wrong-wrong"})
    nobody = g.post("/sign-in", {"login": "nobody-here", "password": "wrong-wrong-wrong"})
    clean = lambda a: re.sub(r'value="[^"]*"', "", a.text)
    check("a wrong password and an unknown login look the same", wrong.status == nobody.status == 422 and clean(wrong) == clean(nobody))
    known, unknown = g.post("/recover", {"login": "liuyang"}), g.post("/recover", {"login": "nobody-here"})
    check("recovery tells nobody who has an account", known.status == unknown.status == 200 and clean(known) == clean(unknown))
    statuses = [Browser().post("/sign-in", {"login": "sundelin", "password": f"guess-{i:08d}"}).status for i in range(25)]
    check("guessing one account's password from many addresses ends in 429", statuses[0] == 422 and statuses[-1] == 429, statuses)
    statuses = [g.post("/sign-in", {"login": f"sundelin{i}", "password": "guess-00000000"}).status for i in range(25)]
    check("guessing many accounts from one address ends in 429", statuses[0] == 422 and statuses[-1] == 429, statuses)
    statuses = []
    for i in range(25):
        b = Browser()
        b.address = f"2001:db8:5:6:{i}::{i + 1}"
        statuses.append(b.post("/sign-in", {"login": f"sundelin-{i}", "password": "guess-00000000"}).status)
    check("nor does a customer of IPv6 have as many tries as addresses", statuses[0] == 422 and statuses[-1] == 429, statuses)
    check("a made-up session is nobody", Browser().ask("GET", "/me", headers={"Cookie": "yz=" + "A" * 43}).status == 303)
    fields = {"kind": "natural", "id_no": id_number(1), "name": "试探", "login": id_number(2), "password": "long-enough-1"}
    a = g.post("/register", fields)
    check("nobody takes another's number for a login", a.status == 422, a.status)
    a = g.post("/register", {**fields, "login": "13912345678"})
    check("nobody takes another's mobile for a login", a.status == 422, a.status)
    a = g.post("/register", {**fields, "name": "<img src=x onerror=alert(1)>", "login": "probe-one"})
    check("a name with markup is refused", a.status == 422 and "<img src=x" not in a.text, a.status)
    for name in ("\u202e王五", "王\u200b五", "王五\u2066"):
        check(f"a name with {name!r} in it reads as another and is refused", g.post("/register", {**fields, "name": name, "login": "probe-two"}).status == 422)
    check("nothing was registered by these", one("SELECT COUNT(*) FROM person WHERE login LIKE 'probe-%'") == 0)
    answers = []
    for i, number in enumerate((PEOPLE["zhaoguilan"]["id"], id_number(3))):
        g = Browser()
        a = g.post("/register", {**fields, "id_no": number, "login": f"guess-{i}"})
        b = g.post("/sign-in", {"login": number, "password": fields["password"]})
        answers.append((a.status, a.to, b.status, clean(b)))
    check("registering tells nobody whose number is known", answers[0] == answers[1] and answers[0][0] == 303, [a[:3] for a in answers])
    # Many addresses guess at one account; she was there before.
    she = sign_in("huangqiaoyun")
    she.post("/sign-out")
    she.get("/sign-in")
    statuses = [Browser().post("/sign-in", {"login": "huangqiaoyun", "password": f"guess-{i:08d}"}).status for i in range(25)]
    check("guessing at one account is slowed for everybody", statuses[-1] == 429, statuses)
    a = she.post("/sign-in", {"login": "huangqiaoyun", "password": PASSWORD})
    check("but not for a browser that knows it", a.status == 303, a.status)
    a = Browser().post("/sign-in", {"login": "huangqiaoyun", "password": PASSWORD})
    check("another browser is told of the way back in", a.status == 429 and "/recover" in a.text and "找回" in a.text, a.status)
    thief = Browser()
    thief.jar["yz_device"] = she.jar["yz_device"]
    thief.get("/sign-in")
    for i in range(25):  # what was spent above has come back meanwhile
        Browser().post("/sign-in", {"login": "sundelin", "password": f"guess-{i:08d}"})
    check("its token opens no other account", thief.post("/sign-in", {"login": "sundelin", "password": PASSWORD}).status == 429)
    statuses = [thief.post("/sign-in", {"login": "huangqiaoyun", "password": f"guess-{i:08d}"}).status for i in range(25)]
    check("and a stolen one guesses no faster", statuses[0] == 422 and statuses[-1] == 429, statuses)


def sessions():
    b = sign_in("chenxiaoyu")
    a = b.get("/me")
    check("her page is hers alone", a.status == 200 and "no-store" in a.headers.get("Cache-Control", "") and not a.headers.get("ETag"), a.headers)
    fixed = Browser()
    fixed.jar["yz"] = "B" * 43
    fixed.get("/sign-in")
    fixed.post("/sign-in", {"login": "chenxiaoyu", "password": PASSWORD})
    check("signing in makes a new session", fixed.jar["yz"] != "B" * 43)
    stolen = dict(fixed.jar)
    fixed.get("/me")
    check("one session's token is not another's", b.post("/me/messages", {}, csrf=fixed.csrf).status == 403)
    fixed.post("/sign-out")
    late = Browser()
    late.jar = stolen
    check("a session that was left is over", late.get("/me").status == 303)
    away = Browser()
    away.get("/sign-in")
    a = away.post("/sign-in", {"login": "chenxiaoyu", "password": PASSWORD, "to": "//evil.example/"})
    check("to= stays here", a.status == 303 and not a.to.startswith(("//", "http")), a.to)
    check("a sign-out by GET does nothing", b.get("/sign-out").status == 405 and b.get("/me").status == 200)


# ---- cases ----

def apply(b, upload=True):
    """A case as far as it goes: its draft's id."""
    a = b.post(f"/apply/{ROAD_DIG}")
    draft = re.search(r"/draft/(\d+)", a.to).group(1)
    b.get(f"/draft/{draft}/materials")
    b.post(f"/draft/{draft}/save", {"page": "0", **FACTS})
    page = b.get(f"/draft/{draft}/materials").text
    keys = re.findall(r'name="key" value="([^"]+)"', page)
    for key in keys if upload else []:
        b.upload(f"/draft/{draft}/materials", key, "照片\"><script>alert(2)</script>.png", picture())
    return draft, keys


def uploads(b, draft, keys):
    before = one("SELECT COUNT(*) FROM material WHERE draft_id = ?", draft)
    bad = {"an archive called .pdf": ("a.pdf", b"PK\x03\x04" + b"\0" * 400), "a page called .png": ("a.png", b"<html><script>alert(1)</script>"),
           "a program": ("a.pdf", b"\x7fELF" + b"\0" * 400), "nothing": ("a.pdf", b"")}
    for what, (name, data) in bad.items():
        a = b.upload(f"/draft/{draft}/materials", keys[0], name, data)
        check(f"{what} is no material", a.status == 422, a.status)
    for key in ("nothing", "../../x", "%", "x' OR 1=1 --"):
        check(f"key {key} is no material of the item", b.upload(f"/draft/{draft}/materials", key, "a.png", picture()).status == 404)
    check("none of them was kept", one("SELECT COUNT(*) FROM material WHERE draft_id = ?", draft) == before)


def others(b, draft, no):
    """What another citizen, another department, a supervisor may not."""
    she = sign_in("zhaoguilan")
    material = one("SELECT m.id FROM material m JOIN cases c ON c.id = m.case_id WHERE c.no = ?", no)
    document = one("SELECT d.id FROM document d JOIN cases c ON c.id = d.case_id WHERE c.no = ?", no)
    for path in (f"/draft/{draft}", f"/draft/{draft}/check", f"/draft/{draft}/materials", f"/case/{no}", f"/case/{no}/receipt",
                 f"/case/{no}/withdraw", f"/document/{document}", f"/material/{material}"):
        a = she.get(path)
        check(f"{path} is not there for another citizen", a.status == 404 and "滨河路" not in a.text, a.status)
    for path in (f"/draft/{draft}/submit", f"/draft/{draft}/discard", f"/draft/{draft}/save", f"/case/{no}/withdraw", f"/case/{no}/rate",
                 f"/case/{no}/correct"):
        a = she.post(path, {"true": "1", "level": "1", "reason": "x"})
        check(f"POST {path} is not for another citizen", a.status in (403, 404), a.status)
    check("a citizen has no desk", she.get(f"/desk/case/{no}").status == 403)
    check("nor anybody's acts", she.post(f"/desk/case/{no}/act/grant", {"reason": "x"}).status == 403)
    gone = she.post("/me/act-for", {"principal": str(one("SELECT id FROM person WHERE login = 'hongtu-build'"))})
    check("nobody acts for an enterprise that did not name her", gone.status == 403, gone.status)
    principal = one("SELECT id FROM person WHERE login = 'liuyang'")
    check("a citizen files for nobody else", she.post(f"/apply/{ROAD_DIG}", {"principal": str(principal)}).status == 403)
    for login in ("lixue", "town-zean", "town-liuxi"):
        clerk = sign_in(login)
        check(f"{login} does not see it", clerk.get(f"/desk/case/{no}").status == 404)
        check(f"{login} does not open its files", clerk.get(f"/material/{material}").status == 404)
        a = clerk.post(f"/desk/case/{no}/act/accept", {})
        check(f"{login} does not accept it", a.status in (403, 404), a.status)
        a = clerk.post(f"/apply/{ROAD_DIG}", {"principal": str(principal)})
        check(f"{login} does not file for items of others", a.status == 403, a.status)
    clerk = sign_in("zhangmin")
    some = one("SELECT id FROM person WHERE login = 'wutiezhu'")
    a = clerk.post(f"/apply/{ROAD_DIG}", {"principal": str(some)})
    check("a clerk files for nobody whose papers she has not seen", a.status == 403, a.status)


def agents():
    """An agent is one while she is named, for what she is named."""
    boss, agent = sign_in("songhongtu"), sign_in("tangjun")
    firm = str(one("SELECT id FROM person WHERE login = 'hongtu-build'"))
    other_item = one("SELECT code FROM item WHERE state = 'published' AND code <> ? ORDER BY code LIMIT 1", ROAD_DIG)
    check("the legal representative acts for the firm", boss.post("/me/act-for", {"principal": firm}).status == 303)
    a = boss.post("/me/agents", {"agent": "tangjun", "agent_name": "唐俊", "until": UNTIL, "scope": ROAD_DIG})
    check("an agent is named by login and name, both right", a.status == 422, a.status)
    a = boss.post("/me/agents", {"agent": "tangjun", "agent_name": "唐军", "until": UNTIL, "scope": ROAD_DIG})
    check("she names an agent for one item", a.status == 303, a.status)
    check("the agent acts for the firm", agent.post("/me/act-for", {"principal": firm}).status == 303)
    check("not in other items", agent.post(f"/apply/{other_item}").status == 403)
    check("nor names others", agent.post("/me/agents", {"agent": "liuyang", "agent_name": "刘洋", "until": UNTIL}).status == 403)
    a = agent.post(f"/apply/{ROAD_DIG}")
    draft = re.search(r"/draft/\d+", a.to).group(0)
    check("in hers she does", agent.get(draft + "/check").status == 200)
    agency = one("SELECT MAX(id) FROM agency")
    stranger = sign_in("linguohua")
    check("a stranger does not revoke it", stranger.post(f"/me/agents/{agency}/revoke").status == 404)
    check("she who named her does", boss.post(f"/me/agents/{agency}/revoke").status == 303)
    check("whom nobody names any more has no draft of theirs", agent.get(draft + "/check").status == 404)
    check("nor submits it", agent.post(draft + "/submit", {"true": "1"}).status == 404)
    check("nor acts for them", agent.post("/me/act-for", {"principal": firm}).status == 403)


def departments(no):
    clerk, reviewer, watcher = sign_in("zhangmin"), sign_in("reviewer"), sign_in("supervisor")
    page = clerk.get(f"/desk/case/{no}")
    check("the department's clerk sees it", page.status == 200 and "滨河路" in page.text, page.status)
    check("what she typed is text there", "<script>alert" not in page.text and '"onmouseover' not in page.text)
    check("so are the names of files", "><script>" not in page.text)
    check("the case's number takes no SQL", clerk.get("/desk/case/x' OR '1'='1").status == 404)
    version = re.search(r'name="version" value="(\d+)"', page.text).group(1)
    for act in ("grant", "urge", "extend"):
        a = clerk.post(f"/desk/case/{no}/act/{act}", {"reason": "x", "days": "3"})
        check(f"a window clerk does not {act}", a.status == 403, a.status)
    check("a window clerk who was not asked gives no opinion", clerk.post(f"/desk/case/{no}/act/pass", {"reason": "x"}).status == 409)
    check("nobody deems or publishes by hand", clerk.post(f"/desk/case/{no}/act/deem", {}).status in (403, 404, 422))
    check("a stale page is told so", clerk.post(f"/desk/case/{no}/act/accept", {"version": "99999"}).status == 409)
    check("a refusal needs its law", clerk.post(f"/desk/case/{no}/act/refuse", {"reason": "x"}).status == 422)
    check("a GET of an act does nothing", clerk.get(f"/desk/case/{no}/act/accept").status == 200 and
          one("SELECT state FROM cases WHERE no = ?", no) == "submitted")
    check("the first who accepts does", clerk.post(f"/desk/case/{no}/act/accept", {"version": version}).status == 303)
    check("the second is told it is done", clerk.post(f"/desk/case/{no}/act/accept", {"version": version}).status == 409)
    check("a reviewer does not decide", reviewer.post(f"/desk/case/{no}/act/grant", {"reason": "x"}).status == 403)
    a = watcher.get(f"/desk/case/{no}")
    check("a supervisor reads it masked", a.status == 200 and "刘洋" not in a.text and PEOPLE["liuyang"]["id"] not in a.text, a.status)
    material = one("SELECT m.id FROM material m JOIN cases c ON c.id = m.case_id WHERE c.no = ?", no)
    check("a supervisor opens no scans", watcher.get(f"/material/{material}").status == 403)
    check("a supervisor does not accept", watcher.post(f"/desk/case/{no}/act/accept", {}).status == 403)
    town = sign_in("supervisor-town")
    check("a town's supervisor does not see the county's case", town.get(f"/desk/case/{no}").status == 404)
    check("nor list it", f"/desk/case/{no}" not in town.get("/board/cases?q=" + no).text)
    check("nor read the county's ledger", town.get("/ledger").status == 403 and watcher.get("/ledger").status == 200)


def public(no, document):
    g = Browser()
    tail = PEOPLE["liuyang"]["id"][-4:]
    clean = lambda a: re.sub(r'value="[^"]*"', "", a.text)
    good = g.post("/progress", {"no": no, "tail": tail})
    check("progress shows a masked name", good.status == 200 and "刘*" in good.text and "刘洋" not in good.text, good.status)
    wrong, none = g.post("/progress", {"no": no, "tail": "000X"}), g.post("/progress", {"no": "990121-20200101-0001", "tail": tail})
    check("a wrong tail and no such case look the same", wrong.status == none.status and clean(wrong) == clean(none))
    check("guessing tails ends in 429", [g.post("/progress", {"no": no, "tail": f"{i:04d}"}).status for i in range(14)][-1] == 429)
    code = one("SELECT check_code FROM document WHERE id = ?", document)
    a = g.get(f"/check/{code}")
    check("a checked paper shows its holder masked", a.status == 200 and "刘*" in a.text and "刘洋" not in a.text, a.status)
    check("a made-up code is not there", g.get("/check/AAAAAAAAAAAA").status == 404)
    check("guessing codes ends in 429", [g.get(f"/check/{i:012d}").status for i in range(70)][-1] == 429)


def ledger():
    secrets = [p[k] for p in PEOPLE.values() for k in ("id", "mobile") if p.get(k)]
    bodies = "\n".join(str(r) for r in rows("SELECT actor_name, body FROM ledger"))
    check("the ledger holds nobody's number", not any(s in bodies for s in secrets))
    names = [p["name"] for p in PEOPLE.values() if not p.get("posts")]
    check("nor a citizen's name", not any(n in bodies for n in names), [n for n in names if n in bodies])
    plain = "\n".join(str(r) for r in rows("SELECT login, name, title FROM person LEFT JOIN post ON post.person = person.id"))
    check("no number stands in clear beside an account", not any(s in plain for s in secrets))


# ---- administrators ----

def administrators():
    boss = sign_in("admin")
    page = boss.get("/admin/people")
    check("the administrator sees the staff", page.status == 200)
    town = {"login": "town-admin", "name": "镇管理", "password": "town-admin-2026", "org": "liuxi", "role": "admin", "region": "990121100"}
    check("she names a town's administrator", boss.post("/admin/people", town).status == 303)
    small = sign_in("town-admin", "town-admin-2026")
    mine = {"login": "town-mole", "name": "镇职员", "password": "town-mole-2026", "role": "decider", "region": "990121100"}
    a = small.post("/admin/people", {**mine, "org": "zhujian"})
    check("a town's administrator gives no post in a county's department", a.status in (403, 422), a.status)
    a = small.post("/admin/people", {**mine, "org": "liuxi", "region": "990121"})
    check("nor in the county's region", a.status in (403, 422), a.status)
    check("she sees none of the county's staff", "王建华" not in small.get("/admin/people").text)
    decider = one("SELECT id FROM person WHERE login = 'decider'")
    check("nor closes them", small.post(f"/admin/people/{decider}/active", {"active": "0"}).status in (403, 404))
    check("nor changes the site", small.post("/admin/site", {}).status == 403)
    check("nor the calendar of all", small.get("/admin/calendar").status == 403)
    check("nor items", small.get("/admin/items").status == 403)
    items = sign_in("items")
    check("an administrator of items has no people", items.get("/admin/people").status == 403)
    check("none of it happened", one("SELECT COUNT(*) FROM person WHERE login = 'town-mole'") == 0)


# ---- guides, licences, policies ----

def guides():
    g, other = Browser(), Browser()
    g.get("/")
    token = g.post("/guide", {"item": ROAD_DIG}).to.split("/")[2].split("?")[0]
    fact = re.search(r'name="fact" value="([^"]+)"', g.get(f"/guide/{token}").text).group(1)
    for guess in ("A" * 22, "A" * 21, token[:-1] + ("A" if token[-1] != "A" else "Q"), token.swapcase(), "x' OR '1'='1", "%00"):
        a = other.get(f"/guide/{guess}")
        check(f"guide {guess[:4]}… is not there", a.status in (400, 404) and fact not in a.text, a.status)
    a = other.ask("POST", f"/guide/{token}", "fact=x&value=y", {"Content-Type": FORM})
    check("who has the token and no form of her own does not answer it", a.status == 403, a.status)
    for value in ("<script>alert(1)</script>", "中" * 3000, "\u202eno", "9" * 5000, "-1e999", "true'--", "2026-02-30", "1;2"):
        a = g.post(f"/guide/{token}", {"fact": fact, "value": value})
        check(f"{value[:10]!r} is no answer", a.status == 422 and "<script>alert" not in a.text and fact not in a.to, a.status)
    a = g.post(f"/guide/{token}", {"fact": "身份证号码", "value": "1"})
    check("a fact nobody asked for is not taken", a.status == 303 and "done=moved" in a.to, (a.status, a.to))
    for path in (f"/guide/{token}", f"/guide/{token}/notice", f"/guide/{token}/notice.pdf"):
        a = g.get(path)
        check(f"{path.replace(token, 'TOKEN')} is stored nowhere and told to nobody", a.headers.get("X-Robots-Tag") == "noindex" and
              "no-store" in a.headers.get("Cache-Control", "") and a.headers.get("Referrer-Policy") == "same-origin", a.headers)
    check("it is forgotten", g.post(f"/guide/{token}/forget").status == 303 and g.get(f"/guide/{token}").status == 404)
    statuses = [g.post("/guide", {"item": ROAD_DIG}).status for _ in range(60)]
    check("one address does not fill the table of guides", statuses[0] == 303 and statuses[-1] == 429, statuses[-1])


def licences():
    lid, own, head, org = rows("SELECT l.id, h.login, p.login, l.org FROM licence l JOIN person h ON h.id = l.holder AND h.proof >= 1 "
                               "JOIN post t ON t.org = l.org AND t.role = 'decider' JOIN person p ON p.id = t.person ORDER BY l.id LIMIT 1")[0]
    clean = lambda a: re.sub(r'value="[^"]*"', "", a.text)
    she, other, chief, elsewhere = sign_in(own), sign_in("limengyao"), sign_in(head), sign_in("hejing" if org == "zhujian" else "decider")
    for path in (f"/me/licence/{lid}", f"/licence/{lid}"):
        check(f"{path} is hers", she.get(path).status == 200)
        for b in (other, elsewhere):
            a, none = b.get(path), b.get(path.replace(str(lid), "99999999"))
            check(f"{path} is for another as if it were not there", a.status == none.status == 404 and clean(a) == clean(none), a.status)
    check("another department's decider does not suspend it", elsewhere.post(f"/desk/licence/{lid}/suspend", {"reason": "x"}).status == 404)
    check("nor does who holds it", she.post(f"/desk/licence/{lid}/renew", {"reason": "x", "until": "2099-01-01"}).status == 403)
    lines = lambda: one("SELECT COUNT(*) FROM pull WHERE thing = 'licence' AND thing_id = ?", lid)
    before = lines()
    check("its department reads it", chief.get(f"/me/licence/{lid}").status == 200)
    check("and leaves a line that she sees, by whatever address", lines() == before + 1, (before, lines()))


def policies():
    chief, other, items = sign_in("maping"), sign_in("decider"), sign_in("items")
    who = one("SELECT id FROM person WHERE login = 'zhaoguilan'")
    for path in ("/policy/elderly-allowance", "/policy/elderly-allowance?show=near", f"/policy/elderly-allowance/why/{who}"):
        check(f"{path} is not another department's", other.get(path).status == 403)
    check("an administrator of items reads no names of people", "赵" not in items.get("/policy/elderly-allowance").text)
    check("nor why one qualifies", items.get(f"/policy/elderly-allowance/why/{who}").status == 403)
    check("nor tells one alone", items.post("/policy/elderly-allowance/push", {"subject": str(who)}).status == 403)
    for fields in ({"subject": str(who)}, {"all": "1"}):
        check(f"another department tells nobody by {fields}", other.post("/policy/elderly-allowance/push", fields).status == 403)
    told = lambda: one("SELECT COUNT(*) FROM policy_told WHERE subject = ? AND policy = 'elderly-allowance'", who)
    a, b = [chief.post("/policy/elderly-allowance/push", {"subject": str(who)}) for _ in range(2)]
    check("a button pressed twice tells once", a.status == b.status == 200 and told() == 1, told())
    near = chief.get("/policy/elderly-allowance?show=near").text
    today = datetime.date.today().strftime("%Y%m%d")
    coming = [p for p in PEOPLE.values() if p.get("kind") == "natural" and p["level"] and int(today) // 10000 - int(p["id"][6:10]) - (today[4:] < p["id"][10:14]) == 79]
    for p in coming:
        day = f"{int(p['id'][6:10]) + 80}年{int(p['id'][10:12])}月{int(p['id'][12:14])}日"
        check("of people one condition short she reads who grows into it within a year, and on which day",
              p["name"][0] + "*" in near and f"还差 1 岁，{day}满 80 周岁" in near, near[-2000:])
    check("and nobody who is years away", "刘*" not in near)
    check("and is told whom the list leaves out", "个人只列两种" in near)
    soon = lambda b: re.search(r"<h2>还差一项.*?</ul>|$", b.get("/me/policies").text, re.S).group(0)
    for p in coming:
        check("who is that near sees it so", "高龄津贴" in soon(sign_in(p["login"])))
    check("who is decades away does not", "高龄津贴" not in soon(sign_in("liuyang")))
    stranger, she = sign_in("limengyao"), sign_in("zhaoguilan")
    check("a number only claimed confirms nothing", stranger.post("/me/policies/elderly-bus/confirm").status == 403)
    check("who qualifies confirms once", [she.post("/me/policies/elderly-bus/confirm").status for _ in range(2)] == [303, 422])
    claim = one("SELECT MAX(id) FROM policy_claim")
    check("another department gives nothing", other.post(f"/policies/claim/{claim}", {"policy": "elderly-bus"}).status == 403)
    check("nor does she herself", she.post(f"/policies/claim/{claim}", {"policy": "elderly-bus"}).status == 403)


def repayments():
    payout = one("SELECT p.id FROM payout p WHERE p.state = 'paid' AND p.org = 'caizheng' AND NOT EXISTS (SELECT 1 FROM reclaim r WHERE r.payout = p.id) "
                 "ORDER BY p.id DESC LIMIT 1")
    chief, other = sign_in("pay-head"), sign_in("limengyao")
    a = chief.post("/desk/reclaims", {"payout": str(payout), "amount": "1", "reason": "面积多报了一点", "basis": "办法第二十条", "days": "30"})
    check("what was paid wrongly is ordered back", a.status == 303, (a.status, a.to))
    rid = one("SELECT id FROM reclaim WHERE payout = ?", payout)
    lines = lambda: one("SELECT COUNT(*) FROM pull WHERE thing = 'reclaim' AND thing_id = ?", rid)
    before = lines()
    a = chief.get(f"/me/reclaim/{rid}/letter")
    check("who ordered it reads the letter, and leaves a line by whatever address", a.bytes[:5] == b"%PDF-" and lines() == before + 1,
          (a.status, before, lines()))
    for path in (f"/me/reclaim/{rid}", f"/me/reclaim/{rid}/letter"):
        check(f"{path} is for another as if it were not there", other.get(path).status == other.get(path.replace(str(rid), "99999999")).status == 404)


# ---- questions ----

def questions(she):
    g = Browser()
    for path in ("/me/questions", "/desk/questions", "/desk/question/ZX1", "/desk/knowledge", "/desk/asked", "/board/questions"):
        a = g.get(path)
        check(f"{path} asks a stranger to sign in", a.status == 303 and a.to.startswith("/sign-in?to="), a.status)
    ask = lambda b, text, **more: b.post("/ask", {"text": text, **more})
    a = ask(g, "问" * 10000)
    check("ten thousand characters are told, not taken", a.status == 422 and one("SELECT COUNT(*) FROM consultation WHERE person IS NULL AND length(text_enc) > 7000") == 0, a.status)
    g = Browser()
    g.get("/ask")
    a = g.ask("POST", "/ask", f"csrf={urllib.parse.quote(g.csrf)}&text=%E9%97%AE%00%E9%97%AE%E9%97%AE%E9%97%AE", {"Content-Type": FORM})
    check("a NUL in a question is refused", a.status == 400, a.status)
    a = ask(g, "</textarea><script>alert(1)</script>", mobile="1")
    check("a question with markup is shown as text", a.status == 422 and "<script>alert" not in a.text, a.status)
    a = g.get("/ask?q=</title><script>alert(1)</script>&item='--")
    check("words with markup are shown as text", a.status == 200 and "<script>alert" not in a.text, a.status)
    a = ask(g, "阳台封起来要不要批？", once="x" * 65)
    check("a made-up token of a form is refused", a.status == 400, a.status)
    once = {"once": "guard-once-1"}
    a, b = ask(g, "阳台封起来要不要批？", **once), ask(g, "阳台封起来要不要批？", **once)
    check("a form sent twice asks once", a.status == 200 and b.status == 409, (a.status, b.status))
    no, code = re.findall(r'class="no"><bdi>([^<]+)', a.text)
    statuses = [ask(g, "阳台封起来要不要批？").status for _ in range(8)]
    check("too many questions from one address end in 429", statuses[-1] == 429, statuses)
    check("another address may still ask", ask(Browser(), "阳台封起来要不要批？").status == 200)
    e = Browser()
    e.get("/ask?lang=en")
    a = ask(e, "May I close in my balcony?")
    check("who asks on an English page without an account is answered in English",
          one("SELECT lang FROM consultation WHERE no = ?", re.search(r'class="no"><bdi>([^<]+)', a.text).group(1)) == "en", a.status)
    # by number and code
    clean = lambda a: re.sub(r'value="[^"]*"|ZX[0-9-]+', "", a.text)
    h = Browser()
    wrong, unknown = h.post(f"/ask/{no}", {"code": "AAAAA-AAAAA"}), h.post("/ask/ZX20200101-0001", {"code": "AAAAA-AAAAA"})
    check("a wrong code and an unknown number look the same", wrong.status == unknown.status == 422 and clean(wrong) == clean(unknown))
    check("the number alone shows nothing", "阳台" not in h.get(f"/ask/{no}").text and clean(h.get(f"/ask/{no}")) == clean(h.get("/ask/ZX20200101-0001")))
    check("number and code show it", "阳台" in h.post(f"/ask/{no}", {"code": code}).text)
    check("without the code nobody withdraws it", h.post(f"/ask/{no}", {"act": "withdraw"}).status == 422 and
          one("SELECT state FROM consultation WHERE no = ?", no) == "open")
    statuses = [Browser().post(f"/ask/{no}", {"code": f"AAAA{i:02d}AAAA".replace("0", "Z").replace("1", "Y")}).status for i in range(25)]
    check("guessing a code from many addresses ends in 429", statuses[0] == 422 and statuses[-1] == 429, statuses)
    # another's
    a = ask(she, "我家阳台能封吗，要找谁？", org="zhujian")
    mine = urllib.parse.unquote(re.search(r"/ask/([^?]+)", a.to).group(1))
    other, clerk = sign_in("chenxiaoyu"), sign_in("lixue")
    check("another person's question is not shown", "阳台能封" not in other.get(f"/ask/{mine}").text and "阳台能封" in she.get(f"/ask/{mine}").text)
    check("another person does not withdraw it", other.post(f"/ask/{mine}", {"act": "withdraw"}).status == 422 and
          one("SELECT state FROM consultation WHERE no = ?", mine) == "open")
    for path in ("/desk/questions", f"/desk/question/{mine}", "/desk/knowledge", "/desk/knowledge/1", "/desk/asked", "/board/questions"):
        check(f"{path.split('/ZX')[0]} is not a citizen's", other.get(path).status == 403)
    check("another department does not open it", clerk.get(f"/desk/question/{mine}").status == 403)
    for fields in ({"act": "answer", "answer": "不行"}, {"act": "transfer", "org": "shichang", "reason": "给我"},
                   {"act": "publish", "question": "能封阳台吗？", "answer": "不行"}, {"act": "hide", "reason": "没有"},
                   {"act": "learn", "question": "能封阳台吗？", "answer": "不行"}):
        check(f"another department cannot {fields['act']} it", clerk.post(f"/desk/question/{mine}", fields).status == 403)
        check(f"a citizen cannot {fields['act']} it", she.post(f"/desk/question/{mine}", fields).status == 403)
    check("nothing of that was done", one("SELECT state || org || version FROM consultation WHERE no = ?", mine) == "openzhujian1")
    theirs = one("SELECT id FROM knowledge WHERE org = 'gongan' AND state = 'published'")
    check("another department's answer is not edited", clerk.post(f"/desk/knowledge/{theirs}", {"question": "养狗吗？", "answer": "不行"}).status == 403)
    check("nor retired", clerk.post(f"/desk/knowledge/{theirs}", {"act": "retire"}).status == 403)
    check("nor is one written for it", clerk.post("/desk/knowledge/new", {"question": "养狗要登记吗？", "answer": "不行", "org": "gongan"}).status == 403)
    check("an answer with another's number is not published", clerk.post("/desk/knowledge/new", {
        "question": "办执照找谁？", "answer": "找王主任 13900990011", "org": "shichang"}).status == 422)
    # votes
    v = Browser()
    v.get(f"/answer/k{theirs}")
    statuses = [v.post(f"/answer/k{theirs}", {"helped": "no"}).status for _ in range(6)]
    check("one address does not vote for ever", statuses[0] == 303 and statuses[-1] == 429, statuses)
    for key in ("k999999", "k1'--", "..", "%00"):
        check(f"/answer/{key} is no answer", v.get(f"/answer/{key}").status in (400, 404))
    check("neither yes nor no is refused", Browser().post(f"/answer/k{theirs}", {"helped": "<b>"}).status == 400)


def main():
    strangers()
    accounts()
    sessions()
    she = sign_in("liuyang")
    draft, keys = apply(she)
    uploads(she, draft, keys)
    page = she.get(f"/draft/{draft}/check")
    check("what she typed is shown as text", "<script>alert" not in page.text, page.status)
    check("without the box she does not submit", she.post(f"/draft/{draft}/submit", {}).status == 422)
    a = she.post(f"/draft/{draft}/submit", {"true": "1"})
    found = re.search(r"/case/([^/]+)/receipt", a.to)
    if not found:
        sys.exit(f"cannot submit: {a.status} {re.findall('class=.error.[^<]*<[^<]*', a.text)}")
    no = urllib.parse.unquote(found.group(1))
    check("she submits once", she.post(f"/draft/{draft}/submit", {"true": "1"}).status == 404)
    document = one("SELECT d.id FROM document d JOIN cases c ON c.id = d.case_id WHERE c.no = ?", no)
    a = she.get(f"/document/{document}")
    check("her paper is hers alone", a.status == 200 and "no-store" in a.headers.get("Cache-Control", "") and not a.headers.get("ETag"), a.headers)
    other, _ = apply(she, upload=False)
    others(she, other, no)
    departments(no)
    agents()
    questions(she)
    guides()
    licences()
    policies()
    repayments()
    public(no, document)
    administrators()
    ledger()
    a = she.get("/healthz")
    check("the server is still there", a.status == 200)
    server = open(os.path.join(SITE, "site.lock"), encoding="ascii").read().strip()
    core = re.search(r"Max core file size +(\d+) +(\d+)", open(f"/proc/{server}/limits", encoding="ascii").read())
    check("what stands in its memory goes to no file when it falls over", core and core.groups() == ("0", "0"), core)
    print(f"{passed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
