// SPDX-License-Identifier: Apache-2.0
// By keyboard alone: a clerk and a decider act against the rules, say why, and the supervisor finds it.
"use strict";
const { assert, has } = require("./story.js");
const { answerRest, giveMaterials, onward } = require("./form.js");
const { enter, tab, type } = require("./keys.js");

module.exports = async (s) => {
  let no = "";
  const CLERK = "户口簿上的出生年份登记有误，原件已核对", DECIDER = "派出所已更正年龄，凭更正通知准予";

  await s.test("she is told that it may be refused, and submits all the same", async () => {
    const she = await s.as("chenxiaoyu", { js: false });
    await s.go(she, "/item/elderly-allowance");
    await she.click("text=立即办理");
    await she.waitForURL(/\/draft\//);
    for (let i = 0; i < 12 && !she.url().includes("/materials"); i++) {
      await answerRest(she, { 年龄: "78", 居住乡镇: "泽安街道", 在外地居住: "false", 已领同类津贴: "false", 办理人: "老人本人", 用社保卡领取: "true" });
      await onward(she);
    }
    await giveMaterials(she);
    await she.click("main a.primary");
    await has(she, "可能不予受理");
    await she.check("#true");
    await Promise.all([she.waitForURL(/receipt/), she.click("main button.primary")]);
    no = decodeURIComponent(she.url().match(/case\/([^/]+)/)[1]);
  });

  await s.test("keyboard alone: a clerk accepts against the rules, and must say why", async () => {
    const clerk = await s.as("yanghui");
    await s.go(clerk, `/desk?q=${no}`);
    await enter(clerk, "a[data-open]");
    await enter(clerk, ".acts button", "受理");
    await has(clerk, "请写明为什么", ".summary");
    await s.look(clerk, "overrule-accept");
    await type(clerk, "#overrule", CLERK);
    await enter(clerk, "main form .actions button.primary");
    await has(clerk, "已受理");
    await has(clerk, CLERK);
  });

  await s.test("reviewed, and decided against the rules by keyboard alone", async () => {
    for (const login of ["town-zean", "xulei"]) {
      const reviewer = await s.as(login);
      await s.go(reviewer, `/desk/case/${no}`);
      await enter(reviewer, ".acts a.primary", "通过");
      await enter(reviewer, "main form .actions button.primary");
      await has(reviewer, "审查意见已提交");
    }
    const decider = await s.as("maping");
    await s.go(decider, `/desk/case/${no}`);
    await enter(decider, ".acts a.primary", "准予");
    await tab(decider, "#overrule");
    await enter(decider, "main form .actions button.primary").catch(() => {}); // the browser itself holds it back: required
    assert.ok(decider.url().includes("/act/grant"), decider.url());
    await type(decider, "#reason", "核对更正通知，符合条件。");
    await type(decider, "#overrule", DECIDER);
    await s.look(decider, "overrule-grant");
    await enter(decider, "main form .actions button.primary");
    await has(decider, "已作出准予决定");
  });

  await s.test("the supervisor finds both by keyboard, from the board, the cards and the figures", async () => {
    const board = await s.as("supervisor");
    const both = async () => {
      const rows = await board.locator("tbody tr", { hasText: no }).allInnerTexts();
      assert.strictEqual(rows.length, 2, rows.join("\n"));
      assert.ok(rows[0].includes("马萍") && rows[0].includes(DECIDER) && rows[0].includes("准予"), rows[0]);
      assert.ok(rows[1].includes("杨慧") && rows[1].includes(CLERK) && rows[1].includes("受理"), rows[1]);
    };
    await s.go(board, "/board");
    await enter(board, 'a[href^="/board/overrules"]', "没有按规则的意见办的");
    await both();
    await s.look(board, "overrules");
    await s.go(board, "/board/cards");
    await enter(board, 'a[href="/board/overrules"]');
    await both();
    await s.go(board, "/board/figures");
    await enter(board, 'a[href^="/board/overrules?org=minzheng"]');
    await both();
    assert.strictEqual(await board.locator("#org option[selected]").innerText().then((t) => /\(\d+\)/.test(t)), true);
    await enter(board, "a[data-open]");
    await has(board, no);
    await has(board, DECIDER);
    // Another department's are others.
    await s.go(board, "/board/overrules?org=zhujian");
    assert.strictEqual(await board.locator("tbody tr", { hasText: no }).count(), 0);
  });
};
