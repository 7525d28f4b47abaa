#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""An SMTP server (Debian's python3-aiosmtpd) on loopback, that does what a recipient's name says.

    tests/smtp.py FOLDER [PORT]     prints its port, serves until standard input ends

busy-*    451 the first two times, then taken
nobody-*  550 at RCPT
full-*    554 after the text
last-*    taken, and then the process of the number in FOLDER/victim is killed before it hears so
others    taken

What is taken lies in FOLDER/N.json as the standard library's parser reads it: to, from, subject, date, id, body, and
what the parser found wrong.  Exit status 77 where the server's package is not there.
"""
import asyncio
import email
import email.policy
import json
import os
import signal
import sys

try:
    from aiosmtpd.smtp import SMTP
except ImportError:
    print("smtp: no aiosmtpd (Debian: python3-aiosmtpd)", file=sys.stderr)
    sys.exit(77)


class Handler:
    def __init__(self, folder):
        self.folder, self.taken, self.tried = folder, 0, {}

    async def handle_RCPT(self, server, session, envelope, address, options):
        name = address.split("@")[0]
        if name.startswith("nobody-"):
            return "550 5.1.1 nobody of that name here"
        self.tried[address] = self.tried.get(address, 0) + 1
        if name.startswith("busy-") and self.tried[address] <= 2:
            return "451 4.3.0 come back later"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 fine"

    async def handle_DATA(self, server, session, envelope):
        name = envelope.rcpt_tos[0].split("@")[0]
        if name.startswith("full-"):
            return "554 5.2.2 no room"
        m = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.taken += 1
        defects = [str(d) for part in [m, *m.walk()] for d in part.defects]
        defects += [str(d) for h in m.values() for d in getattr(h, "defects", ())]
        with open(f"{self.folder}/{self.taken}.part", "w", encoding="utf-8") as f:
            json.dump({
                "envelope_from": envelope.mail_from, "envelope_to": envelope.rcpt_tos, "to": str(m["to"]), "from": str(m["from"]),
                "subject": str(m["subject"]), "date": m["date"].datetime.strftime("%Y-%m-%dT%H:%M:%S%z"), "id": str(m["message-id"]),
                "auto": str(m["auto-submitted"]), "body": m.get_content(), "defects": defects,
                "ascii": envelope.content.isascii(), "longest": max(len(line) for line in envelope.content.splitlines()),
            }, f, ensure_ascii=False)
        os.rename(f"{self.folder}/{self.taken}.part", f"{self.folder}/{self.taken}.json")
        if name.startswith("last-"):
            with open(self.folder + "/victim", encoding="ascii") as f:
                os.kill(int(f.read()), signal.SIGKILL)
        return "250 2.6.0 taken"


async def main():
    handler = Handler(sys.argv[1])
    loop = asyncio.get_running_loop()
    port = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    server = await loop.create_server(lambda: SMTP(handler, hostname="loopback.example", loop=loop), "127.0.0.1", port)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    os._exit(0)


asyncio.run(main())
