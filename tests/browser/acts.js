// SPDX-License-Identifier: Apache-2.0
// An official's day: several at once, a second opinion, a hand-over, sent back, copies, a deputy.
"use strict";
const { assert, has, text } = require("./story.js");
const { answerRest, giveMaterials, onward } = require("./form.js");

// The rows of a desk.
async function rows(page) {
  return page.$$eval("table[data-desk] tbody tr", (all) => all.map((tr) => ({
    no: tr.querySelector("a[data-open]").textContent, item: tr.cells[2].textContent,
  })));
}

// Opens the group an act lies in, where it is folded, and presses it.
async function press(page, name) {
  const button = page.locator(".acts a, .acts button").filter({ hasText: name }).first();
  const group = button.locator("xpath=ancestor::details");
  if (await group.count()) await group.evaluate((d) => { d.open = true; });
  await Promise.all([page.waitForEvent("domcontentloaded"), button.click()]);
}

async function send(page) {
  await Promise.all([page.waitForEvent("domcontentloaded"), page.click("main form .actions button.primary")]);
}

// Somebody wants to put up a stand: the same thing for each, with other words.
async function applies(s, page) {
  await s.go(page, "/item/outdoor-ad");
  await page.click("text=立即办理");
  await page.waitForURL(/\/draft\//);
  for (let i = 0; i < 8 && !page.url().includes("/materials"); i++) {
    await answerRest(page);
    await onward(page);
  }
  await giveMaterials(page);
  await page.click("main a.primary");
  if (await page.locator("#true").count()) await page.check("#true");
  await Promise.all([page.waitForURL(/\/case\//), page.click("main button.primary")]);
  return page.url().match(/case\/([\d-]+)/)[1];
}

module.exports = async (s) => {
  const reviewer = await s.as("caihong"), clerk = await s.as("pengyu");
  const nos = [];
  let one, two;

  await s.test("the window accepts several at once", async () => {
    const liu = await s.as("liuyang");
    for (let i = 0; i < 4; i++) nos.push(await applies(s, liu));
    await s.go(clerk, `/desk?q=${nos[0].slice(0, 15)}`);
    for (const no of nos) await clerk.check(`tr:has-text("${no}") input[type=checkbox]`);
    await Promise.all([clerk.waitForURL(/\/desk\/batch/), clerk.click("text=选中的一起办")]);
    await Promise.all([clerk.waitForEvent("domcontentloaded"), clerk.click("button[value=accept]")]);
    await has(clerk, "办成 4 件，没有办成 0 件");
  });

  await s.test("several equal cases are done at one press, and each says what became of it", async () => {
    const pair = nos.slice(0, 2).map((no) => ({ no }));
    await s.go(reviewer, `/desk?q=${nos[0].slice(0, 15)}`);
    for (const r of pair) await reviewer.check(`tr:has-text("${r.no}") input[type=checkbox]`);
    await s.look(reviewer, "desk-ticked");
    await Promise.all([reviewer.waitForURL(/\/desk\/batch/), reviewer.click("text=选中的一起办")]);
    await s.look(reviewer, "batch");
    await reviewer.fill("#reason", "材料齐全，同意");
    await Promise.all([reviewer.waitForEvent("domcontentloaded"), reviewer.click("button[value=pass]")]);
    await has(reviewer, "办成 2 件，没有办成 0 件");
    await s.look(reviewer, "batch-done");
    await s.go(reviewer, `/desk/case/${pair[0].no}`);
    await has(reviewer, "材料齐全，同意");
  });

  await s.test("nothing ticked is told, not done", async () => {
    await s.go(reviewer, "/desk");
    await Promise.all([reviewer.waitForURL(/\/desk\/batch/), reviewer.click("text=选中的一起办")]);
    await has(reviewer, "请先在工作台勾选");
  });

  await s.test("加签: a head's opinion is asked for first, and the case comes back", async () => {
    [one, two] = nos.slice(2).map((no) => ({ no }));
    await s.go(reviewer, `/desk/case/${one.no}`);
    await s.look(reviewer, "acts-folded");
    await press(reviewer, "加签");
    await s.look(reviewer, "act-sign");
    await reviewer.check("input[name=where][value=before]");
    await reviewer.selectOption("#to", "panwei");
    await send(reviewer);
    await has(reviewer, "请写明理由");
    await reviewer.fill("#reason", "是否影响管线，请领导看一看");
    await send(reviewer);
    await has(reviewer, "等别人先办");
    await s.look(reviewer, "case-waiting");
    const decider = await s.as("panwei");
    await s.go(decider, `/desk/case/${one.no}`);
    await press(decider, "审查通过");
    await decider.fill("#reason", "不影响，可以");
    await send(decider);
    await s.go(reviewer, `/desk/case/${one.no}`);
    await has(reviewer, "不影响，可以");
    assert.ok(!(await text(reviewer, "main")).includes("等别人先办"));
  });

  await s.test("转办 without scripts: to a colleague, who is told", async () => {
    const plain = await s.as("caihong", { js: false });
    await s.go(plain, `/desk/case/${two.no}`);
    await plain.locator(".acts summary").filter({ hasText: "请别人办" }).press("Enter");
    await Promise.all([plain.waitForEvent("domcontentloaded"), plain.locator(".acts a").filter({ hasText: "转办" }).click()]);
    await plain.selectOption("#to", "reviewer-lin");
    await plain.fill("#reason", "我出差，请接着办");
    await send(plain);
    await has(plain, "已转办");
    const lin = await s.as("reviewer-lin");
    await s.go(lin, "/me/messages");
    await has(lin, "有待办转给您");
    await s.go(lin, "/desk?mine=1");
    assert.ok((await rows(lin)).some((r) => r.no === two.no));
  });

  await s.test("退回: a decision goes back to the step before, with the reason", async () => {
    const lin = await s.as("reviewer-lin");
    for (let i = 0; i < 4; i++) {
      await s.go(lin, `/desk/case/${two.no}`);
      if (!(await lin.locator(".acts a").filter({ hasText: "审查通过" }).count())) break;
      await press(lin, "审查通过");
      await send(lin);
    }
    const decider = await s.as("panwei");
    await s.go(decider, `/desk/case/${two.no}`);
    await press(decider, "退回");
    await s.look(decider, "act-back");
    await decider.fill("#reason", "现场照片看不清");
    await send(decider);
    await has(decider, "已退回");
    await s.look(decider, "case-back");
    await s.go(lin, "/desk?mine=1");
    assert.ok((await rows(lin)).some((r) => r.no === two.no), "it did not come back to who did it");
  });

  await s.test("抄送: read, and the receipt is seen", async () => {
    const xulei = await s.as("xulei");
    await s.go(reviewer, `/desk/case/${one.no}`);
    await press(reviewer, "抄送");
    await s.look(reviewer, "act-copy");
    await reviewer.selectOption("#to", ["xulei", "zhangmin"]);
    await send(reviewer);
    await has(reviewer, "未阅");
    await s.go(xulei, "/desk/copies");
    await s.look(xulei, "copies");
    await xulei.click(`text=${one.no}`);
    await press(xulei, "已阅");
    await s.go(reviewer, `/desk/case/${one.no}`);
    assert.ok(/徐磊 · 已阅/.test((await text(reviewer, "main")).replace(/\s+/g, " ")));
  });

  await s.test("代理: named for some days, and ended", async () => {
    const lin = await s.as("reviewer-lin");
    await s.go(lin, "/desk/deputy");
    await s.look(lin, "deputy");
    await lin.selectOption("#deputy", "reviewer");
    await lin.fill("#until", "昨天");
    await lin.click("main form .actions button.primary");
    await lin.waitForSelector(".summary");
    await s.look(lin, "deputy-wrong");
    const day = (n) => new Date(Date.now() + n * 864e5 + 288e5).toISOString().slice(0, 10);
    await lin.fill("#from", day(0));
    await lin.fill("#until", day(3));
    await send(lin);
    await has(lin, "代理已设好");
    await s.look(lin, "deputy-set");
    await Promise.all([lin.waitForEvent("domcontentloaded"), lin.click("text=结束代理")]);
    await has(lin, "已结束");
  });

  await s.test("催办: the applicant, once a day", async () => {
    const liu = await s.as("liuyang");
    await s.go(liu, `/case/${one.no}`);
    await liu.locator("summary").filter({ hasText: "催一催" }).click();
    await liu.fill("#hurry", "急着用水");
    await s.look(liu, "case-hurry");
    await Promise.all([liu.waitForEvent("domcontentloaded"), liu.click("button:has-text('催办')")]);
    await has(liu, "已催办 1 次");
  });
};
