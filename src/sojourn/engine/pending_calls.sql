-- The next calls to make: asked for and let through, not busy, of a target that has room; lowest number first. Whose
-- passage has left is left out, unless others wait for the same answer.
SELECT c.no, c.target, c.passage, c.doc, c.node, c.called_at, c.params, p.profile_id
FROM call c
JOIN profile p ON p._pno = c.pno
ANTI JOIN busy b ON b.no = c.no
ANTI JOIN closed x ON x.target = c.target
WHERE c.called_at IS NOT NULL
  AND (c.no IN (SELECT wake_no FROM passage) OR c.no IN (SELECT leader FROM call WHERE leader IS NOT NULL))
ORDER BY c.no
LIMIT $limit
