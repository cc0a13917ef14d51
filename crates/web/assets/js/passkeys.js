// Passkeys: asks the device, then sends its answer with the form. Without script, or at another address, the form stays hidden.
"use strict";
(() => {
  const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const keys = (list) => (list ?? []).map((key) => ({ ...key, id: bytes(key.id) }));

  async function ask(question) {
    const options = { ...question, challenge: bytes(question.challenge) };
    if (!question.user) return navigator.credentials.get({ publicKey: { ...options, allowCredentials: keys(question.allowCredentials) } });
    const user = { ...question.user, id: bytes(question.user.id) };
    return navigator.credentials.create({ publicKey: { ...options, user, excludeCredentials: keys(question.excludeCredentials) } });
  }

  function answer({ id, rawId, type, response }) {
    const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
    const given = parts.filter((part) => response[part]).map((part) => [part, text(response[part])]);
    const transports = response.getTransports?.();
    return JSON.stringify({ id, rawId: text(rawId), type, response: { userHandle: null, transports, ...Object.fromEntries(given) } });
  }

  async function send(form) {
    const body = new URLSearchParams(new FormData(form));
    const reply = await fetch(form.dataset.passkey, { method: "POST", body, headers: { accept: "application/json" } });
    const told = await reply.json().catch(() => ({}));
    if (!reply.ok) throw new Error(told.message ?? "That did not work. Reload the page and try again.");
    form.elements.answer.value = answer(await ask(told.question));
    form.elements.token.value = told.token;
    if (form.elements.own_password) form.elements.own_password.value = "";
    form.submit();
  }

  const silent = { NotAllowedError: "Nothing was signed: it was cancelled, or took too long.", InvalidStateError: "This device has a passkey of yours already." };
  document.querySelectorAll("form[data-passkey]").forEach((form) => {
    if (!window.PublicKeyCredential || location.hostname !== form.dataset.passkeyHost) return;
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const wrong = form.querySelector("[role=alert]");
      wrong.hidden = true;
      send(form).catch((error) => {
        wrong.textContent = silent[error.name] ?? error.message;
        wrong.hidden = false;
      });
    });
  });
})();
