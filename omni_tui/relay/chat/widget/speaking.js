// A page may change its language without being left: the window goes along, and what was said stays.

const named = (node, words) => { node.setAttribute('aria-label', words); return node; };
const relabel = () => {
  if (spoken() === LANG) return;
  LANG = spoken();
  T = CONFIG.texts[LANG];
  host.lang = LANG;
  launch.firstChild.data = panel.querySelector('h2').textContent = CONFIG.title || T.title;
  named(panel, CONFIG.title || T.title);
  named(log, T.log);
  named(panel.querySelector('.close'), T.close);
  named(clip, T.attach).title = T.attach;
  called.previousSibling.data = T.name;
  mail.previousSibling.data = T.email;
  box.placeholder = box.previousSibling.textContent = T.message;
  panel.querySelector('.send').textContent = T.send;
  nodes.clear();
  trouble('');
  draw();
};
new MutationObserver(relabel).observe(document.documentElement, { attributeFilter: ['lang'] });
