// What the page keeps: who the visitor is, what was not told yet, and where the chat stands.

const BASE = script.src.replace(/\.js([?#].*)?$/, '');
const IMAGES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'];
const spoken = () => {
  const tongue = (script.dataset.lang || document.documentElement.lang || navigator.language || '').toLowerCase().split('-')[0];
  return CONFIG.texts[tongue] ? tongue : Object.keys(CONFIG.texts)[0];
};
let LANG = spoken(), T = CONFIG.texts[LANG];
const say = (name, values) => T[name].replace(/\{(\w+)\}/g, (all, key) => (values ? values[key] : all));


// A page may be denied its storage: the chat then lasts as long as the page.
const memory = new Map();
const kept = {
  get: (key) => { try { return localStorage.getItem(key); } catch (_) { return memory.get(key) || null; } },
  set: (key, value) => { try { localStorage.setItem(key, value); } catch (_) { memory.set(key, value); } },
  drop: (key) => { memory.delete(key); try { localStorage.removeItem(key); } catch (_) { /* it was never there */ } },
  keys: () => { try { return Object.keys(localStorage).concat(Array.from(memory.keys())); } catch (_) { return Array.from(memory.keys()); } },
};
// What is being typed stays with its tab, so that two tabs write two things.
const typedYet = {
  get: () => { try { return sessionStorage.getItem(place() + ':draft') || ''; } catch (_) { return ''; } },
  set: (text) => { try { sessionStorage.setItem(place() + ':draft', text); } catch (_) { /* it lasts as long as the page */ } },
};
const me = { user: script.dataset.userId || '', hash: script.dataset.userHash || '', name: script.dataset.name || '', email: script.dataset.email || '' };
// A signed customer's chat is another than the one before signing in, and gone from the page after signing out.
const place = () => 'omni-chat:' + CONFIG.chat + (me.user ? ':u:' + me.user : '');
const waiting = () => kept.keys().filter((key) => key.startsWith(place() + ':out:'))
  .map((key) => { try { return JSON.parse(kept.get(key)); } catch (_) { return null; } })
  .filter((one) => one && one.id).sort((a, b) => a.at - b.at || a.n - b.n);
const out = (id) => place() + ':out:' + id;
const fresh = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, '0')).join('');

let epoch = 0, last = 0, sent = 0, online = true, opened = false, polling = false;
let state = { agent_read: 0, read: 0, typing: null }, before = '', entries = new Map();
let listening = false, pumping = false, cut = null;
const asleep = new Set();
