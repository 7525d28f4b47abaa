// SPDX-License-Identifier: Apache-2.0
// Finding an item in her own words, reading it, and an account of her own.
"use strict";
const { assert, has, text } = require("./story.js");

// A number that passes GB 11643's check: area, birthday, order, check character.
const idNumber = () => {
  const body = `99012119900307${String(100 + Math.floor(Math.random() * 899))}`;
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  return body + "10X98765432"[[...body].reduce((n, c, i) => n + c * weights[i], 0) % 11];
};

module.exports = async (s) => {
  const page = await s.page();

  await s.test("home says what can be done", async () => {
    await s.go(page, "/");
    await has(page, "您想办什么事");
    await s.look(page, "home");
  });

  const phrases = [
    ["想在门口挖条沟接自来水", "road-dig"],
    ["给孩子上户口", "household-birth"],
    ["kaidian", "individual-business"],
    ["残疾证", "disability-card"],
    ["查老档案", "archive-lookup"],
    ["过河管线", "river-works"],
  ];
  for (const [words, key] of phrases) {
    await s.test(`“${words}” finds ${key}`, async () => {
      await s.go(page, "/");
      await page.fill("input[type=search]", words);
      await page.keyboard.press("Enter");
      await page.waitForURL(/\/search/);
      const found = await page.$$eval(".results :is(h2, h3) a", (a) => a.map((x) => x.getAttribute("href")));
      assert.ok(found.slice(0, 3).includes(`/item/${key}`), `found ${found.slice(0, 5)}`);
      await s.look(page, "search");
    });
  }

  await s.test("two things wanted are two groups, each with its item", async () => {
    await s.go(page, "/search?q=我要开饭店，顺便给孩子上户口");
    const groups = await page.$$eval("section.wish", (all) => all.map((g) => [g.querySelector("h2").textContent, g.querySelector("h3 a").getAttribute("href")]));
    assert.ok(groups.some(([said, href]) => said.includes("开饭店") && href === "/item/food-licence"), `groups ${groups}`);
    assert.ok(groups.some(([said, href]) => said.includes("上户口") && href === "/item/household-birth"), `groups ${groups}`);
    await s.look(page, "search-wishes");
  });

  await s.test("what her words rule out comes lower and says why", async () => {
    await s.go(page, "/search?q=70岁的老人补贴");
    const found = await page.$$eval(".results li", (all) => all.map((li) => li.textContent));
    assert.ok(found.find((t) => t.includes("高龄津贴")).includes("要满 80 周岁"), "no reason");
    await s.look(page, "search-bar");
  });

  await s.test("suggestions open by arrow and Enter", async () => {
    await s.go(page, "/");
    await page.locator("input[data-suggest]").pressSequentially("残疾");
    await page.waitForSelector("[role=option]");
    await s.look(page, "suggestions");
    await page.press("input[data-suggest]", "ArrowDown");
    assert.ok(await page.getAttribute("input[data-suggest]", "aria-activedescendant"));
    await page.press("input[data-suggest]", "Enter");
    await page.waitForURL(/\/item\//);
  });

  await s.test("nothing found says what to try", async () => {
    await s.go(page, "/search?q=麒麟瑞兽");
    await has(page, "没有找到合适的事项");
    await s.look(page, "search-none");
    await s.go(page, "/search?q=qqqqqqqq");
    await has(page, "没有找到合适的事项");
    assert.strictEqual(await page.locator(".results li").count(), 0);
    assert.ok(await page.locator('main a[href="/themes/theme"], main a[href="/orgs"]').count() >= 2, "no way on");
  });

  await s.test("an item says the four facts and what to bring", async () => {
    await s.go(page, "/item/road-dig");
    for (const words of ["多久办好", "要不要钱", "跑几次", "挖掘位置平面图"]) await has(page, words);
    await s.look(page, "item");
    await page.$$eval("details", (all) => all.forEach((d) => { d.open = true; }));
    for (const words of ["行政复议", "行政诉讼", "听证"]) await has(page, words);
    await s.look(page, "item-open");
  });

  await s.test("departments, themes, help, progress and check", async () => {
    for (const [at, name] of [["/orgs", "orgs"], ["/org/zhujian", "org"], ["/themes/theme", "themes"], ["/themes/life", "themes-life"],
      ["/help", "help"], ["/progress", "progress"], ["/check", "check"], ["/recover", "recover"], ["/sign-in", "sign-in"]]) {
      await s.go(page, at);
      await s.look(page, name);
    }
    await s.go(page, "/themes/life");
    await page.click(".tiles a >> nth=0");
    await s.look(page, "theme");
  });

  await s.test("English, and large type", async () => {
    await s.go(page, "/item/road-dig?lang=en");
    assert.strictEqual(await page.getAttribute("html", "lang"), "en");
    await s.look(page, "item-en");
    await s.go(page, "/?lang=zh-CN");
    await page.click("footer button[name=elder]");
    assert.strictEqual(await page.getAttribute("html", "class").then((c) => c.includes("elder")), true);
    await s.look(page, "home-elder");
    await page.click("footer button[name=elder]");
  });

  await s.test("a page that is not there says so", async () => {
    const reply = await page.goto(`${s.url}/item/no-such-item`);
    assert.strictEqual(reply.status(), 404);
    await has(page, "没有找到");
    await s.look(page, "missing");
  });

  await s.test("registering: a wrong number is told, a right one comes in", async () => {
    const fresh = await s.page();
    await s.go(fresh, "/register");
    await s.look(fresh, "register");
    const login = `reader${Date.now() % 1000000}`;
    const fill = async (id) => {
      for (const [name, value] of [["name", "林小溪"], ["id_no", id], ["mobile", "13900001234"], ["login", login],
        ["password", "a-long-password-7"]]) {
        if (await fresh.locator(`#${name}`).count()) await fresh.fill(`#${name}`, value);
      }
      await fresh.click("main button.primary");
    };
    await fill("990121199003071235");
    await fresh.waitForSelector(".summary");
    await s.look(fresh, "register-wrong");
    await fill(idNumber());
    await fresh.waitForURL(/\/sign-in/);
    await fresh.fill("#login", login);
    await fresh.fill("#password", "a-long-password-7");
    await fresh.click("main button.primary");
    await fresh.waitForURL((u) => !u.pathname.startsWith("/sign-in"));
    assert.ok((await text(fresh, "header")).includes("林小溪"));
    await s.go(fresh, "/register?kind=legal");
    await s.look(fresh, "register-legal");
  });

  await s.test("a wrong password is told without saying which", async () => {
    const fresh = await s.page();
    await s.go(fresh, "/sign-in");
    await fresh.fill("#login", "liuyang");
    await fresh.fill("#password", "wrong-password-1");
    await fresh.click("main button.primary");
    await fresh.waitForSelector(".summary");
    await s.look(fresh, "sign-in-wrong");
  });
};
