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
