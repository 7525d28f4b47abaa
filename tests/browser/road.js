// SPDX-License-Identifier: Apache-2.0
// One permit from the first word to the rating: the citizen, the window, the reviewers, the decider, the supervisor.
"use strict";
const { execFileSync } = require("child_process");
const fs = require("fs");
const os = require("os");
const path = require("path");
const { PNG, assert, day, has, text, until } = require("./story.js");
const { answer, answerRest, giveMaterials, onward } = require("./form.js");

// What a desk can do with the case it shows: by the name on the button, in the fold where it stands.
const press = async (page, s, no, verb) => {
  const named = `button:has-text("${verb}"), a.button:has-text("${verb}")`;
  await s.go(page, `/desk/case/${no}`);
  const button = page.locator(".acts").locator(named).first();
  if (!(await button.isVisible())) await page.locator(".acts details").filter({ has: page.locator(named) }).first().locator("summary").click();
  await Promise.all([page.waitForEvent("domcontentloaded"), button.click()]);
};
const send = async (page) => {
  await Promise.all([page.waitForEvent("domcontentloaded"), page.click("main form .actions button.primary")]);
  assert.ok(/\/desk\/case\/[^/]+$/.test(new URL(page.url()).pathname), await text(page));
};
const number = async (page, name) => Number(await page.locator(`[data-number=${name}]`).innerText());

module.exports = async (s) => {
  const liu = await s.as("liuyang");
  let no = "", received = 0;

  await s.test("the supervisor's board is live", async () => {
    const board = await s.as("supervisor");
    await s.go(board, "/board");
    await until("live", async () => (await board.locator("[data-live]").innerText()) === "实时");
    received = await number(board, "received");
    await s.look(board, "board");
    await s.go(board, "/board");
    await until("live", async () => (await board.locator("[data-live]").innerText()) === "实时");
  });

  await s.test("her own page, and an application begun", async () => {
    await s.go(liu, "/me");
    await s.look(liu, "me");
    await s.go(liu, "/item/road-dig");
    await liu.click("text=立即办理");
    await liu.waitForURL(/\/draft\/\d+/);
    await has(liu, "为什么挖", "h1");
    assert.strictEqual(await liu.inputValue("#申请人名称"), "刘洋");
    await s.look(liu, "form-1");
  });

  await s.test("a wrong answer is named and led to", async () => {
    await liu.fill("#联系电话", "123");
    const wrong = await onward(liu);
    assert.ok(wrong.some((w) => w.includes("11 位数字")), wrong.join());
    await s.look(liu, "form-wrong");
    await liu.click(".summary a >> nth=0");
    await liu.fill("#联系电话", "13999990001");
  });

  await s.test("a question comes and goes with the answer before it", async () => {
    const other = liu.locator('[data-field="其他原因"]');
    await answer(liu, "挖掘原因", "其他");
    await other.waitFor({ state: "visible" });
    await answer(liu, "挖掘原因", "供水管线接入");
    await other.waitFor({ state: "hidden" });
  });

  await s.test("what she types is kept without a button", async () => {
    await answer(liu, "申请人类型", "居民个人");
    await answer(liu, "委托办理", "false");
    const kept = liu.waitForResponse((r) => r.url().endsWith("/save") && r.ok() && (r.request().postData() || "").includes("13999990002"));
    await Promise.all([kept, liu.fill("#联系电话", "13999990002")]);
    await liu.goto(liu.url());
    assert.strictEqual(await liu.inputValue("#联系电话"), "13999990002");
    assert.ok(await liu.locator('[data-field="挖掘原因"] input[value="供水管线接入"]').isChecked());
  });

  await s.test("the other pages of the form", async () => {
    assert.deepStrictEqual(await onward(liu), []);
    await has(liu, "在哪里挖", "h1");
    for (const [name, value] of [["道路名称", "文昌路"], ["具体位置", "文昌路 18 号门前向东 12 米"], ["道路等级", "支路"], ["道路使用情况", "其他"],
      ["涉及绿化带", "true"], ["邻近河道", "false"], ["邻近文物", "false"], ["邻近铁路", "false"]]) await answer(liu, name, value);
    await s.look(liu, "form-2");
    assert.deepStrictEqual(await onward(liu), []);
    for (const [name, value] of [["施工方式", "开挖"], ["挖掘长度", "12"], ["挖掘宽度", "0.8"], ["挖掘深度", "1.2"], ["车道封闭", "封闭部分车道"],
      ["开工日期", day(30)], ["完工日期", day(37)]]) await answer(liu, name, value);
    await s.look(liu, "form-3");
    assert.deepStrictEqual(await onward(liu), []);
    await answerRest(liu);
    assert.deepStrictEqual(await onward(liu), []);
    await liu.waitForURL(/materials/);
  });

  await s.test("a text that calls itself PDF is refused with a word", async () => {
    const plan = liu.locator("#m-site-plan");
    await plan.locator("input[type=file]").setInputFiles({ name: "平面图.pdf", mimeType: "application/pdf", buffer: Buffer.from("这不是 PDF，只是一段文字。\n") });
    const told = plan.locator("[role=status]");
    await until("told", async () => (await told.innerText()).trim().length > 0);
    assert.ok(/PDF|格式|照片/.test(await told.innerText()), await told.innerText());
    assert.strictEqual(await plan.locator("ol li").count(), 0);
    await s.look(liu, "materials");
  });

  await s.test("materials go up, one is taken away and given again", async () => {
    await giveMaterials(liu);
    const plan = liu.locator("#m-site-plan");
    await Promise.all([liu.waitForEvent("domcontentloaded"), plan.locator("button.link").first().click()]);
    assert.strictEqual(await plan.locator("ol li").count(), 0);
    await giveMaterials(liu);
    assert.strictEqual(await liu.locator("#m-design-drawing").count(), 0, "a person is asked for a company's drawing");
    await s.look(liu, "materials-given");
  });

  await s.test("she checks, changes one answer, and submits", async () => {
    await liu.click("main a.primary");
    await has(liu, "12 米");
    await s.look(liu, "check-draft");
    await liu.locator('a:has-text("修改")').filter({ hasText: "挖掘长度" }).click();
    await liu.fill("#挖掘长度", "14");
    while (!liu.url().includes("/materials")) assert.deepStrictEqual(await onward(liu), []);
    await liu.click("main a.primary");
    await has(liu, "14 米");
    await liu.check("#true");
    await Promise.all([liu.waitForURL(/receipt/), liu.click("main button.primary")]);
    no = decodeURIComponent(liu.url().match(/case\/([^/]+)/)[1]);
    await has(liu, no);
    assert.strictEqual(await liu.locator(".qr svg").count(), 1);
    await s.look(liu, "receipt");
  });

  await s.test("the board counts the new case without a reload", async () => {
    const board = await s.as("supervisor");
    await until(`${received + 1} received`, async () => (await number(board, "received")) === received + 1);
  });

  await s.test("progress without signing in, by number and last four digits", async () => {
    const page = await s.page();
    await s.go(page, "/progress");
    await page.fill("#no", no);
    await page.fill("#tail", "2135");
    await page.click("main button.primary");
    await has(page, "城市道路挖掘许可");
    assert.ok(!(await text(page)).includes("刘洋"), "the whole name is shown to a stranger");
    await s.look(page, "progress-found");
  });

  await s.test("the clock is explained day by day", async () => {
    await s.go(liu, `/case/${no}`);
    await s.look(liu, "case-new");
    await liu.click('a[href*="/clock/"] >> nth=0');
    const days = await liu.locator("ol.days li").count();
    assert.ok(days >= 2, `${days} days`);
    assert.strictEqual(await liu.locator("ol.days li.last").count(), 1);
    await s.look(liu, "clock");
  });

  await s.test("the window sees it, opens it by keyboard, reads the materials", async () => {
    const clerk = await s.as("zhangmin");
    await s.go(clerk, "/desk");
    await s.look(clerk, "desk");
    await clerk.keyboard.press("?");
    await clerk.waitForSelector("dialog[open]");
    await s.look(clerk, "desk-keys");
    await clerk.keyboard.press("?");
    await clerk.keyboard.press("/");
    await clerk.keyboard.type(no);
    await Promise.all([clerk.waitForURL(/q=/), clerk.keyboard.press("Enter")]);
    await clerk.keyboard.press("j");
    await Promise.all([clerk.waitForURL(/\/desk\/case\//), clerk.keyboard.press("Enter")]);
    await clerk.keyboard.press("2");
    await clerk.waitForURL(/show=/);
    assert.strictEqual(await clerk.locator('.viewer a[data-key="2"]').getAttribute("aria-current"), "true");
    const shown = await clerk.request.get(s.url + (await clerk.locator(".viewer figure img").getAttribute("src")));
    assert.strictEqual(shown.headers()["content-type"], "image/png");
    await s.look(clerk, "desk-case");
  });

  await s.test("one notice of correction", async () => {
    const clerk = await s.as("zhangmin");
    await press(clerk, s, no, "一次告知补正");
    await s.look(clerk, "act-correct");
    const asked = await clerk.locator("fieldset .mend").allInnerTexts();
    assert.ok(asked.findIndex((one) => one.includes("道路名称")) < asked.findIndex((one) => one.includes("挖掘长度")), "not in the form's order");
    assert.ok(!asked.some((one) => one.includes("铁路运输企业同意")), "what this case does not need is offered");
    assert.strictEqual(await clerk.locator('[name="what/field/具体位置"]').isVisible(), false, "words before the tick");
    await clerk.check('[name="mend/material/site-plan"]');
    await clerk.fill('[name="what/material/site-plan"]', "标出起点和终点的尺寸");
    await clerk.check('[name="mend/field/具体位置"]');
    await clerk.fill('[name="what/field/具体位置"]', "写明到哪个井盖为止");
    await send(clerk);
    await has(clerk, "补正");
  });

  await s.test("she gets the message and supplies what was asked", async () => {
    await s.go(liu, "/me/messages");
    await has(liu, "补正");
    await s.look(liu, "messages");
    await s.go(liu, `/case/${no}`);
    await s.look(liu, "case-correcting");
    await liu.click("text=去补正");
    await has(liu, "标出起点和终点的尺寸");
    await s.look(liu, "correct");
    await Promise.all([liu.waitForEvent("domcontentloaded"), liu.locator("input[type=file]").setInputFiles(PNG)]);
    await has(liu, "新上传");
    await liu.fill("#具体位置", "文昌路 18 号门前向东 14 米，到 7 号井盖");
    await Promise.all([liu.waitForURL((u) => !u.pathname.endsWith("/correct")), liu.click("text=提交补正")]);
    await has(liu, "提交了补正材料");
  });

  await s.test("accepted with one key; the acceptance is a letter", async () => {
    const clerk = await s.as("zhangmin");
    await s.go(clerk, `/desk/case/${no}`);
    await has(clerk, "7 号井盖");
    await Promise.all([clerk.waitForEvent("domcontentloaded"), clerk.keyboard.press("a")]);
    await has(clerk, "受理了申请");
    await has(clerk, "受理通知书");
  });

  await s.test("the supervisor urges; the department answers", async () => {
    const board = await s.as("supervisor");
    await s.go(board, `/board/cases?q=${no}`);
    await s.look(board, "board-cases");
    await Promise.all([board.waitForURL(/\/desk\/case\//), board.locator("a[data-open]").first().click()]);
    assert.strictEqual(await board.locator('.viewer, a[href^="/material/"]').count(), 0, "a supervisor is led to papers she may not see");
    await has(board, "只给办件人和经办部门看");
    await s.look(board, "case-watched");
    await board.click('a[href*="/clock/"] >> nth=0');
    await board.waitForSelector("ol.days li");
    await s.go(board, `/desk/case/${no}`);
    await board.locator('a[href^="/urge?thing=case"]').first().click();
    await board.waitForSelector("#text");
    await s.look(board, "act-urge");
    await board.check('input[name="to"][value="chengguan"]');
    await board.fill("#text", "请按时办结，并说明进度");
    await Promise.all([board.waitForURL(/\/urge\/\d+/), board.click("main form button.primary")]);
    const clerk = await s.as("zhangmin"), asked = await s.as("caihong");
    await s.go(clerk, `/desk/case/${no}`);
    assert.strictEqual(await clerk.locator('.acts :text("答复督办")').count(), 0, "another department may answer");
    await s.go(asked, `/desk/case/${no}`);
    await asked.locator('.warn-note a[href^="/urge/"]').first().click();
    await asked.waitForSelector("#text");
    await asked.fill("#text", "踏勘排在明天上午，按期办结");
    await Promise.all([asked.waitForEvent("domcontentloaded"), asked.click("main form button.primary")]);
    await s.go(board, `/desk/case/${no}`);
    await has(board, "踏勘排在明天上午");
  });

  await s.test("three departments review side by side; one stops the clock and resumes", async () => {
    const green = await s.as("yuanlin");
    await press(green, s, no, "停表");
    await s.look(green, "act-stop");
    await green.selectOption("#special", "专家评审");
    await green.fill("#days", "5");
    await green.fill("#reason", "涉及行道树，请专家评审移栽办法");
    await send(green);
    await has(green, "停表");
    await s.go(liu, `/case/${no}`);
    await has(liu, "停表");
    await s.look(liu, "case-stopped");
    await s.go(liu, "/me/messages");
    await has(liu, "这段时间不计入期限。理由：涉及行道树");
    await press(green, s, no, "恢复计时");
    if (green.url().includes("/act/")) {
      await green.fill("#reason", "专家评审结束");
      await send(green);
    }
    for (const login of ["yuanlin", "jiaojing", "caihong"]) {
      const page = await s.as(login);
      await press(page, s, no, "审查通过");
      if (page.url().includes("/act/")) {
        await page.fill("#reason", "同意");
        await send(page);
      }
      await has(page, "审查通过");
    }
  });

  await s.test("the head of the department grants", async () => {
    const head = await s.as("decider");
    await press(head, s, no, "准予许可");
    if (head.url().includes("/act/")) {
      await s.look(head, "act-grant");
      await head.fill("#reason", "符合条件，准予挖掘");
      await send(head);
    }
    await has(head, "作出准予决定");
  });

  await s.test("the licence is made and delivered", async () => {
    const clerk = await s.as("zhangmin");
    for (const [verb, done] of [["制证", "制作了证件"], ["送达", "送达了结果"]]) {
      await press(clerk, s, no, verb);
      if (clerk.url().includes("/act/")) {
        if (await clerk.locator("#reason").count()) await clerk.fill("#reason", "窗口领取");
        await send(clerk);
      }
      await has(clerk, done);
    }
    await s.look(clerk, "desk-case-done");
  });

  await s.test("she downloads the licence, and anyone can check it", async () => {
    await s.go(liu, `/case/${no}`);
    await s.look(liu, "case-done");
    const at = await liu.locator('a[href^="/document/"]').filter({ hasText: "许可证" }).first().getAttribute("href");
    const reply = await liu.request.get(s.url + at);
    const pdf = await reply.body();
    assert.strictEqual(reply.headers()["content-type"], "application/pdf");
    assert.strictEqual(pdf.subarray(0, 5).toString(), "%PDF-");
    const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "licence-")), "licence.pdf");
    fs.writeFileSync(file, pdf);
    const words = execFileSync("pdftotext", ["-layout", file, "-"]).toString();
    fs.rmSync(path.dirname(file), { recursive: true });
    assert.ok(words.includes("刘洋"), words);
    const code = words.match(/核验码\s*([0-9A-Z]{12})/)[1];
    const stranger = await s.page();
    await s.go(stranger, "/check");
    await stranger.fill("#code", code);
    await stranger.click("main button.primary");
    await has(stranger, "本站签发，现在有效");
    await s.look(stranger, "check-valid");
    await stranger.fill("#code", "ZZZZZZZZZZZZ");
    await stranger.click("main button.primary");
    await has(stranger, "没有这份证照或文书");
    const theirs = await stranger.request.get(s.url + at, { maxRedirects: 0 });
    assert.notStrictEqual(theirs.status(), 200, "a stranger reads her licence");
  });

  await s.test("she rates it", async () => {
    await s.go(liu, `/case/${no}`);
    await liu.check("input[name=level][value='5']");
    await liu.fill("#text", "很快，谢谢");
    await Promise.all([liu.waitForEvent("domcontentloaded"), liu.click("button:has-text('评价')")]);
    await has(liu, "很快，谢谢");
  });

  await s.test("her profile, her agents", async () => {
    await s.go(liu, "/me/profile");
    await s.look(liu, "profile");
    await s.go(liu, "/me/agents");
    await s.look(liu, "agents");
  });

  await s.test("she withdraws another application", async () => {
    await s.go(liu, "/item/temp-road-occupy");
    await liu.click("text=立即办理");
    for (let i = 0; i < 8 && !liu.url().includes("/materials"); i++) {
      await answerRest(liu);
      await onward(liu);
    }
    await giveMaterials(liu);
    await liu.click("main a.primary");
    await liu.check("#true");
    await Promise.all([liu.waitForURL(/receipt/), liu.click("main button.primary")]);
    await liu.click("main a.primary");
    await liu.click("text=撤回申请");
    await s.look(liu, "withdraw");
    await Promise.all([liu.waitForEvent("domcontentloaded"), liu.click("main button.danger")]);
    await has(liu, "撤回");
  });
};
