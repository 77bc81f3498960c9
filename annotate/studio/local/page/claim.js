/* One claim in its section, where the link of a report leads. It reads from Label Studio and sends nothing, so
   looking at an answer cannot change it. No word of an article or a person is made into markup.

   The address is that of the claim's task, with `claim` (its id) and, for a claim that an annotator drew, `at`:
   where it is in the task's text. */
(async () => {
  "use strict";
  const asked = new URLSearchParams(location.search), claimId = asked.get("claim") ?? "";
  const drawn = /^(\d+)-(\d+)$/.exec(asked.get("at") ?? "")?.slice(1).map(Number);
  const part = (id) => document.getElementById(id);
  const element = (name, words, more = {}) => Object.assign(document.createElement(name), { textContent: words, ...more });

  async function read(path) {
    const answer = await fetch(`/api/${path}`, { headers: { accept: "application/json" } });
    if (answer.status === 401) {
      location.replace(`/user/login/?next=${encodeURIComponent(location.pathname + location.search)}`);
      await new Promise(() => {}); // until that page is there
    }
    if (answer.status === 404) throw new Error("This task is no longer in Label Studio: `annotate pull`, then `annotate report`, write the links again.");
    if (!answer.ok) throw new Error(`Label Studio answers with an error (${answer.status}): try again, or see its log.`);
    return answer.json();
  }

  // ---- the text: a section, or in the claim layout the passage around a claim; places count code points

  /** Return the text to show, the places of its claims, and the place of the claim that is asked for, if it is there. */
  function passage({ layout, text, offset, claims, before, claim, after }) {
    const own = claims.find((each) => each.claim_id === claimId);
    if (layout === "claim" && own) {
      const lead = before ? `${before} ` : "", place = [lead.length, lead.length + claim.length];
      const points = (end) => Array.from((lead + claim).slice(0, end)).length;
      return { text: `${lead}${claim}${after ? ` ${after}` : ""}`, places: [], chosen: place.map(points) };
    }
    const places = claims.map(({ start, end }) => [start - offset, end - offset]);
    return { text, places, chosen: drawn ?? (own && [own.start - offset, own.end - offset]) };
  }

  function show({ text, places, chosen }) {
    const points = Array.from(text), marks = [...places.filter(([start, end]) => !chosen || end <= chosen[0] || start >= chosen[1])];
    if (chosen) marks.push(chosen);
    let at = 0;
    for (const place of marks.sort((one, other) => one[0] - other[0])) {
      const [start, end] = place;
      if (start < at) continue; // over another one
      const mark = element("mark", points.slice(start, end).join(""));
      if (place === chosen) mark.setAttribute("aria-current", "true");
      part("text").append(points.slice(at, start).join(""), mark);
      at = end;
    }
    part("text").append(points.slice(at).join(""));
  }

  // ---- answers

  const words = (results, control) => results.filter((result) => result.from_name === control)
    .flatMap(({ value }) => [value.labels, value.choices, value.text].find(Array.isArray) ?? [value.text ?? ""]).filter(Boolean);

  /** Return what an annotation says of the claim. */
  function resultsOf({ result }, layout) {
    if (layout === "claim") return result;
    const isDrawn = ({ from_name: name, value }) => drawn && name === "label" && value.start === drawn[0] && value.end === drawn[1];
    const region = drawn ? result.find(isDrawn)?.id : claimId;
    return result.filter(({ id }) => id === region);
  }

  /** Return the last decision that an editor wrote into results, if there is one. */
  function decisionIn(results) {
    const meta = results.find(({ meta }) => Array.isArray(meta?.final))?.meta, last = meta?.final.at(-1);
    return last && { at: last[0], label: last[1], note: last[2], editor: meta.editors?.[last[0]], ...meta.fields?.[last[0]] };
  }

  const nameOf = (user) => user ? [user.first_name, user.last_name].join(" ").trim() || user.email : "A user who is gone";

  /** Return a line about who says what; `name` and `looks` are those of labels in the labeling config. */
  function line(who, { label, said, source, kind, ruling, note, evidence, flags }, looks) {
    const item = element("li", ""), look = looks[label];
    item.append(element("b", look?.value ?? said ?? label ?? "No label"), " ", element("bdi", who));
    item.style.borderColor = look?.background ?? "";
    const details = { Source: source && `${source}${kind ? ` (${kind})` : ""}`, Ruling: ruling, Flags: flags, Note: note, Evidence: evidence };
    for (const [name, text] of Object.entries(details)) {
      if (text) item.append(element("span", `${name}: ${text}`, { className: "detail", dir: "auto" }));
    }
    return item;
  }

  function answered(annotation, layout, looks) {
    const results = resultsOf(annotation, layout), decision = decisionIn(results), who = nameOf(annotation.completed_by);
    if (decision) return line(`decided by ${decision.editor || who}`, { ...decision, kind: decision.source_kind, label: decision.label || undefined }, looks);
    if (annotation.result.some(({ meta }) => meta?.final)) return null; // decisions on other claims
    if (annotation.was_cancelled) return line(who, { said: "Skipped" }, looks);
    const [label] = words(results, "label").filter((each) => each !== "claim"), [taken] = words(results, "suggestion");
    const fields = ["source", "source_kind", "ruling", "note", "evidence", "flags"];
    const [source, kind, ruling, note, evidence, flags] = fields.map((each) => words(results, each).join(", "));
    const said = results.length ? taken : drawn ? null : "Took the claim away";
    return said === null ? null : line(who, { label, said, source, kind, ruling, note, evidence, flags: flags.replaceAll("_", " ") }, looks);
  }

  // ---- the page

  async function start() {
    const { data, annotations, project } = await read(`tasks/${encodeURIComponent(asked.get("task") ?? "")}/`);
    const looks = (await read(`projects/${project}/`)).parsed_label_config?.label?.labels_attrs ?? {};
    if (!Array.isArray(data?.claims)) throw new Error("This task was not sent by claimdesk: open it in Label Studio.");
    document.title = `Claim: ${data.title || data.article_id}`;
    part("title").textContent = data.title || data.article_id;
    part("place").textContent = [data.section, data.position].filter(Boolean).join(" · ");
    part("task").href = `?${new URLSearchParams({ task: asked.get("task") })}`;
    const shown = passage(data);
    show(shown);
    const newest = new Map(annotations.sort((a, b) => a.updated_at.localeCompare(b.updated_at)) // a person's last answer counts
      .map((each) => [decisionIn(each.result) ? each.id : `of ${each.completed_by?.id ?? each.id}`, each]));
    const lines = [...newest.values()].map((each) => answered(each, data.layout, looks)).filter(Boolean);
    part("answers").append(...(lines.length ? lines : [element("li", "Nobody has answered yet.")]));
    if (/^[\w.-]+$/.test(claimId)) {
      part("decide").hidden = false;
      part("decide").querySelector("code").textContent = `annotate review --claim ${claimId} --open`;
    }
    document.querySelector("main").hidden = false;
    if (!shown.chosen) throw new Error("The claim is no longer in this section: `annotate pull`, then `annotate report`, write the links again.");
    document.querySelector("mark[aria-current]").scrollIntoView({ block: "center" });
  }

  try {
    await start();
  } catch (error) {
    part("problem").textContent = error instanceof TypeError ? "Label Studio does not answer: `annotate studio start` starts it." : error.message;
    part("problem").hidden = false;
  }
})();
