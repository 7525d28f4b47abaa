// SPDX-License-Identifier: Apache-2.0
// An administrator changes the process of an item: opens it, breaks it, reads the report, mends it, compares, submits for review.
"use strict";
const { assert, has } = require("./story.js");

const sent = (page, button) => Promise.all([page.waitForEvent("domcontentloaded"), page.click(button)]);
const SAVE = "form[data-part] button.primary", CHECK = "form[data-part] button[name=check]";

module.exports = async (s) => {
  // Plain pages: all of it works without a script.
  const page = await s.as("items", { js: false });
  let item, whole;

  await s.test("the process of an item is drawn, listed and downloaded", async () => {
    await s.go(page, "/admin/items?q=临时占用城市道路");
    await page.click('main tbody a[href^="/admin/item/"] >> nth=0');
    item = new URL(page.url()).pathname;
    await page.click(`main a[href="${item}/process"]`);
    await has(page, "流程", "h1");
    assert.strictEqual(await page.locator("svg.process").count(), 1);
    whole = await page.inputValue("#text");
    const file = await page.request.get(`${s.url}${item}/process.bpmn`);
    assert.strictEqual(file.status(), 200);
    assert.ok(/attachment; .*\.bpmn/.test(file.headers()["content-disposition"]));
    assert.strictEqual((await file.text()).trim(), whole.trim());
  });

  await s.test("a step that lies where a fact says is not said to be the item's own department's", async () => {
    const other = await s.as("items");
    await s.go(other, "/admin/items?q=高龄津贴");
    await other.click('main tbody a[href^="/admin/item/"] >> nth=0');
    await s.go(other, new URL(other.url()).pathname + "/process");
    const who = await other.locator("tr", { hasText: "乡镇（街道）初审" }).first().innerText();
    assert.ok(who.includes("到时按规则定") && !who.includes("局"), who);
  });

  await s.test("a check tells the error, saves nothing and loses nothing", async () => {
    const broken = whole.replace(/<bpmn:endEvent id="end"[\s\S]*?<\/bpmn:endEvent>/, "").replace('yz:limit="', 'yz:limit="soon');
    assert.notStrictEqual(broken, whole);
    await page.fill("#text", broken);
    await sent(page, CHECK);
    await has(page, "只检查，没有保存");
    await has(page, "■ 错误");
    assert.strictEqual((await page.inputValue("#text")).trim(), broken.trim());
    await page.fill("#text", "<definitions");
    await sent(page, SAVE);
    await has(page, "有错误，没有保存", ".summary");
    await has(page, "读不了", "tbody");
    assert.strictEqual((await page.inputValue("#text")).trim(), "<definitions");
    await s.go(page, `${item}/process`);
    assert.strictEqual((await page.inputValue("#text")).trim(), whole.trim());
  });

  await s.test("mended it is saved as a draft of the next version", async () => {
    const mended = whole.replace('<bpmn:userTask id="accept" name="受理"', '<bpmn:userTask id="accept" name="窗口受理"');
    assert.notStrictEqual(mended, whole);
    await page.setInputFiles("#file", { name: "改好的.bpmn", mimeType: "application/xml", buffer: Buffer.from(mended) });
    await sent(page, SAVE);
    await has(page, "已检查，存成了草稿", "body");
    assert.notStrictEqual(new URL(page.url()).pathname, `${item}/process`);
    item = new URL(page.url()).pathname.replace(/\/process$/, "");
    await has(page, "窗口受理", ".process-box");
  });

  await s.test("what somebody else saved meanwhile is not written over unasked", async () => {
    await s.go(page, `${item}/process`);
    const other = await s.as("items");
    await s.go(other, `${item}/process`);
    await other.fill("#text", (await other.inputValue("#text")).replace('name="窗口受理"', 'name="受理窗口"'));
    await sent(other, SAVE);
    await has(other, "已检查，存成了草稿", "body");
    await page.fill("#text", (await page.inputValue("#text")).replace('name="窗口受理"', 'name="前台受理"'));
    await sent(page, SAVE);
    await has(page, "别人改过这个事项", ".summary");
    assert.ok((await page.inputValue("#text")).includes("前台受理"));
    await sent(page, SAVE);
    await has(page, "前台受理", ".process-box");
  });

  await s.test("a form is checked, and its fields are listed", async () => {
    await s.go(page, `${item}/form`);
    await has(page, "必填", "thead");
    const form = await page.inputValue("#text");
    await page.fill("#text", form.replace("{", "{,"));
    await sent(page, SAVE);
    await has(page, "读不了", "tbody");
    await page.fill("#text", form.replace(/"title"\s*:\s*"/, '"title": "新的'));
    await sent(page, SAVE);
    await has(page, "已检查，存成了草稿", "body");
  });

  await s.test("two versions side by side: what changed is marked, and said in words", async () => {
    await page.click('main a[href$="/compare"]');
    await has(page, "比较版本", "h1");
    assert.strictEqual(await page.locator("svg.process").count(), 2);
    assert.strictEqual(await page.locator(".two section:nth-of-type(2) g.changed title", { hasText: "前台受理 · 改动" }).count(), 1);
    await has(page, "人工任务 前台受理 · 名称", "main");
    const row = page.locator("tr", { hasText: "人工任务 前台受理 · 名称" });
    assert.deepStrictEqual(await row.locator("td").allInnerTexts().then((all) => all.slice(1).map((t) => t.trim())), ["受理", "前台受理"]);
  });

  await s.test("it is submitted for review; what is in review is not changed", async () => {
    await s.go(page, item);
    await sent(page, 'button[name=state][value="review"]');
    await has(page, "审核中", "main");
    await s.go(page, `${item}/process`);
    await sent(page, SAVE);
    await has(page, "正在审核", ".summary");
    await s.go(page, item);
    await sent(page, 'button[name=state][value="draft"]');
  });

  await s.test("an unsound process is a draft, and is not published", async () => {
    await s.go(page, `${item}/process`);
    const sound = await page.inputValue("#text");
    await page.fill("#text", sound.replace(/yz:act="deliver"/, 'yz:act="sing"'));
    await sent(page, SAVE);
    await has(page, "■ 错误", "main");
    await s.go(page, item);
    await sent(page, 'button[name=state][value="review"]');
    await sent(page, 'button[name=state][value="published"]');
    await has(page, "没有办成", ".summary");
    await has(page, "流程有错误：", ".summary");
    await has(page, "名字不存在", ".summary");
    await sent(page, 'button[name=state][value="draft"]');
    await s.go(page, `${item}/process`);
    await page.fill("#text", sound);
    await sent(page, SAVE);
  });

  await s.test("the editor, where it was built in: a limit is changed on the drawing and saved", async () => {
    const eyes = await s.as("items");
    await s.go(eyes, `${item}/process`);
    const link = eyes.locator(`main a[href="${item}/process/draw"]`);
    if (!(await link.count())) {
      console.log("     SKIPPED: the editor was not built in (npm)");
      return;
    }
    await link.click();
    await eyes.waitForSelector("#editor-canvas[data-ready]");
    assert.strictEqual(await eyes.locator("#editor-canvas a.bjs-powered-by").isVisible(), true, "the makers' mark is to stay in sight");
    await s.look(eyes, "admin-editor");
    await eyes.locator('#editor-canvas g[data-element-id="accept"]').click();
    await eyes.fill("#own-limit", "P9WD");
    await sent(eyes, "form[data-editor] button.primary");
    await has(eyes, "已检查，存成了草稿", "body");
    const saved = await eyes.inputValue("#text");
    assert.ok(/id="accept"[^>]*yz:limit="P9WD"|yz:limit="P9WD"[^>]*id="accept"/.test(saved), saved.slice(0, 2000));
    // What the editor wrote another way is no change of the process: one thing was changed.
    await has(eyes, "9 个工作日", "tbody");
    await s.go(eyes, `${item}/compare`);
    const limits = eyes.locator("tr", { hasText: "期限" });
    assert.strictEqual(await limits.count(), 1);
  });

  await s.test("a decision opens in its editor, where it was built in", async () => {
    const eyes = await s.as("items");
    await s.go(eyes, `${item}/decision`);
    const link = eyes.locator(`main a[href="${item}/decision/draw"]`);
    if (!(await link.count())) return;
    await link.click();
    await eyes.waitForSelector("#editor-canvas[data-ready]");
    assert.strictEqual(await eyes.locator("#editor-canvas a.bjs-powered-by").first().isVisible(), true);
    // dmn-js ships a build that says so of itself.
    s.troubles.splice(0, s.troubles.length, ...s.troubles.filter((t) => !t.includes("Inferno")));
    // Saved as it is, it decides as it did.
    const version = (xml) => xml.match(/spec\/DMN\/(\d+)\/MODEL/)[1], was = version(await eyes.inputValue("#text"));
    await sent(eyes, "form[data-editor] button.primary");
    await has(eyes, "证明过了", "main");
    assert.strictEqual(version(await eyes.inputValue("#text")), was);
    await s.go(eyes, `${item}/compare`);
    const heads = await eyes.locator("main h2, main h2 + p.muted").allInnerTexts();
    assert.strictEqual(heads[heads.indexOf("决策") + 1], "没有不同。");
  });

  await s.test("the pages look right, wide and narrow", async () => {
    const eyes = await s.as("items");
    await s.go(eyes, `${item}/process`);
    await s.look(eyes, "admin-process");
    await s.go(eyes, `${item}/form`);
    await s.look(eyes, "admin-item-form");
    await s.go(eyes, `${item}/compare`);
    await s.look(eyes, "admin-compare");
  });
};
