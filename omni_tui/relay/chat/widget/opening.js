// Opening, closing, signing in and out, and beginning.

// A keyboard on the screen covers what is fixed to the bottom, and only the visual viewport tells of it.
const view = window.visualViewport;
const measure = () => {
  if (!view || view.scale > 1.05) return;
  host.style.setProperty('--seen', view.height + 'px');
  host.style.setProperty('--covered', Math.max(0, window.innerHeight - view.height - view.offsetTop) + 'px');
};
if (view) ['resize', 'scroll'].forEach((kind) => view.addEventListener(kind, () => { measure(); if (opened && kind === 'resize') bottom(); }));
const look = () => fetch(BASE + '/hello', { cache: 'no-store', credentials: 'omit' })
  .then((answer) => answer.json()).then((told) => { online = told.online; draw(); }).catch(() => {});
const open = () => {
  opened = true;
  measure();
  panel.hidden = false;
  fit();
  launch.setAttribute('aria-expanded', 'true');
  draw();
  bottom();
  seen();
  if (!kept.get(place())) look();
  (asks() ? called : box).focus();
};
const close = () => {
  opened = false;
  panel.hidden = true;
  launch.setAttribute('aria-expanded', 'false');
  draw();
  launch.focus();
};
const identify = (who) => {
  epoch += 1;
  Object.assign(me, { user: '', hash: '', name: '', email: '' }, who && { user: String(who.userId || ''), hash: String(who.userHash || ''), name: who.name || '', email: who.email || '' });
  entries = new Map();
  nodes.clear();
  last = sent = 0;
  before = '';
  state = { agent_read: 0, read: 0, typing: null };
  if (cut) cut.abort();
  start();
};
const start = () => { box.value = typedYet.get(); draw(); listen(); pump(); elsewhere(); };

const again = () => { asleep.forEach((wake) => wake()); draw(); listen(); pump(); elsewhere(); seen(); };
window.addEventListener('online', again);
window.addEventListener('pageshow', (event) => { if (event.persisted) again(); });
document.addEventListener('visibilitychange', () => { if (document.hidden) { if (cut) cut.abort(); } else again(); });
// What another page of the shop did: its chat is ours.
window.addEventListener('storage', (event) => { if (event.key && event.key.startsWith(place())) { draw(); listen(); } });

window.OmniChat = { open, close, identify };
const put = () => { document.body.append(host); start(); };
if (document.body) put(); else document.addEventListener('DOMContentLoaded', put);
