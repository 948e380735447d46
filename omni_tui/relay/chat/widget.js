(() => {
  'use strict';
  const CONFIG = __CONFIG__;
  const script = document.currentScript;
  if (!script || window.OmniChat) return;
  const BASE = script.src.replace(/\.js([?#].*)?$/, '');
  const IMAGES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'];
  const tongue = (script.dataset.lang || document.documentElement.lang || navigator.language || '').toLowerCase();
  const LANG = CONFIG.texts[tongue.split('-')[0]] ? tongue.split('-')[0] : Object.keys(CONFIG.texts)[0];
  const T = CONFIG.texts[LANG];
  const say = (name, values) => T[name].replace(/\{(\w+)\}/g, (all, key) => (values ? values[key] : all));

  // What is kept -----------------------------------------------------------------------------------

  // A page may be denied its storage: the chat then lasts as long as the page.
  const memory = new Map();
  const kept = {
    get: (key) => { try { return localStorage.getItem(key); } catch (_) { return memory.get(key) || null; } },
    set: (key, value) => { try { localStorage.setItem(key, value); } catch (_) { memory.set(key, value); } },
    drop: (key) => { memory.delete(key); try { localStorage.removeItem(key); } catch (_) { /* it was never there */ } },
    keys: () => { try { return Object.keys(localStorage).concat(Array.from(memory.keys())); } catch (_) { return Array.from(memory.keys()); } },
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

  // Speaking with the relay ------------------------------------------------------------------------

  const call = (method, path, body, more) => {
    const headers = Object.assign({}, more);
    const token = kept.get(place());
    if (token) headers.Authorization = 'Bearer ' + token;
    if (body && !headers['Content-Type']) { headers['Content-Type'] = 'application/json'; body = JSON.stringify(body); }
    return fetch(BASE + '/' + path, { method, headers, body, cache: 'no-store', credentials: 'omit', signal: more && more.signal });
  };
  // fetch would take `signal` for a header's name.
  const follow = (path, headers, signal) => fetch(BASE + '/' + path, {
    headers: Object.assign({ Authorization: 'Bearer ' + kept.get(place()) }, headers), cache: 'no-store', credentials: 'omit', signal,
  });
  const pause = (ms) => new Promise((done) => {
    const wake = () => { clearTimeout(timer); asleep.delete(wake); done(); };
    const timer = setTimeout(wake, ms);
    asleep.add(wake);
  });
  const locked = (work) => (navigator.locks ? navigator.locks.request(place(), work) : work());

  const ready = () => kept.get(place()) || locked(async () => {
    if (kept.get(place())) return kept.get(place());
    const answer = await call('POST', 'session', { user: me.user, hash: me.hash, name: me.name, email: me.email });
    if (!answer.ok) throw answer;
    const told = await answer.json();
    kept.set(place(), told.token);
    return told.token;
  });
  // What was typed into the form goes before the first message it introduces, also where the network is away meanwhile.
  const introduce = async () => {
    const claim = kept.get(place() + ':claim');
    if (!claim) return;
    const answer = await call('POST', 'session', JSON.parse(claim));
    if (!answer.ok && answer.status !== 400) throw answer;
    kept.drop(place() + ':claim');
  };
  const forget = () => { kept.drop(place()); last = 0; };

  const pump = async () => {
    if (pumping) return;
    pumping = true;
    const mine = epoch;
    let patience = 1000;
    try {
      for (let next; mine === epoch && (next = waiting()[0]);) {
        let answer = null;
        try {
          await ready();
          listen();
          await introduce();
          answer = await call('POST', 'messages', { id: next.id, text: next.text, files: next.files.map((file) => file.id), page: location.href, title: document.title, language: navigator.language });
          if (answer.ok) { take(await answer.json()); patience = 1000; trouble(''); continue; }
        } catch (error) {
          answer = error && error.status ? error : null;
        }
        if (answer && answer.status === 401) { forget(); continue; }
        if (answer && answer.status < 500 && answer.status !== 429 && answer.status !== 408) {
          kept.drop(out(next.id));
          trouble(say('refused'));
          draw();
          continue;
        }
        trouble(say(answer ? 'slow' : 'lost'));
        const asked = answer && Number(answer.headers.get('Retry-After'));
        await pause(asked ? asked * 1000 : patience);
        patience = Math.min(patience * 2, 15000);
      }
    } finally { pumping = false; }
    if (mine !== epoch) pump();
  };

  const listen = async () => {
    if (listening) return;
    listening = true;
    let patience = 500;
    while (kept.get(place())) {
      const mine = epoch;
      try {
        // A page nobody looks at holds no connection: a browser has but six to a host.
        if (document.hidden) { await poll(0); await pause(30000); } else await (polling ? poll(25) : stream());
        patience = 500;
      } catch (error) {
        if (error === 401 && mine === epoch) { forget(); break; }
        // Its own doing: another customer, or a page looked at again.
        if (error && error.name === 'AbortError') { await pause(50); continue; }
        if (opened && waiting().length === 0) trouble(say('lost'));
        await pause(patience + Math.random() * 500);
        patience = Math.min(patience * 2, 20000);
      }
    }
    listening = false;
  };

  const poll = async (seconds) => {
    const answer = await follow('poll?after=' + last + '&wait=' + seconds + '&state=' + encodeURIComponent(before), {});
    if (answer.status === 401) throw 401;
    if (!answer.ok) throw answer;
    const told = await answer.json();
    trouble('', true);
    told.entries.forEach(hear);
    learn(told.state);
  };

  const stream = async () => {
    const mine = epoch, stop = new AbortController();
    cut = stop;
    let silent, heard = false;
    const listenOn = (ms) => { clearTimeout(silent); silent = setTimeout(() => { if (!heard) polling = true; stop.abort(); }, ms); };
    listenOn(8000);
    try {
      const answer = await follow('stream', { Accept: 'text/event-stream', 'Last-Event-ID': String(last) }, stop.signal);
      if (answer.status === 401) throw 401;
      if (!answer.ok) throw answer;
      if (!answer.body) { polling = true; return; }
      const reader = answer.body.getReader(), text = new TextDecoder();
      for (let held = ''; ;) {
        const part = await reader.read();
        if (part.done) throw new Error('the stream ended');
        if (mine !== epoch) { stop.abort(); return; }
        heard = true;
        listenOn(60000);
        trouble('', true);
        const blocks = (held + text.decode(part.value, { stream: true })).split('\n\n');
        held = blocks.pop();
        blocks.forEach(read);
      }
    } finally { clearTimeout(silent); cut = null; }
  };

  const read = (block) => {
    let kind = '', data = '';
    block.split('\n').forEach((line) => {
      if (line.startsWith('event: ')) kind = line.slice(7);
      if (line.startsWith('data: ')) data += line.slice(6);
    });
    if (kind === 'entry') hear(JSON.parse(data));
    if (kind === 'state') learn(data);
  };

  const take = (entry) => {
    if (entry.side === 'visitor') kept.drop(out(entry.id));
    entries.set(entry.seq, entry);
    draw();
    seen();
  };
  // Only what is told in order moves the place: the answer to our own message may overtake others' messages.
  const hear = (entry) => { last = Math.max(last, entry.seq); take(entry); };
  const learn = (told) => {
    before = told;
    state = JSON.parse(told);
    online = state.online;
    draw();
    seen();
  };

  let soon = 0;
  const seen = () => {
    clearTimeout(soon);
    soon = setTimeout(() => {
      const got = Math.max(0, ...Array.from(entries.values(), (one) => (one.side === 'agent' ? one.seq : 0)));
      const shown = opened && !document.hidden ? got : 0;
      if (got + shown <= sent || !kept.get(place())) return;
      if (shown && shown > state.read) { state.read = shown; draw(); }
      call('POST', 'seen', { got, read: shown }).then((answer) => { if (answer.ok) sent = Math.max(sent, got + shown); }, () => {});
    }, 150);
  };

  let typed = 0;
  const typing = (on) => {
    const now = Date.now();
    if (!kept.get(place()) || (on ? now - typed < 4000 : !typed)) return;
    typed = on ? now : 0;
    call('POST', 'typing', { on }).catch(() => {});
  };

  // What is seen -----------------------------------------------------------------------------------

  const make = (tag, attributes, ...inside) => {
    const node = document.createElement(tag);
    Object.entries(attributes || {}).forEach(([name, value]) => {
      if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
      else if (value === true) node.setAttribute(name, '');
      else if (value !== false) node.setAttribute(name, value);
    });
    node.append(...inside);
    return node;
  };
  const host = make('div', { id: 'omni-chat', lang: LANG });
  const shadow = host.attachShadow({ mode: 'open' });
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(CONFIG.style);
    shadow.adoptedStyleSheets = [sheet];
  } catch (_) {
    shadow.append(make('style', {}, CONFIG.style));
  }

  const badge = make('span', { class: 'badge', hidden: true });
  const launch = make('button', { class: 'launch', type: 'button', 'aria-haspopup': 'dialog', 'aria-expanded': 'false', onclick: () => (opened ? close() : open()) }, CONFIG.title || T.title, badge);
  const log = make('div', { class: 'log', role: 'log', 'aria-label': T.log, tabindex: '0' });
  const hello = make('p', { class: 'hello' });
  const fate = make('p', { class: 'fate' });
  const typist = make('p', { class: 'typing', 'aria-live': 'polite' });
  const wrong = make('p', { class: 'trouble', role: 'status' });
  const called = make('input', { type: 'text', autocomplete: 'name', maxlength: '80' });
  const mail = make('input', { type: 'email', autocomplete: 'email', maxlength: '254' });
  const asked = make('div', {}, make('label', {}, T.name, called), make('label', {}, T.email, mail));
  const box = make('textarea', { rows: '1', maxlength: '8000', placeholder: T.message });
  const chosen = make('input', { type: 'file', class: 'hide', tabindex: '-1', 'aria-hidden': 'true', accept: CONFIG.files ? CONFIG.files.types.join(',') : '' });
  const clip = make('button', { class: 'clip', type: 'button', 'aria-label': T.attach, onclick: () => chosen.click() }, '📎');
  const form = make('form', { novalidate: true }, asked, make('div', { class: 'row' },
    ...(CONFIG.files ? [clip, chosen] : []),
    make('label', { class: 'grow' }, make('span', { class: 'hide' }, T.message), box),
    make('button', { class: 'send', type: 'submit' }, T.send)));
  const panel = make('div', { class: 'panel', role: 'dialog', 'aria-label': CONFIG.title || T.title, hidden: true, onkeydown: (event) => { if (event.key === 'Escape' && !event.isComposing) close(); } },
    make('header', {}, make('h2', {}, CONFIG.title || T.title), make('button', { class: 'close', type: 'button', 'aria-label': T.close, onclick: () => close() }, '×')),
    log, typist, wrong, form);
  log.append(hello, fate);
  shadow.append(make('div', { class: 'root' }, panel, launch));

  let overcome = '';
  const trouble = (words, onlyLost) => {
    if (onlyLost && overcome !== say('lost')) return;
    if (words !== overcome) wrong.textContent = overcome = words;
  };

  const linked = (text) => {
    const parts = [];
    text.split(/(https?:\/\/[^\s<>"]+)/).forEach((part, at) => {
      if (at % 2) parts.push(make('a', { href: part, target: '_blank', rel: 'noopener noreferrer nofollow' }, part));
      else if (part) parts.push(part);
    });
    return parts;
  };

  const fetched = async (file) => {
    const answer = await follow('files/' + encodeURIComponent(file.id), {});
    if (!answer.ok) throw answer;
    // Never by the type somebody named: what opens in the page would be the page's.
    return URL.createObjectURL(new Blob([await answer.arrayBuffer()], { type: IMAGES.includes(file.mime) ? file.mime : 'application/octet-stream' }));
  };
  const shownFile = (file) => {
    const button = make('button', { class: 'file', type: 'button', onclick: async () => {
      try {
        const address = await fetched(file);
        make('a', { href: address, download: file.name }).click();
        setTimeout(() => URL.revokeObjectURL(address), 60000);
      } catch (_) { trouble(say('lost')); }
    } }, file.name);
    if (IMAGES.includes(file.mime) && file.size < 3e6) {
      fetched(file).then((address) => {
        const image = make('img', { alt: '' });
        image.addEventListener('load', () => { button.prepend(image); bottom(); });
        image.src = address;
      }).catch(() => {});
    }
    return button;
  };

  const nodes = new Map();
  const shown = (key, one) => {
    let node = nodes.get(key);
    if (!node) {
      const mine = one.side !== 'agent';
      node = make('div', { class: 'one ' + (mine ? 'visitor' : 'agent') },
        make('p', { class: 'who' }, mine ? T.you : one.agent || T.team),
        ...(one.text ? [make('div', { class: 'words' }, ...(mine ? [one.text] : linked(one.text)))] : []),
        ...(one.files || []).map(shownFile));
      nodes.set(key, node);
    }
    return node;
  };
  const bottom = () => { log.scrollTop = log.scrollHeight; };
  const draw = () => {
    const near = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
    const there = Array.from(entries.values()).sort((a, b) => a.seq - b.seq);
    const known = new Set(there.map((one) => one.id));
    const still = waiting().filter((one) => !known.has(one.id));
    const wanted = there.map((one) => shown(one.side === 'agent' ? one.seq : one.id, one)).concat(still.map((one) => shown(one.id, one)));
    let at = hello.nextSibling, grown = false;
    wanted.forEach((node) => {
      if (node === at) { at = at.nextSibling; return; }
      log.insertBefore(node, at);
      grown = true;
    });
    while (at && at !== fate) { const gone = at; at = at.nextSibling; gone.remove(); }
    const own = there.filter((one) => one.side === 'visitor').pop();
    fate.textContent = still.length ? T.sending : !own ? '' : own.seq <= state.agent_read ? T.read : T.sent;
    typist.textContent = state.typing ? say('typing', { name: state.typing.agent || T.team }) : '';
    clearTimeout(typist.timer);
    if (state.typing) typist.timer = setTimeout(() => { typist.textContent = ''; }, 8000);
    hello.textContent = online ? T.greeting : T.offline;
    asked.hidden = !asks();
    mail.required = must();
    const unread = there.filter((one) => one.side === 'agent' && one.seq > state.read).length;
    badge.hidden = opened || !unread;
    badge.textContent = unread ? say('unread', { count: unread }) : '';
    if (grown && (near || still.length)) bottom();
  };

  // Whoever is not answered at once is asked for an address, even if they left it out before.
  const must = () => CONFIG.ask === 'email' || !online;
  const asks = () => !me.user && (must() ? !me.email && !kept.get(place() + ':mail') : CONFIG.ask !== 'no' && !kept.get(place() + ':asked'));

  const introduced = () => {
    if (!asks()) return true;
    const name = called.value.trim(), email = mail.value.trim();
    const right = /^[^\s@]+@[^\s@]+$/.test(email);
    if (must() ? !right : email && !right) { mail.setAttribute('aria-invalid', 'true'); mail.focus(); return false; }
    mail.removeAttribute('aria-invalid');
    me.name = name || me.name;
    me.email = email || me.email;
    kept.set(place() + ':asked', '1');
    if (email) kept.set(place() + ':mail', '1');
    if (name || email) kept.set(place() + ':claim', JSON.stringify({ name, email }));
    return true;
  };

  let count = 0;
  const post = (text, files) => {
    const one = { id: fresh(), text, files: files || [], at: Date.now(), n: count++ };
    kept.set(out(one.id), JSON.stringify(one));
    typed = 0;
    draw();
    bottom();
    pump();
  };
  const submit = () => {
    const text = box.value.trim();
    if (!text || !introduced()) return;
    post(text);
    box.value = '';
    fit();
    box.focus();
  };
  const fit = () => { box.style.height = 'auto'; box.style.height = Math.min(box.scrollHeight + 2, 140) + 'px'; };
  const attach = async () => {
    const file = chosen.files[0];
    chosen.value = '';
    if (!file || !introduced()) return;
    if (file.size > CONFIG.files.kb * 1024) return trouble(say('large', { limit: Math.round(CONFIG.files.kb / 102.4) / 10 + ' MB' }));
    if (!CONFIG.files.types.includes(file.type)) return trouble(T.type);
    trouble(T.sending);
    try {
      await ready();
      const answer = await call('POST', 'files?name=' + encodeURIComponent(file.name), file, { 'Content-Type': file.type });
      if (!answer.ok) return trouble(answer.status === 415 ? T.type : answer.status === 429 ? T.slow : T.refused);
      trouble('');
      post('', [await answer.json()]);
    } catch (_) { trouble(say('lost')); }
  };

  form.addEventListener('submit', (event) => { event.preventDefault(); submit(); });
  box.addEventListener('keydown', (event) => {
    // An Enter that ends a composition (Chinese, Japanese) chooses a word and sends nothing.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    submit();
  });
  box.addEventListener('input', () => { fit(); typing(box.value !== ''); });
  box.addEventListener('blur', () => typing(false));
  chosen.addEventListener('change', attach);

  const look = () => fetch(BASE + '/hello', { cache: 'no-store', credentials: 'omit' })
    .then((answer) => answer.json()).then((told) => { online = told.online; draw(); }).catch(() => {});
  const open = () => {
    opened = true;
    panel.hidden = false;
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
  const start = () => { draw(); listen(); pump(); };

  const again = () => { asleep.forEach((wake) => wake()); start(); seen(); };
  window.addEventListener('online', again);
  document.addEventListener('visibilitychange', () => { if (document.hidden) { if (cut) cut.abort(); } else again(); });
  // What another page of the shop did: its chat is ours.
  window.addEventListener('storage', (event) => { if (event.key && event.key.startsWith(place())) { draw(); listen(); } });

  window.OmniChat = { open, close, identify };
  const put = () => { document.body.append(host); start(); };
  if (document.body) put(); else document.addEventListener('DOMContentLoaded', put);
})();
