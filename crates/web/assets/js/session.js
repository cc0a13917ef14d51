// The session's countdown. Extending it does not leave the page.
all("[data-session]").forEach((form) => {
  const left = form.querySelector("[data-left]");
  const whole = Number(form.dataset.session) * 60_000;
  let end = Date.now() + whole;
  let warned = false;

  const tick = () => {
    const seconds = Math.max(0, Math.round((end - Date.now()) / 1000));
    left.textContent = seconds > 120 ? `${Math.ceil(seconds / 60)} min` : seconds > 0 ? `${seconds} s` : "Signed out";
    form.classList.toggle("soon", seconds <= 120);
    if (seconds <= 120 && !warned) say("You will be signed out in two minutes. Extend the session to keep what you typed.", "attention");
    warned = seconds <= 120;
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), headers: { Accept: "application/json" } }).catch(() => null);
    form.querySelector("button").removeAttribute("aria-busy");
    if (!answer?.ok) return say("The session could not be extended. Sign in again in another tab.", "bad");
    end = Date.now() + whole;
    document.querySelector(".toasts").replaceChildren();
    tick();
  });
  setInterval(tick, 1000);
});
