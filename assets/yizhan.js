// SPDX-License-Identifier: Apache-2.0
// Comfort only: every page does its work without this file.
(() => {
  "use strict";
  const $ = (s, from = document) => from.querySelector(s);
  const $$ = (s, from = document) => [...from.querySelectorAll(s)];
  document.documentElement.classList.add("js");

  // A draft is kept as she types; fields that are asked now appear, others go.
  const keep = (form) => {
    const saved = $(".saved", form) || $(".saved");
    let timer = 0, running = null;
    const show = (text) => { if (saved) saved.textContent = text; };
    const ask = (names) => $$("[data-field]", form).forEach((box) => {
      const on = names.includes(box.dataset.field);
      box.hidden = !on;
      $$("input, select, textarea", box).forEach((c) => { c.disabled = !on; });
    });
    const save = async () => {
      running?.abort();
      running = new AbortController();
      show(saved?.dataset.saving || "");
      try {
        const reply = await fetch(form.dataset.save, { method: "POST", body: new URLSearchParams(new FormData(form)), signal: running.signal });
        if (!reply.ok) throw new Error(reply.status);
        const told = await reply.json();
        show(told.saved);
        if (told.asked) ask(told.asked);
      } catch (e) {
        if (e.name !== "AbortError") show(saved?.dataset.failed || "");
      }
    };
    form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(save, 700); });
    form.addEventListener("change", () => { clearTimeout(timer); timer = setTimeout(save, 100); });
  };
  $$("form[data-save]").forEach(keep);

  // Files go up with progress; what fails says so and can be sent again.
  const upload = (form) => {
    const bar = $("progress", form), told = $("[role=status]", form), input = $("input[type=file]", form);
    input.addEventListener("change", () => {
      if (!input.files.length) return;
      const request = new XMLHttpRequest();
      request.open("POST", form.action);
      request.upload.onprogress = (e) => { if (e.lengthComputable) { bar.hidden = false; bar.max = e.total; bar.value = e.loaded; } };
      request.onload = () => {
        if (request.status < 400 && request.responseURL) { location.assign(request.responseURL); return; }
        const page = new DOMParser().parseFromString(request.responseText, "text/html");
        told.textContent = [".error", ".summary li", "main p:not(.crumbs)"].map((one) => $(one, page)?.textContent).find(Boolean) || told.dataset.failed;
        bar.hidden = true;
        input.value = "";
      };
      request.onerror = () => { told.textContent = told.dataset.failed; bar.hidden = true; };
      told.textContent = "";
      request.send(new FormData(form));
    });
  };
  $$("form[data-upload]").forEach(upload);

  // The hall's screen: an untouched page goes on by itself; there is no other who would come back to it.
  const rest = document.body.dataset.rest;
  if (rest) {
    const left = $("[data-left]");
    let end = 0;
    const touched = () => { end = Date.now() + 1000 * document.body.dataset.after; };
    touched();
    if (!left) ["pointerdown", "scroll", "keydown", "touchmove"].forEach((e) => addEventListener(e, touched, { passive: true, capture: true }));
    setInterval(() => {
      if (left) left.textContent = Math.max(0, Math.ceil((end - Date.now()) / 1000));
      if (Date.now() >= end) { end = Infinity; location.replace(rest); }
    }, 250);
    addEventListener("pageshow", (e) => { if (e.persisted) location.reload(); });
  }

  // Suggestions while she types.
  const suggest = (input) => {
    const list = document.getElementById(input.getAttribute("aria-controls"));
    let timer = 0, at = -1;
    const choose = (n) => {
      const rows = $$("[role=option]", list);
      at = rows.length ? (n + rows.length) % rows.length : -1;
      rows.forEach((r, i) => r.setAttribute("aria-selected", String(i === at)));
      if (at >= 0) input.setAttribute("aria-activedescendant", rows[at].id); else input.removeAttribute("aria-activedescendant");
    };
    const fill = (rows) => {
      list.replaceChildren(...rows.map((r, i) => {
        const li = document.createElement("li");
        li.id = `${list.id}-${i}`; li.role = "option"; li.textContent = r.name;
        li.addEventListener("click", () => location.assign(`/item/${encodeURIComponent(r.code)}`));
        return li;
      }));
      input.setAttribute("aria-expanded", String(rows.length > 0));
      at = -1;
    };
    input.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(async () => {
        const q = input.value.trim();
        if (!q) return fill([]);
        try { fill(await (await fetch(`/suggest?q=${encodeURIComponent(q)}`)).json()); } catch { fill([]); }
      }, 150);
    });
    input.addEventListener("keydown", (e) => {
      if (e.key === "ArrowDown") { choose(at + 1); e.preventDefault(); }
      else if (e.key === "ArrowUp") { choose(at - 1); e.preventDefault(); }
      else if (e.key === "Escape") fill([]);
      else if (e.key === "Enter" && at >= 0) { $$("[role=option]", list)[at].click(); e.preventDefault(); }
    });
    document.addEventListener("click", (e) => { if (!list.contains(e.target) && e.target !== input) fill([]); });
  };
  $$("input[data-suggest]").forEach(suggest);

  // A guide's address: handed to another program, or copied; a page printed.
  const said = (text) => { const at = $("[data-shared]"); if (at) at.textContent = text; };
  $$("[data-share]").forEach((b) => b.addEventListener("click", async () => {
    const { share: url, title, copied } = b.dataset;
    try {
      if (navigator.share) await navigator.share({ title, url });
      else { await navigator.clipboard.writeText(url); said(copied); }
    } catch (e) {
      if (e.name === "AbortError") return;
      const box = $("input.address"); // an old browser: it is marked, ready to be copied
      box?.focus();
      box?.select();
    }
  }));
  $$("[data-print]").forEach((b) => b.addEventListener("click", () => window.print()));

  // The desk by keyboard: j k move, Enter opens, / searches, ? lists the keys; in a case, letters press its acts.
  const typing = (e) => e.ctrlKey || e.metaKey || e.altKey || /^(INPUT|SELECT|TEXTAREA)$/.test(e.target.tagName) || e.target.isContentEditable;
  const table = $("table[data-desk]");
  document.addEventListener("keydown", (e) => {
    if (typing(e)) return;
    const keys = $("dialog[data-keys]");
    if (e.key === "?" && keys) { keys.open ? keys.close() : keys.showModal(); e.preventDefault(); return; }
    if (e.key === "/" && $("input[type=search]")) { $("input[type=search]").focus(); e.preventDefault(); return; }
    if (table && (e.key === "j" || e.key === "k")) {
      const links = $$("tbody a[data-open]", table);
      const now = links.indexOf(document.activeElement);
      links[Math.max(0, Math.min(links.length - 1, now + (e.key === "j" ? 1 : -1)))]?.focus();
      e.preventDefault();
      return;
    }
    const act = /^[a-z0-9]$/.test(e.key) && $(`[data-key="${e.key}"]`);
    if (act) { act.click(); e.preventDefault(); }
  });

  // The board is live: an event says that something changed, and the numbers are fetched anew.
  const board = $("[data-board]");
  if (board && "EventSource" in window) {
    let timer = 0;
    const refresh = () => { clearTimeout(timer); timer = setTimeout(async () => {
      try {
        const reply = await fetch(board.dataset.board + location.search);
        if (!reply.ok) return;
        const fresh = document.createRange().createContextualFragment(await reply.text());
        const before = new Map($$("[data-number]", board).map((n) => [n.dataset.number, n.textContent]));
        board.replaceChildren(fresh);
        $$("[data-number]", board).forEach((n) => { if (before.has(n.dataset.number) && before.get(n.dataset.number) !== n.textContent) n.classList.add("fresh"); });
      } catch { /* the next event tries again */ }
    }, 300); };
    const live = new EventSource("/board/events"), state = $("[data-live]");
    const say = (key) => { if (state) state.textContent = state.dataset[key]; };
    live.addEventListener("open", () => say("on"));
    live.addEventListener("error", () => say("off"));
    ["case", "card", "reset"].forEach((name) => live.addEventListener(name, refresh));
  }

  // What is folded on the screen is open on paper.
  addEventListener("beforeprint", () => $$("details:not([open])").forEach((d) => { d.open = true; d.dataset.folded = ""; }));
  addEventListener("afterprint", () => $$("details[data-folded]").forEach((d) => { d.open = false; delete d.dataset.folded; }));
})();
