// SPDX-License-Identifier: Apache-2.0
// The hall's touch screen: by touch alone, upright and across, with and without JavaScript; it leaves nothing behind.
"use strict";
const path = require("path");
const { assert, has, until } = require("./story.js");

const UPRIGHT = { width: 1080, height: 1920 }, ACROSS = { width: 1920, height: 1080 };
const LEAST = 48; // CSS pixels of what is touched

// What can be touched and is too small; links that lead out of the kiosk.
const SMALL = `[...document.querySelectorAll("a, button, summary, .choice, input:not([type=hidden]):not(.choice input)")]
  .map((e) => [e, e.getBoundingClientRect()]).filter(([, r]) => r.width && r.height)
  .filter(([e, r]) => !e.matches(".skip") && (r.height < ${LEAST} || r.width < ${LEAST}))
  .map(([e, r]) => Math.round(r.width) + "x" + Math.round(r.height) + " " + e.outerHTML.slice(0, 120))`;
const OUTSIDE = `[...document.querySelectorAll("a[href]")].map((a) => a.getAttribute("href"))
  .filter((h) => !/^(#|\\?|\\/kiosk|\\/guide\\/)/.test(h))`;

const good = async (s, page, name) => {
  assert.deepStrictEqual(await page.evaluate(SMALL), [], `too small on ${page.url()}`);
  assert.deepStrictEqual(await page.evaluate(OUTSIDE), [], `leads elsewhere on ${page.url()}`);
  assert.strictEqual(await s.overflow(page), "");
  if (s.shots && name) await page.screenshot({ path: path.join(s.shots, `${name}.png`) });
};
const touch = (page, what) => Promise.all([page.waitForEvent("domcontentloaded"), page.locator(what).first().tap()]);

// Answers by touch until the notice: numbers on the keys of the screen, else the first answer.
const walk = async (s, page, name) => {
  for (let n = 1; await page.locator("#ask").count(); n++) {
    assert.ok(n < 60, "it never ends");
    await good(s, page, n === 1 ? `${name}-question` : "");
    if (await page.locator("#ask .choice").count()) {
      await page.locator("#ask .choice").first().tap();
    } else if (await page.locator("#ask input[type=date]").count()) {
      await page.fill("#value", "2026-11-01");
    } else {
      for (const key of "82") await touch(page, `.keys button[value="${key}"]`);
      await good(s, page, `${name}-keys`);
    }
    await touch(page, "#ask button.primary");
  }
  await has(page, "办事告知单", "h1");
};

module.exports = async (s) => {
  for (const [name, size, js] of [["upright", UPRIGHT, true], ["across", ACROSS, true], ["plain", UPRIGHT, false]]) {
    await s.test(`the kiosk, ${name}: found by pinyin, asked, noticed, ended`, async () => {
      const page = await s.page({ size, js, touch: true });
      await s.go(page, "/kiosk");
      if (js) await s.look(page, `kiosk-home-${name}`);
      await good(s, page, `kiosk-${name}-home`);
      await touch(page, 'a[href="/kiosk/find"]');
      for (const key of "gaoling") await touch(page, `.keys button[value="${key}"]`);
      await has(page, "GAOLING", ".typed");
      await good(s, page, `kiosk-${name}-find`);
      await touch(page, '.tiles a[href$="/elderly-allowance"]');
      await good(s, page, `kiosk-${name}-item`);
      await touch(page, "main button.primary");
      assert.ok(/\/guide\/[\w-]{22}/.test(page.url()), page.url());
      await walk(s, page, `kiosk-${name}`);
      await good(s, page, `kiosk-${name}-notice`);
      if (js) await s.look(page, `kiosk-notice-${name}`);
      assert.ok(await page.locator(".qr svg").isVisible());
      assert.strictEqual(await page.locator('form[action$="/apply"], input.address').count(), 0, "a kiosk asks for a password");
      const notice = page.url();
      // What no button of it sends leads to no page of signing in, and nothing waits for who signs in next.
      const csrf = await page.locator("[name=csrf]").first().inputValue();
      const sent = await page.request.post(notice.replace(/\/notice.*/, "/apply"), { form: { csrf, item: "elderly-allowance" }, maxRedirects: 0 });
      assert.strictEqual(new URL(sent.headers().location, s.url).pathname, "/kiosk");
      assert.ok(!(await page.context().cookies(`${s.url}/sign-in`)).some((c) => c.name === "yzg-apply"));
      // Her telephone has it; the next person at the screen does not.
      const phone = await s.page({ size: { width: 360, height: 740 } });
      assert.strictEqual((await phone.goto(notice)).status(), 200);
      await touch(page, ".who button");
      assert.ok(page.url().endsWith("/kiosk"), page.url());
      assert.strictEqual((await page.goto(notice)).status(), 404);
      await has(page, "这份清单找不到了", "h1");
      await good(s, page, "");
      // A swipe goes back through what was shown: nothing of hers comes.
      for (let n = 0; n < 4 && (await page.goBack()); n++)
        assert.ok(!(await page.locator("[data-paper], .answers dd").count()), `${page.url()} is still there`);
      assert.strictEqual((await phone.reload()).status(), 200);
    });
  }

  await s.test("the kiosk asks who has gone, clears itself, and forgets what was not finished", async () => {
    const page = await s.page({ size: UPRIGHT, touch: true });
    await page.clock.install();
    await s.go(page, "/kiosk/item/road-dig?lang=en");
    await touch(page, "main button.primary");
    const guide = page.url().replace(/#.*/, "");
    await page.locator("#ask .choice").first().tap();
    await touch(page, "#ask button.primary");
    await page.clock.fastForward(30000);
    await page.locator("h1").first().tap(); // touched: the time begins anew
    await page.clock.fastForward(30000);
    assert.ok(page.url().startsWith(guide), page.url());
    await page.clock.fastForward(20000);
    await page.waitForURL(/\/kiosk\/rest/);
    await has(page, "Are you still there?");
    await good(s, page, "kiosk-rest");
    await s.look(page, "kiosk-rest");
    await touch(page, "main a.primary");
    await page.waitForURL((u) => u.href.startsWith(guide));
    await page.clock.fastForward(41000);
    await page.waitForURL(/\/kiosk\/rest/);
    await page.clock.fastForward(21000);
    await page.waitForURL(/\/kiosk$/);
    await has(page, "您想办什么事？", "h1");
    assert.deepStrictEqual((await page.context().cookies()).map((c) => c.name).filter((n) => !["yz-kiosk", "yzg"].includes(n)), []);
    assert.strictEqual((await (await s.page()).goto(guide)).status(), 404, "a guide that nobody finished is kept");
  });

  await s.test("without JavaScript a page that nobody touches goes on by itself", async () => {
    const page = await s.page({ js: false, size: UPRIGHT, touch: true });
    await s.go(page, "/kiosk/item/road-dig");
    const next = async () => (await (await page.request.get(page.url())).text()).match(/http-equiv="refresh" content="(\d+); url=([^"]+)"/);
    let to = await next();
    assert.ok(to && Number(to[1]) > 0 && to[2].startsWith("/kiosk/rest?to="), String(to));
    await s.go(page, to[2]);
    await good(s, page, "kiosk-rest-plain");
    to = await next();
    assert.ok(Number(to[1]) >= 20, "too short to answer"); // WCAG 2.2.1
    assert.strictEqual(to[2], "/kiosk/end");
    await page.goto(s.url + to[2]);
    assert.ok(page.url().endsWith("/kiosk"));
    assert.strictEqual(await next(), null, "the start page stays");
    for (const away of ["/me", "//example.org/", "/kiosk/../me", "/kiosk/%2e%2e/me", "/kiosk/\\..\\me", "https://example.org/", "/guide-lines"]) {
      await s.go(page, `/kiosk/rest?to=${encodeURIComponent(away)}`);
      assert.strictEqual(await page.locator("main a.primary").getAttribute("href"), "/kiosk", away);
    }
  });

  await s.test("who is signed in elsewhere in this browser is nobody at the kiosk", async () => {
    const own = await s.as("liuyang");
    const page = await s.page({ state: await own.context().storageState(), size: ACROSS, touch: true });
    await s.go(page, "/kiosk");
    assert.strictEqual(await page.locator("text=刘洋").count(), 0);
    await s.go(page, "/kiosk/find?theme=n-hukou");
    await good(s, page, "kiosk-theme");
    // Away from the kiosk the browser is an ordinary one again.
    await s.go(page, "/me");
    await until("the kiosk is left", async () => !(await page.context().cookies()).some((c) => c.name === "yz-kiosk"));
  });
};
