// Parts that stay up to date, and previews of what is being typed.

// A part is left alone while it is read, typed in, selected or pointed at. One that is told of gets its focus back.
const inUse = (part) => {
  const within = part.contains(document.activeElement);
  const busy = "of" in part.dataset ? within && typing(document.activeElement) : within || part.matches(":hover");
  return busy || part.querySelector("dialog[open], details[open]") || (!getSelection().isCollapsed && getSelection().containsNode(part, true));
};

all("[data-refresh]").forEach((part) => {
  let shown, asked = 0, latest = 0;
  const refresh = async () => {
    if (document.hidden || inUse(part)) return;
    const turn = ++asked;
    const answer = await fetch(part.dataset.refresh, { headers: { Accept: "text/html", "X-Unattended": "1" } }).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    const html = await answer.text();
    // Asked for before what is shown, and later here.
    if (turn < latest) return;
    latest = turn;
    if (html === shown || inUse(part)) return;
    shown = html;
    const { top, height } = part.getBoundingClientRect();
    const back = part.contains(document.activeElement) && document.activeElement.getAttribute("href");
    part.innerHTML = html;
    enhance(part);
    part.dispatchEvent(new Event("fresh", { bubbles: true }));
    if (back) part.querySelector(`[href="${CSS.escape(back)}"]`)?.focus();
    // What is above the reader's eye must not push down what is before it.
    if (top < 0) scrollBy(0, part.getBoundingClientRect().height - height);
  };
  part.addEventListener("stale", refresh);
  setInterval(refresh, Number(part.dataset.every || 5) * 1000);
});

all("form[data-preview]").forEach((form) => {
  let waiting, latest = 0;
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      const turn = ++latest;
      const answer = await fetch(form.dataset.preview, { method: "POST", body: new URLSearchParams(new FormData(form)), headers: { Accept: "text/html" } }).catch(() => null);
      const target = document.querySelector(form.dataset.previewTarget);
      if (answer?.ok && target && turn === latest) target.innerHTML = await answer.text();
    }, 250);
  });
});
