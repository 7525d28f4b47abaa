// SPDX-License-Identifier: Apache-2.0
// What was promised and how it was kept, on a cheap telephone without JavaScript; and who looked at her data, in words.
"use strict";
const { assert, has, NARROW } = require("./story.js");

module.exports = async (s) => {
  await s.test("promises and how they were kept are read at 320 px without JavaScript", async () => {
    const page = await s.page({ js: false, size: NARROW });
    await s.go(page, "/");
    await page.click('footer a[href="/openness"]');
    await has(page, "承诺兑现", "h1");
    assert.strictEqual(await s.overflow(page), "");
    assert.deepStrictEqual(await s.torn(page), []);
    const sum = await page.locator("tr.total").innerText();
    assert.ok(/合计/.test(sum), sum);
    await page.click('a[href^="/openness/zhujian"]');
    await has(page, "法定时限", "table");
    assert.strictEqual(await s.overflow(page), "");
    assert.ok(await page.locator("tbody tr").count() > 2);
    const row = page.locator("tbody tr").filter({ hasText: "工作日" }).first();
    assert.ok(/法定时限：.*\d+ 个工作日/.test(await row.evaluate((tr) => [...tr.cells].map((c) => `${c.dataset.label || ""}：${c.textContent}`).join(" "))));
  });

  await s.test("the same is there as a table and as data, and nothing in it is of fewer than five", async () => {
    const page = await s.page();
    await s.go(page, "/openness");
    await s.look(page, "openness");
    await s.go(page, "/openness/zhujian");
    await s.look(page, "openness-org");
    const year = new Date().getFullYear();
    const csv = await (await page.request.get(`${s.url}/openness/zhujian?year=${year}&as=csv`)).text();
    assert.ok(/^\ufeff部门,事项编码,事项,法定时限/.test(csv), csv.slice(0, 80));
    const all = await (await page.request.get(`${s.url}/openness?year=${year}&as=json`)).json();
    for (const org of all.rows) {
      const one = await (await page.request.get(`${s.url}/openness/${org.org}?year=${year}&as=json`)).json();
      for (const r of [...one.rows, org]) for (const key of ["received", "decided", "rated"]) assert.ok(r[key] === null || r[key] === 0 || r[key] >= 5, JSON.stringify(r));
      for (const key of ["received", "decided"]) {
        assert.strictEqual(one.sum[key], org[key]);
        const hidden = one.rows.filter((r) => r[key] === null).length;
        if (org[key] !== null) assert.ok(hidden !== 1, `${org.org} ${key} can be worked out`);
        if (!hidden && org[key] !== null) assert.strictEqual(one.rows.reduce((n, r) => n + r[key], 0), org[key]);
      }
    }
    assert.strictEqual((await page.request.get(`${s.url}/openness?year=${year + 1}`)).status(), 404);
    assert.strictEqual((await page.request.get(`${s.url}/openness/nobody`)).status(), 404);
    await s.go(page, "/openness?lang=en");
    await has(page, "Promises kept", "h1");
  });

  await s.test("she reads who opened her case and who did what on it, of one case and of all, without JavaScript", async () => {
    const she = await s.as("liuyang", { js: false });
    await s.go(she, "/me");
    const hers = (await she.locator('a[href^="/case/"]').first().getAttribute("href")).split("/")[2];
    await s.go(she, `/case/${hers}`);
    await she.click(`a[href="/me/pulls?show=acts&case=${hers}"]`);
    await has(she, "提交", "tbody");
    assert.ok(await she.locator("tbody tr").count() > 0);
    await she.click('.chips a[href^="/me/pulls?show=looks"]');
    const before = await she.locator("tbody tr").count();
    // Whoever may open it as an official: a supervisor may open all.
    const chief = await s.as("supervisor");
    await s.go(chief, `/desk/case/${hers}`);
    await s.go(chief, `/desk/case/${hers}`);
    await she.reload();
    await has(she, "监察是否依法按时办理", "tbody tr:first-child");
    assert.strictEqual(await she.locator("tbody tr").count(), before + 1, "twice in a day is two lines, or the other case's are here");
    const row = await she.locator("tbody tr").first().innerText();
    assert.ok(/您的办件/.test(row) && row.includes(hers), row);
    await she.setViewportSize(NARROW);
    assert.strictEqual(await s.overflow(she), "");
    await she.click("text=看我的全部");
    await has(she, "您的办件");
    const eyes = await s.as("liuyang");
    await s.go(eyes, "/me/pulls");
    await s.look(eyes, "my-looks");
    await s.go(eyes, "/me/pulls?show=acts");
    await s.look(eyes, "my-acts");
  });
};
