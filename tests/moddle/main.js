// SPDX-License-Identifier: Apache-2.0
// main.js FOLDER: each model of it and the one saved beside it, as bpmn-moddle reads them and as bpmn-js draws them.
"use strict";
const fs = require("fs");
const path = require("path");
const assert = require("assert");
const root = path.join(__dirname, "../..");
const editor = path.join(root, "assets/editor/node_modules");
const { BpmnModdle } = (() => { const m = require(path.join(editor, "bpmn-moddle")); return { BpmnModdle: m.BpmnModdle || m.default || m }; })();

// An element with all it has; what it refers to by id.
const tree = (e) => {
  if (Array.isArray(e)) return e.map(tree);
  if (!e || typeof e !== "object") return e;
  if (!e.$type) return e;
  const out = { $type: e.$type, $attrs: { ...e.$attrs } };
  // Of an element moddle does not know everything is its own.
  const known = e.$descriptor.isGeneric ? Object.keys(e).filter((k) => !k.startsWith("$")).map((name) => ({ name })) : e.$descriptor.properties;
  for (const p of known) {
    const name = e.$descriptor.isGeneric ? p.name : p.name.replace(/^\w+:/, "");
    const v = e.$descriptor.isGeneric ? e[name] : e.get(p.name);
    if (v === undefined || (Array.isArray(v) && !v.length)) continue;
    out[p.name] = p.isReference ? [].concat(v).map((r) => r && r.id) : tree(v);
  }
  return out;
};
const size = (t) => (Array.isArray(t) ? t.reduce((n, x) => n + size(x), 0) : t && typeof t === "object" ? 1 + Object.values(t).reduce((n, x) => n + size(x), 0) : 0);

// Saved is UTF-8, whatever it was.
const told = (warnings) => warnings.map((w) => (w.message || w).replace(/\s*line: .*/s, "")).filter((w) => !w.startsWith("unsupported document encoding"));

// What bpmn-js makes of a model: each shape and line with its place.
const drawn = async (page, xml) => page.evaluate(async (text) => {
  const viewer = new window.BpmnJS({ container: "#c" });
  const { warnings } = await viewer.importXML(text);
  const all = viewer.get("elementRegistry").getAll().map((e) => [e.id, e.type, e.x, e.y, e.width, e.height, (e.waypoints || []).map((w) => [w.x, w.y]), e.businessObject && e.businessObject.name]);
  viewer.destroy();
  return { warnings: warnings.map((w) => w.message), all };
}, xml);

const open = async () => {
  let chromium;
  try {
    ({ chromium } = require(path.join(root, "tests/browser/node_modules/playwright-core")));
  } catch {
    return null;
  }
  const exe = process.env.CHROMIUM || "/usr/bin/chromium";
  if (!fs.existsSync(exe)) return null;
  const browser = await chromium.launch({ executablePath: exe, args: ["--headless", "--no-sandbox", "--disable-gpu"] });
  const page = await browser.newPage();
  await page.setContent("<div id=c></div>");
  await page.addScriptTag({ path: path.join(editor, "bpmn-js/dist/bpmn-viewer.production.min.js") });
  return { browser, page };
};

(async () => {
  const dir = process.argv[2];
  let passed = 0, failed = 0, skipped = 0;
  const test = async (name, tell) => {
    try {
      await tell();
      passed++;
    } catch (e) {
      failed++;
      console.log(`FAIL ${name}\n     ${String(e.message).split("\n").slice(0, 12).join("\n     ")}`);
    }
  };
  const eyes = await open();
  if (!eyes) console.log("SKIPPED: drawing in bpmn-js: no chromium or playwright-core (tests/browser)");
  for (const file of fs.readdirSync(dir).filter((f) => f.endsWith(".bpmn")).sort()) {
    const was = fs.readFileSync(path.join(dir, file), "utf8"), is = fs.readFileSync(path.join(dir, `${file}.saved`), "utf8");
    await test(`${file} saved is read as it was`, async () => {
      const a = await new BpmnModdle().fromXML(was), b = await new BpmnModdle().fromXML(is);
      assert.ok(size(tree(a.rootElement)) > 10, "nothing was read");
      assert.deepStrictEqual(told(b.warnings), told(a.warnings));
      assert.deepStrictEqual(tree(b.rootElement), tree(a.rootElement));
    });
    if (!eyes) {
      skipped++;
      continue;
    }
    await test(`${file} saved is drawn as it was`, async () => {
      const a = await drawn(eyes.page, was), b = await drawn(eyes.page, is);
      assert.ok(a.all.length > 2, "nothing was drawn");
      assert.deepStrictEqual(b.all, a.all);
      assert.deepStrictEqual(told(b.warnings), told(a.warnings));
    });
  }
  if (eyes) await eyes.browser.close();
  console.log(`${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ""}`);
  process.exit(failed || !(passed + skipped) ? 1 : 0);
})().catch((e) => { console.error(e); console.log("0 passed, 1 failed"); process.exit(1); });
