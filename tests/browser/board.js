// SPDX-License-Identifier: Apache-2.0
// Supervision: every number leads to its cases, every case to the computation of its clock.
"use strict";
const { assert, has } = require("./story.js");

module.exports = async (s) => {
  const board = await s.as("supervisor");

  await s.test("what is late leads to a case and its computation", async () => {
    await s.go(board, "/board/cases?light=late");
    const rows = await board.locator("a[data-open]").count();
    if (!rows) await s.go(board, "/board/cases");
    await board.locator("a[data-open]").first().click();
    await board.waitForURL(/\/desk\/case\//);
    await s.look(board, "case-late");
    await board.locator('a[href*="/clock/"]').first().click();
    await board.waitForSelector("ol.days li.last");
    await s.look(board, "clock-late");
  });

  await s.test("cards, figures, a department", async () => {
    await s.go(board, "/board/cards");
    await s.look(board, "cards");
    await s.go(board, "/board/figures");
    await has(board, "合计");
    await s.look(board, "figures");
    await board.locator("tr.org a").first().click();
    await board.waitForURL(/\/board\/org\//);
    await s.look(board, "board-org");
  });

  await s.test("the departments add up", async () => {
    await s.go(board, "/board/figures");
    const rows = await board.$$eval("tr.org", (all) => all.map((r) => [...r.querySelectorAll("td")].map((c) => Number(c.textContent))));
    const total = await board.$eval("tr.total", (r) => [...r.querySelectorAll("td")].map((c) => Number(c.textContent)));
    for (const column of [0, 1, 2, 3, 4, 5, 8, 9]) {
      assert.strictEqual(rows.reduce((n, r) => n + r[column], 0), total[column], `column ${column}`);
    }
    assert.ok(total[3] > 0, "nothing was received");
  });

  await s.test("the ledger", async () => {
    await s.go(board, "/ledger");
    await s.look(board, "ledger");
  });

  await s.test("a town's supervisor sees the town only", async () => {
    const town = await s.as("supervisor-town");
    await s.go(town, "/board/figures");
    const mine = await town.$eval("tr.total td", (c) => Number(c.textContent));
    await s.go(board, "/board/figures");
    const all = await board.$eval("tr.total td", (c) => Number(c.textContent));
    assert.ok(mine < all, `${mine} of ${all}`);
  });
};
