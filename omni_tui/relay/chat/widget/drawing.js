// The window, and what stands in it. Text is text: nothing a person wrote is ever markup.

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
const wrong = make('p', { class: 'trouble', id: 'trouble', role: 'status' });
const called = make('input', { type: 'text', autocomplete: 'name', maxlength: '80' });
const mail = make('input', { type: 'email', autocomplete: 'email', maxlength: '254' });
const asked = make('div', {}, make('label', {}, T.name, called), make('label', {}, T.email, mail));
const box = make('textarea', { rows: '1', maxlength: '8000', placeholder: T.message });
const chosen = make('input', { type: 'file', class: 'hide', tabindex: '-1', 'aria-hidden': 'true', accept: CONFIG.files ? CONFIG.files.types.join(',') : '' });
const clip = make('button', { class: 'clip', type: 'button', 'aria-label': T.attach, title: T.attach, onclick: () => chosen.click() }, '+');
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
      make('p', { class: 'who' }, mine ? T.you : (one.agent || T.team) + (one.by === 'mail' ? ' · ' + T.by_mail : '')),
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
