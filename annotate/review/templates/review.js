"use strict";
// Forms work without this. It adds keys, and keeps the page with what was typed where a form cannot be sent.
// No word is made into markup. It runs before the page is there, so that no key comes too early.
(() => {
  const part = (id) => document.getElementById(id);
  const stopped = "The page gets no answer: `annotate review` was ended, or this computer slept. What is typed here is not saved; start `annotate review` again, and open the address that it prints.";
  let busy = false;
  let typed = false;

  function show(id, words) {
    if (part(id).textContent === words) return; // nothing to read out again
    part(id).textContent = words;
    part(id).hidden = !words;
  }

  // ---- decisions: sent one at a time, and the page goes on only when the decision is kept

  async function answer(response) {
    if (response.ok) return response.json();
    const words = response.headers.get("content-type")?.includes("json") ? (await response.json()).problem : await response.text();
    throw new Error(words);
  }

  async function send(form, button) {
    if (busy) return;
    busy = true;
    document.body.setAttribute("aria-busy", "true");
    try {
      const body = new URLSearchParams(new FormData(form, button));
      const { next } = await answer(await fetch(form.action, { method: "POST", body, headers: { accept: "application/json" } }));
      typed = false;
      location.assign(next);
    } catch (error) {
      busy = false;
      document.body.removeAttribute("aria-busy");
      show("_problem", error instanceof TypeError ? stopped : error.message);
      scrollTo(0, 0);
    }
  }

  addEventListener("submit", (event) => {
    event.preventDefault();
    send(event.target, event.submitter);
  });
  addEventListener("input", (event) => { typed = typed || Boolean(event.target.form); });
  addEventListener("beforeunload", (event) => { if (typed) event.preventDefault(); });
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); }); // what it shows may be old

  // ---- keys: each element names its own

  addEventListener("keydown", (event) => {
    const writing = event.target.matches("input, select");
    if (event.key === "Escape" && writing) event.target.blur();
    if (event.key === "Enter" && event.target.matches("select") && event.target.form) {
      event.preventDefault(); // a list opens where browsers differ; here Enter saves, as in the other fields
      event.target.form.requestSubmit(event.target.form.querySelector("button"));
      return;
    }
    if (writing || busy || event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
    const found = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]:not([hidden])`);
    if (!found) return;
    event.preventDefault();
    if (found.matches("input, select")) {
      found.focus();
      found.select?.();
    } else found.click();
  });

  // ---- what is in Label Studio

  function line(point) {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = point.address;
    link.dir = "auto";
    link.textContent = point.claim;
    item.append(link, `: ${point.words}`);
    return item;
  }

  async function look() {
    if (document.hidden || busy || !part("_points")) return;
    try {
      const state = await answer(await fetch(document.body.dataset.state));
      part("_words").textContent = state.words;
      show("_trouble", state.trouble);
      const lines = state.points.map(line);
      const words = (items) => [...items].map((item) => item.textContent).join();
      if (words(lines) !== words(part("_points").children)) part("_points").replaceChildren(...lines);
      part("_points").hidden = !lines.length;
      if (part("_problem").textContent === stopped) show("_problem", "");
    } catch (error) {
      show("_problem", error instanceof TypeError ? stopped : error.message);
    }
  }
  setInterval(look, 1000);
})();
