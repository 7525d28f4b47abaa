// SPDX-License-Identifier: Apache-2.0
// The window: what one may not do is said, and someone who comes in person is served.
"use strict";
const { PNG, assert, has, text } = require("./story.js");
const { answerRest, giveMaterials, onward } = require("./form.js");

module.exports = async (s) => {
  const clerk = await s.as("zhangmin");

  await s.test("the counter: a wrong number is told", async () => {
    await s.go(clerk, "/desk/counter");
    await s.look(clerk, "counter");
    await clerk.fill("#name", "陈小雨");
    await clerk.fill("#id_no", "990121199805211681");
    await clerk.click("main button.primary");
    await clerk.waitForSelector(".summary");
    await s.look(clerk, "counter-wrong");
  });

  await s.test("the counter: known by her card, filed for her", async () => {
    await s.go(clerk, "/desk/counter");
    await clerk.fill("#name", "陈小雨");
    await clerk.fill("#id_no", "99012119980521168X");
    await clerk.fill("#login", "chenxiaoyu");
    await clerk.click("main button.primary");
    await has(clerk, "身份已核验");
    await s.look(clerk, "counter-known");
    await clerk.locator(".results li").filter({ hasText: "临时占用城市道路许可" }).locator("button").click();
    await clerk.waitForURL(/\/draft\//);
    await has(clerk, "陈小雨");
    assert.ok((await clerk.getAttribute("html", "class")).includes("desk"), "a clerk files on a citizen's page");
    await Promise.all([clerk.waitForURL(/\/desk\/counter/), clerk.click("button[name=later]")]);
    await Promise.all([clerk.waitForURL(/\/draft\//), clerk.locator("tr", { hasText: "陈小雨" }).locator("a").first().click()]);
    await s.look(clerk, "counter-form");
    for (let i = 0; i < 8 && !clerk.url().includes("/materials"); i++) {
      await answerRest(clerk);
      await onward(clerk);
    }
    await has(clerk, "高拍仪");
    const scans = clerk.locator("section.panel input[type=file]").first();
    assert.ok((await scans.getAttribute("accept")).includes("image/jpeg"));
    await Promise.all([clerk.waitForURL(/done=uploaded/), scans.setInputFiles([10, 2, 1].map((n) => ({ ...PNG, name: `扫描${n}.png` })))]);
    await giveMaterials(clerk);
    assert.deepStrictEqual(await clerk.locator("section.panel").first().locator("ol li a").allInnerTexts(), ["扫描1.png", "扫描2.png", "扫描10.png"]);
    await s.look(clerk, "counter-scanned");
    await clerk.click("main a.primary");
    if (await clerk.locator("#true").count()) await clerk.check("#true");
    await Promise.all([clerk.waitForURL(/\/desk\/case\//), clerk.click("main button.primary")]);
    await has(clerk, "陈小雨");
  });

  await s.test("a scan of several pages is one material, page after page", async () => {
    await has(clerk, "3 个文件", ".viewer header");
    assert.deepStrictEqual((await clerk.locator(".viewer figcaption").allInnerTexts()).map((one) => one.replace(/\s+/g, "")),
      ["第1个，共3个·扫描1.png", "第2个，共3个·扫描2.png", "第3个，共3个·扫描10.png"]);
    assert.strictEqual(await clerk.locator(".viewer figure img").count(), 3);
    await s.look(clerk, "desk-scanned");
  });

  await s.test("she finds it among her own", async () => {
    const chen = await s.as("chenxiaoyu");
    await s.go(chen, "/me");
    await has(chen, "临时占用城市道路许可");
  });

  await s.test("a person's number is not put where a company's code belongs", async () => {
    const chen = await s.as("chenxiaoyu");
    await s.go(chen, "/item/food-licence");
    await chen.click("text=立即办理");
    await chen.waitForURL(/\/draft\//);
    // Her own, or that of her business licence, where she holds one.
    assert.ok(await chen.inputValue("#经营者名称"));
    assert.ok(/^(9[12]990121MA.{8})?$/.test(await chen.inputValue("#信用代码")));
    await chen.click("text=不办了，删除草稿");
  });

  await s.test("lists by light, the department's cards", async () => {
    for (const light of ["late", "warn", "stopped"]) {
      await s.go(clerk, `/desk?light=${light}`);
      assert.strictEqual(await clerk.locator(".chips [aria-current]").count(), 1);
    }
    await s.go(clerk, "/desk/cards");
    await s.look(clerk, "desk-cards");
  });

  await s.test("a refusal wants a reason and a law", async () => {
    await s.go(clerk, "/desk");
    await Promise.all([clerk.waitForURL(/\/desk\/case\//), clerk.locator("a[data-open]").first().click()]);
    const refuse = clerk.locator('.acts a:has-text("不予受理")');
    if (!(await refuse.count())) {
      await s.go(clerk, "/desk?q=临时占用");
      await clerk.locator("tr", { hasText: "陈小雨" }).locator("a[data-open]").first().click();
    }
    await clerk.locator('.acts a:has-text("不予受理")').click();
    await s.look(clerk, "act-refuse");
    await clerk.fill("#basis", "《中华人民共和国行政许可法》第三十二条");
    if (await clerk.locator("#overrule").count()) await clerk.fill("#overrule", "现场和材料不一致");
    await Promise.all([clerk.waitForEvent("domcontentloaded"), clerk.click("main form .actions button.primary")]);
    await clerk.waitForSelector(".summary");
    await s.look(clerk, "act-refuse-wrong");
  });

  await s.test("a citizen has no desk; a clerk has no board", async () => {
    const liu = await s.as("liuyang");
    for (const at of ["/desk", "/board", "/admin/items", "/admin/people", "/ledger"]) {
      const reply = await liu.goto(s.url + at);
      assert.strictEqual(reply.status(), 403, at);
    }
    await has(liu, "没有权限");
    await s.look(liu, "forbidden");
    assert.strictEqual((await clerk.goto(`${s.url}/board`)).status(), 403);
    assert.ok(!(await text(clerk, "header")).includes("监察"));
  });
};
