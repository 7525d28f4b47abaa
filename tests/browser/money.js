// SPDX-License-Identifier: Apache-2.0
// What a case costs: she pays on a narrow telephone without JavaScript, nothing is handed over before, finance sees the day.
"use strict";
const { NARROW, assert, day, has } = require("./story.js");
const { answerRest, giveMaterials, onward } = require("./form.js");

// One act on the case that is open; forms are filled with what every reason would do.
const act = async (s, page, no, verb) => {
  await s.go(page, `/desk/case/${no}`);
  await Promise.all([page.waitForEvent("domcontentloaded"), page.locator(".acts").locator(`button:has-text("${verb}"), a.button:has-text("${verb}")`).first().click()]);
  if (!page.url().includes("/act/")) return;
  for (const box of await page.locator("main form textarea").all()) if (await box.isVisible()) await box.fill("符合条件。");
  await Promise.all([page.waitForEvent("domcontentloaded"), page.click("main form .actions button.primary")]);
};

module.exports = async (s) => {
  const phone = await s.as("liuyang", { js: false, size: NARROW });
  const narrow = async (page) => assert.strictEqual(await s.overflow(page), "", page.url());
  // axe needs the page's own scripts: the same address, as a browser that has them shows it.
  const show = async (name) => {
    const page = await s.as("liuyang");
    await s.go(page, phone.url().slice(s.url.length));
    await s.look(page, name);
  };
  let no = "", order = "", window = "";

  // A pavement for eight days: applied for, and granted.
  const granted = async () => {
    await s.go(phone, "/item/temp-road-occupy");
    await phone.click("text=立即办理");
    await phone.waitForURL(/\/draft\//);
    for (let i = 0; i < 12 && !phone.url().includes("/materials"); i++) {
      await answerRest(phone, { 申请人类型: "个人", 占用事由: "堆放物料", 占用部位: "人行道", 占用长度: "10", 占用宽度: "2", 占用天数: "8",
        委托办理: "false", 占用盲道: "false", 开始日期: day(20), 结束日期: day(27) });
      await onward(phone);
    }
    await giveMaterials(phone);
    await phone.click("main a.primary");
    if (await phone.locator("#true").count()) await phone.check("#true");
    await Promise.all([phone.waitForURL(/receipt/), phone.click("main button.primary")]);
    const no = decodeURIComponent(phone.url().match(/case\/([^/]+)/)[1]);
    await act(s, await s.as("zhangmin"), no, "受理");
    for (const login of ["caihong", "jiaojing"]) {
      const page = await s.as(login);
      const reply = await page.goto(`${s.url}/desk/case/${no}`);
      if (reply.ok() && (await page.locator('.acts :text("审查通过")').count())) await act(s, page, no, "审查通过");
    }
    await act(s, await s.as("decider"), no, "准予许可");
    return no;
  };

  await s.test("a pavement for eight days is applied for, and granted", async () => {
    no = await granted();
    await s.go(phone, `/case/${no}`);
    await has(phone, "80.00 元");
    await show("case-fee");
    await narrow(phone);
  });

  await s.test("nothing is handed over before it is paid, and the desk says why", async () => {
    const clerk = await s.as("zhangmin");
    await act(s, clerk, no, "制证");
    await s.go(clerk, `/desk/case/${no}`);
    assert.strictEqual(await clerk.locator('.acts form button:has-text("送达")').count(), 0);
    await has(clerk, "还有费用没有缴清");
    await s.look(clerk, "desk-unpaid");
  });

  await s.test("no script, 320 px: she sees what it costs and why, and pays", async () => {
    await s.go(phone, `/case/${no}`);
    await phone.click("text=去缴费");
    await phone.waitForURL(/\/fee\//);
    order = decodeURIComponent(phone.url().match(/fee\/([^/?]+)/)[1]);
    for (const words of ["80.00 元", "城市道路占用费", "《城市道路管理条例》", "缴清以后才能领取结果"]) await has(phone, words);
    await narrow(phone);
    await show("fee-due");
    await Promise.all([phone.waitForURL(/\/sandbox\/pay\//), phone.click("button:text('去缴费')")]);
    await narrow(phone);
    await show("sandbox");
    // The channel will not call back: asking must find it.
    await phone.click("summary");
    await phone.selectOption("#callback", "never");
    await Promise.all([phone.waitForURL(/\/fee\//), phone.click("button[value=pay]")]);
    await has(phone, "已缴费");
    await narrow(phone);
    await show("fee-paid");
    const papers = await phone.locator("main .actions a").allInnerTexts();
    assert.ok(papers.includes("打印收据") && papers.includes("缴费通知书"), papers.join());
    const href = await phone.locator("main .actions a").first().getAttribute("href");
    const reply = await phone.request.get(s.url + href);
    assert.strictEqual(reply.headers()["content-type"], "application/pdf");
    assert.ok((await reply.body()).length > 10000);
  });

  await s.test("once paid it is handed over", async () => {
    const clerk = await s.as("zhangmin");
    await act(s, clerk, no, "送达");
    await s.go(phone, `/case/${no}`);
    await has(phone, "已办结");
  });

  await s.test("the department asks to give it back, finance agrees, the platform does it", async () => {
    const clerk = await s.as("zhangmin"), finance = await s.as("caiwu");
    await s.go(clerk, `/desk/fee/${order}`);
    await clerk.click("summary:text('申请退款')");
    await s.look(clerk, "desk-fee");
    await clerk.fill("#refund-why", "实际少占了三天");
    await Promise.all([clerk.waitForURL(/done=saved/), clerk.click("details[open] button.primary")]);
    await s.go(finance, "/desk/money");
    await has(finance, "实际少占了三天");
    await s.look(finance, "money");
    await Promise.all([finance.waitForURL(/done=saved/), finance.click("button:text('同意退款')")]);
    await s.go(phone, `/fee/${order}`);
    await has(phone, "正在退款");
    await show("fee-refunding");
    await s.go(finance, "/desk/money?state=refunding");
    await has(finance, order);
    await s.go(finance, "/desk/money/day");
    await s.look(finance, "money-day");
    await Promise.all([finance.waitForEvent("domcontentloaded"), finance.click("form.panel button.primary")]);
    await has(finance, "两边一致");
    await s.look(finance, "money-day-done");
  });

  await s.test("at the window: cash is taken once, the receipt prints, her day adds up", async () => {
    const clerk = await s.as("zhangmin"), case2 = await granted();
    await s.go(clerk, `/desk/case/${case2}`);
    await clerk.click("a:text('看缴费单')");
    await clerk.waitForURL(/\/desk\/fee\//);
    window = decodeURIComponent(clerk.url().match(/fee\/([^/?]+)/)[1]);
    await s.look(clerk, "counter-take");
    await clerk.check("[name=means][value=card]");
    await Promise.all([clerk.waitForEvent("domcontentloaded"), clerk.click("#take button.primary")]);
    await has(clerk, "6 到 20 位");
    assert.ok(await clerk.isChecked("[name=means][value=card]"));
    await clerk.check("[name=means][value=cash]");
    await Promise.all([clerk.waitForURL(/done=taken/), clerk.click("#take button.primary")]);
    await has(clerk, "已缴费");
    assert.strictEqual(await clerk.locator("#take").count(), 0);
    await s.look(clerk, "counter-taken");
    const href = await clerk.locator("main .actions a:text('打印收据')").getAttribute("href");
    const reply = await clerk.request.get(s.url + href);
    assert.strictEqual(reply.headers()["content-type"], "application/pdf");
    await s.go(clerk, "/desk/till");
    await has(clerk, "80.00 元");
    await s.look(clerk, "till");
    await s.go(phone, `/fee/${window}`);
    await has(phone, "在窗口缴的");
    await narrow(phone);
    await show("fee-counter");
  });

  await s.test("nobody of another department, and not finance, takes it", async () => {
    for (const login of ["lixue", "caiwu"]) {
      const page = await s.as(login);
      await page.goto(`${s.url}/desk/fee/${window}`);
      assert.strictEqual(await page.locator("#take").count(), 0);
    }
    assert.strictEqual((await (await s.as("caiwu")).goto(`${s.url}/desk/till`)).status(), 403);
  });

  await s.test("what was paid at the window is fetched there once finance agrees", async () => {
    const clerk = await s.as("zhangmin"), finance = await s.as("caiwu");
    await s.go(clerk, `/desk/fee/${window}`);
    await clerk.click("summary:text('申请退款')");
    await clerk.fill("#refund-why", "多算了一天");
    await Promise.all([clerk.waitForURL(/done=saved/), clerk.click("details[open] button.primary")]);
    await s.go(finance, "/desk/money");
    await Promise.all([finance.waitForURL(/done=saved/), finance.click("button:text('同意退款')")]);
    await has(finance, "等着到窗口领的退款");
    await s.look(finance, "money-counter");
    await s.go(phone, `/fee/${window}`);
    await has(phone, "等您到窗口领取");
    await s.go(clerk, "/desk/till");
    await s.look(clerk, "till-waiting");
    await clerk.click("section.warn-note a");
    await clerk.waitForURL(/desk\/fee/);
    await s.look(clerk, "counter-give");
    await Promise.all([clerk.waitForURL(/done=given/), clerk.click("[id^=give-] button.primary")]);
    await has(clerk, "退费凭单");
    await s.look(clerk, "counter-given");
  });

  await s.test("finance counts the drawer; what is short stays open until it is explained", async () => {
    const finance = await s.as("caiwu");
    const today = new Date(Date.now() + 8 * 3600000).toISOString().slice(0, 10);
    await s.go(finance, `/desk/money/day?day=${today}`);
    await s.look(finance, "money-day-counter");
    await finance.fill("#cash", "10");
    await finance.fill("#card", "0");
    await Promise.all([finance.waitForURL(/done=counted/), finance.click("form[action='/desk/money/count'] button.primary")]);
    await has(finance, "窗口现金和账上不一致");
    await s.look(finance, "money-day-short");
    await finance.fill("main textarea", "多的十元是前一天的找零，已经退给缴费人");
    await Promise.all([finance.waitForURL(/done=mended/), finance.click("button:text('查清了')")]);
    await has(finance, "人工查清");
    await s.look(finance, "money-day-explained");
  });

  await s.test("a callback comes over the wire and is taken", async () => {
    const reply = await phone.request.post(`${s.url}/pay/notice/sandbox`, { data: "{}", headers: { "content-type": "application/json" } });
    assert.strictEqual(reply.status(), 403, "a callback without a signature");
    assert.strictEqual(await reply.text(), "fail");
  });

  await s.test("she chooses by which way she is told", async () => {
    await s.go(phone, "/me/ways");
    await narrow(phone);
    await show("ways");
    await phone.uncheck("[name=mail-progress]");
    await Promise.all([phone.waitForURL(/done=saved/), phone.click("main button.primary")]);
    assert.ok(!(await phone.isChecked("[name=mail-progress]")));
    assert.ok(await phone.isChecked("[name=mail-money]"));
  });

  await s.test("an order is for nobody else", async () => {
    const chen = await s.as("chenxiaoyu");
    const reply = await chen.goto(`${s.url}/fee/${order}`);
    assert.strictEqual(reply.status(), 404);
    assert.strictEqual((await chen.goto(`${s.url}/desk/money`)).status(), 403);
  });
};
