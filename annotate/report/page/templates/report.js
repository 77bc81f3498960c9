"use strict";
// Reading needs none of this: cards open by their buttons, without it. It adds filters, and cards on hover and focus.
// No word is made into markup, and no name of a stranger is used but to compare it.
(() => {
  const form = document.getElementById("_filters");
  const told = form.querySelector("output");
  const choices = [...form.querySelectorAll("select")];
  const claims = [...document.querySelectorAll("mark[id], .claims > li")];
  const counted = claims.filter((claim) => claim.id);

  // ---- filters: a claim's classes are the tokens that they look for

  const fits = (claim, token) =>
    token.startsWith("!") ? !claim.classList.contains(token.slice(1)) : claim.classList.contains(token);

  function filter() {
    const tokens = choices.map((choice) => choice.selectedOptions[0].dataset.token).filter(Boolean);
    for (const claim of claims) claim.classList.toggle("off", !tokens.every((token) => fits(claim, token)));
    const left = counted.filter((claim) => !claim.classList.contains("off"));
    told.textContent = tokens.length ? `${left.length} of ${counted.length} claims` : `All ${counted.length} claims`;
    form.classList.toggle("active", tokens.length > 0);
    for (const more of document.querySelectorAll("details:has(.claims)")) more.open = tokens.length > 0;
    form.elements.next.disabled = left.length === 0;
  }

  function read() {
    if (!location.hash.startsWith("#?")) return;
    const asked = new URLSearchParams(location.hash.slice(2));
    for (const choice of choices) {
      choice.value = asked.get(choice.name) ?? "";
      if (choice.selectedIndex < 0) choice.value = ""; // nothing that the page offers
    }
    filter();
  }

  function write() {
    const asked = new URLSearchParams();
    for (const choice of choices) if (choice.value) asked.set(choice.name, choice.value);
    const address = location.pathname + location.search;
    history.replaceState(null, "", asked.toString() ? `#?${asked}` : address);
  }

  form.addEventListener("change", () => { filter(); write(); });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", (event) => {
    event.preventDefault(); // it would empty the choices only after this
    for (const choice of choices) choice.value = "";
    filter();
    write();
  });
  addEventListener("hashchange", read);

  let at = null; // the claim that "Next claim" went to last
  form.elements.next.addEventListener("click", () => {
    const left = counted.filter((claim) => !claim.classList.contains("off"));
    at = left[(left.indexOf(at) + 1) % left.length];
    const button = buttonOf(at);
    button.scrollIntoView({ block: "center" });
    button.focus({ preventScroll: true });
    open(button);
  });

  // ---- cards: on hover and focus; a click keeps one open

  const buttonOf = (claim) => claim.querySelector("[popovertarget]");
  const cardOf = (button) => document.getElementById(button.getAttribute("popovertarget"));
  let passing = null; // the button whose card goes again when pointer or focus leaves
  let wait = 0;

  function open(button) {
    const card = cardOf(button);
    if (card.matches(":popover-open")) return;
    close();
    card.showPopover({ source: button });
    passing = button;
  }

  function close() {
    if (passing) cardOf(passing).hidePopover();
    passing = null;
  }

  const later = (act, time) => { clearTimeout(wait); wait = setTimeout(act, time); };
  const pointed = (target) => {
    const found = target.closest?.("mark[id], [popovertarget]");
    return found?.matches("mark") ? buttonOf(found) : found;
  };

  document.addEventListener("pointerover", (event) => {
    if (event.pointerType !== "mouse") return;
    const button = pointed(event.target);
    if (button) later(() => open(button), 150);
    else if (event.target.closest?.("[popover]")) clearTimeout(wait);
    else later(close, 250);
  });
  document.addEventListener("focusin", (event) => {
    if (event.target.matches("[popovertarget]:focus-visible")) open(event.target);
    else if (!event.target.closest("[popover]")) close();
  });
  document.addEventListener("click", (event) => {
    const button = pointed(event.target);
    if (!button) return;
    clearTimeout(wait);
    if (event.target !== button || passing === button) event.preventDefault(); // it would close what is to stay
    if (event.target !== button || passing === button) open(button);
    passing = null;
  });

  // ---- on paper nothing stays folded

  addEventListener("beforeprint", () => {
    for (const folded of document.querySelectorAll("details")) folded.open = true;
  });

  form.hidden = choices.length === 0;
  filter();
  read();
})();
