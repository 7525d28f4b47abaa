// SPDX-License-Identifier: Apache-2.0
// Guides: on a telephone, by keyboard alone, without JavaScript; what the paper says; from the notice to the application.
"use strict";
const { execFileSync } = require("child_process");
const fs = require("fs");
const os = require("os");
const path = require("path");
const { NARROW, PASSWORD, assert, day, has } = require("./story.js");

const TURNS = 60;
const asks = (page) => page.locator("#ask");
const fact = (page) => page.locator('#ask input[name="fact"]').inputValue();
const begin = async (s, page, item) => {
  await s.go(page, `/item/${item}/guide`);
  await Promise.all([page.waitForURL(/\/guide\/[\w-]{22}/), page.click("main button.primary")]);
};
const onward = (page) => Promise.all([page.waitForEvent("domcontentloaded"), page.click("#ask button.primary")]);
const needed = (page) => page.locator(".list .papers:not(.maybe):not(.gone) li").count();

// Fills the question that stands there: as given by the fact's name, else the first answer.
const fill = async (page, given) => {
  const name = await fact(page), value = given[name], rows = page.locator("#ask .choice input");
  if (await rows.count()) {
    await (value === undefined ? rows.first() : page.locator(`#ask .choice input[value="${value}"]`)).check();
  } else if (await page.locator("#ask input[type=date]").count()) {
    await page.fill("#value", value || day(20));
  } else {
    await page.fill("#value", value || "1");
  }
  return name;
};

// Answers until the notice; calls `each` on every page of the way.
const walk = async (page, given, each) => {
  const asked = [];
  while (await asks(page).count()) {
    assert.ok(asked.length < TURNS, `it never ends: ${asked}`);
    asked.push(await fill(page, given));
    await each?.(asked.length);
    await onward(page);
    assert.ok(!decodeURIComponent(page.url()).match(/[\u4e00-\u9fff]/), `an answer in ${page.url()}`);
  }
  assert.ok(page.url().includes("/notice"), page.url());
  return asked;
};

// Every text of the notice, without what only a screen can do.
const texts = (page) => page.evaluate(`(() => {
  const paper = document.querySelector("[data-paper]"), all = [];
  const walker = document.createTreeWalker(paper, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const n = walker.currentNode;
    if (!n.parentElement.closest(".no-print, svg")) all.push(n.textContent.replace(/[\\s\\u2066-\\u2069]/g, ""));
  }
  return all.filter((t) => t.length > 1);
})()`);

const paper = async (page, size) => {
  const reply = await page.request.get(page.url().replace(/\/notice.*$/, "/notice.pdf"));
  assert.strictEqual(reply.status(), 200);
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), "notice-"));
  try {
    fs.writeFileSync(path.join(dir, "n.pdf"), await reply.body());
    const said = execFileSync("pdftotext", ["-raw", "-enc", "UTF-8", path.join(dir, "n.pdf"), "-"]).toString().replace(/[\s\u202a-\u202e]/g, "");
    const info = execFileSync("pdffonts", [path.join(dir, "n.pdf")]).toString();
    assert.ok(size(said) && /Noto|Fandol|Song|Fang/.test(info), info);
    return said;
  } finally {
    fs.rmSync(dir, { recursive: true });
  }
};
// pdftotext turns the two letters of a lam-alef, which is one glyph.
const plain = (t) => t.replace(/لا/g, "ال");
const same = async (page) => {
  const all = await texts(page);
  assert.ok(all.length > 30, `${all.length} texts`);
  const missing = [];
  await paper(page, (said) => { missing.push(...all.filter((t) => !said.includes(t) && !said.includes(plain(t)))); return said.length > 200; });
  assert.deepStrictEqual(missing, [], "not on paper");
};

module.exports = async (s) => {
  await s.test("a telephone: digging a road, asked one by one, the list shrinking and growing", async () => {
    const page = await s.page({ size: NARROW });
    await s.go(page, "/item/road-dig");
    await page.click('main a[href$="/guide"]');
    await has(page, "先问几个问题，得到您自己的办事清单", "h1");
    await s.look(page, "guide-start");
    await Promise.all([page.waitForURL(/\/guide\/[\w-]{22}/), page.click("main button.primary")]);
    await s.look(page, "guide-first");
    await onward(page);
    await has(page, "请选一个答案再继续", "#ask .error");
    await s.look(page, "guide-nothing-chosen");
    const seen = [];
    const given = { 挖掘原因: "供水管线接入", 申请人类型: "居民个人", 道路归属: "城市道路", 道路等级: "支路", 道路使用情况: "其他", 涉及绿化带: "false",
      邻近河道: "false", 邻近文物: "false", 邻近铁路: "false", 委托办理: "false", 车道封闭: "不占车道", 施工方式: "开挖", 挖掘深度: "１．２ 米" };
    await walk(page, given, async (n) => {
      assert.strictEqual(await s.overflow(page), "");
      seen.push(await needed(page));
      await s.look(page, `guide-road-${n}`);
    });
    assert.ok(new Set(seen).size > 1, `the list never changed: ${seen}`);
    await has(page, "接自来水", ".facts");
    await has(page, "先办好这些");
    assert.strictEqual(await page.locator("text=营业执照").count(), 0, "a person is asked for a company's licence");
    await s.look(page, "guide-road-notice");
    await same(page);
  });

  await s.test("another situation: she changes one answer and keeps the others", async () => {
    const page = await s.page({ size: NARROW });
    await begin(s, page, "road-dig");
    const plain = { 道路归属: "城市道路", 道路使用情况: "其他", 道路等级: "支路", 邻近文物: "false", 邻近铁路: "false", 邻近河道: "false", 涉及绿化带: "false", 车道封闭: "不占车道" };
    await walk(page, { ...plain, 挖掘原因: "管线抢修" });
    await has(page, "紧急抢修", ".facts");
    const told = await page.locator(".answers dt").allInnerTexts();
    const at = page.locator(".answers dt", { hasText: "为什么要挖" });
    assert.strictEqual(await at.count(), 1, told.join());
    await Promise.all([page.waitForURL(/change=/), page.locator('.answers a[aria-label*="为什么要挖"]').click()]);
    assert.ok(await page.locator('#ask input[value="管线抢修"]').isChecked());
    await s.look(page, "guide-change");
    await page.check('#ask input[value="燃气管线接入"]');
    await onward(page);
    await walk(page, plain);
    await has(page, "接天然气", ".facts");
    await same(page);
  });

  await s.test("keyboard alone: a household guide to its end", async () => {
    const page = await s.page();
    await s.go(page, "/item/household-birth/guide");
    // Enter on what has the focus; waits until the address or the question is another.
    const press = async () => Promise.all([page.waitForEvent("domcontentloaded"), page.keyboard.press("Enter")]);
    const focused = (what) => page.evaluate(`document.activeElement.matches(${JSON.stringify(what)})`);
    const tab = async (what) => {
      for (let i = 0; i < 80; i++) {
        if (await focused(what)) return;
        await page.keyboard.press("Tab");
      }
      assert.fail(`Tab never comes to ${what}`);
    };
    await tab("main button.primary");
    await press();
    for (let n = 0; await asks(page).count(); n++) {
      assert.ok(n < TURNS, "it never ends");
      if (await page.locator("#ask .choice").count()) {
        await tab("#ask .choice input");
        await page.keyboard.press("ArrowDown");
        await page.keyboard.press("ArrowUp");
        if (!(await page.locator("#ask input:checked").count())) await page.keyboard.press("Space");
      } else {
        await tab("#value");
        await page.keyboard.type((await page.locator("#ask input[type=date]").count()) ? "01012026" : "1");
      }
      if (n < 2) await s.look(page, `guide-birth-${n + 1}`);
      await tab("#ask button.primary");
      await press();
    }
    await has(page, "办事告知单", "h1");
    await s.look(page, "guide-birth-notice");
    await same(page);
    // Back to an answer, and away again without changing it.
    await tab('.answers a[href*="change=1"]');
    await press();
    await tab("#ask a.button");
    await press();
    await has(page, "办事告知单", "h1");
  });

  await s.test("without JavaScript, 320 px: a child is born, several matters at once", async () => {
    const page = await s.page({ js: false, size: NARROW });
    await s.go(page, "/");
    await page.click('main a[href="/bundle/newborn"]');
    await Promise.all([page.waitForURL(/\/guide\/[\w-]{22}/), page.click("main button.primary")]);
    const asked = await walk(page, {}, async () => assert.strictEqual(await s.overflow(page), ""));
    assert.strictEqual(new Set(asked).size, asked.length, `asked twice: ${asked}`);
    assert.strictEqual(await s.overflow(page), "");
    const names = await page.locator(".notice tbody th[scope=row]").evaluateAll((all) => all.map((e) => e.innerText.split("\n")[0]));
    assert.strictEqual(new Set(names).size, names.length, `a paper twice: ${names}`);
    await has(page, "不用带的");
    await same(page);
    assert.ok(await page.locator(".keep a[href^='mailto:']").isVisible());
    assert.ok(!(await page.locator(".keep [data-share]").isVisible()));
  });

  await s.test("bundles, their pages, and a bundle's notice", async () => {
    const page = await s.page();
    await s.go(page, "/bundles");
    await s.look(page, "bundles");
    await page.click('.tiles a[href="/bundle/open-restaurant"]');
    await s.look(page, "bundle");
    await Promise.all([page.waitForURL(/\/guide\/[\w-]{22}/), page.click("main button.primary")]);
    await s.look(page, "guide-bundle-1");
    await walk(page, {});
    await s.look(page, "guide-bundle-notice");
    await same(page);
  });

  await s.test("an individual trader, in English", async () => {
    const page = await s.page();
    await s.go(page, "/item/individual-business/guide?lang=en");
    await s.look(page, "guide-start-en");
    await Promise.all([page.waitForURL(/\/guide\/[\w-]{22}/), page.click("main button.primary")]);
    await s.look(page, "guide-ask-en");
    await walk(page, {});
    await has(page, "Service notice", "h1");
    await s.look(page, "guide-notice-en");
    await same(page);
  });

  await s.test("an old person's allowance, in Uyghur, 320 px without JavaScript", async () => {
    const page = await s.page({ js: false, size: NARROW });
    await s.go(page, "/item/elderly-allowance/guide?lang=ug");
    assert.strictEqual(await page.locator("html").getAttribute("dir"), "rtl");
    await Promise.all([page.waitForURL(/\/guide\/[\w-]{22}/), page.click("main button.primary")]);
    await walk(page, { 年龄: "83", 已领同类津贴: "false" }, async () => assert.strictEqual(await s.overflow(page), ""));
    await has(page, "ئىش بېجىرىش ئۇقتۇرۇشى", "h1");
    const left = (await texts(page)).filter((t) => /[\u4e00-\u9fff]/.test(t));
    assert.deepStrictEqual(left.filter((t) => !/路\d+号/.test(t)), [], "Chinese in it that is no address");
    await same(page);
    const seen = await s.page(); // axe needs scripts
    await s.go(seen, `${new URL(page.url()).pathname}?lang=ug`);
    await s.look(seen, "guide-notice-ug");
  });

  await s.test("sent, resumed by somebody else, and forgotten", async () => {
    const one = await s.page(), other = await s.page();
    await begin(s, one, "household-birth");
    await fill(one, {});
    await onward(one);
    const address = await one.inputValue("input.address");
    const told = await one.locator(".answers dd").first().innerText();
    await other.goto(address);
    assert.strictEqual(await other.locator(".answers dd").first().innerText(), told);
    await walk(other, {});
    await one.goto(address);
    await has(one, "办事告知单", "h1");
    await Promise.all([one.waitForURL(/done=forgotten/), one.click('form[action$="/forget"] button')]);
    const reply = await other.goto(address);
    assert.strictEqual(reply.status(), 404);
    await has(other, "这份清单找不到了", "h1");
    await s.look(other, "guide-gone");
  });

  await s.test("the back button leads to what is asked now, with the answer kept", async () => {
    const page = await s.page();
    await begin(s, page, "household-birth");
    const first = await fill(page, {});
    await onward(page);
    const second = await fact(page);
    assert.notStrictEqual(second, first);
    for (const again of [() => page.goBack(), () => page.reload(), () => page.goForward()]) {
      await again();
      assert.strictEqual(await fact(page), second);
      assert.strictEqual(await page.locator(".answers dt").count(), 1);
    }
  });

  await s.test("from the notice to the application, filled in", async () => {
    const page = await s.as("tangjun");
    await begin(s, page, "road-dig");
    await walk(page, { 挖掘原因: "电力管线接入", 道路等级: "次干道", 道路使用情况: "其他" });
    await Promise.all([page.waitForURL(/\/draft\/\d+/), page.click("#apply button.primary")]);
    await has(page, "已按您的回答填好能填的");
    assert.ok(await page.locator('[data-field="挖掘原因"] input[value="电力管线接入"]').isChecked());
    assert.ok(await page.locator('[data-field="申请人类型"] input[value="居民个人"]').isChecked(), "what a register knows is asked again");
    await s.look(page, "guide-applied");
  });

  await s.test("who is not signed in signs in and goes on; who sits down after her gets nothing of hers", async () => {
    const shared = await s.page({ size: NARROW });
    const signIn = async (login, goes) => {
      await shared.fill("#login", login);
      await shared.fill("#password", PASSWORD);
      await shared.setChecked("[name=apply]", goes);
      await Promise.all([shared.waitForURL((u) => !u.pathname.startsWith("/sign-in")), shared.click("main button.primary")]);
    };
    const waits = () => shared.locator("[name=apply]").count();
    const press = async () => {
      await Promise.all([shared.waitForURL(/\/sign-in$/), shared.click("#apply button.primary")]);
      await has(shared, "登录后打开按刚才的回答填好的申请表");
    };
    await begin(s, shared, "road-dig");
    await walk(shared, { 挖掘原因: "电力管线接入", 道路等级: "次干道", 道路使用情况: "其他", 申请人类型: "居民个人" });
    const notice = shared.url();
    await press();
    await s.look(shared, "sign-in-apply");
    await signIn("luyelin", false);
    assert.ok(!shared.url().includes("/draft/"), shared.url());
    await shared.context().clearCookies({ name: "yz" });
    await s.go(shared, "/sign-in");
    assert.strictEqual(await waits(), 0, "it waits for the next person");
    // By a link of her own it is let go too.
    await shared.goto(notice);
    await press();
    await s.go(shared, "/sign-in?to=/me/cases");
    assert.strictEqual(await waits(), 0);
    await shared.fill("#login", "luyelin");
    await shared.fill("#password", PASSWORD);
    await Promise.all([shared.waitForURL(/\/me\/cases$/), shared.click("main button.primary")]);
    await shared.context().clearCookies({ name: "yz" });
    await s.go(shared, "/sign-in");
    assert.strictEqual(await waits(), 0, "it waits for the next person");
    await shared.goto(notice);
    await press();
    await shared.fill("#password", "不是这个");
    await signIn("luyelin", true);
    await shared.waitForURL(/\/draft\/\d+/);
    assert.ok(await shared.locator('[data-field="挖掘原因"] input[value="电力管线接入"]').isChecked());
  });

  await s.test("an administrator reads a decision and its proof; a faulty one is reported, not saved", async () => {
    const page = await s.as("items");
    await s.go(page, "/admin/items?q=道路挖掘");
    await page.click('main tbody a[href^="/admin/item/"] >> nth=0');
    await page.click('main a[href$="/decision"]');
    await has(page, "证明过了");
    await has(page, "为什么要挖这条路？");
    await s.look(page, "admin-decision");
    await page.setInputFiles("#file", { name: "坏的.dmn", mimeType: "application/xml", buffer: Buffer.from("<definitions/>") });
    await Promise.all([page.waitForEvent("domcontentloaded"), page.click('form[enctype] button.primary')]);
    await has(page, "上传的文件的检查报告");
    await s.look(page, "admin-decision-faulty");
  });
};
