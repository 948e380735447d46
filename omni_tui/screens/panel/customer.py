"""The customer beside a thread: who it is, where reachable, the last order, what they wrote about before."""

from __future__ import annotations

from omni_tui.desk.state_words import status_word
from omni_tui.model.customer import CustomerCard, OrderMention, VisitRow
from omni_tui.screens.context import Context
from omni_tui.screens.draw.ink import BLANK, Line, Span, column, ends
from omni_tui.screens.draw.times import day
from omni_tui.screens.list.draw import kind_word
from omni_tui.screens.panel.text import wrapped
from omni_tui.text.cells import wrap
from omni_tui.text.clean import clean, clean_line
from omni_tui.text.i18n import _, ngettext


def customer_lines(
    card: CustomerCard,
    current: str,
    width: int,
    context: Context,
    visit: VisitRow | None = None,
    order: OrderMention | None = None,
) -> list[Line]:
    """Who it is, how to reach them, what they wrote about before. ``current`` is the open conversation's id, ``visit``
    what it tells of a visitor of the chat, ``order`` the order that it is about, else the last one they named."""
    name = clean_line(card.name) or _("unknown sender")
    tags = " ".join(clean_line(tag) for tag in card.tags)
    lines: list[Line] = [ends((Span(name, "text bold"),), (Span(tags, "caution"),), width)]
    if card.since is not None:
        count = card.conversation_count
        since = ngettext(
            "customer since {day}, {count} conversation", "customer since {day}, {count} conversations", count
        ).format(day=day(card.since, context), count=f"{count:,}")
        lines += wrapped(since, width, "soft")
    lines += [BLANK, (Span(_("Reach"), "faint bold"),)]
    for identity in card.identities:
        used = context.clock(identity.last_at) if identity.last_at is not None else _("never used")
        left = [column(kind_word(identity.kind), 5, "muted")]
        value = clean_line(identity.value)
        # An address is never cut: it wraps.
        first, *rest = wrap(value, max(8, width - 5 - len(used) - 2))
        lines.append(ends((*left, Span(first, "text")), (Span(used, "muted"),), width))
        lines += [(Span(" " * 5), Span(more, "text")) for more in rest]
    if not card.identities:
        lines.append((Span(_("no address is known"), "muted"),))
    lines += _order(order or card.order, current, width, context)
    lines += _visit(visit, width, context) if visit is not None else []
    if card.notes:
        lines += [BLANK, (Span(_("Notes"), "faint bold"),), *wrapped(clean(card.notes)[:4000], width, "soft")]
    return lines + _past(card, current, width, context)


def _order(order: OrderMention | None, current: str, width: int, context: Context) -> list[Line]:
    if order is None:
        return []
    where = _("named here") if order.conversation_id == current else _("named in #{ref}").format(ref=order.ref)
    number = (Span(clean_line(order.number), "text"), Span(f"  {where}", "muted"))
    there = (Span(context.key("last_order"), "text bold"), Span(_(" to it"), "muted"))
    title = ends((Span(_("Last order"), "faint bold"),), there, width)
    return [BLANK, title, ends(number, (Span(context.clock(order.at), "muted"),), width)]


def _visit(visit: VisitRow, width: int, context: Context) -> list[Line]:
    lines: list[Line] = []
    if visit.claim and not visit.proven:
        words = _("says {address}, which nothing proves").format(address=clean_line(visit.claim))
        lines += wrapped(words, width, "caution")
    if not (visit.page or visit.language):
        return lines
    lines += [BLANK, (Span(_("Visit"), "faint bold"),)]
    if visit.title:
        lines += wrapped(clean_line(visit.title), width, "text")
    if visit.page:
        lines += wrapped(clean_line(visit.page), width, "soft")
    if visit.left_at:
        lines += wrapped(_("closed {time}").format(time=context.clock(visit.left_at)), width, "muted")
    elif visit.since:
        lines += wrapped(_("open since {time}").format(time=context.clock(visit.since)), width, "soft")
    for each in visit.before:
        name = clean_line(each.title) or clean_line(each.page)
        lines.append(ends((Span(name, "muted"),), (Span(context.clock(each.since), "muted"),), width))
    if visit.language:
        lines += wrapped(_("language {language}").format(language=clean_line(visit.language)), width, "soft")
    return lines


def _past(card: CustomerCard, current: str, width: int, context: Context) -> list[Line]:
    others = [c for c in card.conversations if c.id != current]
    title = Span(_("Other conversations"), "faint bold")
    total = max(len(others), card.conversation_count - 1)
    if not others:
        return [BLANK, (title,), (Span(_("none yet"), "muted"),)]
    lines = [BLANK, ends((title,), (Span(f"{len(others):,} / {total:,}", "faint"),), width)]
    for past in others:
        right = (Span(status_word(past.status), "muted"), Span(f" {context.clock(past.last_at):>6}", "muted"))
        left = (
            Span(f"#{past.ref} ", "muted"),
            column(kind_word(past.kind), 5, "muted"),
            Span(clean_line(past.subject) or _("no subject"), "soft"),
        )
        lines.append(ends(left, right, width))
    return lines
