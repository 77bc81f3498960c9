/* The desk's keys in a labelling page of Label Studio: one key a claim, and how far one is.
   The labeling config alone gives two keys a claim. This script, which the server adds to the pages, relies on private
   objects of Label Studio 1.23.2: `Htx`, its `annotationStore.selected` with the members in NEEDED, and the regions and
   controls in there. Where one is missing it does nothing, and two keys work, as the page then says. */
(() => {
  "use strict";
  const AUTO_ADVANCE = document.currentScript.dataset.autoAdvance !== "false";
  const NEEDED = ["names", "regions", "selectArea", "unselectAll", "history", "undo", "deserializeResults"];
  const SOURCE = ["source", "source_kind"];
  const SUBMIT = "[data-testid=bottombar-submit-button], [data-testid=bottombar-update-button]";
  const STYLE = `
    .claimdesk { flex: 0 0 100%; min-width: 0; display: flex; flex-wrap: wrap; gap: 0 10px; padding: 0 8px; font-size: 12px; }
    .claimdesk > * { min-height: 22px; line-height: 22px; margin: 0; }
    .desk-bar .claimdesk .keys { order: 1; flex: 1 0 100%; }
    .desk .desk-text .htx-highlight { scroll-margin-top: max(120px, var(--claimdesk-bar, 0px) + 30px); } /* and a message's line */
    .claimdesk progress { align-self: center; width: 90px; height: 4px; min-height: 0; }
    .claimdesk pre { position: absolute; z-index: 9; margin: 0; padding: 6px 12px; max-height: 50vh; overflow: auto;
      font: inherit; background: var(--color-neutral-background); border: 1px solid var(--color-neutral-border); }
    .claimdesk [role=status]:not(:empty) { padding: 0 8px; font-weight: bold; color: #fff; background: #8A4B00; }
    .claimdesk :is(b:empty, b:empty + progress, details:has(summary:empty)), .desk:has(.claimdesk) .desk-keys { display: none; }`;

  let open; // the annotation in the page
  let fresh; // until somebody presses a key or clicks: Label Studio may yet draw the page again, with nothing chosen
  let place = 0; // where the last chosen claim begins
  let lastSplit; // the arrow keys may move it as long as nothing else has changed
  let updated; // the annotation that was submitted again: once it is saved, the page goes on
  let sections = []; // what is left in the other sections of the article, in words
  let message = "";
  let kept = {}; // where in localStorage the answers are, and their version
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
  const textOf = ({ object, globalOffsets: own }, from = own.start, end = own.end) => Array.from(object._value).slice(from, end);
  const isClaim = (region) => region.globalOffsets && words(region, "label").length && !words(region, "mark").length;
  /** Return what an answer says of a claim, as the report counts it: "judged", "removed" since it is no claim, or "left". */
  function stateOf(answer) {
    const given = [...words(answer, "label"), ...words(answer, "suggestion")].some((label) => label !== "claim");
    const isRemoved = words(answer, "flags").includes("not_a_claim") && (!given || answer.origin === "prediction");
    return isRemoved ? "removed" : given ? "judged" : "left";
  }
  const claims = (annotation) => annotation.regions.filter(isClaim).sort((one, other) => start(one) - start(other));
  const many = (count, what) => `${count} ${what}${count === 1 ? "" : "s"}`;
  const unjudged = (annotation) => claims(annotation).filter((claim) => stateOf(claim) === "left");
  /** Return the chosen claim, or the one that the chosen source or cue is in. */
  function chosen(annotation) {
    const region = annotation.selectedRegions.at(-1);
    if (!region || isClaim(region)) return region;
    return claims(annotation).find((claim) => start(claim) <= start(region) && start(region) < claim.globalOffsets.end);
  }
  const holds = (region, node) => region._spans?.some((span) => span.contains(node));
  /** Return how many code points of a claim are before the place that was clicked; NaN where it was elsewhere. */
  function clicked(region) {
    const { anchorNode, anchorOffset } = getSelection(), range = new Range();
    if (!holds(region, anchorNode)) return NaN;
    range.setStart(region._spans[0], 0);
    range.setEnd(anchorNode, anchorOffset);
    return Array.from(range.toString()).length + range.cloneContents().querySelectorAll("br").length;
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
    [open, fresh, place, message] = [annotation, layout === "article", 0, ""];
    kept = { at: shelf(annotation), version: version(annotation) };
    const before = localStorage.getItem(kept.at);
    if (before && before !== JSON.stringify(annotation.serializeAnnotation())) {
      load(annotation, JSON.parse(before), null, "What you had labelled is back.");
    }
    if (fresh) countSections();
  }

  // ---- labels, claims, sources
  function label({ annotation, layout, region }, key) {
    const wanted = annotation.names.get("label").children.find((each) => each.hotkey === key);
    if (!wanted) return false;
    if (layout === "article" && !region) return !(message = "No claim is chosen: drag over the words of a new one, or press j.");
    if (region && region !== annotation.selectedRegions.at(-1)) choose(annotation, region);
    if (region ? !region.labels.includes(wanted.alias) : !wanted.sel) wanted.onHotKey();
    if (AUTO_ADVANCE && wanted.alias !== "claim") region ? goOn(annotation) : submit();
  }
  /** Load other results, as one step of the history, so that one Ctrl+Z undoes it; then choose the claim that begins there. */
  function load(annotation, results, at, said) {
    annotation.history.freeze("claimdesk");
    annotation.deleteAllRegions({ deleteReadOnly: true });
    annotation.deserializeResults(results);
    annotation.updateObjects();
    annotation.history.unfreeze("claimdesk");
    choose(annotation, claims(annotation).find((claim) => start(claim) === at));
    message = said;
  }
  /** Return a function that gives the results of one claim another end. */
  const endAt = (claim, end) => (result) => result.id !== claim ? result
    : { ...result, value: { ...result.value, end, text: result.type === "labels" ? "" : result.value.text } };
  function merge({ annotation, region }) {
    const next = region && claims(annotation).find((claim) => start(claim) > start(region));
    if (!next) return void (message = "There is no claim to merge with.");
    const { end } = region.globalOffsets, others = annotation.serializeAnnotation().filter(({ id }) => id !== next.cleanId);
    const crosses = /\n\s*\n/.test(textOf(region, end, start(next)).join(""));
    const said = `Merged${crosses ? " over the end of a paragraph" : ""}. Ctrl+Z takes it back.`;
    load(annotation, others.map(endAt(region.cleanId, Math.max(end, next.globalOffsets.end))), start(region), said);
  }
  function split({ annotation, region }) {
    const text = region ? textOf(region) : [], seams = [...text.keys()].filter((n) => /\s\S/.test(text[n - 1] + text[n]));
    if (!seams.length) return void (message = "There is nothing to split.");
    const click = clicked(region), isLikely = (n) => click || /[,;:–—]/.test(text[n - 2]);
    const cost = (n) => Math.abs(n - (click || text.length / 2)) + (isLikely(n) ? 0 : text.length);
    const at = seams.reduce((best, n) => (cost(n) < cost(best) ? n : best));
    lastSplit = { text, seams, claim: region.cleanId, from: start(region), results: annotation.serializeAnnotation() };
    cut(annotation, at);
  }
  function cut(annotation, at) {
    const { text, claim, from, results } = Object.assign(lastSplit, { at });
    const end = from + Array.from(text.slice(0, at).join("").trimEnd()).length;
    const [id, place] = [crypto.getRandomValues(new Uint32Array(2)).join("-"), { start: from + at, end: from + text.length }];
    const second = { id, from_name: "label", to_name: "text", type: "labels", origin: "manual", value: { ...place, labels: ["claim"] } };
    const source = results.filter((result) => result.id === claim && SOURCE.includes(result.from_name))
      .map((result) => ({ ...result, id, value: { ...result.value, ...place } })); // both parts are said by the same person
    load(annotation, [...results.map(endAt(claim, end)), second, ...source], from, "Split: ← and → move the cut, Ctrl+Z takes it back.");
    lastSplit.version = version(annotation);
  }
  function moveCut({ annotation, region }, way) {
    const { seams, at, from, version: before } = lastSplit ?? {}, next = seams?.[seams.indexOf(at) + way];
    if (!next || region?.globalOffsets.start !== from || version(annotation) !== before) return false;
    annotation.history.setReplaceNextUndoState();
    cut(annotation, next);
  }
  function remove({ annotation, region }) {
    if (!region) return false;
    place = start(region);
    annotation.deleteSelectedRegions();
    choose(annotation, claims(annotation).find((claim) => start(claim) >= place) ?? claims(annotation).at(-1));
  }
  function undo({ annotation }) {
    const content = ({ globalOffsets, results }) => JSON.stringify([globalOffsets, results.map((result) => result.mainValue)]);
    const before = claims(annotation).map(content);
    for (const region of annotation.regions) region.removeHighlight?.(); // an undo leaves some that end in another line
    annotation.undo();
    choose(annotation, claims(annotation).find((claim) => !before.includes(content(claim))));
  }
  function editSource({ annotation }) {
    const box = annotation.names.get("source"), [filled] = box.regions;
    if (filled) { box.setValue(filled._value); filled.deleteRegion(); }
    setTimeout(() => box.textareaRef.current?.focus());
  }
  const clearSource = ({ annotation }) => [...annotation.names.get("source").regions].forEach((filled) => filled.deleteRegion());

  // ---- submitting
  /** Return whether an answer may be sent: everything has a label, or the page says so and this is the second try. */
  function maySend({ annotation, layout }) {
    const left = layout === "article" ? unjudged(annotation) : [annotation].filter((answer) => stateOf(answer) === "left");
    const said = `${layout === "claim" ? "This claim is" : many(left.length, "claim")} without a label: f again submits.`;
    if (!left.length || message === said) return true;
    if (layout === "article") choose(annotation, left[0]);
    message = said;
    return false;
  }
  function submit() {
    const button = document.querySelector(SUBMIT);
    if (button && !button.disabled) button.click(); // `onClick` asks whether it may
    else Htx.nextTask(); // an answer that was not changed
  }
  function onClick(event) {
    const now = desk(), button = event.target.closest(SUBMIT);
    if (!now) return;
    fresh = false;
    if (button && (lost || isLoading() || !maySend(now))) stop(event);
    else if (button?.dataset.testid.includes("update") && Htx.hasInterface("topbar:prevnext")) updated = now.annotation;
    const claim = claims(now.annotation).find((region) => holds(region, event.target));
    if (claim) setTimeout(() => chosen(now.annotation) ?? now.annotation.selectArea(claim)); // a second click had unchosen it
    const inSource = now.annotation.names.get("source")?.elementRef.current?.contains(event.target);
    if (inSource && event.target.closest("[data-testid=htx-textbox-content]")) editSource(now);
  }

  // ---- a lost session, and answers that the server does not have yet
  const ask = window.fetch;
  /** Fetch for the page, and see what is refused to a session that is lost, and what is saved. */
  window.fetch = async (...request) => {
    const sent = kept, answer = await ask(...request);
    if (answer.status === 401) lost ||= "You are logged out; nothing is lost. Log in again in another tab, then press f.";
    const saves = /^P/.test(request[1]?.method) && /\/(annotations|drafts)\b/.test(request[0].url ?? request[0]);
    if (saves && answer.ok && kept === sent && Htx.annotationStore?.selected === open) localStorage.removeItem(sent.at);
    return answer;
  };
  async function isLoggedIn() {
    checked = Date.now();
    const before = lost, answer = await fetch("/api/current-user/whoami").catch(() => null);
    if (!answer?.ok || lost !== before) return false; // the answer may be older than what is known by now
    const { id, email } = await answer.json();
    lost = id === Htx.user.id ? "" : `You are now ${email}: log in as ${Htx.user.email}, then press f.`;
    return !lost;
  }
  const version = ({ history }) => `${history.undoIdx} of ${history.history.length}, ${+history.lastAdditionTime}`;
  const shelf = ({ pk }) => `claimdesk ${Htx.user.id} ${Htx.task.id} ${pk ?? ""}`;

  // ---- how far one is
  async function countSections() {
    const { dataObj: { article_id: value }, id } = Htx.task, project = location.pathname.split("/")[2];
    const ofArticle = { filter: "filter:tasks:data.article_id", operator: "equal", type: "String", value };
    const query = JSON.stringify({ filters: { conjunction: "and", items: [ofArticle] } });
    const what = new URLSearchParams({ project, query, page_size: 500, fields: "all", include: "id,data,annotators,is_labeled" });
    const { tasks } = await (await ask(`/api/tasks?${what}`)).json();
    sections = tasks.filter((task) => task.id !== id && !task.is_labeled && !task.annotators.includes(Htx.user.id))
      .map(({ data }) => `${data.section || data.position}: ${many(data.claims.length, "claim")}`);
  }
  function draw({ annotation, layout }) {
    const bar = document.querySelector(".claimdesk") ?? build(annotation, layout), states = claims(annotation).map(stateOf);
    const [judged, left] = ["judged", "left"].map((each) => states.filter((state) => state === each).length);
    const counts = { b: layout === "article" ? `${judged} of ${judged + left} judged` : "", "[role=status]": lost || message };
    const more = { summary: sections.length ? many(sections.length, "more section") : "", pre: sections.join("\n") };
    for (const [name, text] of Object.entries({ ...counts, ...more })) {
      const part = bar.querySelector(name);
      if (part.textContent !== text) part.textContent = text; // a screen reader speaks what is written anew
    }
    Object.assign(bar.querySelector("progress"), { max: judged + left || 1, value: judged });
    const page = document.documentElement.style, height = `${bar.parentElement.offsetHeight}px`;
    if (layout !== "article" || page.getPropertyValue("--claimdesk-bar") === height) return;
    page.setProperty("--claimdesk-bar", height);
    document.querySelector(".htx-highlight.__active")?.scrollIntoView({ block: "nearest" }); // the bar may have grown over it
  }
  function build(annotation, layout) {
    const digits = annotation.names.get("label").children.filter(({ alias }) => alias !== "claim").map(({ hotkey }) => hotkey);
    const goes = layout === "claim" ? "k back" : "j k next, back · m merge · / split · Ctrl+Z undo";
    const does = `${digits.join(" ")} ${AUTO_ADVANCE ? "label and go on" : "label"} · 0 no label`;
    const keys = `${does} · ${goes} · e source · x clear it · f submit`;
    const place = document.querySelector(".desk-bar, .desk-label");
    place.insertAdjacentHTML("beforeend", `<div class="claimdesk"><b></b><progress aria-label="Claims judged"></progress><details>
      <summary></summary><pre></pre></details><p class="keys" title="${keys}">${keys}</p><p role="status"></p></div>`);
    return place.lastElementChild;
  }

  // ---- keys
  const BOTH = { f: async () => (!lost || (await isLoggedIn())) && submit(), e: editSource, x: clearSource };
  const KEYS = {
    article: { ...BOTH, m: merge, "/": split, Backspace: remove, "Ctrl+z": undo, j: ({ annotation }) => step(annotation, 1),
      k: ({ annotation }) => step(annotation, -1), ArrowLeft: (now) => moveCut(now, -1), ArrowRight: (now) => moveCut(now, 1) },
    claim: { ...BOTH, j: () => Htx.nextTask(), k: () => Htx.prevTask() },
  };
  const stop = (event) => { event.preventDefault(); event.stopImmediatePropagation(); };
  /** Return a key's name: its letter or digit on any keyboard, with Ctrl where it is held; Ctrl+Enter is `f`, Shift+A none. */
  function keyOf({ key, code, ctrlKey, metaKey, altKey, shiftKey }) {
    const letter = key.length > 1 || /[a-z0-9/]/i.test(key) ? key : code.replace(/^(Key|Digit)/, "");
    const name = (ctrlKey || metaKey ? "Ctrl+" : "") + (letter.length > 1 ? letter : letter.toLowerCase());
    return altKey || (shiftKey && /^Ctrl|^[a-z]$/.test(name)) ? "" : name === "Ctrl+Enter" ? "f" : name;
  }
  function onKey(event) {
    const now = desk(), key = keyOf(event);
    if (window.Htx?.noTask && key === "k") Htx.prevTask(null, true); // from the page that says all is done
    if (!now) return;
    const box = event.target.closest?.("textarea, select, [contenteditable], input:not([type=checkbox], [type=radio])");
    if (box && key === "Escape" && box.closest(".desk")) stop(event), box.blur();
    if (box) return;
    if (Date.now() - checked > 10_000) isLoggedIn();
    tick();
    fresh &&= !chosen(now.annotation); // a key that comes while Label Studio draws the page ends nothing
    const act = KEYS[now.layout][key] ?? (/^\d$/.test(key) && ((page) => label(page, key)));
    if (!act) return;
    if (isLoading() || (event.repeat && !/^[jk]$|^Arrow/.test(key))) return stop(event);
    if (key !== "f" && !key.startsWith("Arrow")) message = "";
    if (act({ ...now, region: now.layout === "article" ? chosen(now.annotation) : null }) !== false) stop(event);
    tick();
  }
  /** Look at the page, five times a second: Label Studio does not tell what changed. */
  function tick() {
    const now = desk();
    if (!now || isLoading()) return;
    if (updated && updated !== now.annotation) return void ((updated = null), Htx.nextTask());
    if (open !== now.annotation) begin(now);
    if (fresh && !chosen(open)) choose(open, unjudged(open)[0] ?? claims(open)[0]);
    if (kept.version !== version(open)) {
      kept = { at: shelf(open), version: version(open) };
      localStorage.setItem(kept.at, JSON.stringify(open.serializeAnnotation()));
    }
    draw(now);
  }

  document.head.append(Object.assign(document.createElement("style"), { textContent: STYLE }));
  addEventListener("keydown", onKey, true);
  addEventListener("click", onClick, true);
  addEventListener("focusout", () => desk()?.annotation.names.forEach((box) => box.type === "textarea" && box.submitChanges()));
  setInterval(tick, 200);
})();
