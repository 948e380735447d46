// The form: who one is, words and files.

// Whoever is not answered at once is asked for an address, even if they left it out before.
const must = () => CONFIG.ask === 'email' || !online;
const asks = () => !me.user && (must() ? !me.email && !kept.get(place() + ':mail') : CONFIG.ask !== 'no' && !kept.get(place() + ':asked'));

const introduced = () => {
  if (!asks()) return true;
  const name = called.value.trim(), email = mail.value.trim();
  const right = /^[^\s@]+@[^\s@]+$/.test(email);
  if (must() ? !right : email && !right) {
    mail.setAttribute('aria-invalid', 'true');
    mail.setAttribute('aria-describedby', 'trouble');
    mail.focus();
    trouble(T.address);
    return false;
  }
  mail.removeAttribute('aria-invalid');
  mail.removeAttribute('aria-describedby');
  if (overcome === T.address) trouble('');
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
  typedYet.set('');
  fit();
  box.focus();
};
const fit = () => { box.style.height = 'auto'; box.style.height = Math.min(box.scrollHeight + 2, 140) + 'px'; };
const attach = async (file) => {
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
  } catch (_) { trouble(T.file_lost); }
};

form.addEventListener('submit', (event) => { event.preventDefault(); submit(); });
box.addEventListener('keydown', (event) => {
  // An Enter that ends a composition (Chinese, Japanese) chooses a word and sends nothing.
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  submit();
});
box.addEventListener('input', () => { fit(); typedYet.set(box.value); typing(box.value !== ''); });
box.addEventListener('blur', () => typing(false));
chosen.addEventListener('change', () => { const file = chosen.files[0]; chosen.value = ''; attach(file); });
// A picture of the screen is pasted more often than it is looked for; office programs paste one beside the words.
const dragged = (data) => (CONFIG.files && data && !Array.from(data.types).includes('text/plain') ? data.files[0] : null);
box.addEventListener('paste', (event) => {
  const file = dragged(event.clipboardData);
  if (file) { event.preventDefault(); attach(file); }
});
panel.addEventListener('dragover', (event) => { if (CONFIG.files && Array.from(event.dataTransfer.types).includes('Files')) event.preventDefault(); });
panel.addEventListener('drop', (event) => {
  const file = dragged(event.dataTransfer);
  if (file) { event.preventDefault(); attach(file); }
});
