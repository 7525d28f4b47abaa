// SPDX-License-Identifier: Apache-2.0
// What the house issued once is not asked for again: a trader applies to sell food and uploads nothing.
"use strict";
const { assert, has, text } = require("./story.js");
const { answerRest, onward } = require("./form.js");
const { enter, tab, type } = require("./keys.js");

const TRADERS = ["chenxiaoyu", "sundelin", "huangqiaoyun", "tangjun", "yunhe", "luyelin", "liuyang", "zhaoguilan", "songhongtu", "qianbaijia"];

module.exports = async (s) => {
  let she, id = "", no = "", code = "";

  await s.test("her licences, each with who used it", async () => {
    for (const login of TRADERS) {
      she = await s.as(login);
      await s.go(she, "/me/licences");
      const card = she.locator(".cards li").filter({ hasText: "营业执照" }).filter({ has: she.locator(".light.ok") }).first();
      if (!(await card.count())) continue;
      await s.look(she, "licences");
      await Promise.all([she.waitForURL(/\/me\/licence\/\d+/), card.locator("h2 a").click()]);
      id = she.url().match(/(\d+)$/)[1];
      break;
    }
    assert.ok(id, "nobody of the demo holds a business licence");
    await has(she, "使用记录");
    await s.look(she, "licence");
    code = (await she.locator("dd").filter({ hasText: /^[0-9A-Z]{12}$/ }).innerText()).trim();
  });

  await s.test("its paper is a PDF that is signed", async () => {
    const reply = await she.request.get(`${s.url}/licence/${id}?save=1`);
    assert.ok(reply.ok());
    const pdf = (await reply.body()).toString("latin1");
    assert.ok(pdf.startsWith("%PDF-"), pdf.slice(0, 20));
    assert.ok(/\/ByteRange \[ 0 \d+ \d+ \d+ \]/.test(pdf) && pdf.includes("/adbe.pkcs7.detached"));
  });

  await s.test("anybody can check it, and sees the holder masked", async () => {
    const anybody = await s.page();
    await s.go(anybody, `/check/${code}`);
    await has(anybody, "本站签发，现在有效");
    assert.ok(/持证人\s*\S\*/.test(await text(anybody)), await text(anybody));
    await anybody.click("text=核对电子文件");
    await has(anybody, "SM3");
    await s.look(anybody, "check-licence");
  });

  const begin = async () => {
    await s.go(she, "/item/food-licence");
    await she.click("text=立即办理");
    await she.waitForURL(/\/draft\//);
  };
  const fillIn = async (more = {}) => {
    for (let i = 0; i < 8 && !she.url().includes("/materials"); i++) {
      await answerRest(she, { 主体业态: "食品销售", 仅销售预包装食品: "true", 自动设备: "false", 网络经营: "false", 委托办理: "false", ...more });
      assert.deepStrictEqual(await onward(she), []);
    }
  };

  await s.test("the form knows what the licence says, and says so", async () => {
    await begin();
    await has(she, "来自您的电子证照", '[data-field="信用代码"]');
    assert.ok(/^9[12]990121MA/.test(await she.inputValue("#信用代码")));
    await s.look(she, "licence-form");
  });

  await s.test("she applies and uploads nothing", async () => {
    await fillIn();
    await has(she, "已有电子证照，不用上传");
    await s.look(she, "licence-materials");
    await she.click("main a.primary");
    await has(she, "电子证照");
    await s.look(she, "licence-check");
    await she.check("#true");
    await Promise.all([she.waitForURL(/receipt/), she.click("main button.primary")]);
    no = decodeURIComponent(she.url().match(/case\/([^/]+)/)[1]);
    await s.go(she, `/me/licence/${id}`);
    await has(she, no);
    await has(she, "申请食品经营许可");
    await s.look(she, "licence-used");
  });

  await s.test("the clerk sees it checked", async () => {
    const clerk = await s.as("lixue");
    await s.go(clerk, `/desk/case/${no}`);
    await has(clerk, "电子证照，系统已核对", ".viewer");
    await s.look(clerk, "desk-licence-material");
  });

  await s.test("the department suspends it, with a reason", async () => {
    const decider = await s.as("hejing");
    await s.go(decider, "/desk/licences");
    await s.look(decider, "desk-licences");
    await s.go(decider, `/desk/licence/${id}`);
    await decider.click("summary:has-text('暂停使用')");
    await s.look(decider, "desk-licence");
    await decider.fill("#reason-suspend", " ");
    await Promise.all([decider.waitForEvent("domcontentloaded"), decider.click("details[open] button")]);
    await has(decider, "请写明理由");
    await s.look(decider, "desk-licence-wrong");
    await decider.fill("#reason-suspend", "经营场所失联，核实期间暂停使用。");
    await Promise.all([decider.waitForURL(/done=saved/), decider.click("details[open] button")]);
    await has(decider, "经营场所失联");
    const clerk = await s.as("lixue");
    await s.go(clerk, `/desk/case/${no}`);
    await has(clerk, "现在：暂停使用", ".viewer");
  });

  await s.test("what is suspended is not taken, and it says why", async () => {
    // Whichever others she holds would do as well: only where this was the last is a file asked for.
    await s.go(she, "/me/licences");
    const others = await she.locator(".cards li").filter({ hasText: "营业执照" }).filter({ has: she.locator(".light.ok") }).count();
    await begin();
    await fillIn(others ? {} : { 信用代码: "91990121MA9QW0175M" });
    await has(she, others ? "已有电子证照，不用上传" : "电子证照现在不能用，请上传");
    await s.look(she, "licence-suspended");
    const anybody = await s.page();
    await s.go(anybody, `/check/${code}`);
    await has(anybody, "现在暂停使用");
    const decider = await s.as("hejing");
    await s.go(decider, `/desk/licence/${id}`);
    await decider.click("summary:has-text('恢复使用')");
    await decider.fill("#reason-resume", "已重新取得联系。");
    await Promise.all([decider.waitForURL(/done=saved/), decider.click("details[open] button")]);
  });

  await s.test("by keyboard alone the department revokes one for good, and whoever checks it is told", async () => {
    const decider = await s.as("hejing"), reason = "持证人已办理注销登记，证照收回。";
    await s.go(decider, "/desk/licences");
    await enter(decider, `tbody tr:has(.light.ok) a[href^="/desk/licence/"]:not([href$="/${id}"])`);
    const address = decider.url();
    const gone = (await decider.locator("dd").filter({ hasText: /^[0-9A-Z]{12}$/ }).innerText()).trim();
    await tab(decider, "summary", "撤销或者注销");
    await decider.keyboard.press("Enter");
    await tab(decider, "#reason-revoke");
    // Without a reason the browser itself holds it back.
    await tab(decider, "details[open] button", "撤销或者注销");
    await decider.keyboard.press("Enter");
    await decider.waitForFunction(() => document.activeElement.id === "reason-revoke");
    assert.strictEqual(decider.url(), address);
    await type(decider, "#reason-revoke", reason);
    await enter(decider, "details[open] button", "撤销或者注销");
    await has(decider, "已撤销或者注销");
    await has(decider, reason);
    assert.strictEqual(await decider.locator("main summary").filter({ hasText: /恢复使用|暂停使用|延续|撤销/ }).count(), 0, "what is revoked is revoked");
    await s.look(decider, "desk-licence-revoked");
    const anybody = await s.page();
    await s.go(anybody, `/check/${gone}`);
    await has(anybody, "本站签发，已被撤销或注销");
    assert.ok(!(await text(anybody)).includes(reason), "the reason is not for everybody");
  });
};
