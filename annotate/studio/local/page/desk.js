/* The desk's keys in a labelling page of Label Studio: one key a claim, and how far one is.

   The labeling config alone gives two keys a claim. This script, added to the pages by the server, relies on private
   objects of Label Studio 1.23.2: `Htx` (task, user, flags, prevTask, nextTask) and its `annotationStore.selected`, with
   the members in NEEDED. Where one is missing it does nothing, and two keys work as the page then says. */
(() => {
  "use strict";
  const AUTO_ADVANCE = document.currentScript.dataset.autoAdvance !== "false";
  const NEEDED = ["names", "regions", "selectArea", "unselectAll", "history", "undo", "createResult", "serializeAnnotation"];
  const SUBMIT = "[data-testid=bottombar-submit-button], [data-testid=bottombar-update-button]";
  const LOST = "You are logged out. Nothing is lost: log in again in another tab, then press f.";
  const STYLE = `
    .claimdesk { flex: 0 0 100%; display: flex; align-items: center; gap: 12px; min-height: 22px; padding: 0 8px; font-size: 12px; }
    .claimdesk progress { flex: none; width: 110px; height: 4px; appearance: none; border: none; background: var(--color-neutral-border); }
    .claimdesk progress::-webkit-progress-bar { background: var(--color-neutral-border); }
    .claimdesk progress::-webkit-progress-value, .claimdesk progress::-moz-progress-bar { background: #009E73; }
    .claimdesk details { flex: none; position: relative; } .claimdesk summary { cursor: pointer; font-weight: 600; }
    .claimdesk pre { position: absolute; z-index: 9; width: 320px; max-height: 50vh; overflow: auto; margin: 0; padding: 6px 12px;
      font: inherit; white-space: pre-wrap; background: var(--color-neutral-background); border: 1px solid var(--color-neutral-border); }
    .claimdesk p { margin: 0; } .claimdesk p:empty, .claimdesk-on .desk-keys { display: none; }
    .claimdesk [role=status], .desk-text ::selection { background: #8A4B00; color: #fff; }
    .claimdesk [role=status] { padding: 1px 8px; border-radius: 3px; font-weight: 600; }
    .claimdesk:has([role=status]:not(:empty)) .claimdesk-keys { display: none; }`;

  let open; // the annotation in the page
  let place = 0; // where the last chosen claim begins
  let warned; // the annotation that was not submitted at the first press, since claims have no label
  let updated; // the annotation that was submitted again: the page goes on once it is saved
  let sections = []; // of the article: {id, article_id, name, claims, done}
  let tasks = [0, 0]; // in the claim layout: how many this person has answered, of how many
  let message = "";
  let kept = ""; // the version of the answers that localStorage or the server has
  let session; // where it is lost: `back`, a promise that `found` fulfils, and `words` to show
  let checked = 0; // when the session was last asked for

  // ------------------------------------------------------------------ what is in the page

  function desk() {
    const annotation = window.Htx?.annotationStore?.selected;
    if (!annotation || !document.querySelector(".desk") || NEEDED.some((name) => !(name in annotation))) return null;
    const layout = { labels: "article", choices: "claim" }[annotation.names.get("label")?.type];
    return layout && annotation.type === "annotation" && !annotation.isReadOnly() ? { annotation, layout } : null;
  }

  const isLoading = () => Htx.isLoading || Htx.isSubmitting || Htx.noTask;
  const start = (region) => region.globalOffsets.start;
  const words = (results, name) => results.filter((result) => result.from_name.name === name)
    .flatMap((result) => Array.from(result.mainValue ?? []).flat());
  const isClaim = ({ globalOffsets, results }) => globalOffsets && !words(results, "mark").length && words(results, "label").length;
  const isJudged = ({ results }) => words(results, "flags").includes("not_a_claim")
    || [...words(results, "label"), ...words(results, "suggestion")].some((label) => label !== "claim");
  const claims = (annotation) => annotation.regions.filter(isClaim).sort((one, other) => start(one) - start(other));
  const unjudged = (annotation) => claims(annotation).filter((claim) => !isJudged(claim));

  /** Return the claim that is chosen, or that the chosen source or cue is in. */
  function chosen(annotation) {
    const region = annotation.selectedRegions.at(-1);
    if (!region || isClaim(region)) return region;
    return claims(annotation).find((claim) => start(claim) <= start(region) && start(region) < claim.globalOffsets.end);
  }

  // ------------------------------------------------------------------ going from claim to claim

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
    [open, message, place] = [annotation, "", 0];
    restore(annotation);
    if (layout === "claim") return void countTasks();
    choose(annotation, unjudged(annotation)[0] ?? claims(annotation)[0]);
    loadSections();
  }

  // ------------------------------------------------------------------ labels, claims, sources

  function label({ annotation, layout }, key) {
    const wanted = annotation.names.get("label").children.find((each) => each.hotkey === key);
    const region = layout === "article" ? chosen(annotation) : null;
    if (!wanted || region === undefined) return false; // without a claim it is the label of what is drawn next
    if (region) choose(annotation, region);
    if (region ? !region.labels.includes(wanted.alias) : !wanted.sel) wanted.onHotKey();
    if (AUTO_ADVANCE && wanted.alias !== "claim") region ? goOn(annotation) : submit();
  }

  /** Change several things in one step of the history, so that one Ctrl+Z undoes them; then choose the claim. */
  function change(annotation, region, told, changes) {
    annotation.history.freeze("claimdesk");
    try { changes(); } finally { annotation.history.unfreeze("claimdesk"); }
    choose(annotation, region);
    message = `${told} Ctrl+Z takes it back.`;
  }

  function resize(region, from, to) {
    region.updateGlobalOffsets(from, to);
    region.updateTextOffsets(from, to);
    region.updateHighlightedText({ force: true });
    region.updateAppearenceFromState();
  }

  function merge(annotation, region) {
    const next = claims(annotation).find((claim) => start(claim) > start(region));
    if (!next) return void (message = "No claim comes after this one.");
    const end = Math.max(region.globalOffsets.end, next.globalOffsets.end);
    change(annotation, region, "Merged.", () => { next.deleteRegion(); resize(region, start(region), end); });
  }

  /** Return where a claim may be split, the beginnings of its words: {range, word, at}, `at` in code points. */
  function seams(region) {
    const found = [], text = Array.from(region.text);
    for (const span of region._spans) {
      const walk = document.createTreeWalker(span, NodeFilter.SHOW_TEXT);
      while (walk.nextNode()) for (const word of walk.currentNode.data.matchAll(/\S+/g)) {
        const range = document.createRange();
        range.setStart(walk.currentNode, word.index);
        range.setEnd(walk.currentNode, word.index + word[0].length);
        const at = region.object.rangeToGlobalOffset(range)[0];
        if (/\s/.test(text[at - start(region) - 1] ?? "")) found.push({ range, word: word[0], at });
      }
    }
    return found;
  }

  const nearest = (places, at) => places.reduce((best, each) => (Math.abs(each.at - at) < Math.abs(best.at - at) ? each : best));

  /** Return the place that the mouse or the arrow keys chose inside a claim. */
  function cursor(region, places) {
    const selection = getSelection();
    if (!region._spans?.some((span) => span.contains(selection.anchorNode))) return null;
    return nearest(places, region.object.rangeToGlobalOffset(selection.getRangeAt(0))[0]);
  }

  function point({ range, word }) {
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    message = `Split before “${word}”? / splits there, ← and → move.`;
  }

  function movePoint(annotation, region, way) {
    const places = seams(region), at = places.length ? cursor(region, places) : null;
    if (!at) return false;
    point(places[places.indexOf(at) + way] ?? at);
  }

  function split(annotation, region) {
    const places = seams(region), at = places.length ? cursor(region, places) : null;
    if (at) return splitAt(annotation, region, at.at);
    const likely = places.filter((each, n) => n && /[,;:–—]$/.test(places[n - 1].word));
    if (places.length) point(nearest(likely.length ? likely : places, (start(region) + region.globalOffsets.end) / 2));
  }

  function splitAt(annotation, region, start_) {
    const { object, globalOffsets: { start: from, end } } = region;
    const first = Array.from(object.getTextFromGlobalOffsets({ start: from, end: start_ }).trimEnd()).length;
    const value = { start: "", end: "", startOffset: start_, endOffset: end, isText: true, text: "",
      globalOffsets: { start: start_, end, calculated: true } };
    change(annotation, region, "Split.", () => {
      resize(region, from, from + first);
      const second = annotation.createResult(value, { labels: ["claim"] }, annotation.names.get("label"), object, true);
      second.applyHighlight();
      resize(second, start_, end);
    });
  }

  function remove(annotation) {
    const region = annotation.selectedRegions.at(-1), claim = chosen(annotation);
    const others = claims(annotation).filter((each) => each !== region);
    const stay = claim === region ? others.find((each) => start(each) > start(region)) ?? others.at(-1) : claim;
    region.deleteRegion();
    choose(annotation, stay);
  }

  function undo(annotation) {
    const written = () => new Map(annotation.regions.filter(isClaim).map((region) => [region.cleanId, JSON.stringify(region)]));
    const before = written();
    annotation.undo();
    const after = written();
    choose(annotation, claims(annotation).find(({ cleanId }) => before.get(cleanId) !== after.get(cleanId)));
  }

  function editSource({ names }) {
    const box = names.get("source"), [filled] = box.regions;
    if (filled) { box.setValue(filled._value); filled.deleteRegion(); }
    setTimeout(() => box.textareaRef.current?.focus());
  }

  const clearSource = ({ names }) => [...names.get("source").regions].forEach((filled) => filled.deleteRegion());

  // ------------------------------------------------------------------ submitting

  /** Return whether an answer may be sent: everything has a label, or this is the second try. */
  function maySend({ annotation, layout }) {
    const left = layout === "article" ? unjudged(annotation) : isJudged(annotation) ? [] : [annotation];
    if (!left.length || warned === annotation) return true;
    warned = annotation;
    if (layout === "article") choose(annotation, left[0]);
    const lack = layout === "claim" ? "This claim has" : left.length === 1 ? "1 claim has" : `${left.length} claims have`;
    message = `${lack} no label. Press f again to submit all the same.`;
    return false;
  }

  function submit() {
    const button = document.querySelector(SUBMIT);
    if (button && !button.disabled) button.click(); // `onClick` asks whether it may
    else if (Htx.canGoNextTask) Htx.nextTask(); // an answer that was not changed
  }

  function onClick(event) {
    const now = desk();
    if (!now) return;
    const button = event.target.closest(SUBMIT), { annotation } = now;
    if (!button) warned = null;
    else if (isLoading() || !maySend(now)) stop(event);
    else if (button.dataset.testid.includes("update") && Htx.hasInterface("topbar:prevnext")) updated = annotation;
    const filled = event.target.closest("[data-testid=htx-textbox-content]");
    if (filled && annotation.names.get("source")?.elementRef.current?.contains(filled)) editSource(annotation);
  }

  // ------------------------------------------------------------------ a lost session, and answers not saved yet

  const ask = window.fetch;

  /** Fetch for the page: what a lost session refuses waits until it is back, and is sent again. */
  window.fetch = async (...request) => {
    const [url, options] = request, page = desk()?.annotation;
    const sent = page && { shelf: shelf(page), version: version(page) };
    let answer = await ask(...request);
    while (answer.status === 401 && desk()) {
      await lose();
      answer = await ask(...request);
    }
    const saves = options?.method && options.method !== "GET" && /\/(annotations|drafts)\b/.test(url.url ?? url);
    if (saves && answer.ok && sent && desk()?.annotation === page && version(page) === sent.version) localStorage.removeItem(sent.shelf);
    return answer;
  };

  function lose() {
    session ??= {};
    return (session.back ??= new Promise((resolve) => (session.found = resolve)));
  }

  async function lookForSession() {
    checked = Date.now();
    const answer = await ask("/api/current-user/whoami").catch(() => null);
    if (answer?.status === 401) lose();
    if (!answer?.ok || !session) return;
    const user = await answer.json();
    if (user.id !== Htx.user.id) return void (session.words = `You are now ${user.email}. Log in as ${Htx.user.email}, then press f.`);
    session.found();
    [session, message] = [null, "You are logged in again."];
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

  // ------------------------------------------------------------------ how far one is

  const project = () => location.pathname.split("/")[2];

  async function countTasks() {
    const answer = await ask(`/api/projects/${project()}?include=queue_total,queue_done`);
    const { queue_total, queue_done } = await answer.json();
    tasks = [queue_done, queue_total];
  }

  async function loadSections() {
    const { article_id } = Htx.task.dataObj;
    const item = { filter: "filter:tasks:data.article_id", operator: "equal", type: "String", value: article_id };
    const query = encodeURIComponent(JSON.stringify({ filters: { conjunction: "and", items: [item] } }));
    const answer = await ask(`/api/tasks?project=${project()}&page_size=500&include=id,data,annotators,is_labeled&query=${query}`);
    sections = (await answer.json()).tasks.map(({ id, data, annotators, is_labeled }) => ({
      id, article_id, name: data.section || data.position, claims: data.claims.length, done: is_labeled || annotators.includes(Htx.user.id) }));
  }

  function draw({ annotation, layout }) {
    const bar = document.querySelector(".claimdesk") ?? build();
    const all = claims(annotation), put = (name, words) => {
      const part = bar.querySelector(name);
      if (part.textContent !== words) part.textContent = words;
    };
    const [done, total] = layout === "article" ? [all.filter(isJudged).length, all.length] : tasks;
    const left = sections.filter((section) => !section.done && section.id !== Htx.task.id);
    put("b", `${done} of ${total} judged`);
    Object.assign(bar.querySelector("progress"), { max: total || 1, value: done });
    bar.querySelector("details").hidden = layout === "claim" || !left.length;
    put("summary", `${left.length} more section${left.length === 1 ? "" : "s"}`);
    put("pre", left.map(({ name, claims }) => `${claims} in ${name}`).join("\n"));
    put(".claimdesk-keys", keysLine(annotation, layout));
    put("[role=status]", session ? session.words ?? LOST : message);
  }

  function keysLine(annotation, layout) {
    const digits = annotation.names.get("label").children.filter(({ alias }) => alias !== "claim").map(({ hotkey }) => hotkey).join(" ");
    return layout === "claim"
      ? `${digits} ${AUTO_ADVANCE ? "label, submit and go on" : "label"} · k previous · e edit source · x clear it · f submit`
      : `${digits} ${AUTO_ADVANCE ? "label and go on" : "label"} · j k next, previous · m merge · / split · e edit source · x clear it`
        + " · Ctrl+Z undo · f submit";
  }

  function build() {
    const bar = document.createElement("div"), keys = document.querySelector(".desk-keys");
    bar.className = "claimdesk";
    bar.innerHTML = `<b></b><progress aria-label="Claims judged"></progress><details><summary></summary><pre></pre></details>
      <p class="claimdesk-keys"></p><p role="status"></p>`;
    keys ? keys.after(bar) : document.querySelector(".desk-bar, .desk-label").append(bar);
    document.documentElement.classList.add("claimdesk-on");
    return bar;
  }

  // ------------------------------------------------------------------ keys

  const ARTICLE = {
    j: ({ annotation }) => step(annotation, 1),
    k: ({ annotation }) => step(annotation, -1),
    m: ({ annotation, region }) => region && merge(annotation, region),
    "/": ({ annotation, region }) => region && split(annotation, region),
    ArrowLeft: ({ annotation, region }) => region ? movePoint(annotation, region, -1) : false,
    ArrowRight: ({ annotation, region }) => region ? movePoint(annotation, region, 1) : false,
    Backspace: ({ annotation, region }) => region ? remove(annotation) : false,
    "Ctrl+z": ({ annotation }) => undo(annotation),
  };
  const CLAIM = { j: () => Htx.canGoNextTask && Htx.nextTask(), k: () => Htx.canGoPrevTask && Htx.prevTask() };
  const BOTH = { f: submit, "Ctrl+Enter": submit, e: ({ annotation }) => editSource(annotation), x: ({ annotation }) => clearSource(annotation) };

  /** Return the key's name: its letter or digit on any keyboard, with Ctrl where it is held. */
  function keyOf({ key, code, ctrlKey, metaKey, altKey, shiftKey }) {
    const letter = key.length > 1 || /[a-z0-9/]/i.test(key) ? key : code.replace(/^(Key|Digit)/, "");
    const name = letter.length > 1 ? letter : letter.toLowerCase();
    return altKey || (shiftKey && (ctrlKey || metaKey)) ? "" : ctrlKey || metaKey ? `Ctrl+${name}` : name;
  }

  const isBox = (target) => target.isContentEditable || target.matches("textarea, select, input:not([type=checkbox], [type=radio])");

  function stop(event) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  function onKey(event) {
    const now = desk(), key = keyOf(event);
    if (!now) return;
    if (isBox(event.target)) {
      if (key === "Escape" && event.target.closest(".desk")) stop(event), event.target.blur();
      return;
    }
    if (Date.now() - checked > 10_000) lookForSession();
    const act = { ...BOTH, ...(now.layout === "article" ? ARTICLE : CLAIM) }[key] ?? (/^\d$/.test(key) ? () => label(now, key) : null);
    if (!act) return void (key === "Escape" && (message = "", getSelection().removeAllRanges()));
    if (isLoading() || (event.repeat && !"jk".includes(key))) return stop(event);
    tick();
    if (!["f", "Ctrl+Enter"].includes(key)) warned = null;
    if (session && key === "f") lookForSession();
    else if (act({ ...now, region: now.layout === "article" && chosen(now.annotation), key: (message = "") }) === false) return;
    stop(event);
    tick();
  }

  /** Look at the page, five times a second: Label Studio tells nobody what changed. */
  function tick() {
    const now = desk();
    if (!now || isLoading()) return;
    window.claimdesk ??= { version: 1 };
    if (updated && updated !== now.annotation) {
      updated = null;
      if (Htx.canGoNextTask) return Htx.nextTask();
    }
    if (open !== now.annotation) begin(now);
    keep(now.annotation);
    draw(now);
  }

  document.head.append(Object.assign(document.createElement("style"), { textContent: STYLE }));
  window.addEventListener("keydown", onKey, true);
  window.addEventListener("click", onClick, true);
  window.addEventListener("focus", () => session && lookForSession());
  window.addEventListener("focusout", () => desk()?.annotation.names.forEach((box) => box.type === "textarea" && box.submitChanges()));
  setInterval(tick, 200);
})();
