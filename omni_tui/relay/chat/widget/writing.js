// The form: who one is, words and files.

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
