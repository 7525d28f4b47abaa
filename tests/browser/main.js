// SPDX-License-Identifier: Apache-2.0
// main.js URL [--shots DIR] [STORY...]: tells the stories of a demo county that is served at URL.
"use strict";
const fs = require("fs");
const { Story } = require("./story.js");

const STORIES = ["find", "guide", "road", "desk", "board", "report", "screen", "openness", "admin", "licence", "match", "plain", "ask", "kiosk", "overrule", "acts", "process", "money", "simulate", "editor", "joint", "subsidy", "levels", "supervise"];

(async () => {
  const args = process.argv.slice(2);
  const url = args.shift();
  let shots = "";
  const wanted = [];
  while (args.length) {
    const one = args.shift();
    if (one === "--shots") shots = args.shift();
    else wanted.push(one);
  }
  if (!url || wanted.some((w) => !STORIES.includes(w))) {
    console.error(`usage: main.js URL [--shots DIR] [${STORIES.join("|")}]`);
    process.exit(2);
  }
  if (shots) fs.mkdirSync(shots, { recursive: true });
  const s = new Story(url, shots);
  await s.start();
  for (const name of STORIES) if (!wanted.length || wanted.includes(name)) await require(`./${name}.js`)(s);
  await s.end();
  process.exit(s.failed ? 1 : 0);
})().catch((e) => { console.error(e); console.log("0 passed, 1 failed"); process.exit(1); });
