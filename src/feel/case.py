#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes src/feel/case.def from Python's own Unicode tables: python3 case.py > case.def"""
import unicodedata

def mapping(change):
    simple, special = {}, {}
    for c in range(0x80, 0x110000):
        if 0xD800 <= c <= 0xDFFF:
            continue
        s = change(chr(c))
        if s != chr(c):
            if len(s) == 1:
                simple[c] = ord(s)
            else:
                special[c] = [ord(x) for x in s]
    return simple, special

def ranges(simple):
    """Runs of one distance, every character or every second one."""
    out, left = [], sorted(simple)
    while left:
        first = left[0]
        delta = simple[first] - first
        best = [first]
        for step in (1, 2):
            run = [first]
            while simple.get(run[-1] + step, 0) - (run[-1] + step) == delta and \
                    (step == 1 or run[-1] + 1 not in simple or simple[run[-1] + 1] - run[-1] - 1 != delta):
                run.append(run[-1] + step)
            if len(run) > len(best):
                best = run
        step = best[1] - best[0] if len(best) > 1 else 1
        out.append((best[0], best[-1], step, delta))
        taken = set(best)
        left = [c for c in left if c not in taken]
    return sorted(out)

print("/* feel/case.def - upper and lower case of Unicode %s beyond ASCII; written by case.py.\n *"
      % unicodedata.unidata_version)
print(" * UPPER(first, last, step, distance) LOWER(…) characters one to one, sorted by first")
print(" * SPECIAL(character, up to three that are its upper case) LOWER_SPECIAL(…) the same\n *")
print(" * SPDX-License-Identifier: Apache-2.0\n */")
for name, change in (("UPPER", str.upper), ("LOWER", str.lower)):
    simple, special = mapping(change)
    for r in ranges(simple):
        print("%s(0x%X, 0x%X, %d, %d)" % ((name,) + r))
    for c, s in sorted(special.items()):
        s = (s + [0, 0])[:3]
        print("%s(0x%X, 0x%X, 0x%X, 0x%X)" % (("SPECIAL" if name == "UPPER" else "LOWER_SPECIAL", c) + tuple(s)))
