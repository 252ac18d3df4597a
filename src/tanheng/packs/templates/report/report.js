"use strict";
// The address keeps the choices: #en, #proof-3~en, #cells~en~t. A target comes first, then language and unit.
(() => {
  const root = document.documentElement;
  // The units of each language; another language opens in its own, unless it has the unit that is shown.
  const units = { zh: ["t", "w", "y"], en: ["t", "k", "m"] };
  const opening = { lang: root.dataset.lang, unit: root.dataset.unit };
  const speak = (lang) => {
    root.dataset.lang = lang;
    if (!units[lang].includes(root.dataset.unit)) root.dataset.unit = root.getAttribute(`data-unit-${lang}`);
  };

  const read = () => {
    const words = location.hash.slice(1).split("~").filter(Boolean);
    return {
      lang: words.includes("en") ? "en" : words.includes("zh") ? "zh" : null,
      unit: [...units.zh, ...units.en].find((unit) => words.includes(unit)) || null,
      target: words.find((word) => document.getElementById(word)) || null,
    };
  };

  const show = () => {
    const lang = root.dataset.lang;
    root.lang = lang === "en" ? "en" : "zh-CN";
    document.title = document.body.getAttribute(`data-title-${lang}`);
    for (const mark of document.querySelectorAll(".q[data-t]")) mark.textContent = mark.getAttribute(`data-${root.dataset.unit}`);
    for (const button of document.querySelectorAll("button[data-set-lang]")) button.setAttribute("aria-pressed", button.dataset.setLang === lang);
    for (const button of document.querySelectorAll("button[data-set-unit]")) {
      button.setAttribute("aria-pressed", button.dataset.setUnit === root.dataset.unit);
      button.hidden = !units[lang].includes(button.dataset.setUnit);
    }
  };

  const keep = (target) => {
    const { lang, unit } = root.dataset;
    const words = [target, lang === opening.lang ? null : lang, lang === opening.lang && unit === opening.unit ? null : unit].filter(Boolean);
    history.replaceState(null, "", words.length ? `#${words.join("~")}` : location.pathname + location.search);
  };

  const reveal = (id) => {
    const place = document.getElementById(id);
    if (!place) return;
    for (const old of document.querySelectorAll(".here")) old.classList.remove("here");
    if (place.tagName === "DETAILS") place.open = true;
    place.classList.add("here");
    place.scrollIntoView({ block: "start" });
  };

  const arrive = () => {
    const asked = read();
    if (asked.lang) speak(asked.lang);
    if (asked.unit && units[root.dataset.lang].includes(asked.unit)) root.dataset.unit = asked.unit;
    show();
    if (asked.target) reveal(asked.target);
    keep(asked.target);
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    const link = event.target.closest("a[href^='#']");
    if (button && button.dataset.setLang) speak(button.dataset.setLang);
    if (button && button.dataset.setUnit) root.dataset.unit = button.dataset.setUnit;
    if (button) {
      show();
      keep(read().target);
    }
    if (link) {
      event.preventDefault();
      const target = link.getAttribute("href").slice(1);
      history.pushState(null, "", `#${target}`);
      reveal(target);
      keep(target);
    }
  });

  // On paper a closed proof would be lost; the proofs of a long report would be a book, so those stay as they are.
  addEventListener("beforeprint", () => {
    const closed = [...document.querySelectorAll("details.proof:not([open])")];
    if (closed.length > 24) return;
    for (const one of closed) one.open = true;
    addEventListener("afterprint", () => closed.forEach((one) => (one.open = false)), { once: true });
  });
  addEventListener("hashchange", arrive);
  root.classList.add("live");
  arrive();
})();
