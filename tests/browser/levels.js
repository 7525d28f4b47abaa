// SPDX-License-Identifier: Apache-2.0
// The county reports to its city: the city sees how fresh that is, follows a case to its reckoning, urges, and is answered.
"use strict";
const { Story, assert, has, until } = require("./story.js");

module.exports = async (s) => {
  if (!process.env.UPPER) throw new Error("UPPER names the address of the city");
  const city = new Story(process.env.UPPER, s.shots);
  city.browser = s.browser;
  city.troubles = s.troubles;
  const plain = await city.as("supervisor", { js: false });
  let no = "";

  await s.test("the city sees what the county has reported, without a script", async () => {
    await until("all has come", async () => {
      await city.go(plain, "/board/levels");
      return (await plain.locator("main").innerText()).includes("已报齐");
    });
    await has(plain, "清泽县");
    const looked = await city.as("supervisor");
    await city.go(looked, "/board/levels");
    await city.look(looked, "levels");
    await city.go(looked, "/board/levels?lang=en");
    await has(looked, "Complete");
    assert.ok(!/[\u4e00-\u9fff]/.test((await looked.locator("main").innerText()).replace(/清泽县|澜州市/g, "")), "Chinese is left on the English page");
    await city.go(looked, "/board/levels?lang=zh");
  });

  await s.test("a light leads to its cases, a case to how its limit was worked out", async () => {
    const page = await city.as("supervisor");
    await city.go(page, "/board/levels/990121");
    await city.look(page, "levels-cases");
    await city.go(page, "/board/levels/990121?light=late");
    await page.locator('tbody a[href*="/board/levels/990121/"]').first().click();
    await page.waitForURL(/\/board\/levels\/990121\/./);
    no = decodeURIComponent(page.url().split("/").pop());
    await city.look(page, "levels-case");
    await page.locator("a", { hasText: "怎样算出来的" }).first().click();
    await page.waitForSelector("ol.days li.last");
    await city.look(page, "levels-card");
  });

  await s.test("it urges; the department answers; the city reads it", async () => {
    await city.go(plain, `/board/levels/990121/${no}`);
    await plain.locator("summary", { hasText: "督办或者询问" }).click();
    await plain.fill("#text", "这件已经超期，请说明什么时候办结。");
    await plain.locator("main button.primary").click();
    await has(plain, "还没有送到");
    const county = await s.as("supervisor");
    await until("it came down", async () => {
      await s.go(county, "/desk/orders");
      return (await county.locator("main").innerText()).includes("什么时候办结");
    }, 25000); // a county that has nothing to tell speaks every fifteen seconds
    await s.look(county, "orders");
    await s.go(county, `/desk/case/${no}`);
    await has(county, "什么时候办结");
    await s.go(county, "/desk/orders");
    await county.locator("textarea").first().fill("本周五前办结。");
    await county.locator("main button.primary").first().click();
    await has(county, "已答复");
    await until("the answer is up", async () => {
      await city.go(plain, `/board/levels/990121/${no}`);
      return (await plain.locator("main").innerText()).includes("本周五前办结");
    });
  });

  await s.test("an order of thirty-one days is refused where it was written", async () => {
    const page = await city.as("supervisor");
    await city.go(page, `/board/levels/990121/${no}`);
    await page.locator("summary", { hasText: "督办或者询问" }).click();
    await page.fill("#text", "请办理。");
    await page.fill("#days", "31");
    await page.evaluate("document.querySelector('#days').form.noValidate = true");
    await page.locator("main button.primary").click();
    await has(page, "1 到 30 个工作日");
    assert.strictEqual(await page.inputValue("#text"), "请办理。");
    await city.look(page, "levels-case-refused");
  });
};
