// What the relay tells: a stream, or long-poll where a proxy holds streams back.

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
    elsewhere();
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
