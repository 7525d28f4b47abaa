// SPDX-License-Identifier: Apache-2.0
// By keyboard alone.
"use strict";
const { assert } = require("./story.js");

// Tab until what is focused matches and has these words.
const tab = async (page, what, words = "") => {
  for (let i = 0; i < 250; i++) {
    if (await page.evaluate(`document.activeElement.matches(${JSON.stringify(what)}) && document.activeElement.textContent.includes(${JSON.stringify(words)})`)) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`Tab never comes to ${what} ${words} on ${page.url()}`);
};
// Then Enter, and the next page.
const enter = async (page, what, words) => {
  await tab(page, what, words);
  await Promise.all([page.waitForEvent("domcontentloaded"), page.keyboard.press("Enter")]);
};
const type = async (page, what, words) => {
  await tab(page, what);
  await page.keyboard.press("Control+A");
  await page.keyboard.type(words);
};

module.exports = { enter, tab, type };
