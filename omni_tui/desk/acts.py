"""The journal: one act per thing somebody did, one row per field it changed. Audit, history and undo in one."""

from __future__ import annotations

from omni_tui.model.conversation import Agent
from omni_tui.model.ids import uuid7
from omni_tui.store import Writer

BLOCKER = "rule"
"""Who calls a blocked sender's mail spam, in the journal."""


class Act:
    """One act in the making; it is stored with its first change, so that doing nothing leaves no trace."""

    def __init__(self, tx: Writer, verb: str, agent: Agent | None, actor: str = "") -> None:
        self._tx = tx
        self._verb = verb
        self._agent = agent
        self._actor = actor or (agent.login if agent else "")
        self.id = ""

    def record(
        self, entity: str, entity_id: str, conversation_id: str, field: str, before: object, after: object
    ) -> None:
        """Field ``field`` of ``entity`` went from ``before`` to ``after`` (None: nothing there).

        ``conversation_id`` is the conversation it concerns, empty for none.
        """
        tx = self._tx
        if not self.id:
            self.id = uuid7()
            tx.run(
                "insert_act",
                id=self.id,
                seq=tx.next("act"),
                agent_id=self._agent.id if self._agent else None,
                actor=self._actor,
                verb=self._verb,
                now=tx.now,
            )
        tx.run(
            "insert_journal",
            id=uuid7(),
            act_id=self.id,
            entity=entity,
            entity_id=entity_id,
            conversation_id=conversation_id,
            field=field,
            before=None if before is None else str(before),
            after=None if after is None else str(after),
            now=tx.now,
        )
        if conversation_id:
            tx.changed("conversation", conversation_id)
