// SPDX-License-Identifier: Apache-2.0
// A question from a telephone without JavaScript; a clerk answers by keyboard; it becomes knowledge; the next one finds it.
"use strict";
const { NARROW, assert, has, text, until } = require("./story.js");

module.exports = async (s) => {
  const narrow = async (page) => assert.strictEqual(await s.overflow(page), "", page.url());
  const phone = await s.page({ js: false, size: NARROW });
  // axe wants scripts: the same address in a session that has them.
  const reader = await s.page();
  const see = async (name) => { await reader.goto(phone.url().replace(/#.*/, "")); await s.look(reader, name); };
  const topic = "屋顶装光伏板发电卖给电网";
  let no = "", code = "";

  await s.test("search first: an answer with its source, read and found useful", async () => {
    await s.go(phone, "/");
    await phone.click('nav a:has-text("问一问")');
    await has(phone, "先搜一搜");
    await has(phone, "公开的答复");
    await narrow(phone);
    await see("ask");
    await phone.fill("#q", "工地半夜打桩");
    await phone.click("form.seek button");
    await has(phone, "隔壁工地晚上一直施工，可以管吗？");
    await has(phone, "来源");
    await narrow(phone);
    await see("ask-found");
    await phone.click('.results a:has-text("隔壁工地")');
    await has(phone, "噪声污染防治法");
    await narrow(phone);
    await see("answer");
    await phone.click('button:has-text("有用")');
    await has(phone, "您的意见已记下");
  });

  await s.test("an item's own questions count as knowledge", async () => {
    await s.go(phone, "/ask?q=低保能拿多少钱");
    await has(phone, "事项的常见问题");
    await s.go(phone, "/item/road-dig");
    await phone.click('a:has-text("对这个事项还有疑问")');
    await has(phone, "常问的");
    await narrow(phone);
    await see("ask-item");
  });

  await s.test("no script, 320 px: too short is told, what she wrote stays", async () => {
    await s.go(phone, `/ask?q=${topic}`);
    await has(phone, "还没有现成的答案");
    await see("ask-none");
    await phone.fill("#text", "怎么办");
    await phone.fill("#email", "asker@example.cn");
    await phone.click('button:has-text("提交问题")');
    await phone.waitForSelector(".summary");
    assert.strictEqual(await phone.inputValue("#text"), "怎么办");
    assert.strictEqual(await phone.inputValue("#email"), "asker@example.cn");
    await narrow(phone);
  });

  await s.test("no script, 320 px: without an account she gets number and code", async () => {
    await phone.fill("#text", `我想在自家${topic}，要先找谁？我的电话 13900990011。`);
    assert.ok(!(await phone.isChecked("input[name=public]")), "consent is hers to give");
    await phone.check("input[name=public]");
    await phone.click('button:has-text("提交问题")');
    await has(phone, "查询码只显示这一次");
    [no, code] = await phone.locator(".receipt .no bdi").allInnerTexts();
    assert.match(no, /^ZX\d{8}-\d{4}$/);
    assert.match(code, /^\w{5}-\w{5}$/);
    assert.ok(!phone.url().includes(code), "the code stands in the address");
    await narrow(phone);
  });

  await s.test("the code opens it, another does not, the number alone does not", async () => {
    await s.go(phone, "/ask");
    await phone.click('a:has-text("查答复")');
    await narrow(phone);
    await see("ask-code");
    await phone.fill("#no", no);
    await phone.fill("#code", "AAAAA-AAAAA");
    await phone.click("main button.primary");
    await has(phone, "编号和查询码对不上");
    await phone.fill("#no", no);
    await phone.fill("#code", code.toLowerCase());
    await phone.click("main button.primary");
    await has(phone, "等待答复");
    await has(phone, topic);
    await narrow(phone);
    const other = await s.as("chenxiaoyu");
    await s.go(other, `/ask/${no}`);
    assert.ok(!(await text(other)).includes(topic));
  });

  await s.test("the same with scripts: wrong, received, by code", async () => {
    await s.go(reader, "/ask?q=阳台");
    await reader.fill("#text", "怎么办呀");
    await reader.fill("#mobile", "139");
    await reader.click('button:has-text("提交问题")');
    await reader.waitForSelector(".summary");
    await s.look(reader, "ask-wrong");
    await reader.fill("#mobile", "");
    await reader.click('button:has-text("提交问题")');
    await has(reader, "查询码只显示这一次");
    await s.look(reader, "ask-received");
    const [mine, open] = await reader.locator(".receipt .no bdi").allInnerTexts();
    await s.go(reader, `/ask/${mine}`);
    await reader.fill("#code", "BBBBB-BBBBB");
    await reader.click("main button.primary");
    await reader.waitForSelector(".summary");
    await s.look(reader, "ask-code-wrong");
    await reader.fill("#code", open);
    await reader.click("main button.primary");
    await has(reader, "等待答复");
    await s.look(reader, "ask-by-code");
    await reader.click("details summary");
    await reader.click('button:has-text("撤回提问")');
    await has(reader, "提问已撤回");
    await s.look(reader, "ask-withdrawn");
  });

  await s.test("passed on with a reason, by keyboard", async () => {
    const desk = await s.as("qinyue");
    await s.go(desk, "/desk/questions");
    await s.look(desk, "desk-questions");
    const rows = desk.locator("a[data-open]");
    const at = (await rows.allInnerTexts()).indexOf(no);
    assert.ok(at >= 0, `${no} is not on the desk`);
    for (let i = 0; i <= at; i++) await desk.keyboard.press("j");
    await desk.keyboard.press("Enter");
    await desk.waitForURL(new RegExp(`/desk/question/${no}`));
    await has(desk, "13900990011");
    await s.look(desk, "desk-question");
    await desk.focus("details summary");
    await desk.keyboard.press("Enter");
    await desk.selectOption("#transfer-org", "fagai");
    await desk.selectOption("#transfer-org", "zhujian");
    await desk.fill("#transfer-reason", "屋顶承重和建设手续归住建局。");
    await desk.keyboard.press("Tab");
    await Promise.all([desk.waitForURL(/done=transferred/), desk.keyboard.press("Enter")]);
    const reply = await desk.goto(`${s.url}/desk/question/${no}`);
    assert.strictEqual(reply.status(), 403);
  });

  await s.test("answered by keyboard, and made knowledge in one act", async () => {
    const clerk = await s.as("zhangmin");
    await s.go(clerk, "/desk/questions");
    await clerk.locator(`a[data-open]:has-text("${no}")`).focus();
    await clerk.keyboard.press("Enter");
    await clerk.waitForURL(/\/desk\/question\//);
    await clerk.keyboard.press("a");
    await until("the answer has the focus", () => clerk.evaluate("document.activeElement.id === 'answer-answer'"));
    await clerk.keyboard.type("自家屋顶装光伏，先请有资质的人看屋顶承重，再到供电所登记，由电网免费装表。六米以下的支架不用办规划许可。");
    await clerk.keyboard.press("Tab");
    await Promise.all([clerk.waitForURL(/done=q-answer/), clerk.keyboard.press("Enter")]);
    assert.ok(!(await clerk.inputValue("#learn-question")).includes("13900990011"), "her number is in the draft");
    await s.look(clerk, "desk-question-answered");
    await clerk.fill("#learn-question", "打 13900990011 问光伏？");
    await clerk.click('form button:has-text("收进知识库")');
    await clerk.waitForSelector(".summary");
    await s.look(clerk, "desk-learn-wrong");
    await clerk.fill("#learn-question", "自家屋顶装光伏板卖电，要办什么手续？");
    await clerk.fill("#learn-variants", "屋顶光伏\n太阳能发电并网");
    await Promise.all([clerk.waitForURL(/done=q-learn/), clerk.click('form button:has-text("收进知识库")')]);
  });

  await s.test("published without what tells who asked", async () => {
    const clerk = await s.as("zhangmin");
    await clerk.click("details summary");
    assert.ok(!(await clerk.inputValue("#publish-question")).includes("13900990011"));
    await Promise.all([clerk.waitForURL(/done=q-publish/), clerk.click('details button:has-text("公开")')]);
    await s.go(phone, `/ask/${no}`);
    await has(phone, "公开的咨询");
    await has(phone, "供电所");
    assert.ok(!(await text(phone)).includes("13900990011"));
    await narrow(phone);
    await see("ask-public");
  });

  await s.test("the next one finds it, on /ask and below the items", async () => {
    const next = await s.page({ js: false, size: NARROW });
    await s.go(next, "/ask?q=屋顶光伏");
    await has(next, "自家屋顶装光伏板卖电，要办什么手续？");
    await s.go(next, "/search?q=太阳能发电并网");
    await has(next, "相关的问答");
    await has(next, "自家屋顶装光伏板卖电");
    await narrow(next);
    await reader.goto(next.url());
    await s.look(reader, "search-answers");
    await next.click('a:has-text("自家屋顶装光伏板卖电")');
    await has(next, "供电所");
  });

  await s.test("she reads the answer with her code and rates it", async () => {
    await s.go(phone, "/ask/code");
    await phone.fill("#no", no);
    await phone.fill("#code", code);
    await phone.click("main button.primary");
    await has(phone, "供电所");
    await narrow(phone);
    await phone.check('input[name=level][value="2"]');
    await phone.fill("#remark", "没说要多久");
    await phone.click('button:has-text("评价")');
    await has(phone, "谢谢您的评价");
    await has(phone, "不满意");
  });

  await s.test("with an account: asked, told, on her own page", async () => {
    const liu = await s.as("liuyang");
    await s.go(liu, "/ask?q=阳台封起来");
    await liu.fill("#text", "阳台自己封起来要不要批？");
    await liu.selectOption("#org", "zhujian");
    await Promise.all([liu.waitForURL(/done=asked/), liu.click('button:has-text("提交问题")')]);
    const mine = liu.url().match(/ask\/([^?]+)/)[1];
    await s.look(liu, "my-question");
    const clerk = await s.as("zhangmin");
    await s.go(clerk, `/desk/question/${mine}`);
    await clerk.fill("#answer-answer", "不改承重墙、不凸出外墙的，不用批；先问物业。");
    await Promise.all([clerk.waitForURL(/done=q-answer/), clerk.click('form button:has-text("答复")')]);
    await s.go(liu, "/me/messages");
    await Promise.all([liu.waitForURL(new RegExp(`/ask/${mine}`)), liu.click('a:has-text("咨询已答复")')]);
    await has(liu, "先问物业");
    await s.go(liu, "/me/questions");
    await has(liu, "阳台自己封起来");
    await s.look(liu, "my-questions");
  });

  await s.test("staff see what was asked in vain, and write the answer from there", async () => {
    await s.go(phone, "/search?q=麒麟瑞兽养殖");
    await s.go(phone, "/search?q=麒麟瑞兽养殖");
    const clerk = await s.as("zhangmin");
    await s.go(clerk, "/desk/asked");
    await has(clerk, "麒麟瑞兽养殖");
    await has(clerk, "没说要多久");
    await s.look(clerk, "desk-asked");
    await clerk.locator("tr", { hasText: "麒麟瑞兽养殖" }).locator("a").click();
    assert.strictEqual(await clerk.inputValue("#save-question"), "麒麟瑞兽养殖");
    await s.look(clerk, "desk-know-new");
    await clerk.fill("#save-question", "麒麟瑞兽能养吗？");
    await clerk.fill("#save-answer", "那是传说里的动物。");
    await clerk.fill("#save-expires", "明年");
    await clerk.click("main button.primary");
    await clerk.waitForSelector(".summary");
    await clerk.fill("#save-expires", "2036-06-30");
    await Promise.all([clerk.waitForURL(/done=saved/), clerk.click("main button.primary")]);
    await s.look(clerk, "desk-know");
    await s.go(phone, "/ask?q=麒麟瑞兽养殖");
    await has(phone, "麒麟瑞兽能养吗？");
    await Promise.all([clerk.waitForURL(/done=retired/), clerk.click('button:has-text("停用")')]);
    await s.go(phone, "/ask?q=麒麟瑞兽养殖");
    assert.ok(!(await text(phone)).includes("麒麟瑞兽能养吗"));
    for (const show of ["", "?show=expired", "?show=soon", "?show=retired"]) await s.go(clerk, `/desk/knowledge${show}`);
    await s.look(clerk, "desk-knowledge-retired");
    await s.go(clerk, "/desk/knowledge");
    await s.look(clerk, "desk-knowledge");
  });

  await s.test("the supervisor sees what is late", async () => {
    const board = await s.as("supervisor");
    await s.go(board, "/board");
    await board.click('a:has-text("在办咨询")');
    await has(board, "豆腐");
    await s.look(board, "board-questions");
    await s.go(board, "/board/questions?light=late");
    await has(board, "已超期");
    await board.locator("a[data-open]").first().click();
    await has(board, "经过");
    assert.strictEqual(await board.locator("main textarea").count(), 0);
    await s.look(board, "board-question");
  });

  await s.test("English", async () => {
    const page = await s.page();
    await s.go(page, "/ask?lang=en");
    await has(page, "Search first");
    await s.look(page, "ask-en");
  });
};
