// SPDX-License-Identifier: Apache-2.0
// Items, an import with a faulty row, people, and next year's holidays.
"use strict";
const { assert, has, text } = require("./story.js");

const ITEMS = `事项名称,实施编码,部门
城镇居民用水报装,11990121009901980H4990199001001,清泽县住房和城乡建设局
,11990121009901980H4990199001002,清泽县住房和城乡建设局
`;

// Next year as a notice would have it, close enough to compute with: first day, how many, what for.
const run = (list) => Object.fromEntries(list.flatMap(([first, n, name]) =>
  Array.from({ length: n }, (_, i) => [new Date(Date.parse(first) + i * 86400000).toISOString().slice(0, 10), `${name},${name},1`])));
const HOLIDAYS = {
  holidays: run([["2027-01-01", 3, "元旦"], ["2027-02-05", 8, "春节"], ["2027-04-03", 3, "清明节"], ["2027-05-01", 5, "劳动节"],
    ["2027-06-09", 1, "端午节"], ["2027-09-15", 1, "中秋节"], ["2027-10-01", 7, "国庆节"]]),
  workdays: run([["2027-01-30", 1, "春节"], ["2027-02-20", 1, "春节"], ["2027-05-08", 1, "劳动节"], ["2027-09-26", 1, "国庆节"], ["2027-10-09", 1, "国庆节"]]),
};
const file = (name, content, mimeType) => ({ name, mimeType, buffer: Buffer.from(content) });

module.exports = async (s) => {
  const items = await s.as("items"), admin = await s.as("admin");

  await s.test("the list of items, one item, its preview and its form", async () => {
    await s.go(items, "/admin");
    await s.look(items, "admin");
    await s.go(items, "/admin/items");
    await s.look(items, "admin-items");
    await items.fill("#q", "道路挖掘");
    await items.press("#q", "Enter");
    await items.locator("a[data-open]").first().click();
    await has(items, "城市道路挖掘许可", "h1");
    await s.look(items, "admin-item");
    await items.click("text=预览");
    await has(items, "挖掘位置平面图");
    await items.goBack();
    await items.click("main a.primary");
    await s.look(items, "admin-edit");
  });

  await s.test("an import takes the good row and explains the faulty one", async () => {
    await s.go(items, "/admin/import");
    await s.look(items, "import");
    await items.setInputFiles("#file", file("items.csv", ITEMS, "text/csv"));
    await items.click("main form button.primary");
    await has(items, "导入报告");
    const facts = await items.$$eval(".facts dd", (all) => all.map((e) => e.textContent.trim()));
    assert.strictEqual(facts[1], "1", `added: ${facts}`);
    assert.strictEqual(facts[4], "1", `left out: ${facts}`);
    await has(items, "事项名称", "tbody");
    await s.look(items, "import-report");
    await s.go(items, "/search?q=居民用水报装");
    await has(items, "城镇居民用水报装");
  });

  await s.test("the same file again changes nothing; strict takes nothing", async () => {
    await s.go(items, "/admin/import");
    await items.setInputFiles("#file", file("items.csv", ITEMS, "text/csv"));
    await items.click("main form button.primary");
    await has(items, "导入报告");
    const facts = await items.$$eval(".facts dd", (all) => all.map((e) => e.textContent.trim()));
    assert.strictEqual(facts[3], "1", `same: ${facts}`);
    await s.go(items, "/admin/import");
    await items.check("[name=strict]");
    await items.setInputFiles("#file", file("more.csv", ITEMS.replace("001001", "001003").replace("用水", "排水"), "text/csv"));
    await items.click("main form button.primary");
    await has(items, "没有导入", ".summary, .facts");
    await s.go(items, "/search?q=城镇居民排水报装");
    assert.ok(!(await text(items)).includes("城镇居民排水报装"));
  });

  await s.test("a file that is no catalogue is refused with a word", async () => {
    await s.go(items, "/admin/import");
    await items.setInputFiles("#file", file("x.csv", "a,b\n1,2\n", "text/csv"));
    await items.click("main form button.primary");
    await items.waitForSelector(".summary");
    await s.look(items, "import-wrong");
  });

  await s.test("people: someone new, who signs in", async () => {
    await s.go(admin, "/admin/people");
    await s.look(admin, "people");
    const login = `clerk${Date.now() % 1000000}`;
    await admin.fill("#name", "罗晓");
    await admin.fill("#login", login);
    await admin.fill("#password", "first-password-77");
    await admin.selectOption("#org", { label: "清泽县住房和城乡建设局" });
    await admin.selectOption("#role", { index: 1 });
    await admin.selectOption("#region", { index: 1 });
    await admin.fill("#title", "住建窗口二号岗");
    await Promise.all([admin.waitForEvent("domcontentloaded"), admin.locator("main form button.primary").last().click()]);
    await s.go(admin, `/admin/people?q=${login}`);
    await admin.locator("a[data-open]").first().click();
    await has(admin, "罗晓", "h1");
    await s.look(admin, "person");
    const fresh = await s.page();
    await s.go(fresh, "/sign-in");
    await fresh.fill("#login", login);
    await fresh.fill("#password", "first-password-77");
    await fresh.click("main button.primary");
    await fresh.waitForURL((u) => !u.pathname.startsWith("/sign-in"));
    await has(fresh, "罗晓", "header");
  });

  await s.test("next year's notice makes provisional dates final", async () => {
    await s.go(admin, "/admin/calendar?year=2027");
    await s.look(admin, "calendar");
    await has(admin, "没有，暂定");
    await admin.setInputFiles("#file", file("2027.json", JSON.stringify({ holidays: { "2027-13-01": "元旦,元旦,1" } }), "application/json"));
    await admin.click("main form button.primary");
    await admin.waitForSelector(".summary");
    await s.look(admin, "calendar-wrong");
    await admin.setInputFiles("#file", file("2027.json", JSON.stringify(HOLIDAYS), "application/json"));
    await admin.fill("#source", "二〇二七年放假安排");
    await admin.click("main form button.primary");
    await has(admin, "期限");
    const row = admin.locator("tr", { hasText: "2027 年" }).first();
    assert.ok((await row.innerText()).includes("二〇二七年放假安排"), await row.innerText());
    await s.go(admin, "/admin/calendar?year=2027");
    await s.look(admin, "calendar-official");
  });

  await s.test("the site's own page", async () => {
    await s.go(admin, "/admin/site");
    await s.look(admin, "site");
  });
};
