// Keys. Those that lead somewhere start with g.
{
  const places = { o: "/admin/orders", m: "/admin/messages", p: "/admin/payments", t: "/admin/templates", i: "/admin/inbox" };
  let leading = 0;

  const step = (by) => {
    const rows = all(".table a.row");
    const at = rows.indexOf(document.activeElement);
    rows[at < 0 ? 0 : Math.min(Math.max(at + by, 0), rows.length - 1)]?.focus();
  };
  const search = () => {
    const field = document.querySelector("[data-search]");
    field?.focus();
    field?.select();
  };
  const keys = {
    "/": search,
    "?": () => document.getElementById("shortcuts")?.togglePopover(),
    j: () => step(1),
    k: () => step(-1),
    g: () => { leading = Date.now(); },
  };

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "k") {
      event.preventDefault();
      return search();
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    const place = Date.now() - leading < 1500 && places[event.key];
    leading = 0;
    if (place) return location.assign(place);
    // The page's own keys.
    const own = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!own && !keys[event.key]) return;
    event.preventDefault();
    if (own) return own.hash ? document.querySelector(own.hash).focus() : own.click();
    keys[event.key]();
  });
}
