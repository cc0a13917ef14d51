// Pages that are told what changes, as it changes.
"use strict";
all("[data-events]").forEach((page) => {
  let events;
  const tell = (id) => all("[data-of]", page).forEach((part) => { if (!id || [id, ""].includes(part.dataset.of)) part.dispatchEvent(new Event("stale")); });
  // A browser has six connections to one place over HTTP/1.1: a page that nobody sees holds none, and catches up when it is seen.
  const listen = () => {
    events?.close();
    if (document.hidden) return;
    events = new EventSource(page.dataset.events);
    events.onopen = () => tell();
    events.addEventListener("conversation", (event) => tell(JSON.parse(event.data).id));
  };
  document.addEventListener("visibilitychange", listen);
  listen();
});

// What stands before somebody's eyes is seen. That is said once, and does not count as something that they did.
const see = () => {
  if (document.hidden) return;
  all("[data-seen]").forEach((part) => {
    const form = part.querySelector("form");
    part.remove();
    fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), headers: { "X-Unattended": "1" }, redirect: "manual" }).catch(() => null);
  });
};
document.addEventListener("visibilitychange", see);
document.addEventListener("fresh", see);
see();
