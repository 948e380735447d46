"""The only process that talks to channels: brings messages in, carries replies out, wakes what was snoozed.

``run`` takes the store's lease and lets a ``Supervisor`` work for as long as it holds. Each stream of each
channel has a ``StreamPoller``; one ``Performer`` empties the outbox; ``Timers`` and ``LeaseKeeper`` do what
is due. Every call to the store happens on the threads of ``StoreThreads``, never on the event loop's.
"""
