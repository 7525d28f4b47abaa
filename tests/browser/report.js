// SPDX-License-Identifier: Apache-2.0
// A supervisor's reports: the page, both files that say the same, each point to its case, the weekly report issued.
"use strict";
const fs = require("fs");
const os = require("os");
const path = require("path");
const { execFileSync } = require("child_process");
const { assert, has, text } = require("./story.js");

const squeeze = (s) => s.replace(/\s+/g, "");
const month = (back) => {
  const d = new Date();
  d.setUTCDate(1);
  d.setUTCMonth(d.getUTCMonth() - back);
  return d.toISOString().slice(0, 7);
};

const inWords = (of) => of.replace(/^(\d+)-0?(\d+)$/, "$1年$2月");

module.exports = async (s) => {
  const board = await s.as("supervisor");
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), "report-"));
  const fetchFile = async (selector, name) => {
    const [file] = await Promise.all([board.waitForEvent("download"), board.click(selector)]);
    const to = path.join(dir, name);
    await file.saveAs(to);
    return to;
  };
  const pdfWords = (file) => squeeze(execFileSync("pdftotext", ["-raw", "-enc", "UTF-8", file, "-"]).toString());

  try {
    let received, rows;
    await s.test("the month before as a page, from the board", async () => {
      await s.go(board, "/board");
      await board.click('main a[href="/board/report"]');
      await board.waitForURL(/\/board\/report/);
      await board.selectOption("#kind", "month");
      await board.fill("#day", `${month(1)}-15`);
      await board.click("main form button.primary");
      await has(board, inWords(month(1)), "h1");
      received = await board.$eval("#whole tbody tr td", (c) => c.textContent);
      assert.ok(Number(received) > 0, "nothing was received");
      rows = await board.$$eval("#rows tbody tr", (all) => all.map((r) => [r.querySelector("th").textContent, r.querySelector("td").textContent]));
      assert.strictEqual(String(rows.reduce((n, r) => n + Number(r[1]), 0)), received, "the departments do not add up");
      await s.look(board, "report");
    });

    await s.test("the official document says what the page says", async () => {
      const words = pdfWords(await fetchFile('a[href^="/board/report.pdf"]', "r.pdf"));
      const [year, m] = month(1).split("-");
      assert.ok(words.includes(`关于${year}年${Number(m)}月政务服务办理情况的报告`), words.slice(0, 200));
      assert.ok(words.includes(`共收到申请${received}件`), words.slice(0, 300));
      assert.ok(words.startsWith("清泽县政务服务和数据局"), words.slice(0, 60));
      assert.ok(words.includes("清泽县人民政府办公室："), "to nobody");
      assert.ok(/印发/.test(words) && words.includes("—1—"), "no imprint or page number");
      for (const [name] of rows.slice(0, 3)) assert.ok(words.includes(squeeze(name)), name);
    });

    await s.test("the spreadsheet says what the page says", async () => {
      const file = await fetchFile('a[href^="/board/report.xlsx"]', "r.xlsx");
      const part = (name) => execFileSync("unzip", ["-p", file, name]).toString();
      const cells = (sheet) => [...part(sheet).matchAll(/<row.*?<\/row>/gs)].map((row) => [...row[0].matchAll(/<c [^>]*?(?:\/>|>(.*?)<\/c>)/gs)]
        .map((c) => (c[1] || "").replace(/<[^>]*>/g, "")));
      const whole = cells("xl/worksheets/sheet1.xml");
      assert.deepStrictEqual(whole[1].slice(0, 2), [inWords(month(1)), received]);
      assert.ok(whole[1].slice(1).every((n) => Math.abs(Number(n) * 10 - Math.round(Number(n) * 10)) < 1e-6), `not to one place: ${whole[1]}`);
      assert.deepStrictEqual(cells("xl/worksheets/sheet2.xml").slice(1).map((r) => r.slice(0, 2)), rows);
    });

    await s.test("items of one department, a quarter, a year, an empty day", async () => {
      await board.locator("#rows tbody a").first().click();
      await board.waitForURL(/by=item/);
      await s.look(board, "report-items");
      for (const of of ["2026-Q3", "2026", "2026-W40", "2020-01-01"]) await s.go(board, `/board/report?of=${of}&by=post`);
      await has(board, "这段时间没有办件。");
      const bad = await board.goto(`${s.url}/board/report?of=2026-11&org=nobody`);
      assert.strictEqual(bad.status(), 404);
    });

    await s.test("a point leads to its events, an event to its case", async () => {
      await s.go(board, `/board/score?of=${month(1)}`);
      await s.look(board, "scores");
      const link = board.locator('#scores td[data-label="期限合法"] a').filter({ hasNotText: "14" }).first();
      await link.click();
      await board.waitForURL(/\/board\/score\/.*#time/);
      await s.look(board, "score");
      const line = board.locator("#time li").filter({ has: board.locator('a[href^="/desk/case/"]') }).first();
      const no = (await line.locator('a[href^="/desk/case/"]').innerText()).trim();
      await line.locator("a").first().click();
      await board.waitForURL(/\/board\/card\//);
      await has(board, "为什么发这张牌");
      await has(board, no);
      await board.goBack();
      await line.locator('a[href^="/desk/case/"]').click();
      await board.waitForURL(/\/desk\/case\//);
      await has(board, no);
    });

    await s.test("what was added leads to the cases it was added for, each with how its limit was kept", async () => {
      await s.go(board, `/board/score?of=${month(1)}`);
      const added = board.locator('#scores td[data-label="加分"] a').filter({ hasNotText: /^0$/ }).first();
      await added.click();
      await board.waitForURL(/\/board\/score\/.*#bonus/);
      const early = /提前 (\d+) 件/.exec(await board.innerText("main"))[1];
      await board.locator("#bonus li", { hasText: "提前办结" }).locator("a").click();
      await board.waitForURL(/\/board\/counted\?what=early/);
      await has(board, `共 ${early} 件`);
      const said = await board.locator('td[data-label="期限"]').allInnerTexts();
      assert.ok(said.length > 0 && said.every(word => word.trim() === "提前"), String(said));
      await s.look(board, "counted-early");
    });

    await s.test("a record takes its points until it is withdrawn", async () => {
      await s.go(board, `/board/score/chengguan?of=${month(1)}`);
      await board.click("#record summary");
      await board.selectOption("#event", "missing");
      await board.fill("#text", "过程信息缺百分之二没有报送");
      await board.fill("#n", "2");
      await board.click("#record button.primary");
      await has(board, "−2", "#supervision");
      await has(board, "12 / 14", "#supervision");
      await board.click("#supervision details summary");
      await board.fill("#supervision input[name=reason]", "已经补报");
      await board.click("#supervision details button");
      await has(board, "14 / 14", "#supervision");
    });

    await s.test("a month that is over is settled, anew only with a reason", async () => {
      await s.go(board, `/board/score?of=${month(2)}`);
      await board.click('form[action="/board/score/settle"] button');
      await has(board, "已经结算", "body");
      await board.click('form[action="/board/score/settle"] summary').catch(() => {});
      await board.$eval("#reason", (e) => e.removeAttribute("required"));
      await board.click('form[action="/board/score/settle"] button');
      await has(board, "请写明为什么重新结算", "[role=alert]");
      await s.look(board, "scores-settle");
    });

    await s.test("last week's report is read, edited and issued", async () => {
      await s.go(board, "/board/weekly");
      assert.ok(/^\d{4}年第\d+周$/.test(await board.locator("tbody th").first().innerText()), "a week is a code");
      await s.look(board, "weeklies");
      await board.locator("tbody a").nth(1).click();
      await board.waitForURL(/\/board\/weekly\/\d{4}-W\d\d$/);
      await s.look(board, "weekly");
      const figure = board.locator("#figures tbody tr").nth(1);
      const wanted = await figure.locator("td").first().innerText();
      await figure.locator("a").click();
      await has(board, `${wanted} 件`, "h1");
      assert.strictEqual(await board.locator("#letters tbody tr").count(), Number(wanted));
      await s.look(board, "weekly-letters");
      await board.goBack();
      await board.click("#edit summary");
      await board.fill("#number", "清督〔2026〕47号");
      await board.fill("#next", "本周收到的 {received} 件要逐件回访，{wrong} 件不在内。");
      await board.click("#edit button.primary");
      await has(board, "花括号里的不是系统能填的数", "[role=alert]");
      await board.fill("#next", "本周收到的 {received} 件要逐件回访。");
      await board.click("#edit button.primary");
      await has(board, `本周收到的 ${wanted} 件要逐件回访`, "#weekly");
      await board.click('form[action$="/issue"] button');
      await has(board, "已印发");
      assert.strictEqual(await board.locator("#edit").count(), 0);
      await s.look(board, "weekly-issued");
      const words = pdfWords(await fetchFile('a[href$="/pdf"]', "w.pdf"));
      assert.ok(words.includes("网民反映问题办理情况周报"), words.slice(0, 200));
      assert.ok(words.includes("清督〔2026〕47号"), words.slice(0, 200));
      assert.ok(words.includes(`本周收到的${wanted}件要逐件回访`), "what was edited");
      assert.ok(!words.includes("草稿"), "still a draft");
    });

    await s.test("without a script", async () => {
      const plain = await s.as("supervisor", { js: false });
      await s.go(plain, `/board/report?of=${month(1)}&by=region`);
      assert.ok((await text(plain, "#whole")).includes(received));
    });
  } finally {
    fs.rmSync(dir, { recursive: true, force: true });
  }
};
