// Keeps pages fresh and sends the buyer back to the shop. Every page works without it.

// Times in the reader's own zone.
function localise(root) {
  for (const time of root.querySelectorAll('time[datetime]')) {
    const at = new Date(time.dateTime);
    time.textContent = at.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
    time.title = at.toLocaleString();
  }
}

// Chats show their end, except those that the reader has scrolled up.
function scrollChats(held = new Map()) {
  for (const chat of document.querySelectorAll('.chat')) chat.scrollTop = held.get(chat.id) ?? chat.scrollHeight;
}

function heldChats() {
  const held = [...document.querySelectorAll('.chat')].filter((chat) => chat.scrollTop + chat.clientHeight < chat.scrollHeight - 8);
  return new Map(held.map((chat) => [chat.id, chat.scrollTop]));
}

// Replaces the changing part when it changed, but not under the reader's hands.
function keepFresh(part) {
  let last;
  setInterval(async () => {
    if (document.hidden || part.querySelector(':focus-visible') || !getSelection().isCollapsed) return;
    try {
      const answer = await fetch(part.dataset.live);
      const text = await answer.text();
      if (answer.ok && last !== undefined && text !== last) {
        const held = heldChats();
        part.innerHTML = text;
        localise(part);
        scrollChats(held);
      }
      last = text;
    } catch {
      // The simulation has stopped; the page stays as it was.
    }
  }, 1500);
}

localise(document);
scrollChats();
document.querySelectorAll('[data-live]').forEach(keepFresh);
const back = document.querySelector('form[data-submit]');
if (back) setTimeout(() => back.requestSubmit(), 900);
