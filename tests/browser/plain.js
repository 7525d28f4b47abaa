// SPDX-License-Identifier: Apache-2.0
// A narrow telephone without JavaScript: she applies; a clerk accepts; the board can be read.
"use strict";
const { NARROW, assert, has } = require("./story.js");
const { answerRest, giveMaterials, onward } = require("./form.js");

module.exports = async (s) => {
  // evaluate() is the debugger's, so it works where the page's own scripts do not.
  const narrow = async (page) => assert.strictEqual(await s.overflow(page), "", page.url());

  await s.test("no script, 320 px: public pages", async () => {
    const page = await s.page({ js: false, size: NARROW });
    for (const at of ["/", "/search?q=残疾证", "/item/road-dig", "/orgs", "/progress", "/check", "/help", "/sign-in", "/register"]) {
      await s.go(page, at);
      await narrow(page);
    }
    await s.go(page, "/");
    await page.fill("input[type=search]", "残疾证");
    await page.click("form.seek button");
    await has(page, "残疾人证");
  });

  let no = "";
  await s.test("no script, 320 px: a whole application", async () => {
    const page = await s.as("zhaoguilan", { js: false, size: NARROW });
    await s.go(page, "/item/elderly-allowance");
    await page.click("text=立即办理");
    await page.waitForURL(/\/draft\//);
    for (let i = 0; i < 12 && !page.url().includes("/materials"); i++) {
      await answerRest(page, { 年龄: "88" });
      await narrow(page);
      await onward(page);
    }
    await narrow(page);
    await giveMaterials(page);
    await page.click("main a.primary");
    await narrow(page);
    await page.check("#true");
    await Promise.all([page.waitForURL(/receipt/), page.click("main button.primary")]);
    no = decodeURIComponent(page.url().match(/case\/([^/]+)/)[1]);
    await narrow(page);
    await page.click("main a.primary");
    await has(page, "高龄津贴");
    await narrow(page);
    for (const at of ["/me", "/me/messages", "/me/profile", "/me/agents", "/me/licences"]) {
      await s.go(page, at);
      await narrow(page);
    }
  });

  await s.test("no script, 320 px: a desk and a board", async () => {
    const clerk = await s.as("zhangmin", { js: false, size: NARROW });
    await s.go(clerk, "/desk");
    await narrow(clerk);
    await clerk.locator("a[data-open]").first().click();
    await narrow(clerk);
    await has(clerk, "期限");
    const board = await s.as("supervisor", { js: false, size: NARROW });
    await s.go(board, "/board");
    assert.ok(Number(await board.locator("[data-number=received]").innerText()) > 0);
    await narrow(board);
    await s.go(board, `/board/cases?q=${no}`);
    await board.locator("a[data-open]").first().click();
    await narrow(board);
    await board.locator('a[href*="/clock/"]').first().click();
    await board.locator("ol.days li").first().waitFor();
    await narrow(board);
  });
};
