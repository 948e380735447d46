// Calls to the relay, and the messages on their way to it.

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
