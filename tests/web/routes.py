#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every address of routes.def as everybody: a stranger, citizens, an enterprise, one of each role.

    tests/web/routes.py HOST:PORT SITE

What is expected is worked out here from routes.def and permissions.def, not asked of the server.  The addresses name
things that are not there, so that nothing is done by whoever may.  The last line counts.
"""
import os
import re
import sys

import guard
from guard import Browser, check, sign_in

WHO = {"liuyang": "c", "hongtu-build": "c", "zhangmin": "cw", "reviewer": "cr", "decider": "cd", "supervisor": "cs", "items": "ci",
       "admin": "ca", "town-zean": "cwr", "caiwu": "cf"}
STREAMS = ("/board/events", "/screen/events")  # never end
PARTS = {"name": "nothing.css", "kind": "nothing", "token": "A" * 22, "act": "accept", "provider": "sandbox"}


def read(path, pattern):
    return re.findall(pattern, open(os.path.join(guard.ROOT, path), encoding="utf-8").read(), re.M)


def main():
    Browser.net = "198.51.100"  # whoever tries something later has a clean sheet
    permissions = {name: roles for name, roles, _ in read("src/gov/permissions.def", r'^PERMISSION\((\w+), "([^"]*)", (\w+)\)')}
    routes = read("src/web/routes.def", r'^ROUTE\((\w+), "([^"]+)", \w+, (\w+), ([^)]*)\)')
    check("the lists were read", len(routes) > 90 and len(permissions) > 40, (len(routes), len(permissions)))
    people = {login: sign_in(login) for login in WHO}
    behind = {}  # what a refused form's page in English is, and whose form
    for method, pattern, permission, flags in routes:
        path = re.sub(r"\{(\w+)\}", lambda m: PARTS.get(m.group(1), "999999999"), pattern)
        roles = permissions[permission]
        stranger = Browser()
        stranger.get("/sign-in")
        if "YZ_ROUTE_SIGNED" in flags:
            a = stranger.ask(method, path, "{}" if method == "POST" else None, {"Content-Type": "application/json"})
            good = a.text == ('{"error":"FORBIDDEN"}' if path.startswith("/api/") else "fail")
            check(f"{method} {path} without a signature is refused", a.status == 403 and good, (a.status, a.text))
            continue
        if method == "GET":
            a = stranger.get(path)
            asked = a.status in (401, 403) or (a.status == 303 and a.to.startswith("/sign-in"))
            check(f"GET {path} is {'open' if '*' in roles else 'not'} for a stranger", asked == ("*" not in roles) and a.status < 500, a.status)
        else:
            check(f"POST {path} without a token is refused a stranger", stranger.ask("POST", path, "", {"Content-Type": guard.FORM}).status in (401, 403))
            a = stranger.post(path)
            check(f"POST {path} is {'open' if '*' in roles else 'not'} for a stranger",
                  (a.status not in (401, 403)) == ("*" in roles) and a.status < 500, a.status)
        for login, b in people.items():
            may = "*" in roles or any(r in roles for r in WHO[login])
            if method == "POST" and may:
                check(f"POST {path} without a token is refused {login}", b.post(path, csrf="").status == 403)
                continue
            if path in STREAMS and may:
                continue
            a = b.get(path) if method == "GET" else b.post(path)
            if method == "POST" and a.status >= 400:
                behind.update((way, (path, b)) for way in re.findall(r'href="([^"]*)\?lang=en"', a.text))
            good = a.status == 403 if not may else a.status < 500 and a.status not in (401, 405)
            # Who may here and there is refused by the thing itself, as if it were not there, or by the part of the region she has.
            check(f"{method} {path} is {'open' if may else 'not'} for {login}", good, a.status)
    check("a form that is refused offers other languages", len(behind) > 20, len(behind))
    for way, (path, b) in behind.items():
        check(f"the page of a refused POST {path} is in another language at {way}",
              way.startswith("/") and b.get(f"{way}?lang=zh-CN").status not in (405, 500), way)
    print(f"{guard.passed} passed, {guard.failed} failed")
    return guard.failed != 0


sys.exit(main())
