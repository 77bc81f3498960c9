/* How many claims you have judged, in a project's list of tasks: of each task, and in all.

   What counts is defined by `by_annotator` in annotate/report; tests hold this script, that function and
   `annotate studio users` together. Nothing is shown where Label Studio's list or its API differs from 1.23.2's. */
(() => {
  "use strict";
  const FIELDS = "id,updated_at,annotations,result,completed_by,was_cancelled,parent_prediction";
  const BOX = "Select Task "; // how the label of a row's check box begins, before the task's number
  const STYLE = `
    [data-judged]::after { content: attr(data-judged); position: sticky; right: 0; margin-left: auto; align-self: center;
      padding: 8px 16px; white-space: nowrap; background: inherit; color: var(--color-neutral-content-subtler); }
    .claimdesk-judged:not([hidden]) { position: fixed; left: 16px; bottom: 0; z-index: 1; height: 40px; display: flex;
      align-items: center; gap: 12px; font-size: 14px; color: var(--color-neutral-content); }
    .claimdesk-judged progress { width: 160px; height: 4px; }`;

  const where = (name, operator, type, value) => ({ filter: `filter:tasks:${name}`, operator, type, value });
  const ours = where("data.layout", "regex", "String", "^(article|claim)$");
  async function list(project, conditions, include, size = 100) {
    const query = JSON.stringify({ filters: { conjunction: "and", items: [ours, ...conditions] }, ordering: ["-tasks:id"] });
    for (let page = 1, tasks = []; ; page++) {
      const asked = new URLSearchParams({ project, query, include, fields: "all", page, page_size: size });
      const { total, tasks: more } = await (await fetch(`/api/tasks?${asked}`)).json();
      tasks = [...tasks, ...more];
      if (size === 1 || page * size >= total) return { total, tasks };
    }
  }

  // What the results about one claim say of it.
  function stateOf(results) {
    const by = (name) => results.filter((result) => result.from_name === name);
    const words = (name) => by(name).flatMap(({ value }) => value.labels || value.choices || value.text || []);
    const control = words("label").length ? "label" : "suggestion"; // which is submitted to take it
    const given = words(control).some((word) => word !== "claim");
    const filledIn = control === "suggestion" || by(control)[0].origin === "prediction";
    if (words("flags").includes("not_a_claim") && (filledIn || !given)) return "removed";
    return given ? "judged" : "left";
  }

  // The results of an answer by claim: by its id or, where the annotator added it, by its place.
  function claimsIn(results, sent) {
    const regions = Object.groupBy(results.filter(({ value }) => "end" in value), ({ id }) => id);
    const isMark = (id, first) => first.from_name === "mark" || sent.includes(id.replace(/-(source|cue)$/, ""));
    const claims = Object.entries(regions).filter(([id, [first]]) => sent.includes(id) || !isMark(id, first));
    return new Map(claims.map(([id, all]) => [sent.includes(id) ? id : `${all[0].value.start} ${all[0].value.end}`, all]));
  }

  // How many claims of a task this person has judged, and how many there are to judge. In the claim layout tasks
  // are listed without their data: each is one claim, and all results are about it.
  function countOf({ data, annotations }, me) {
    const sent = data ? data.claims.map((claim) => claim.claim_id) : ["claim"];
    const states = new Map(sent.map((id) => [id, "left"]));
    const isFinal = ({ result }) => result.some(({ meta }) => meta?.final); // an editor's decision is no judgement
    const own = annotations.filter((answer) => answer.completed_by === me && !isFinal(answer));
    for (const answer of own.sort((a, b) => a.updated_at.localeCompare(b.updated_at))) {
      const results = answer.result.filter(({ value }) => value);
      const claims = data ? claimsIn(results, sent) : new Map([["claim", results]]);
      const missing = answer.parent_prediction || sent.some((id) => claims.has(id)) ? "removed" : "left";
      for (const id of new Set([...sent, ...claims.keys()])) {
        const state = answer.was_cancelled ? "skipped" : claims.has(id) ? stateOf(claims.get(id)) : missing;
        if (state !== "left" || !states.has(id)) states.set(id, state); // what is left takes nothing back
      }
    }
    const there = [...states].filter(([id, state]) => state !== "removed" && (state !== "skipped" || sent.includes(id)));
    return [there.filter(([, state]) => state === "judged").length, there.length];
  }

  // The counts of a project's tasks. Those of before are kept in this tab, and only what changed is read.
  async function count(project, me) {
    const key = `claimdesk-judged ${me} ${project}`, before = JSON.parse(sessionStorage.getItem(key));
    const { total, tasks: [newest] } = await list(project, [], "id,updated_at,data", 1);
    if (!newest) return { project }; // not from here
    const isArticle = newest.data.layout === "article";
    const since = before?.last.replace(/(:\d\d)Z$/, "$1.000000Z"); // as the filter reads it
    const changed = since ? [where("updated_at", "greater", "Datetime", since)] : [];
    const answered = since || isArticle ? [] : [where("annotators", "contains", "List", me)];
    const { tasks } = await list(project, [...changed, ...answered], isArticle ? `${FIELDS},data` : FIELDS);
    if (before && total !== before.total + tasks.filter(({ id }) => id > before.newest).length) {
      sessionStorage.removeItem(key); // tasks were deleted
      return count(project, me);
    }
    const counts = { ...before?.counts, ...Object.fromEntries(tasks.map((task) => [task.id, countOf(task, me)])) };
    const last = [before?.last ?? "", ...[...tasks, newest].map((task) => task.updated_at)].sort().at(-1);
    sessionStorage.setItem(key, JSON.stringify({ total, newest: newest.id, last, counts }));
    const known = Object.values(counts), sum = (at) => known.reduce((all, each) => all + each[at], 0);
    return { project, counts, judged: sum(0), claims: sum(1) + total - known.length };
  }

  let shown = {}, isStale = false, isBusy = false;
  async function refresh(project) {
    [isBusy, isStale] = [true, false];
    const counted = await count(project, window.APP_SETTINGS.user.id).catch((error) => console.warn("claimdesk:", error));
    shown = counted ?? { project }; // nothing, until something changes
    isBusy = false;
  }

  /** Look at the page, five times a second: Label Studio draws a row anew without a word. */
  function tick() {
    const project = /\/projects\/(\d+)\/data/.exec(location.pathname)?.[1];
    const boxes = [...document.querySelectorAll(`[aria-label^="${BOX}"]`)];
    const { counts = {}, judged, claims } = shown.project === project ? shown : {};
    const isBeside = location.search.includes("task="); // an open task: its list is too narrow for more columns
    for (const box of boxes) {
      const row = box.closest("[data-testid=table-row]"), own = !isBeside && counts[box.ariaLabel.slice(BOX.length)];
      if (own) row?.setAttribute("data-judged", `${own[0]} of ${own[1]} judged`);
      else row?.removeAttribute("data-judged");
    }
    bar.hidden = !boxes.length || !claims || isBeside;
    const said = bar.hidden ? words.textContent : `You judged ${judged} of ${claims} claims`;
    if (words.textContent !== said) [words.textContent, line.max, line.value] = [said, claims, judged];
    if (boxes.length && isStale && !isBusy) refresh(project);
  }

  document.head.append(Object.assign(document.createElement("style"), { textContent: STYLE }));
  document.body.insertAdjacentHTML("beforeend", `<output class="claimdesk-judged" hidden>
    <progress aria-hidden="true"></progress><span></span></output>`);
  const bar = document.body.lastElementChild, [line, words] = bar.children;
  new PerformanceObserver((seen) => { // Label Studio lists tasks, or saves an answer
    isStale ||= seen.getEntries().some(({ name }) => /\/api\/(tasks|annotations)\b/.test(name) && !name.includes("include="));
  }).observe({ type: "resource", buffered: true });
  setInterval(tick, 200);
})();
