// SPDX-License-Identifier: Apache-2.0
// The process of a case: what the official sees of it, what the citizen sees, and that nothing is said by colour alone.
"use strict";
const { assert, has } = require("./story.js");

// What the drawing and the list beneath it say of each step must be the same.
const told = (page) => page.evaluate(() => {
  const drawn = [...document.querySelectorAll(".process g")].filter((g) => g.querySelector("title")).map((g) => [g.querySelector("title").textContent.split(" · ")[0], g.getAttribute("class")]);
  const listed = [...document.querySelectorAll(".process-box ~ .table tbody tr")].map((r) =>
    [r.querySelector("th").textContent.trim(), (r.querySelector(".step-mark") || { classList: ["step-mark", "plain"] }).classList[1]]);
  return { drawn, listed };
});

module.exports = async (s) => {
  await s.test("a case page shows the process with what is open, done and ahead", async () => {
    const clerk = await s.as("zhangmin");
    await s.go(clerk, "/desk");
    await clerk.locator("a[data-open]").first().click();
    await clerk.waitForSelector("svg.process");
    await has(clerk, "流程走到哪里");
    const { drawn, listed } = await told(clerk);
    assert.ok(listed.some(([, mark]) => mark === "open"), JSON.stringify(listed));
    assert.ok(listed.some(([, mark]) => mark === "ahead"), JSON.stringify(listed));
    for (const [name, mark] of listed) assert.ok(drawn.some(([n, m]) => n === name && m === mark), `${name} is ${mark} in the list alone`);
    await has(clerk, "正在办", ".legend");
    assert.strictEqual(await clerk.locator("svg.process [style], svg.process style").count(), 0);
    await s.look(clerk, "desk-process");
  });

  await s.test("the drawing is reached and scrolled by keyboard on a narrow screen", async () => {
    const clerk = await s.as("zhangmin");
    await clerk.setViewportSize({ width: 320, height: 700 });
    const box = clerk.locator(".process-box");
    await box.focus();
    await clerk.keyboard.press("ArrowRight");
    for (const end = Date.now() + 5000; Date.now() < end && !(await box.evaluate((e) => e.scrollLeft)););
    assert.ok(await box.evaluate((e) => e.scrollLeft) > 0, "it did not scroll");
    await clerk.setViewportSize({ width: 1280, height: 900 });
  });

  await s.test("the citizen sees the same steps with departments, and no names of persons", async () => {
    const citizen = await s.as("liuyang");
    await s.go(citizen, "/me");
    await citizen.locator("main a[href^='/case/']").first().click();
    await citizen.click("text=整个办理流程");
    await citizen.waitForSelector("svg.process");
    const { drawn, listed } = await told(citizen);
    for (const [name, mark] of listed) assert.ok(drawn.some(([n, m]) => n === name && m === mark), `${name} is ${mark} in the list alone`);
    assert.ok(!(await citizen.locator(".process-box ~ .table").innerText()).includes("张敏"));
    await citizen.click("text=在图上找到正在办的一步");
    const seen = () => citizen.evaluate(() => {
      const at = document.querySelector("#process-now").getBoundingClientRect(), box = document.querySelector(".process-box").getBoundingClientRect();
      return at.left >= box.left - 1 && at.right <= box.right + 1 && at.top >= box.top - 1 && at.bottom <= box.bottom + 1;
    });
    for (const end = Date.now() + 5000; Date.now() < end && !(await seen()););
    assert.ok(await seen(), "the step in hand is not in sight");
    await s.look(citizen, "case-process");
  });
};
