// SPDX-License-Identifier: Apache-2.0
// Filling a citizen's form: given answers first, then whatever else is asked.
"use strict";
const { PNG, assert, day } = require("./story.js");

// Answers one field by its name in the form.
const answer = async (page, name, value) => {
  const box = page.locator(`[data-field="${name}"]`);
  if (await box.locator(`input[type=radio], input[type=checkbox]`).count()) {
    await box.locator(`input[value="${value}"]`).check();
  } else if (await box.locator("select").count()) {
    await box.locator("select").selectOption(value);
  } else {
    await box.locator("input:not([type=hidden]), textarea").first().fill(value);
  }
};

// Answers on this page what is asked and still empty.
const answerRest = async (page, given = {}) => {
  for (const box of await page.locator("[data-field]:not([hidden])").all()) {
    const name = await box.getAttribute("data-field");
    if (given[name]) {
      await answer(page, name, given[name]);
      continue;
    }
    if (await box.locator("input[type=radio]").count()) {
      if (!(await box.locator("input:checked").count())) await box.locator("input[type=radio]").first().check();
    } else if (await box.locator("input[type=checkbox]").count()) {
      if (!(await box.locator("input:checked").count())) await box.locator("input[type=checkbox]").first().check();
    } else if (await box.locator("select").count()) {
      const select = box.locator("select").first();
      if (!(await select.inputValue())) await select.selectOption({ index: 1 });
    } else {
      const input = box.locator("input:not([type=hidden]), textarea").first();
      if (await input.inputValue()) continue;
      const type = await input.getAttribute("type"), mode = await input.getAttribute("inputmode");
      await input.fill(type === "date" ? day(20) : type === "tel" ? "13999990001" : mode === "decimal" ? "2" : "文昌路 18 号");
    }
  }
};

// Goes on to the next page and says what was refused.
const onward = async (page) => {
  await Promise.all([page.waitForEvent("domcontentloaded"), page.click("main form button.primary")]);
  return page.$$eval(".summary li", (all) => all.map((e) => e.textContent));
};

// Gives every material that must be given and that nothing else proves; works with and without JavaScript.
const giveMaterials = async (page) => {
  for (let turn = 0; turn < 20; turn++) {
    const open = page.locator("section.panel").filter({ has: page.locator(".tag", { hasText: "必交" }) }).filter({ hasNot: page.locator("ol li, .instead") });
    if (!(await open.count())) return;
    const one = open.first(), id = await one.getAttribute("id");
    const button = one.locator("button.no-js");
    if (await button.isVisible()) {
      await one.locator("input[type=file]").setInputFiles(PNG);
      await button.click();
    } else {
      await one.locator("input[type=file]").setInputFiles(PNG);
    }
    await page.locator(`#${id} ol li`).first().waitFor();
  }
  assert.fail("materials do not come to an end");
};

module.exports = { answer, answerRest, giveMaterials, onward };
