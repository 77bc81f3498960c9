"use strict";
// Reading needs none of this: cards open by their buttons, links lead to claims. It adds filters, cards on hover
// and focus and where a link leads, and copying. The address has the whole state: `#claim`, or with filters
// `#?label=…&at=claim`. No word is made into markup, and no name of a stranger is used but to compare it.
(() => {
  const form = document.getElementById("_filters");
  const told = form.querySelector("output");
  offerOther();
  const choices = [...form.querySelectorAll("select")];
  const claims = [...document.querySelectorAll("mark[id], .others > li")]; // each claim once, as it can be opened
  const filtered = [...claims, ...document.querySelectorAll(".claims:not(.others) > li")];
  const buttonOf = (claim) => claim.querySelector("[popovertarget]");
  const cardOf = (button) => document.getElementById(button.getAttribute("popovertarget"));
  let here = null; // what the address names: it is shown whether it fits the filters or not
  let followed = null; // the link that was just pressed
  let from = null; // the link that led here

  // ---- filters; what annotators said can be asked for twice

  function offerOther() {
    const first = form.querySelector("[name=annotator]")?.closest("label");
    if (!first) return;
    const second = first.cloneNode(true);
    second.firstChild.data = "And annotator ";
    second.querySelector("select").name = "other";
    first.after(second);
  }

  // A claim's classes are the tokens that filters look for.
  const tokens = () => choices.map((choice) => choice.selectedOptions[0].dataset.token).filter(Boolean);
  const has = (claim, token) => claim.classList.contains(token.replace("!", "")) !== token.startsWith("!");
  const fits = (claim) => tokens().every((token) => has(claim, token));

  function filter() {
    const chosen = tokens();
    const active = chosen.length > 0;
    for (const claim of filtered) claim.classList.toggle("off", claim !== here && !chosen.every((token) => has(claim, token)));
    for (const claim of filtered) claim.classList.toggle("here", claim === here);
    const left = claims.filter(fits).length;
    const extra = filtered.includes(here) && !fits(here) ? ", and the one that was opened" : "";
    told.textContent = active ? `${left} of ${claims.length} claims${extra}` : `All ${claims.length} claims`;
    if (active !== form.classList.contains("active")) {
      for (const more of document.querySelectorAll("details:has(.claims)")) more.open = active;
    }
    form.classList.toggle("active", active);
    form.elements.next.disabled = left === 0;
    const { annotator, other } = form.elements;
    if (other) other.closest("label").hidden = !annotator.value && !other.value;
  }

  // ---- the address

  function chosen() {
    return new URLSearchParams(choices.filter((choice) => choice.value).map((choice) => [choice.name, choice.value]));
  }

  function write() {
    const asked = chosen().toString();
    history.replaceState(null, "", asked ? `#?${asked}` : location.pathname + location.search);
  }

  function read() {
    const address = location.hash;
    const asked = new URLSearchParams(address.startsWith("#?") ? address.slice(2) : { at: address.slice(1) });
    for (const choice of choices) {
      choice.value = asked.get(choice.name) ?? "";
      if (choice.selectedIndex < 0) choice.value = ""; // nothing that the page offers
    }
    here = document.getElementById(asked.get("at") || "");
    document.querySelector(":popover-open")?.hidePopover();
    filter();
    if (here) show(here);
    else from?.focus({ preventScroll: true }); // Back was pressed
  }

  function follow(event) {
    const link = event.target.closest?.('a[href^="#"]');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    const filters = link.hash.startsWith("#?");
    const asked = filters ? new URLSearchParams(link.hash.slice(2)) : chosen();
    if (!filters) asked.set("at", link.hash.slice(1));
    const address = filters || asked.size > 1 ? `#?${asked}` : link.hash;
    followed = link;
    if (address === location.hash) arrive();
    else location.hash = address; // and arrive
  }

  function arrive() {
    const link = followed;
    followed = null;
    read();
    if (!link) return;
    from = link;
    if (!here) next(true); // the link of a filter: to the first claim that fits
  }

  form.elements.choose.addEventListener("click", (event) => { // a narrow screen shows them only then
    event.currentTarget.setAttribute("aria-expanded", form.classList.toggle("open"));
  });

  addEventListener("hashchange", arrive);
  form.addEventListener("change", () => { here = null; filter(); write(); });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", (event) => {
    event.preventDefault(); // it would empty the choices only after this
    for (const choice of choices) choice.value = "";
    here = null;
    filter();
    write();
  });

  // ---- cards: on hover and focus; one that a click or a link opened stays

  let passing = null; // the button whose card goes again when pointer or focus leaves
  let wait = 0;
  const stays = () => !passing && document.querySelector(":popover-open");

  function open(button) {
    const card = cardOf(button);
    if (card.matches(":popover-open")) return;
    close();
    const { top, bottom } = button.getBoundingClientRect();
    card.classList.toggle("foot", bottom < 0 || top > innerHeight); // of a claim longer than the window
    card.showPopover({ source: button });
    passing = button;
  }

  function close() {
    if (passing) cardOf(passing).hidePopover();
    passing = null;
  }

  function show(element) {
    clearTimeout(wait);
    const folded = element.closest("details");
    if (folded) folded.open = true;
    if (!claims.includes(element)) return element.scrollIntoView();
    const button = buttonOf(element);
    const wide = matchMedia("(min-width: 40rem)").matches; // else the card lies at the foot of the window
    (wide ? button : element).scrollIntoView({ block: wide ? "center" : "start" });
    button.focus({ preventScroll: true });
    open(button);
    passing = null;
  }

  let last = null; // the claim that "Next claim" went to

  function next(first) {
    const left = claims.filter(fits);
    if (first === true) last = null;
    last = left[(left.indexOf(last) + 1) % left.length] ?? null;
    if (last) show(last);
  }

  const later = (act, time) => { clearTimeout(wait); wait = setTimeout(() => stays() || act(), time); };
  const pointed = (target) => {
    const match = target.closest?.("mark[id], [popovertarget]");
    return match?.matches("mark") ? buttonOf(match) : match;
  };

  document.addEventListener("pointerover", (event) => {
    if (event.pointerType !== "mouse") return;
    const button = pointed(event.target);
    if (button && !button.closest(".off")) later(() => open(button), 150);
    else if (event.target.closest?.("[popover]")) clearTimeout(wait);
    else later(close, 250);
  });
  document.addEventListener("focusin", (event) => {
    const button = event.target.matches("[popovertarget]:focus-visible") && event.target;
    if (button && cardOf(button).contains(event.relatedTarget)) return; // its card was closed
    if (button) open(button);
    else if (!event.target.closest("[popover]")) close();
  });
  document.addEventListener("click", (event) => {
    follow(event);
    const button = pointed(event.target);
    if (!button) return;
    clearTimeout(wait);
    if (button.closest(".off")) {
      here = button.closest(".off");
      filter();
    }
    if (event.target !== button || passing === button) event.preventDefault(); // it would close what is to stay
    if (event.target !== button || passing === button) open(button);
    passing = null;
  });

  // ---- copy with source

  const line = (words) => words.replace(/\s+/g, " ").trim();

  function cited(claim) {
    const words = claim.cloneNode(true);
    for (const part of words.querySelectorAll("button, [popover]")) part.remove();
    const card = cardOf(buttonOf(claim));
    const section = claim.closest("section");
    const source = card.querySelector(".source")?.textContent;
    const place = [section.querySelector("h2"), section.querySelector(".address")].map((part) => line(part?.textContent ?? ""));
    const lines = [words.textContent, `Label: ${card.querySelector("b").textContent}`, source && `Source: ${source}`];
    return [...lines, `Article: ${place.filter(Boolean).join(", ")}`].filter(Boolean).map(line).join("\n");
  }

  async function copy(button, text) {
    let done = true;
    try {
      await navigator.clipboard.writeText(text);
    } catch { // a browser without it, or one that forbids it
      done = copySelected(button, text);
    }
    const words = done ? "Copied" : "Copy this with Ctrl+C";
    document.getElementById("_status").textContent = words;
    button.textContent = words;
    if (done) setTimeout(() => { button.textContent = "Copy with source"; }, 2000);
  }

  function copySelected(button, text) {
    const field = document.createElement("textarea");
    field.value = text;
    button.parentElement.querySelector("textarea")?.remove();
    field.readOnly = true;
    field.setAttribute("aria-label", "Claim with source");
    button.after(field);
    field.select();
    const done = document.execCommand("copy");
    if (!done) return false; // the field stays, to copy from
    field.remove();
    button.focus();
    return true;
  }

  function offerCopy(place, claim) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = "Copy with source";
    button.addEventListener("click", () => copy(button, cited(claim)));
    place.append(" ", button);
  }

  for (const claim of claims) offerCopy(cardOf(buttonOf(claim)).lastElementChild, claim);
  for (const listed of filtered.slice(claims.length)) {
    offerCopy(listed.lastElementChild, document.getElementById(listed.querySelector(".said a[href^='#']").hash.slice(1)));
  }

  // ---- on paper nothing stays folded

  addEventListener("beforeprint", () => {
    for (const folded of document.querySelectorAll("details")) folded.open = true;
  });

  document.documentElement.classList.add("script");
  addEventListener("load", () => { if (here) show(here); }); // the browser itself goes to the claim's beginning
  form.hidden = choices.length === 0;
  form.elements.next.addEventListener("click", next);
  filter();
  read();
})();
