-- The next messages to deliver: in the outbox, not busy, of a route that is open; lowest number first.
SELECT m.no, m.doc, m.node, m.slot, m.pno, m.channel, m.variant, m."at", m."to", m.entry, m.vars
FROM message m
SEMI JOIN (
    SELECT o.no
    FROM outbox o
    ANTI JOIN busy b ON b.no = o.no
) free ON free.no = m.no
ANTI JOIN closed c ON c.doc = m.doc AND c.node = m.node AND c.slot = m.slot
ORDER BY m.no
LIMIT $limit
