// SPDX-License-Identifier: Apache-2.0
// A birth applied for at once on a telephone without JavaScript; its one page; what the desk and the public see of it.
"use strict";
const { NARROW, assert, has } = require("./story.js");

const BORN = { 新生儿姓名: "刘安", 性别: "女", 民族: "汉族", 出生日期: "2026-11-20", 出生地点: "国内医院", 有出生医学证明: "true", 姓氏来源: "随父姓",
  与新生儿关系: "父亲", 父母婚姻: "已结婚", 随谁落户: "母亲", 父亲姓名: "刘洋", 母亲姓名: "陈海燕", 户口类型: "家庭户", 落户地址: "泽安街道文昌路 26 号",
  户主姓名: "刘洋", 领取方式: "窗口领取" };
const PAPER = { name: "照片.png", mimeType: "image/png", buffer: Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGMAAQAABQABDQottAAAAABJRU5ErkJggg==", "base64") };

const press = (page, what) => Promise.all([page.waitForEvent("domcontentloaded"), page.click(what)]);

// One page of a form: what is asked and known to this story.
const answer = async (page) => {
  for (const field of await page.locator("[data-field]:not([hidden])").all()) {
    const name = await field.getAttribute("data-field"), value = BORN[name];
    if (value === undefined) continue;
    const choice = field.locator(`input[type=radio][value="${value}"]`);
    if (await choice.count()) await choice.check();
    else if (await field.locator("select").count()) await field.locator("select").selectOption(value);
    else await field.locator("input:not([type=hidden]), textarea").first().fill(value);
  }
};

module.exports = async (s) => {
  let no = "", uploads = 0;
  await s.test("a telephone without JavaScript: seven services by one application", async () => {
    const page = await s.page({ js: false, size: NARROW }), eyes = await s.as("liuyang");
    const look = async (name) => { await s.go(eyes, new URL(page.url()).pathname + new URL(page.url()).search); await s.look(eyes, name); };
    await s.signIn(page, "liuyang");
    await s.go(page, "/bundle/newborn");
    await press(page, 'form[action="/joint"] button');
    no = page.url().match(/\/joint\/(J[\d-]+)/)[1];
    await has(page, "同样的内容只填一次");
    await look("joint-fill");
    for (let turns = 0; await page.locator('main a.primary[href^="/draft/"]').count(); turns++) {
      assert.ok(turns < 10, "it is never filled in");
      await press(page, 'main a.primary[href^="/draft/"]');
      for (let pages = 0; page.url().match(/\/draft\/\d+(\?|$)/) && !page.url().includes("/materials"); pages++) {
        assert.ok(pages < 8, `the form never ends: ${await page.locator(".summary").innerText().catch(() => page.url())}`);
        assert.strictEqual(await s.overflow(page).catch(() => ""), "");
        await answer(page);
        await press(page, "form[data-save] button.primary");
      }
      await look(`joint-materials-${turns + 1}`);
      const given = async () => page.locator("section.give:not(:has(.files)):not(:has(.ok-note)) input[type=file]");
      for (let n = 0; await (await given()).count(); n++) {
        assert.ok(n < 12, "uploads do not end");
        const section = page.locator("section.give:not(:has(.files)):not(:has(.ok-note))").first();
        await section.locator("input[type=file]").setInputFiles(PAPER);
        await Promise.all([page.waitForEvent("domcontentloaded"), section.locator("button.no-js").click()]);
        uploads++;
      }
      await press(page, "main .actions a.primary");
      assert.ok(page.url().includes(`/joint/${no}`), page.url());
    }
    await has(page, "都填好了");
    await look("joint-filled");
    await press(page, 'main a.primary[href$="/check"]');
    await has(page, "办好“出生医学证明签发”后自动转来");
    await look("joint-check");
    await page.check("#true");
    await press(page, 'form[action$="/submit"] button.primary');
    assert.ok(page.url().includes("/receipt"), page.url());
    await has(page, "前面的办好，后面的自动提交");
    await look("joint-receipt");
    await s.go(page, "/me");
    await press(page, `a[href="/joint/${no}"]`);
    await has(page, "7 项中办好了 0 项");
    await has(page, "整件事最迟");
    await look("joint-progress");
    // The card of the parents is asked by five: it was handed in once.
    assert.ok(uploads < 16, `${uploads} uploads`);
  });

  await s.test("its first step done at the desk sends the next ones on", async () => {
    const she = await s.as("liuyang"), clerk = await s.as("tianxin"), decider = await s.as("yuanbo");
    await s.go(she, `/joint/${no}`);
    const first = (await she.locator("ol.steps h2 a", { hasText: "出生医学证明签发" }).getAttribute("href")).split("/").pop();
    await s.go(clerk, `/desk/case/${first}`);
    await has(clerk, "属于一件事");
    assert.strictEqual(await clerk.locator(`a[href^="/joint/"]`).count(), 0);
    await s.look(clerk, "joint-desk");
    const act = async (page, name) => {
      await s.go(page, `/desk/case/${first}`);
      const at = `[action$="/act/${name}"] button, a[href*="/act/${name}?"]`;
      await press(page, at);
      if (page.url().includes(`/act/${name}`)) {
        const reason = page.locator("textarea[name=reason]");
        if (await reason.count()) await reason.fill("符合条件");
        await press(page, "main form button.primary");
      }
      assert.strictEqual(await page.locator(".summary").count(), 0, await page.locator("main").innerText());
    };
    await act(clerk, "accept");
    await act(decider, "grant");
    await act(clerk, "deliver");
    await s.go(she, `/joint/${no}`);
    await has(she, "7 项中办好了 1 项");
    assert.ok(await she.locator("ol.steps h2 a", { hasText: "户口登记·出生登记" }).count(), "the register of births has no case");
    await s.look(she, "joint-under-way");
    await s.go(she, (await she.locator("ol.steps h2 a", { hasText: "户口登记·出生登记" }).getAttribute("href")));
    await has(she, "属于一件事");
  });

  await s.test("anybody with its number and the tail of the id sees how far it is", async () => {
    const page = await s.page({ size: NARROW });
    await s.go(page, "/progress");
    await page.fill("#no", no);
    await page.fill("#tail", "2135");
    await press(page, "main button.primary");
    await has(page, "7 项中办好了 1 项");
    await s.look(page, "joint-public");
  });
};
