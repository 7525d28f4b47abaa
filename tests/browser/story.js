// SPDX-License-Identifier: Apache-2.0
// What every story uses: people with their own browser sessions, tests that count, and a look at each page.
"use strict";
const fs = require("fs");
const path = require("path");
const assert = require("assert");
const { chromium } = require("playwright-core");

const AXE = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"];
const PASSWORD = "qingze-demo-2026";
const WIDE = { width: 1280, height: 900 };
const NARROW = { width: 320, height: 700 };

class Story {
  constructor(url, shots) {
    this.url = url;
    this.shots = shots;
    this.passed = 0;
    this.failed = 0;
    this.people = new Map();
    this.looked = new Set();
    this.troubles = [];
  }

  async start() {
    this.browser = await chromium.launch({
      executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
      args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    });
  }

  // One line a test; what the browser complained about meanwhile fails it too.
  async test(name, tell) {
    this.troubles.length = 0;
    try {
      await tell();
      assert.deepStrictEqual(this.troubles, [], "the browser complained");
      this.passed++;
      console.log(`ok   ${name}`);
    } catch (e) {
      this.failed++;
      console.log(`FAIL ${name}\n     ${String(e.message).split("\n").slice(0, 14).join("\n     ")}`);
      const at = /\((?:.*\/)?(\w+\.js:\d+):\d+\)/g;
      const lines = [...String(e.stack).matchAll(at)].map((m) => m[1]).filter((s) => !s.startsWith("story.js"));
      if (lines.length) console.log(`     at ${lines.slice(0, 3).join(", ")}`);
    }
  }

  // A page in a session of its own.
  async page({ js = true, size = WIDE, state, touch = false } = {}) {
    const context = await this.browser.newContext({ viewport: size, locale: "zh-CN", javaScriptEnabled: js, storageState: state, hasTouch: touch });
    context.setDefaultTimeout(10000);
    const page = await context.newPage();
    page.on("pageerror", (e) => this.troubles.push(`${page.url()}: ${e.message}`));
    page.on("console", (m) => {
      // The browser dresses a bare picture in a style of its own, which our policy refuses.
      if (m.location().url.includes("/material/")) return;
      if (m.type() === "error" && !/status of 4\d\d/.test(m.text())) this.troubles.push(`${page.url()}: ${m.text()}`);
    });
    page.on("response", (r) => { if (r.status() >= 500) this.troubles.push(`${r.url()}: ${r.status()}`); });
    return page;
  }

  async go(page, address) {
    const reply = await page.goto(this.url + address);
    assert.ok(reply.ok(), `${address} answered ${reply.status()}`);
    return page;
  }

  async signIn(page, login) {
    await this.go(page, "/sign-in");
    await page.fill("#login", login);
    await page.fill("#password", PASSWORD);
    await page.click("main button.primary");
    await page.waitForURL((u) => !u.pathname.startsWith("/sign-in"));
  }

  // The page of someone who is signed in; one sign-in a person and way of browsing.
  async as(login, options = {}) {
    const key = `${login} ${JSON.stringify(options)}`;
    if (!this.people.has(key)) {
      const page = await this.page(options);
      await this.signIn(page, login);
      this.people.set(key, page);
    }
    return this.people.get(key);
  }

  // No rule of WCAG broken, nothing cut off at 320 px.  Each page's look is taken once under a name.
  async look(page, name) {
    if (this.looked.has(name)) return;
    this.looked.add(name);
    const size = page.viewportSize();
    const wrong = [];
    for (const at of [WIDE, NARROW]) {
      await page.setViewportSize(at);
      const found = await page.evaluate(`(async () => {
        if (!window.axe) { ${AXE} }
        const r = await axe.run(document, { runOnly: ${JSON.stringify(RULES)}, resultTypes: ["violations"], iframes: false });
        return r.violations.map((v) => v.id + ": " + v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160)).join(" | "));
      })()`);
      found.forEach((v) => wrong.push(`${at.width}: ${v}`));
      const cut = await this.overflow(page);
      if (cut) wrong.push(`${at.width}: wider than the window by ${cut}`);
      (await this.torn(page)).forEach((v) => wrong.push(`${at.width}: out of its cell: ${v}`));
      if (this.shots) await page.screenshot({ path: path.join(this.shots, `${name}-${at.width}.png`), fullPage: true });
    }
    await page.setViewportSize(size);
    assert.deepStrictEqual(wrong, [], `${name} (${page.url()})`);
  }

  async overflow(page) {
    const by = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
    if (by <= 0) return "";
    const who = await page.evaluate(`[...document.querySelectorAll("main *, header *, footer *")]
      .filter((e) => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
      .slice(0, 3).map((e) => e.outerHTML.slice(0, 100)).join(" | ")`);
    return `${by} px: ${who}`;
  }

  // Words that run out of their cell, over what stands beside it; what the cell itself scrolls or shortens is meant so.
  async torn(page) {
    return page.evaluate(`[...document.querySelectorAll("main :is(tbody td, tbody th, dd, dt)")].filter((e) => e.offsetParent && e.scrollWidth > e.clientWidth + 1
      && getComputedStyle(e).overflowX === "visible" && getComputedStyle(e).display !== "inline").slice(0, 3).map((e) => e.outerHTML.slice(0, 120))`);
  }

  async end() {
    await this.browser.close();
    console.log(`${this.passed} passed, ${this.failed} failed`);
  }
}

// What stands on a page.
const text = (page, selector = "main") => page.locator(selector).first().innerText();
// A page that is still on its way is waited for.
const has = async (page, words, selector = "main") => {
  let all = [];
  for (const end = Date.now() + 10000; Date.now() < end;) {
    all = await page.locator(selector).allInnerTexts().catch(() => []);
    if (all.some((t) => t.includes(words))) return;
    await new Promise((r) => setTimeout(r, 100));
  }
  assert.fail(`“${words}” is not on ${page.url()}: ${all.join(" ").slice(0, 300)}`);
};
// Asks again until it is so: the page's own policy forbids a watcher inside it.
const until = async (what, ask, most = 10000) => {
  for (const end = Date.now() + most; Date.now() < end;) {
    if (await ask()) return;
    await new Promise((r) => setTimeout(r, 100));
  }
  assert.fail(`still not: ${what}`);
};
// A day from today as a form wants it.
const day = (from) => new Date(Date.now() + from * 86400000).toISOString().slice(0, 10);

// The smallest picture.
const PNG = {
  name: "图.png",
  mimeType: "image/png",
  buffer: Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64"),
};

module.exports = { Story, NARROW, WIDE, PNG, PASSWORD, assert, day, has, text, until };
