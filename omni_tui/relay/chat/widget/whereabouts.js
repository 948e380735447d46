// Which page is open, told once one has written: the shop sees it beside the chat, and nobody else does.

let placed = '';
const here = () => {
  if (document.hidden || !kept.get(place())) return;
  const now = location.href + '\n' + document.title;
  if (now === placed) return;
  placed = now;
  call('POST', 'here', { page: location.href, title: document.title }).catch(() => { placed = ''; });
};
const elsewhere = () => { placed = ''; here(); };
// A shop may change its page without leaving it, and no event tells of that.
setInterval(here, 2000);
