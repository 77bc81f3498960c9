/* The desk's keys in a labelling page of Label Studio: one key a claim, and how far one is.

   The labeling config alone gives two keys a claim. This script, which the server adds to the pages, relies on private
   objects of Label Studio 1.23.2: `Htx`, its `annotationStore.selected` with the members in NEEDED, and the regions and
   controls in there. Where one is missing it does nothing, and two keys work, as the page then says. */
(() => {
  "use strict";
  const AUTO_ADVANCE = document.currentScript.dataset.autoAdvance !== "false";
  const NEEDED = ["names", "regions", "selectArea", "unselectAll", "history", "undo", "createResult", "deserializeResults"];
  const SUBMIT = "[data-testid=bottombar-submit-button], [data-testid=bottombar-update-button]";
  const LOST = "You are logged out; nothing is lost. Log in again in another tab, then press f.";
  const STYLE = `
    .claimdesk { flex: 0 0 100%; display: flex; flex-wrap: wrap; align-items: center; gap: 0 10px; font-size: 12px; }
    .desk-bar .claimdesk { padding: 0 8px; } .claimdesk b:empty { display: none; } .claimdesk summary { cursor: pointer; }
    .claimdesk > * { height: 22px; line-height: 22px; margin: 0; white-space: nowrap; }
    .desk-bar .claimdesk .keys { order: 1; flex: 1 0 100%; overflow: hidden; text-overflow: ellipsis; }
    .claimdesk progress { width: 90px; height: 4px; appearance: none; border: none; background: var(--color-neutral-border); }
    .claimdesk progress::-webkit-progress-bar { background: var(--color-neutral-border); }
    .claimdesk progress::-webkit-progress-value, .claimdesk progress::-moz-progress-bar { background: #009E73; }
    .claimdesk pre { position: absolute; z-index: 9; margin: 0; padding: 6px 12px; max-height: 50vh; overflow: auto;
      font: inherit; background: var(--color-neutral-background); border: 1px solid var(--color-neutral-border); }
    .claimdesk [role=status]:not(:empty) { padding: 0 8px; border-radius: 3px; font-weight: 600; color: #fff; background: #8A4B00; }
    .claimdesk-on .desk-keys { display: none; }`;

  let open; // the annotation in the page
  let fresh; // until somebody presses a key or clicks: Label Studio may yet draw the page again, with nothing chosen
  let place = 0; // where the last chosen claim begins
  let parts; // the two claims of the last split, as long as the arrow keys may move it
  let warned; // the annotation that the first `f` did not submit, since claims have no label
  let updated; // the annotation that was submitted again: once it is saved, the page goes on
  let sections = []; // what is left in the other sections of the article, in words
  let message = "";
  let kept = ""; // the version of the answers that is in localStorage
  let lost = ""; // what to say as long as the session is lost
  let checked = 0; // when it was last looked for, in milliseconds

  // ---- what is in the page
  function desk() {
    const annotation = window.Htx?.annotationStore?.selected;
    if (!annotation || !document.querySelector(".desk") || NEEDED.some((name) => !(name in annotation))) return null;
    const layout = { labels: "article", choices: "claim" }[annotation.names.get("label")?.type];
    return layout && annotation.type === "annotation" && !annotation.isReadOnly() ? { annotation, layout } : null;
  }
  const isLoading = () => Htx.isLoading || Htx.isSubmitting || Htx.noTask;
  const start = (region) => region.globalOffsets.start;
  const words = ({ results }, name) => results.filter((result) => result.from_name.name === name)
    .flatMap((result) => Array.from(result.mainValue ?? []).flat());
  const isClaim = (region) => region.globalOffsets && words(region, "label").length && !words(region, "mark").length;
  const isJudged = (answer) => words(answer, "flags").includes("not_a_claim")
    || [...words(answer, "label"), ...words(answer, "suggestion")].some((label) => label !== "claim");
  const claims = (annotation) => annotation.regions.filter(isClaim).sort((one, other) => start(one) - start(other));
  const many = (count, what) => `${count} ${what}${count === 1 ? "" : "s"}`;
  const unjudged = (annotation) => claims(annotation).filter((claim) => !isJudged(claim));

  /** Return the chosen claim, or the one that the chosen source or cue is in. */
  function chosen(annotation) {
    const region = annotation.selectedRegions.at(-1);
    if (!region || isClaim(region)) return region;
    return claims(annotation).find((claim) => start(claim) <= start(region) && start(region) < claim.globalOffsets.end);
  }
  const holds = (region, node) => region._spans?.some((span) => span.contains(node));

  /** Return where in a claim was clicked, in code points of the text; NaN where it was elsewhere. */
  function clicked(region) {
    const { anchorNode, anchorOffset } = getSelection(), range = document.createRange();
    if (!holds(region, anchorNode)) return NaN;
    range.setStart(region._spans[0], 0);
    range.setEnd(anchorNode, anchorOffset);
    let before = Array.from(range.toString()).length; // without the line breaks, which are elements in the page
    return start(region) + Array.from(region.text).findIndex((sign) => sign !== "\n" && before-- <= 0);
  }

  // ---- from claim to claim
  function choose(annotation, region) {
    if (!region) return;
    getSelection().removeAllRanges();
    annotation.unselectAll();
    annotation.selectArea(region);
    place = start(region);
  }
  function step(annotation, way) {
    const from = chosen(annotation) ? start(chosen(annotation)) : place - (way > 0);
    const ahead = claims(annotation).filter((claim) => (start(claim) - from) * way > 0);
    choose(annotation, way > 0 ? ahead[0] : ahead.at(-1));
  }
  function goOn(annotation) {
    const left = unjudged(annotation);
    choose(annotation, left.find((claim) => start(claim) > place) ?? left[0]);
    if (!left.length) message = "Every claim has a label: f submits.";
  }
  function begin({ annotation, layout }) {
    [open, fresh, place, parts, message] = [annotation, layout === "article", 0, null, ""];
    restore(annotation);
    if (fresh) countSections();
  }

  // ---- labels, claims, sources
  function label({ annotation, layout, region }, key) {
    const wanted = annotation.names.get("label").children.find((each) => each.hotkey === key);
    if (!wanted || (layout === "article" && !region)) return false; // it is for what will be drawn next
    if (region && region !== annotation.selectedRegions.at(-1)) choose(annotation, region);
    if (region ? !region.labels.includes(wanted.alias) : !wanted.sel) wanted.onHotKey();
    if (AUTO_ADVANCE && wanted.alias !== "claim") region ? goOn(annotation) : submit();
  }

  /** Make several changes one step of the history, so that one Ctrl+Z undoes them; then choose the claim. */
  function change(annotation, region, said, changes) {
    annotation.history.freeze("claimdesk");
    try { changes(); } finally { annotation.history.unfreeze("claimdesk"); }
    choose(annotation, region);
    message = said;
  }
  function resize(region, from, to) {
    region.updateGlobalOffsets(from, to);
    region.updateTextOffsets(from, to);
    region.updateHighlightedText({ force: true });
    region.updateAppearenceFromState();
  }
  function merge({ annotation, region }) {
    const next = region && claims(annotation).find((claim) => start(claim) > start(region));
    if (!next) return void (message = "There is no claim to merge with.");
    const { end } = next.globalOffsets;
    change(annotation, region, "Merged. Ctrl+Z takes it back.", () => {
      next.deleteRegion();
      resize(region, start(region), Math.max(region.globalOffsets.end, end));
    });
  }

  /** Return where the words between two places begin, but for the first: {at, likely}, after a comma or the like. */
  function seams(object, from, end) {
    const text = Array.from(object.getTextFromGlobalOffsets({ start: from, end }));
    const ats = [...text.keys()].filter((n) => n && /\s\S/.test(text[n - 1] + text[n]));
    return ats.map((n) => ({ at: from + n, likely: /[,;:–—]/.test(text[n - 2]) }));
  }
  function split({ annotation, region }) {
    const { object, globalOffsets: { end } = {} } = region ?? {}, all = region ? seams(object, start(region), end) : [];
    if (!all.length) return void (message = "There is nothing to split.");
    const click = clicked(region), aimed = click > start(region), likely = all.filter((seam) => seam.likely);
    const near = (seam) => Math.abs(seam.at - (aimed ? click : (start(region) + end) / 2));
    const { at } = (aimed || !likely.length ? all : likely).reduce((best, seam) => (near(seam) < near(best) ? seam : best));
    const globalOffsets = { start: at, end, calculated: true };
    change(annotation, region, "Split: ← and → move the cut, Ctrl+Z takes it back.", () => {
      const value = { start: "", end: "", startOffset: at, endOffset: end, isText: true, text: "", globalOffsets };
      parts = [region, annotation.createResult(value, { labels: ["claim"] }, annotation.names.get("label"), object, true)];
      parts[1].applyHighlight();
      cut(parts, at);
    });
  }
  function cut([first, second], at) {
    const before = first.object.getTextFromGlobalOffsets({ start: start(first), end: at });
    resize(first, start(first), start(first) + Array.from(before.trimEnd()).length);
    resize(second, at, second.globalOffsets.end);
  }
  function moveCut({ annotation, region }, way) {
    if (!parts || region !== parts[0]) return false;
    const all = seams(region.object, start(region), parts[1].globalOffsets.end).map(({ at }) => at);
    const at = all[all.indexOf(start(parts[1])) + way];
    if (at) change(annotation, region, message, () => { annotation.history.setReplaceNextUndoState(); cut(parts, at); });
  }
  function remove({ annotation, region }) {
    if (!region) return false;
    place = start(region);
    annotation.deleteSelectedRegions();
    const left = claims(annotation);
    choose(annotation, left.find((claim) => start(claim) >= place) ?? left.at(-1));
  }
  function undo({ annotation }) {
    const before = new Set(claims(annotation).map((claim) => JSON.stringify(claim)));
    annotation.undo();
    choose(annotation, claims(annotation).find((claim) => !before.has(JSON.stringify(claim))));
  }
  function editSource({ annotation }) {
    const box = annotation.names.get("source"), [filled] = box.regions;
    if (filled) { box.setValue(filled._value); filled.deleteRegion(); }
    setTimeout(() => box.textareaRef.current?.focus());
  }
  function clearSource({ annotation }) {
    for (const filled of [...annotation.names.get("source").regions]) filled.deleteRegion();
  }

  // ---- submitting
  /** Return whether an answer may be sent: everything has a label, or this is the second try. */
  function maySend({ annotation, layout }) {
    const left = layout === "article" ? unjudged(annotation) : [annotation].filter((answer) => !isJudged(answer));
    if (!left.length || warned === annotation) return true;
    warned = annotation;
    if (layout === "article") choose(annotation, left[0]);
    message = `${layout === "claim" ? "This claim is" : many(left.length, "claim")} without a label: f again submits.`;
    return false;
  }
  function submit() {
    const button = document.querySelector(SUBMIT);
    if (button && !button.disabled) button.click(); // `onClick` asks whether it may
    else if (Htx.canGoNextTask) Htx.nextTask(); // an answer that was not changed
  }
  function onClick(event) {
    const now = desk(), button = event.target.closest(SUBMIT);
    if (!now) return;
    fresh = false;
    if (!button) warned = null;
    else if (lost || isLoading() || !maySend(now)) stop(event);
    else if (button.dataset.testid.includes("update") && Htx.hasInterface("topbar:prevnext")) updated = now.annotation;
    const claim = claims(now.annotation).find((region) => holds(region, event.target));
    if (claim) setTimeout(() => chosen(now.annotation) ?? now.annotation.selectArea(claim)); // a second click had unchosen it
    const inSource = now.annotation.names.get("source")?.elementRef.current?.contains(event.target);
    if (inSource && event.target.closest("[data-testid=htx-textbox-content]")) editSource(now);
  }

  // ---- a lost session, and answers that the server does not have yet
  const ask = window.fetch;
  const isOpen = () => open && window.Htx?.annotationStore?.selected === open;
  /** Fetch for the page, and see what is refused to a session that is lost, and what is saved. */
  window.fetch = async (...request) => {
    const [where, sent] = isOpen() ? [shelf(open), version(open)] : [];
    const answer = await ask(...request);
    if (answer.status === 401) lost ||= LOST;
    const saves = /^P/.test(request[1]?.method) && /\/(annotations|drafts)\b/.test(request[0].url ?? request[0]);
    if (saves && answer.ok && isOpen() && version(open) === sent) localStorage.removeItem(where);
    return answer;
  };
  async function isLoggedIn() {
    checked = Date.now();
    const before = lost;
    const answer = await ask("/api/current-user/whoami").catch(() => null);
    if (answer?.status === 401) lost ||= LOST;
    if (!answer?.ok || lost !== before) return false; // the answer may be older than what is known by now
    const { id, email } = await answer.json();
    if (lost) message = "You are logged in again.";
    lost = id === Htx.user.id ? "" : `You are now ${email}: log in as ${Htx.user.email}, then press f.`;
    return !lost;
  }
  const version = ({ history }) => `${history.undoIdx} of ${history.history.length}, ${+history.lastAdditionTime}`;
  const shelf = ({ pk }) => `claimdesk ${Htx.user.id} ${Htx.task.id} ${pk ?? ""}`;
  function keep(annotation) {
    if (kept === version(annotation)) return;
    kept = version(annotation);
    localStorage.setItem(shelf(annotation), JSON.stringify(annotation.serializeAnnotation()));
  }
  function restore(annotation) {
    const before = localStorage.getItem(shelf(annotation));
    if (before && before !== JSON.stringify(annotation.serializeAnnotation())) {
      change(annotation, null, "What you had labelled is back.", () => {
        annotation.deleteAllRegions({ deleteReadOnly: true });
        annotation.deserializeResults(JSON.parse(before));
        annotation.updateObjects();
      });
    }
    kept = version(annotation);
  }

  // ---- how far one is
  async function countSections() {
    const { dataObj: { article_id: value }, id } = Htx.task, project = location.pathname.split("/")[2];
    const items = [{ filter: "filter:tasks:data.article_id", operator: "equal", type: "String", value }];
    const query = JSON.stringify({ filters: { conjunction: "and", items } });
    const asked = new URLSearchParams({ project, query, page_size: 500, include: "id,data,annotators,is_labeled" });
    const { tasks } = await (await ask(`/api/tasks?${asked}`)).json();
    sections = tasks.filter((task) => task.id !== id && !task.is_labeled && !task.annotators.includes(Htx.user.id))
      .map(({ data }) => `${data.section || data.position}: ${many(data.claims.length, "claim")}`);
  }
  function draw({ annotation, layout }) {
    const bar = document.querySelector(".claimdesk") ?? build(annotation, layout);
    const put = (name, text) => {
      const part = bar.querySelector(name);
      if (part.textContent !== text) part.textContent = text; // a screen reader speaks what is written anew
    };
    const all = claims(annotation), done = all.filter(isJudged).length;
    if (layout === "article") put("b", `${done} of ${all.length} judged`);
    Object.assign(bar.querySelector("progress"), { max: all.length || 1, value: done, hidden: layout === "claim" });
    bar.querySelector("details").hidden = !sections.length;
    put("summary", many(sections.length, "more section"));
    put("pre", sections.join("\n"));
    put("[role=status]", lost || message);
  }
  function build(annotation, layout) {
    const bar = document.createElement("div"), line = document.querySelector(".desk-keys");
    const labels = annotation.names.get("label").children.filter(({ alias }) => alias !== "claim");
    const does = `${labels.map(({ hotkey }) => hotkey).join(" ")} ${AUTO_ADVANCE ? "label and go on" : "label"} · 0 no label`;
    const goes = layout === "claim" ? "k back" : "j k next, back · m merge · / split · Ctrl+Z undo";
    const keys = `${does} · ${goes} · e source · x clear it · f submit`;
    bar.className = "claimdesk";
    bar.innerHTML = `<b></b><progress aria-label="Claims judged"></progress><details><summary></summary><pre></pre></details>
      <p class="keys" title="${keys}">${keys}</p><p role="status"></p>`;
    line ? line.after(bar) : document.querySelector(".desk-bar, .desk-label").append(bar);
    document.documentElement.classList.add("claimdesk-on");
    return bar;
  }

  // ---- keys
  const BOTH = { f: async () => (!lost || (await isLoggedIn())) && submit(), e: editSource, x: clearSource };
  const KEYS = {
    article: { ...BOTH, m: merge, "/": split, Backspace: remove, "Ctrl+z": undo, j: ({ annotation }) => step(annotation, 1),
      k: ({ annotation }) => step(annotation, -1), ArrowLeft: (now) => moveCut(now, -1), ArrowRight: (now) => moveCut(now, 1) },
    claim: { ...BOTH, j: () => Htx.canGoNextTask && Htx.nextTask(), k: () => Htx.canGoPrevTask && Htx.prevTask() },
  };
  const BOX = "textarea, select, [contenteditable], input:not([type=checkbox], [type=radio])";
  const stop = (event) => { event.preventDefault(); event.stopImmediatePropagation(); };

  /** Return a key's name: its letter or digit on any keyboard, with Ctrl where it is held; Ctrl+Enter is `f`. */
  function keyOf({ key, code, ctrlKey, metaKey, altKey, shiftKey }) {
    const letter = key.length > 1 || /[a-z0-9/]/i.test(key) ? key : code.replace(/^(Key|Digit)/, "");
    const name = (ctrlKey || metaKey ? "Ctrl+" : "") + (letter.length > 1 ? letter : letter.toLowerCase());
    return altKey || (shiftKey && (ctrlKey || metaKey)) ? "" : name === "Ctrl+Enter" ? "f" : name;
  }
  function onKey(event) {
    const now = desk(), key = keyOf(event);
    if (window.Htx?.noTask && key === "k") Htx.prevTask(null, true); // from the page that says all is done
    if (!now) return;
    const box = event.target.closest?.(BOX);
    if (box && key === "Escape" && box.closest(".desk")) stop(event), box.blur();
    if (box) return;
    if (Date.now() - checked > 10_000) isLoggedIn();
    const act = KEYS[now.layout][key] ?? (/^\d$/.test(key) && ((page) => label(page, key)));
    if (key !== "f") warned = null;
    if (!act) return void (fresh = false);
    if (isLoading() || (event.repeat && !/^[jk]$|^Arrow/.test(key))) return stop(event);
    tick();
    fresh = false;
    if (!key.startsWith("Arrow")) message = "";
    if (act({ ...now, region: now.layout === "article" ? chosen(now.annotation) : null }) !== false) stop(event);
    if (!/Arrow|\//.test(key)) parts = null;
    tick();
  }

  /** Look at the page, five times a second: Label Studio does not tell what changed. */
  function tick() {
    const now = desk();
    if (!now || isLoading()) return;
    window.claimdesk ??= { version: 1 };
    const saved = updated && updated !== now.annotation;
    if (saved) updated = null;
    if (saved && Htx.canGoNextTask) return Htx.nextTask();
    if (open !== now.annotation) begin(now);
    if (fresh && !chosen(open)) choose(open, unjudged(open)[0] ?? claims(open)[0]);
    keep(now.annotation);
    draw(now);
  }

  document.head.append(Object.assign(document.createElement("style"), { textContent: STYLE }));
  addEventListener("keydown", onKey, true);
  addEventListener("click", onClick, true);
  addEventListener("focus", () => lost && isLoggedIn());
  addEventListener("focusout", () => desk()?.annotation.names.forEach((box) => box.type === "textarea" && box.submitChanges()));
  setInterval(tick, 200);
})();
