// SPDX-License-Identifier: Apache-2.0
// An administrator tries another staffing of an item before anything is published, and reads the charts.
"use strict";
const { assert, has } = require("./story.js");

module.exports = async (s) => {
  const items = await s.as("items");

  await s.test("a simulation is started from the item's page and runs beside it", async () => {
    await s.go(items, "/admin/items?q=道路挖掘");
    await items.locator("a[data-open]").first().click();
    await items.click("main a:text-is('模拟')");
    await has(items, "发布之前先试", "h1");
    await s.look(items, "simulate");
    await items.fill("#settings", "{\"steps\": {\"nowhere\"");
    await items.click("main form button.primary");
    await has(items, "没有办成");
    assert.strictEqual(await items.inputValue("#settings"), "{\"steps\": {\"nowhere\"");
    await items.fill("#settings", "{\"steps\": {\"decide\": {\"service\": {\"hours\": 2, \"spread\": 1}}}, \"after\": {\"posts\": {\"zhujian/decider\": {\"count\": 3}}}}");
    await items.fill("#cases", "700");
    await items.fill("#runs", "4");
    await items.click("main form button.primary");
    await has(items, "模拟的结果", "h1");
  });

  await s.test("its result has charts, each with its table, and a file", async () => {
    for (let i = 0; i < 40 && !(await items.locator("svg.chart").count()); i++) await items.reload({ timeout: 60000 }), await items.waitForTimeout(1000);
    assert.ok(await items.locator("svg.chart").count() >= 4, "charts");
    const charts = await items.locator("main figure").count(), tables = await items.locator("main figure + .table").count();
    assert.strictEqual(tables, charts);
    await has(items, "改之后");
    await has(items, "相差");
    await s.look(items, "simulate-result");
    const [file] = await Promise.all([items.waitForEvent("download"), items.click("main a[download]")]);
    const text = require("fs").readFileSync(await file.path(), "utf8");
    assert.ok(text.startsWith("what,which,title,number,unit,before"), text.slice(0, 80));
    await items.click(".crumbs a:text-is('模拟')");
    await has(items, "模拟完了", "table");
  });
};
