// SPDX-License-Identifier: Apache-2.0
// The diagram editor on an administrator's page: what is drawn goes into the box that the form sends anyway.
"use strict";
(() => {
  const form = document.querySelector("form[data-editor]");
  const place = document.querySelector("#editor-canvas");
  const text = form && form.querySelector("textarea");
  const say = document.querySelector("#editor-said");
  const Modeler = window.BpmnJS || window.DmnJS;
  if (!form || !place || !text || !Modeler) return;
  const bpmn = Boolean(window.BpmnJS);
  const modeler = new Modeler({ container: place });
  let drawn = false, changed = false, sending = false;

  // What the house asks of a task beside its name: attributes of yz:.
  const own = document.querySelector("#editor-own");

  // dmn-js knows DMN 1.3: a later model is called that while it is drawn, and by its own name again when it is saved.
  // What it does not know is told by a warning, and then it does not get to lose it.
  const DATE = /(spec\/DMN\/)(\d{8})(\/)/g, KNOWN = "20191111";
  const dates = [...new Set([...text.value.matchAll(DATE)].map((m) => m[2]))];
  const open = bpmn || dates.length !== 1 ? text.value : text.value.replace(DATE, `$1${KNOWN}$3`);
  const close = (xml) => (bpmn || dates.length !== 1 ? xml : xml.replace(DATE, `$1${dates[0]}$3`));

  const fail = (why) => {
    say.textContent = `${say.dataset.failed} ${why}`;
    say.hidden = false;
    place.hidden = true;
    if (own) own.hidden = true;
    form.querySelector("#editor-text").open = true;
  };

  const watch = () => {
    let element = null;
    const inputs = [...own.querySelectorAll("input[data-attr]")];
    const show = () => {
      const bo = element && element.businessObject;
      own.disabled = !bo || !/Task$/.test(bo.$type);
      for (const i of inputs) i.value = own.disabled ? "" : bo.$attrs[`yz:${i.dataset.attr}`] || "";
    };
    modeler.get("eventBus").on("selection.changed", (e) => {
      element = e.newSelection.length === 1 ? e.newSelection[0] : null;
      show();
    });
    for (const i of inputs)
      i.addEventListener("change", () => element && modeler.get("modeling").updateProperties(element, { [`yz:${i.dataset.attr}`]: i.value.trim() || undefined }));
    modeler.get("eventBus").on("commandStack.changed", () => { changed = true; show(); });
    // The palette lies over the left edge.
    modeler.get("canvas").zoom("fit-viewport");
    modeler.get("canvas").scroll({ dx: 110, dy: 0 });
    own.hidden = false;
    show();
  };

  modeler.importXML(open).then(({ warnings }) => {
    if (warnings.length) return fail(warnings[0].message);
    drawn = true;
    place.dataset.ready = "true";
    if (bpmn) watch();
  }, (e) => fail(e.message));

  window.addEventListener("beforeunload", (e) => { if (changed && !sending) e.preventDefault(); });
  form.addEventListener("submit", (e) => {
    // What was typed into the box goes as it is.
    const typed = form.querySelector("#editor-text").open;
    if (sending || !drawn || typed) { sending = true; return; }
    e.preventDefault();
    const by = e.submitter;
    modeler.saveXML({ format: true }).then(({ xml }) => {
      text.value = close(xml);
      sending = true;
      setTimeout(() => form.requestSubmit(by)); // not while this event is still on its way: it would be ignored
    }, (why) => fail(why.message));
  });
})();
