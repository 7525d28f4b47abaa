// SPDX-License-Identifier: Apache-2.0
// A card is answered, appealed and reduced; urging goes down the levels and is answered; who held a case when.
"use strict";
const assert = require("assert");
const { has } = require("./story.js");

// One white pixel.
const PICTURE = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAsTj2FAAAAABJRU5ErkJggg==", "base64");

// The first card of such a standing that leads to a case of zhujian, by the list of its own people.
const first = async (s, page, stand) => {
  await s.go(page, `/desk/cards?stand=${stand}`);
  const links = page.locator('table a[href^="/desk/card/"]');
  assert.ok(await links.count(), `no card is ${stand}`);
  return links.first().getAttribute("href");
};

module.exports = async (s) => {
  const head = await s.as("decider");
  const board = await s.as("supervisor");
  let card;

  await s.test("the head of a department explains a card and appeals against it", async () => {
    card = await first(s, head, "open");
    await s.look(head, "cards-open");
    await s.go(head, card);
    await has(head, "可以申诉");
    await s.look(head, "card-desk");
    await head.check('input[value="answer"]');
    await head.fill("#text", "当天系统停机两小时，材料已经审完。");
    await head.click("main form button.primary");
    await has(head, "说明了情况");
    await head.check('input[value="appeal"]');
    await head.fill("#text", "停机有记录，请求减轻。");
    await head.click("main form button.primary");
    await has(head, "申诉待裁定");
    assert.strictEqual(await head.locator('input[value="appeal"]').count(), 0, "an appeal can be made again");
    await s.look(head, "card-appealed");
  });

  await s.test("somebody else decides, and the card counts less", async () => {
    await s.go(board, "/board/cards?stand=appealed");
    await board.locator(`a[href="${card.replace("desk", "board")}"]`).first().click();
    await has(board, "裁定");
    await s.look(board, "card-decide");
    await board.check('input[value="reduce/notice"]');
    await board.fill("#text", "停机属实，减轻为预警。");
    await board.click("main form button.primary");
    await has(board, "裁定减轻");
    await has(board, "预警");
    await s.look(board, "card-reduced");
    await s.go(head, "/me/messages");
    await has(head, "您的牌有了裁定");
    await s.go(board, "/board/cards?stand=reduced");
    await s.look(board, "cards-reduced");
    assert.ok(await board.locator(`a[href="${card.replace("desk", "board")}"]`).count(), "it is not among the reduced");
  });

  await s.test("of two who act on what they saw, the second is told", async () => {
    const late = await s.page({});
    await s.signIn(late, "decider");
    await s.go(head, card);
    await s.go(late, card);
    for (const [page, words] of [[head, "报告了整改"], [late, "这张牌刚有人处理过"]]) {
      await page.check('input[value="rectify"]');
      await page.fill("#text", "值班表已改，停机时改用纸质登记。");
      await page.setInputFiles("#files", { name: "值班表.png", mimeType: "image/png", buffer: PICTURE });
      await page.click("main form button.primary");
      await has(page, words);
    }
    await s.look(late, "card-told");
    // Who decided on it sees what shows it.
    await s.go(board, card.replace("desk", "board"));
    await s.look(board, "card-file");
    const got = await board.request.get(s.url + (await board.getByRole("link", { name: "值班表.png" }).getAttribute("href")));
    assert.strictEqual(got.headers()["content-type"], "image/png");
    assert.ok((await got.body()).equals(PICTURE), "not what was sent");
    await head.check('input[value="rectify"]');
    await head.fill("#text", "补一份文件。");
    await head.setInputFiles("#files", { name: "photo.png", mimeType: "image/png", buffer: Buffer.from("no picture") });
    await head.click("main form button.primary");
    await has(head, "不能识别的文件类型");
    await s.look(head, "card-file-wrong");
    await late.context().close();
  });

  let urge;
  await s.test("the city urges the county, which passes it on to the department", async () => {
    const city = await s.as("supervisor-city");
    await s.go(city, "/board/cases?q=%E9%81%93%E8%B7%AF");
    await city.locator("a[data-open]").first().click();
    await city.waitForURL(/\/desk\/case\//);
    await has(city, "责任：什么时候在谁手上");
    await s.look(city, "case-duty");
    const address = city.url().replace(s.url, "");
    await city.locator('a[href^="/urge?thing=case"]').first().click();
    await s.look(city, "urge-new");
    await city.check('input[value="region/990121"]');
    await city.fill("#text", "请查清为什么迟迟没有办，两天内回复。");
    await city.fill("#days", "2");
    await city.click("main form button.primary");
    await has(city, "督办已发出", "body");
    await s.go(board, "/board/urges?show=received");
    await s.look(board, "urges-received");
    await board.locator("a[data-open]").first().click();
    await board.locator('a[href*="parent="]').click();
    await board.fill("#text", "请住建局今天说明。");
    await board.click("main form button.primary");
    await has(board, "督办已发出", "body");
    urge = board.url().replace(s.url, "").replace(/\?.*/, "");
    await s.look(board, "urge-board");
    await s.go(board, address);
    await has(board, "请住建局今天说明。");
  });

  await s.test("the department answers, without scripts and by keyboard, and the county answers the city", async () => {
    const plain = await s.page({ js: false, size: { width: 320, height: 700 } });
    await s.go(board, urge);
    const org = await board.locator("dl.pairs dd").nth(2).innerText();
    const heads = { 住房和城乡建设: "decider", 城市管理: "panwei", 市场监督管理: "hejing", 公安: "zhenggang", 民政: "maping" };
    const name = Object.keys(heads).find((n) => org.includes(n));
    assert.ok(name, `nobody is known to head ${org}`);
    await s.signIn(plain, heads[name]);
    await s.go(plain, "/desk/urges");
    await plain.locator(`a[href="${urge}"]`).click();
    await plain.fill("#text", "材料昨天补齐，明天踏勘，周五前办结。");
    await plain.focus("main form button.primary");
    await plain.keyboard.press("Enter");
    await has(plain, "督办已答复", "body");
    await plain.context().close();
    await s.go(head, "/desk/urges?show=answered");
    await s.look(head, "urges-desk");
    await s.go(board, "/board/urges?show=received");
    await board.locator("a[data-open]").first().click();
    await has(board, "材料昨天补齐");
    await board.fill("#text", "已督促住建局，周五前办结。");
    await board.click("main form button.primary");
    await has(board, "督办已答复", "body");
    await s.look(board, "urge-answered");
  });
};
