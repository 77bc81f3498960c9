/* After a section of a training round: where the desk decided otherwise, and why by the codebook.

   The server tells it once the section is submitted, and only to the person whose round it is (claimdesk_training.py);
   in other projects it tells nothing. No word of an article or a person is made into markup. While the window is
   open its keys are its own: this script comes before desk.js in the page, and so do its listeners. */
(() => {
  "use strict";
  const STYLE = `
    .claimdesk-training { box-sizing: border-box; width: min(760px, calc(100vw - 32px)); max-height: calc(100vh - 48px);
      margin: auto; padding: 0; border: 1px solid var(--color-neutral-border); border-radius: 8px; font-size: 15px;
      line-height: 1.5; color: var(--color-neutral-content); background: var(--color-neutral-background); }
    .claimdesk-training::backdrop { background: rgb(0 0 0 / 45%); }
    .claimdesk-training[open] { display: flex; flex-direction: column; }
    .claimdesk-training header, .claimdesk-training footer { padding: 16px 24px; }
    .claimdesk-training footer { display: flex; gap: 16px; align-items: center; justify-content: space-between;
      border-top: 1px solid var(--color-neutral-border); }
    .claimdesk-training h2 { margin: 0; font-size: 20px; line-height: 1.3; color: inherit; }
    .claimdesk-training h2:focus { outline: none; }
    .claimdesk-training p { margin: 0 0 8px; }
    .claimdesk-training .place, .claimdesk-training .around, .claimdesk-training footer p {
      color: var(--color-neutral-content-subtle); }
    .claimdesk-training .place, .claimdesk-training footer p { margin: 0; font-size: 13px; }
    .claimdesk-training ol { margin: 0; padding: 0 24px; list-style: none; overflow: auto; }
    .claimdesk-training ol:focus-visible { outline: 2px solid var(--color-primary-surface, #4c5fa9); outline-offset: -2px; }
    .claimdesk-training li { padding: 16px 0; border-top: 1px solid var(--color-neutral-border); }
    .claimdesk-training .text { font-family: Georgia, serif; white-space: pre-line; }
    .claimdesk-training mark { color: inherit; background: color-mix(in srgb, #4c8bd6 28%, transparent); }
    .claimdesk-training dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 12px; margin: 0; }
    .claimdesk-training dt { font-weight: 600; }
    .claimdesk-training dd { margin: 0; }
    .claimdesk-training button { padding: 8px 20px; font: inherit; font-weight: 600; cursor: pointer; border: 0;
      border-radius: 4px; color: #fff; background: #34489b; }
    .claimdesk-training button:focus-visible { outline: 2px solid currentcolor; outline-offset: 2px; }
    .claimdesk-training-again { position: fixed; right: 16px; bottom: 64px; z-index: 9; padding: 6px 12px; cursor: pointer;
      font-size: 13px; color: var(--color-neutral-content); background: var(--color-neutral-background);
      border: 1px solid var(--color-neutral-border); border-radius: 4px; }`;

  const element = (name, words = "", more = {}) => Object.assign(document.createElement(name), { textContent: words, ...more });
  const others = new Set(); // projects that are no training round of this person
  const ask = window.fetch;
  let dialog, again; // the window, and the button that opens it again

  /** Return the parts of the description list of a difference. */
  function reasons({ given, given_source: own, desk, source, ruling, note, by, questions }) {
    const because = questions.map(([name, question, then]) => `${name} ${question} → ${then}`);
    const said = (label, carrier) => carrier ? `${label}; source: ${carrier}` : label;
    const rows = [["You", said(given, own || (given === desk && "none"))], ["The desk", said(desk, source)],
      ["Ruling", ruling && `${ruling} → ${desk}`], ["Why", note], ["Decided by", by], ...because.map((words, number) => [number ? "" : "Codebook", words])];
    return rows.filter(([, words]) => words).flatMap(([name, words]) => [element("dt", name), element("dd", words, { dir: "auto" })]);
  }
  function item(difference) {
    const row = element("li"), text = element("p", "", { className: "text", dir: "auto" }), list = element("dl");
    const around = (words) => element("span", words, { className: "around" });
    text.append(around(difference.before), element("mark", difference.text), around(difference.after));
    list.append(...reasons(difference));
    row.append(text, list);
    return row;
  }
  function show({ section, claims, agree, differences }) {
    dialog?.remove();
    again?.remove();
    dialog = element("dialog", "", { className: "claimdesk-training" });
    dialog.setAttribute("aria-labelledby", "claimdesk-training-lead");
    const all = claims === 1 ? "1 claim" : agree === claims ? `all ${claims} claims` : `${agree} of ${claims} claims`;
    const words = agree || claims > 1 ? `You and the desk agree on ${all}` : "You and the desk differ on this claim";
    const head = element("header"), foot = element("footer"), list = element("ol");
    head.append(element("p", `Training: ${section}`, { className: "place" }), element("h2", words, { id: "claimdesk-training-lead" }));
    Object.assign(list, { tabIndex: 0 }).setAttribute("aria-label", "Where the desk decided otherwise");
    list.append(...differences.map(item));
    const close = element("button", "Go on", { type: "button", autofocus: true, onclick: () => dialog.close() });
    foot.append(element("p", "Your first answers count; changing them now changes nothing."), close);
    dialog.append(head, ...(differences.length ? [list] : []), foot);
    dialog.addEventListener("close", () => document.body.append(again));
    again = element("button", "Feedback on the last section", { type: "button", className: "claimdesk-training-again",
      onclick: () => { again.remove(); dialog.showModal(); } });
    document.body.append(dialog);
    dialog.showModal();
    close.focus();
  }
  async function tell(project, task) {
    if (others.has(project)) return;
    const answer = await ask(`/claimdesk/training?${new URLSearchParams({ project, task })}`);
    if (answer.status === 200) show(await answer.json());
    else others.add(project);
  }

  /** Fetch for the page, and see which section was submitted. */
  window.fetch = async (...request) => {
    const answer = await ask(...request), address = new URL(request[0].url ?? request[0], location.href);
    const [, task] = /^\/api\/tasks\/(\d+)\/annotations\/?$/.exec(address.pathname) ?? [];
    const project = /^\/projects\/(\d+)/.exec(location.pathname)?.[1];
    const isSubmitted = task && project && answer.ok && (request[1]?.method ?? request[0].method) === "POST";
    if (isSubmitted) {
      const { was_cancelled: isSkipped } = await answer.clone().json().catch(() => ({}));
      if (!isSkipped) tell(project, task).catch((error) => console.warn("claimdesk:", error));
    }
    return answer;
  };
  addEventListener("keydown", (event) => dialog?.open && event.stopImmediatePropagation(), true);
  addEventListener("keyup", (event) => dialog?.open && event.stopImmediatePropagation(), true);
  document.head.append(Object.assign(document.createElement("style"), { textContent: STYLE }));
})();
