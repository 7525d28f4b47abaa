# SPDX-License-Identifier: Apache-2.0
"""Follows HTML from piece to piece, for tools/tplgen: where does a tag stand?

Stricter than a browser on purpose: values are quoted, '<' in text is a
reference, white space stands before each attribute.
"""
import re

URL_ATTRIBUTES = set(
    "href src action formaction cite poster data background longdesc manifest ping xlink:href hx-get hx-post hx-put"
    " hx-patch hx-delete hx-push-url hx-replace-url sse-connect".split()
)
# What a browser or htmx reads as a program, a style sheet, a document or a list of URLs.
CLOSED_ATTRIBUTES = set("srcdoc srcset imagesrcset hx-vars hx-trigger hx-request hx-ext http-equiv".split())
JSON_ATTRIBUTES = {"hx-vals", "hx-headers"}
RAW_ELEMENTS = {"script", "style"}
TEXT_ELEMENTS = {"textarea", "title"}  # references count, tags do not
KEEP_SPACE = {"pre", "textarea"}
SAFE_START = re.compile(r"(https?://[^/?#]+[/?#]|mailto:|tel:|/|\./|\.\./|\?|#|[A-Za-z0-9_.~-]+[/?#])", re.I)
WIDE = re.compile(r"[\u2e80-\u2fff\u3000-\u303f\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")


class Wrong(Exception):
    def __init__(self, line, message):
        super().__init__(message)
        self.line, self.message = line, message


class State:
    """Where in the HTML the generator stands."""

    MUST_AGREE = ("where", "element", "attribute", "quote", "raw", "kind", "keep")

    def __init__(self):
        self.where = "text"  # text, raw, tag, attribute, equals, value, comment, doctype, open
        self.element = self.attribute = self.quote = ""
        self.raw = ""  # the element whose text is not HTML
        self.kind = ""  # type="..." of the script at hand
        self.keep = 0  # open elements whose white space counts
        self.gap = False  # white space stands before the next attribute
        self.value = ""  # static text of the value so far
        self.empty = True  # nothing stands in the value
        self.settled = False  # where the value's URL leads is settled

    def copy(self):
        s = State()
        s.__dict__.update(self.__dict__)
        return s

    def become(self, other):
        self.__dict__.update(other.__dict__)

    def agrees(self, other):
        return all(getattr(self, f) == getattr(other, f) for f in self.MUST_AGREE)

    def join(self, ends):
        """After branches: what holds on every way."""
        if self.where == "value" and any(e.value != ends[0].value for e in ends):
            self.value = "\0"
        self.settled = all(e.settled for e in ends)
        self.empty = all(e.empty for e in ends)
        self.gap = all(e.gap for e in ends)

    def settle(self):
        """A {{tag}} ends the attribute name before it."""
        if self.where == "attribute":
            self.where, self.attribute = "tag", ""

    def place(self, line):
        """The kind of place for what comes from data."""
        if self.where == "text":
            return "text"
        if self.where == "raw":
            if self.raw in TEXT_ELEMENTS:
                return "rcdata"
            if self.raw == "script" and self.kind in ("application/json", "application/ld+json"):
                return "island"
        self.refuse_raw(line)
        if self.where != "value":
            return "tag"
        a = self.attribute
        if a.startswith(("on", "hx-on")) or a in CLOSED_ATTRIBUTES:
            raise Wrong(line, f"nothing in {{{{ }}}} may stand in the attribute {a}")
        if self.element == "meta" and a == "content" and "url=" in self.value.lower():
            raise Wrong(line, "nothing in {{ }} may stand in a refresh")
        if a == "style" or a in JSON_ATTRIBUTES or a not in URL_ATTRIBUTES:
            return "style" if a == "style" else "json attribute" if a in JSON_ATTRIBUTES else "attribute"
        if self.empty:
            return "url"
        if self.settled:
            return "url part"
        raise Wrong(line, "what stands before does not settle where the URL leads: begin with /, ? or https://.../, or with {{url}}")

    def refuse_raw(self, line):
        if self.where == "raw" and self.raw in RAW_ELEMENTS:
            raise Wrong(line, f"nothing in {{{{ }}}} may stand in <{self.raw}>")
        if self.where == "equals":
            raise Wrong(line, f"the value of {self.attribute} must be quoted")


PLACES = {
    "url": "the beginning of a URL: use {{url}}", "style": "a style: only {{d}} may",
    "tag": "a tag outside a quoted value", "island": "JSON: only {{json}} and {{d}} may",
    "json attribute": "an attribute of JSON: only {{json}} and {{d}} may", "rcdata": "<textarea> or <title>",
    "url part": "the middle of a URL", "attribute": "an attribute", "text": "text",
}


def squeeze(text):
    """Indentation is not text: white space with a line end is one line end, and nothing between two wide characters."""

    def one(m):
        if "\n" not in m[0]:
            return " "
        before, after = text[m.start() - 1 : m.start()], text[m.end() : m.end() + 1]
        return "" if WIDE.match(before) and WIDE.match(after) else "\n"

    return re.sub(r"[ \t\r\n]+", one, text)


class Walker:
    """Follows static text and gives back what of it goes on the page."""

    def __init__(self, state, line, line_start):
        self.s, self.line, self.line_start, self.out = state, line, line_start, []

    def wrong(self, message):
        raise Wrong(self.line, message)

    def walk(self, text):
        i = 0
        while i < len(text):
            step = getattr(self, "in_" + self.s.where)
            n = step(text, i)
            self.line += text.count("\n", i, i + n)
            i += n
        return "".join(self.out)

    def emit(self, text):
        self.out.append(text)
        return len(text)

    def in_text(self, text, i):
        if text.startswith("<!--", i):
            self.s.where = "comment"
            return 4
        if text[i] == "<" and re.match(r"[a-zA-Z/!]", text[i + 1 : i + 2]):
            self.s.where = "doctype" if text[i + 1] == "!" else "open"
            self.s.element = self.s.kind = ""
            return self.emit("<")
        if text[i] == "<":
            self.wrong("'<' in text must be written &lt;, and a tag's name may not come from {{ }}")
        end = text.find("<", i + 1)
        part = text[i : end if end >= 0 else len(text)]
        shown = part.lstrip(" \t") if self.line_start and i == 0 else part
        self.out.append(part if self.s.keep else squeeze(shown))
        return len(part)

    def in_comment(self, text, i):
        end = text.find("-->", i)
        if end < 0:
            self.wrong("a comment ends before the next {{ }} or not at all; use {{# … #}} around tags")
        self.s.where = "text"
        return end + 3 - i

    def in_doctype(self, text, i):
        end = text.find(">", i)
        if end < 0:
            self.wrong("<! is never closed")
        self.s.where = "text"
        return self.emit(text[i : end + 1])

    def in_open(self, text, i):
        m = re.compile(r"/?[a-zA-Z][\w:-]*").match(text, i)
        if not m:
            self.wrong("no tag's name after '<'")
        self.s.element = m[0].lower()
        self.s.where, self.s.gap = "tag", False
        return self.emit(m[0])

    def end_tag(self):
        s = self.s
        name, closing = s.element.lstrip("/"), s.element.startswith("/")
        s.where = "text"
        if name in KEEP_SPACE:
            s.keep = max(0, s.keep + (-1 if closing else 1))
        if not closing and (name in RAW_ELEMENTS or name in TEXT_ELEMENTS):
            s.where, s.raw = "raw", name
        if s.where == "text":
            s.kind = ""
        s.element = s.attribute = s.quote = ""

    def in_tag(self, text, i):
        if text[i].isspace():
            m = re.compile(r"\s+").match(text, i)
            if not text.startswith((">", "/"), m.end()):
                self.emit(" ")
                self.s.gap = True
            return m.end() - i
        if text[i] == ">":
            self.emit(">")
            self.end_tag()
            return 1
        if text[i] == "/":
            return self.emit("/")
        m = re.compile(r"[^\s\"'<>/=]+").match(text, i)
        if not m:
            self.wrong(f"{text[i]} in a tag, where an attribute was expected")
        if not self.s.gap:
            self.wrong(f"white space is missing before {m[0]}")
        self.s.attribute = m[0].lower()
        self.s.where, self.s.gap = "attribute", False
        return self.emit(m[0])

    def in_attribute(self, text, i):
        if text[i] == "=":
            self.s.where = "equals"
            return self.emit("=")
        self.s.settle()
        return 0

    def in_equals(self, text, i):
        if text[i] not in "\"'":
            self.wrong(f"the value of {self.s.attribute} must be quoted")
        s = self.s
        s.where, s.quote, s.value, s.empty, s.settled = "value", text[i], "", True, False
        return self.emit(text[i])

    def in_value(self, text, i):
        s = self.s
        end = text.find(s.quote, i)
        part = text[i : end if end >= 0 else len(text)]
        if "\n\n" in part:
            self.wrong(f"the value of {s.attribute} is never closed")
        s.value += part
        s.empty = s.empty and not part
        s.settled = s.settled or bool(SAFE_START.match(s.value))
        self.emit(part)
        if end < 0:
            return len(part)
        if s.element == "script" and s.attribute == "type":
            s.kind = s.value.lower()
        self.emit(s.quote)
        s.where, s.quote, s.attribute = "tag", "", ""
        return len(part) + 1

    def in_raw(self, text, i):
        m = re.compile(rf"</{self.s.raw}(?=[\s>])", re.I).search(text, i)
        if not m:
            return self.emit(text[i:])
        self.emit(text[i : m.start()])
        if m.start() > i:
            return m.start() - i
        self.s.element = "/" + self.s.raw
        self.emit(m[0])
        self.s.where, self.s.raw, self.s.kind, self.s.gap = "tag", "", "", False
        return len(m[0])
