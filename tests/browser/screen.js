// SPDX-License-Identifier: Apache-2.0
// The big screen of the hall: at 1080 lines and at 2160, without JavaScript, live, as a table; every number opens what it counts.
"use strict";
const path = require("path");
const { assert, has, until } = require("./story.js");
const { answerRest, giveMaterials, onward } = require("./form.js");

const HD = { width: 1920, height: 1080 }, UHD = { width: 3840, height: 2160 };

// What is cut off or runs out of its box: a wall has no scroll bars.
const CUT = `[...document.querySelectorAll("section, header")].flatMap((box) => {
  const r = box.getBoundingClientRect();
  const out = [...box.querySelectorAll("p, li, a, strong, h2")].filter((e) => { const q = e.getBoundingClientRect(); return q.width && (q.bottom > r.bottom + 1 || q.right > r.right + 1); });
  return out.map((e) => box.className + ": " + e.textContent.trim().slice(0, 40));
})`;
// The smallest letters, in thousandths of the height: 25 are 24 mm on a screen of 75 inches.
const LEAST = `Math.min(...[...document.querySelectorAll("h1, h2, p, li, a, b, span, time, strong")].filter((e) => e.textContent.trim() && e.offsetParent)
  .map((e) => parseFloat(getComputedStyle(e).fontSize))) / innerHeight * 1000`;

// Names on the server's map that cover each other or a light.
const COVERED = `(() => {
  const seen = (e) => e.textContent && getComputedStyle(e).display !== "none";
  const names = [...document.querySelectorAll("svg.county .name")].filter(seen), lights = [...document.querySelectorAll("svg.county g:not(.none) .sign")];
  const meet = (a, b) => { const p = a.getBBox(), q = b.getBBox(); return Math.min(p.x + p.width, q.x + q.width) - Math.max(p.x, q.x) > 3 && Math.min(p.y + p.height, q.y + q.height) - Math.max(p.y, q.y) > 16; };
  return names.flatMap((n, i) => [...names.slice(i + 1), ...lights.filter((l) => l.parentNode !== n.parentNode)].filter((o) => meet(n, o)).map((o) => n.textContent + " " + o.textContent));
})()`;

// Somebody wants to put up a stand.
const file = async (s, page) => {
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
};

module.exports = async (s) => {
  const shot = async (page, name) => { if (s.shots) await page.screenshot({ path: path.join(s.shots, `${name}.png`) }); };
  const chief = await s.as("supervisor", { size: HD });

  for (const [name, size, js] of [["1080", HD, true], ["2160", UHD, true], ["plain", HD, false]]) {
    await s.test(`the wall at ${name} is whole and large enough to be read from six metres`, async () => {
      const page = await s.as("supervisor", { size, js });
      await s.go(page, "/screen");
      if (js) await until("the lights are live", async () => (await page.locator("[data-live]").textContent()) === "实时");
      const drawn = js && await page.evaluate("!!window.ol && !!window.echarts");
      if (js && !drawn) console.log("     SKIPPED: ECharts and OpenLayers were not built in (npm)");
      if (drawn) await page.waitForSelector("[data-map][data-drawn=ol]");
      assert.deepStrictEqual(js ? await page.evaluate(CUT) : [], []);
      if (js) {
        assert.ok(await page.evaluate(LEAST) >= 25, `the smallest letters have ${await page.evaluate(LEAST)} thousandths of the height`);
        assert.ok(await page.evaluate("parseFloat(getComputedStyle(document.querySelector('.big > *')).fontSize) / innerHeight") >= 0.119);
        assert.strictEqual(await page.evaluate("document.documentElement.scrollHeight <= innerHeight && document.documentElement.scrollWidth <= innerWidth"), true);
      } else {
        const html = await (await page.request.get(page.url())).text();
        assert.ok(/<noscript><meta http-equiv="refresh" content="30">/.test(html), "it does not reload itself");
        assert.ok(await page.locator("svg.county g[data-org]").count() > 40);
        assert.deepStrictEqual(await page.evaluate(COVERED), []);
      }
      await shot(page, `wall-${name}`);
      if (name === "1080") await s.look(page, "wall");
    });
  }

  await s.test("each number of the wall and of its table leads to as many cases", async () => {
    await s.go(chief, "/screen/table");
    await s.look(chief, "wall-table");
    const links = await chief.$$eval("main td a", (all) => all.map((a) => [a.getAttribute("href"), a.textContent]));
    const counted = links.filter(([href, n]) => href.startsWith("/board/counted") && /^\d+$/.test(n));
    assert.ok(counted.length > 20, `${counted.length} numbers`);
    for (const [href, n] of counted.filter(([, n], i) => n !== "0" || i < 2)) {
      await s.go(chief, href);
      assert.strictEqual(await chief.locator("main strong").first().innerText(), `共 ${n} 件`, href);
    }
    await s.look(chief, "counted");
    const late = links.find(([href]) => /light=(late|warn|ok)/.test(href));
    await s.go(chief, late[0]);
    assert.strictEqual(await chief.locator("tbody tr").count(), Number(late[1]), late[0]);
    await s.go(chief, "/screen");
    await chief.locator("[data-list=stages] a").first().click();
    await has(chief, "共 ");
    await chief.locator("a[data-open]").first().click();
    await chief.waitForURL(/\/desk\/case\//);
  });

  await s.test("a case that is filed arrives on a wall in the hall, whose address opens nothing else", async () => {
    await s.go(chief, "/board/screen");
    await s.look(chief, "wall-device");
    await chief.click("button[value=new]");
    await chief.waitForSelector("#address");
    await s.look(chief, "wall-address");
    const address = await chief.inputValue("#address");
    const hall = await s.page({ size: HD });
    await hall.goto(address);
    await until("the hall is live", async () => (await hall.locator("[data-live]").textContent()) === "实时");
    assert.strictEqual(await hall.locator("main a").count(), 0, "a device is led to the cases");
    for (const away of ["/screen", "/board", "/board/counted?what=received"])
      assert.ok((await hall.request.get(s.url + away, { maxRedirects: 0 })).status() === 303, away);
    const before = Number(await hall.locator("[data-n=received]").textContent());
    const she = await s.as("liuyang");
    const no = await file(s, she);
    await until("the number has changed", async () => Number(await hall.locator("[data-n=received]").textContent()) > before);
    const shown = await hall.content();
    assert.ok(!shown.includes(no) && !shown.includes("刘"), "the wall names somebody");
    await shot(hall, "wall-hall");
    await hall.goto(`${address}/table`);
    assert.strictEqual(await hall.locator("main td a").count(), 0);
    await s.look(hall, "wall-hall-table");
    await chief.click("button[value=end]");
    await chief.waitForURL(/done=/);
    assert.strictEqual((await hall.goto(address)).status(), 404, "a closed address still opens");
  });

  await s.test("in English no Chinese word of the house is left on the wall", async () => {
    const page = await s.page({ size: HD, state: await chief.context().storageState() });
    await s.go(page, "/screen?lang=en");
    await until("live", async () => (await page.locator("[data-live]").textContent()) === "Live");
    const words = await page.$$eval("h1, h2, .big span, .middle span, .lights li, .ways a", (all) => all.map((e) => e.textContent));
    assert.deepStrictEqual(words.filter((w) => /[\u4e00-\u9fff]/.test(w)), []);
    await shot(page, "wall-en");
  });
};
