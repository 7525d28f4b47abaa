// SPDX-License-Identifier: Apache-2.0
// Policies find people: an official tells who qualifies, an enterprise claims and confirms.
"use strict";
const { assert, has, text } = require("./story.js");

const BAD = `企业名称,统一社会信用代码,注册日期,注册资金,职工人数
清泽县新来科技有限公司,91990121MA9QW9001D,2026-05-06,100(万),12
清泽县旧号商行,320113000022709,2001-05-06,100万元,3
`;

module.exports = async (s) => {
  const official = await s.as("fanning"), water = await s.as("qingze-water"), shop = await s.as("baijia-store");

  await s.test("an official opens a policy and sees who qualifies, who nearly does and what is short", async () => {
    await s.go(official, "/policies");
    await has(official, "科技型中小企业培育补助", "tbody");
    await s.look(official, "policies");
    await official.click("text=科技型中小企业培育补助");
    await has(official, "清泽县清源供水有限公司", "tbody");
    await s.look(official, "policy");
    await official.click(".chips >> text=差一点");
    await has(official, "还差", "tbody");
    await s.look(official, "policy-near");
    await official.locator("tbody th a").first().click();
    await has(official, "按哪些信息算的");
    await official.click("summary");
    await s.look(official, "policy-why");
  });

  await s.test("she ticks who was never told and tells them", async () => {
    await s.go(official, "/policy/tech-sme?show=untold");
    const before = await official.locator("tbody tr").count();
    await official.check("[name=subject][aria-label^=清泽县清源供水]");
    await official.click("text=告知勾选的");
    await has(official, "已告知 1 个");
    await s.look(official, "policy-told");
    await s.go(official, "/policy/tech-sme?show=untold");
    assert.ok((await official.locator("tbody tr").count()) <= before);
    assert.ok(!(await text(official, "tbody")).includes("清泽县清源供水"));
    await official.click("text=告知勾选的");
    await has(official, "请先勾选", ".summary");
  });

  await s.test("an enterprise reads it, sees what it may claim and why", async () => {
    await s.go(water, "/me/messages");
    await has(water, "您可以享受：科技型中小企业培育补助");
    await water.click("text=您可以享受：科技型中小企业培育补助");
    await has(water, "符合条件");
    await s.go(water, "/me/policies");
    await has(water, "您可以享受", "h2");
    await has(water, "还差一项", "h2");
    await s.look(water, "my-policies");
    await water.click("text=科技型中小企业培育补助");
    await has(water, "符合条件");
    await s.look(water, "my-policy");
  });

  await s.test("the application begins with what the register knows", async () => {
    await water.click("main button.primary");
    await water.waitForURL(/\/draft\/\d+/);
    const fields = await water.$$eval("main input", (all) => all.map((e) => e.value));
    assert.ok(fields.includes("科技型中小企业培育补助"), fields.join());
    assert.ok(fields.includes("清泽县清源供水有限公司"), fields.join());
  });

  await s.test("what is given without asking is confirmed by one press, and settled by the department", async () => {
    await s.go(water, "/me/policies/stable-jobs");
    await has(water, "18,900 元");
    await water.click("text=确认享受");
    await has(water, "已确认，部门收到了消息");
    const renshe = await s.as("renshe");
    await s.go(renshe, "/me/messages");
    await renshe.click("text=免申即享已确认：稳岗返还");
    await has(renshe, "已确认", "tbody");
    await s.look(renshe, "policy-claimed");
    await renshe.click("text=登记兑现");
    await has(renshe, "已兑现", "tbody");
    await s.go(water, "/me/policies/stable-jobs");
    await has(water, "部门已登记兑现");
    const watch = await s.as("supervisor");
    await s.go(watch, "/board/claims");
    await has(watch, "稳岗返还", "tbody");
    await has(watch, "已兑现", "tbody");
    await s.look(watch, "board-claims");
  });

  await s.test("a shop and a citizen see their own, without JavaScript too", async () => {
    await s.go(shop, "/me/policies");
    await has(shop, "个体工商户减半征税");
    const old = await s.as("zhaoguilan", { js: false });
    await s.go(old, "/me/policies");
    await has(old, "高龄津贴");
    await has(old, "100 元/月");
    await old.locator("button", { hasText: "确认享受" }).first().click();
    await has(old, "已确认，部门收到了消息");
    const none = await s.as("limengyao");
    await s.go(none, "/me/policies");
    await has(none, "核验");
    await s.look(none, "my-policies-unverified");
  });

  await s.test("nobody opens another department's policy", async () => {
    const reply = await official.goto(s.url + "/policy/elderly-allowance");
    assert.strictEqual(reply.status(), 403);
  });

  await s.test("who sees counts alone cannot ask about one person by telling him", async () => {
    const items = await s.as("items");
    await s.go(items, "/policy/elderly-allowance");
    await has(items, "个人名单只有本部门的经办人员能看");
    assert.strictEqual(await items.locator("tbody tr").count(), 0);
    const csrf = await items.locator("[name=csrf]").first().inputValue();
    const reply = await items.request.post(`${s.url}/policy/elderly-allowance/push`, { form: { csrf, subject: "1" } });
    assert.strictEqual(reply.status(), 403);
    for (const list of ["near", "claimed", "untold"]) {
      await s.go(items, `/policy/elderly-allowance?show=${list}`);
      assert.strictEqual(await items.locator("tbody tr").count(), 0, list);
    }
    assert.strictEqual((await items.goto(`${s.url}/policy/elderly-allowance/why/1`)).status(), 403);
  });

  await s.test("the register takes the good row, and says what is wrong with the other", async () => {
    const items = await s.as("items");
    await s.go(items, "/admin/enterprises");
    await s.look(items, "enterprises");
    await items.setInputFiles("#file", { name: "new.csv", mimeType: "text/csv", buffer: Buffer.from(BAD) });
    await items.click("main form button.primary");
    await has(items, "旧的注册号", "tbody");
    await has(items, "没写是什么货币");
    await s.look(items, "enterprises-report");
    await items.setInputFiles("#file", { name: "cut.csv", mimeType: "text/csv", buffer: Buffer.from(BAD.slice(0, -8)) });
    await items.click("main form button.primary");
    await has(items, "一行也没有导入", ".summary");
  });
};
