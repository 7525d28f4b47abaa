// SPDX-License-Identifier: Apache-2.0
// The big screen stays as it is and takes in what the server sends.  Without ECharts and OpenLayers the server's own drawing
// is kept up to date; without this file the page reloads itself.
(() => {
  "use strict";
  const body = document.body;
  if (!body.matches("[data-screen]")) return;
  const $ = (s, from = document) => from.querySelector(s);
  const $$ = (s, from = document) => [...from.querySelectorAll(s)];
  const linked = "linked" in body.dataset;
  const SIGNS = { ok: "●", warn: "▲", late: "■", stopped: "⏸", none: "·" };
  const SVG = "http://www.w3.org/2000/svg";
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--wall-${name}`).trim();
  const rem = () => parseFloat(getComputedStyle(document.documentElement).fontSize);
  const face = () => getComputedStyle(body).fontFamily;
  const el = (tag, text, href) => {
    const e = document.createElement(tag === "a" && !linked ? "span" : tag);
    if (text !== undefined) e.textContent = text;
    if (href && linked) e.href = href;
    return e;
  };
  const row = (...parts) => { const p = document.createElement("p"); p.append(...parts.flatMap((one, i) => (i ? [" ", one] : [one]))); return p; };
  const light = (o) => (!o ? "none" : o.late ? "late" : o.warn ? "warn" : o.ok ? "ok" : o.stopped ? "stopped" : "none");
  const part = encodeURIComponent;

  // A list whose rows are made anew; only one that was not there before fades in.
  const fill = (name, rows) => {
    const list = $(`[data-list=${name}]`);
    const before = new Set($$("li", list).map((li) => li.textContent));
    const made = rows.length ? rows : [Object.assign(el("li", list.dataset.none), { className: "none" })];
    made.forEach((li) => { if (!before.has(li.textContent)) li.classList.add("fresh"); });
    list.replaceChildren(...made);
  };
  const numbers = (n) => Object.entries(n).forEach(([key, value]) => $$(`[data-n="${key}"]`).forEach((e) => {
    if (e.textContent === value) return;
    e.textContent = value;
    e.classList.remove("fresh");
    void e.offsetWidth;
    e.classList.add("fresh");
  }));
  const orgs = (all, count) => {
    const list = $("[data-list=orgs]"), most = Number(list.dataset.most), rest = $("[data-rest]");
    fill("orgs", all.slice(0, most).map((o) => {
      const li = el("li"), which = light(o), sign = el("i", SIGNS[which]);
      li.className = which;
      sign.setAttribute("aria-hidden", "true");
      li.append(sign, " ", el("a", o.name, `/board/org/${part(o.key)}`), " ", el("b", which === "none" ? "" : `${list.dataset[which]} ${o[which]}`));
      return li;
    }));
    rest.textContent = count > most ? rest.dataset.words.replace("%d", count - most) : "";
  };
  const cards = (all) => {
    const said = $("[data-list=cards]").dataset;
    fill("cards", all.map((c) => {
      const li = el("li"), level = ["red", "yellow"].includes(c.level) ? c.level : "notice";
      li.className = level;
      li.append(row(el("b", `${{ red: "■", yellow: "▲", notice: "△" }[level]} ${said[level]}`), el("time", c.at),
        el("a", c.name, `/board/cards?org=${part(c.org)}`)), row(c.item));
      return li;
    }));
  };
  const stages = (all, since) => fill("stages", all.map((g) => {
    const li = el("li"), svg = document.createElementNS(SVG, "svg"), bar = document.createElementNS(SVG, "rect");
    Object.entries({ class: "length", "aria-hidden": "true", preserveAspectRatio: "none", viewBox: "0 0 100 4" }).forEach((a) => svg.setAttribute(...a));
    bar.setAttribute("width", g.share);
    bar.setAttribute("height", 4);
    svg.append(bar);
    li.append(row(el("a", `${g.orgName} · ${g.name}`, `/board/counted?what=stage&org=${part(g.org)}&item=${part(g.item)}&node=${part(g.node)}&since=${since}`),
      el("b", g.days)), svg);
    return li;
  }));

  // ---- the columns of the last days ----
  let chart = null;
  const columns = (days) => {
    const box = $("[data-trend]");
    if (!box) return;
    if (window.echarts) {
      if (!chart) {
        box.replaceChildren();
        chart = echarts.init(box, null, { renderer: "canvas" });
        addEventListener("resize", () => chart.resize());
      }
      chart.setOption({
        animation: false, tooltip: { show: false }, grid: { left: 0, right: 0, top: 2, bottom: 2 },
        xAxis: { type: "category", show: false, data: days.map((_, i) => i) }, yAxis: { type: "value", show: false, min: 0 },
        series: [{ type: "bar", silent: true, barWidth: "70%", barMinHeight: 2,
          data: days.map((value, i) => ({ value, itemStyle: { color: colour(i + 1 === days.length ? "ink" : "bar") } })) }],
      });
      box.dataset.drawn = "echarts";
      return;
    }
    const bars = $$("rect", box), most = Math.max(1, ...days);
    days.forEach((n, i) => { const h = n ? (40 * n) / most : 1; bars[i]?.setAttribute("y", 40 - h); bars[i]?.setAttribute("height", h); });
  };

  // ---- the map ----
  let lights = new Map(), places = null, rearrange = () => {};
  const drawn = $("[data-map]");
  const brief = document.documentElement.lang.startsWith("zh"); // names of two to four characters: elsewhere only what is due is named
  // A name takes the first place about its sign where it covers no light and no name, those where something is due first.
  let names = new Map();
  const named = (f) => { const which = lights.get(f.get("org")); return which === "warn" || which === "late" ? 0 : f.get("town") && brief ? 1 : 2; };
  const letter = () => 0.93 * rem();
  const arrange = (view) => {
    const pen = document.createElement("canvas").getContext("2d"), size = letter(), res = view.getResolution();
    pen.font = `600 ${size}px ${face()}`;
    const marks = places.getFeatures().filter((f) => f.get("org")).map((f) => {
      const [x, y] = f.getGeometry().getFirstCoordinate();
      return { f, x: x / res, y: -y / res, lit: (lights.get(f.get("org")) || "none") !== "none", rank: named(f) };
    });
    const meet = (a, b) => Math.abs(a.x - b.x) * 2 < a.w + b.w && Math.abs(a.y - b.y) * 2 < a.h + b.h;
    const signs = marks.filter((m) => m.lit).map((m) => ({ m, x: m.x, y: m.y, w: rem(), h: rem() })), put = [];
    names = new Map();
    [0, 1].forEach((rank) => marks.filter((m) => m.rank === rank).forEach((m) => {
      const w = pen.measureText(m.f.get("name")).width, aside = w / 2 + 0.7 * rem();
      const ways = [[0, 0.98 * rem()], [0, -0.98 * rem()], [aside, 0], [-aside, 0]].map(([dx, dy]) => {
        const b = { x: m.x + dx, y: m.y + dy, w, h: size, dx, dy };
        b.hits = signs.filter((s) => s.m !== m && meet(s, b)).length + put.filter((o) => meet(o, b)).length;
        return b;
      });
      const best = ways.reduce((a, b) => (b.hits < a.hits ? b : a));
      put.push(best);
      names.set(m.f.get("org"), best);
    }));
  };
  const style = (feature) => {
    const org = feature.get("org");
    if (!org) return new ol.style.Style({ stroke: new ol.style.Stroke({ color: colour("line"), width: rem() / 15 }) });
    const which = lights.get(org) || "none", due = which === "warn" || which === "late";
    const text = (words, size, fill, at, weight) => new ol.style.Style({ zIndex: due ? 2 : 1,
      text: new ol.style.Text({ text: words, font: `${weight} ${size * rem()}px ${face()}`, fill: new ol.style.Fill({ color: fill }), offsetX: at.dx, offsetY: at.dy,
        stroke: new ol.style.Stroke({ color: colour("panel"), width: rem() / 6 }) }) });
    const all = [text(SIGNS[which], 0.9, colour({ stopped: "muted", none: "muted" }[which] || which), { dx: 0, dy: 0 }, 700)];
    const at = names.get(org);
    if (at && innerWidth > 600) all.push(text(feature.get("name"), 0.93, colour(due ? "ink" : "muted"), at, due ? 600 : 400));
    return all;
  };
  const map = async () => {
    if (!drawn || !window.ol) return;
    const reply = await fetch(drawn.dataset.map);
    if (!reply.ok) return;
    const features = new ol.format.GeoJSON().readFeatures(await reply.json());
    const target = Object.assign(document.createElement("div"), { className: "canvas" });
    target.setAttribute("aria-hidden", "true");
    drawn.append(target);
    places = new ol.source.Vector({ features });
    const view = new ol.View({ projection: "EPSG:4326" });
    const shown = new ol.Map({ target, view, controls: [], interactions: [], layers: [new ol.layer.Vector({ source: places, style })] });
    rearrange = () => { arrange(view); places.changed(); };
    const fit = () => view.fit(places.getExtent(), { size: shown.getSize(), padding: [rem() * 0.6, rem() * 0.6, rem() * 0.9, rem() * 0.6] });
    fit();
    rearrange();
    addEventListener("resize", () => { shown.updateSize(); fit(); rearrange(); });
    if (linked) shown.on("click", (e) => {
      const hit = shown.forEachFeatureAtPixel(e.pixel, (f) => f.get("org"), { hitTolerance: rem() / 2 });
      if (hit) location.assign(`/board/org/${part(hit)}`);
    });
    shown.once("rendercomplete", () => { $("svg", drawn)?.remove(); drawn.dataset.drawn = "ol"; });
  };
  const signs = (all) => {
    lights = new Map(all.map((o) => [o.key, light(o)]));
    $$("[data-map] g[data-org]").forEach((g) => {
      const which = lights.get(g.dataset.org) || "none";
      g.setAttribute("class", which + (g.classList.contains("town") ? " town" : ""));
      $(".sign", g).textContent = SIGNS[which];
    });
    rearrange();
  };

  const show = (now) => {
    numbers(now.n);
    orgs(now.orgs, now.all);
    cards(now.cards);
    stages(now.stages, now.since);
    columns(now.days);
    signs(now.orgs);
  };
  show(JSON.parse($("#now").textContent));
  $$(".fresh").forEach((e) => e.classList.remove("fresh"));
  map().catch(() => { /* the server's drawing stays */ });

  if (!("EventSource" in window)) { setTimeout(() => location.reload(), 30000); return; }
  const live = new EventSource(body.dataset.events), state = $("[data-live]");
  const say = (key) => { state.textContent = state.dataset[key]; };
  let heard = Date.now();
  live.addEventListener("open", () => say("on"));
  live.addEventListener("error", () => say("off"));
  live.addEventListener("screen", (e) => { heard = Date.now(); say("on"); show(JSON.parse(e.data)); });
  live.addEventListener("reset", () => location.reload());
  // The clock comes every minute: after three without a word the line is dead, and a page opened in the morning is made anew at night.
  const opened = Date.now();
  setInterval(async () => {
    if (Date.now() - heard < 180000 && Date.now() - opened < 6 * 3600000) return;
    heard = Date.now();
    try { if ((await fetch("/healthz")).ok) location.reload(); } catch { say("off"); }
  }, 15000);
})();
