-- Everything the engine knows. Hot tables have integers only, no index, and are appended to rather than updated.
CREATE TABLE IF NOT EXISTS meta (name VARCHAR PRIMARY KEY, value VARCHAR);

CREATE TABLE IF NOT EXISTS document (
    doc INTEGER, kind VARCHAR, id VARCHAR, version INTEGER, body VARCHAR, state VARCHAR,
    published_at TIMESTAMPTZ, ended_at TIMESTAMPTZ, last_run_at TIMESTAMPTZ, runs INTEGER
);

CREATE TABLE IF NOT EXISTS profile (_pno BIGINT, profile_id VARCHAR, _created_at TIMESTAMPTZ);

-- Other ids that a profile had or has: what comes under them is the profile's.
CREATE TABLE IF NOT EXISTS identity (alias VARCHAR, pno BIGINT, "at" TIMESTAMPTZ);

CREATE TABLE IF NOT EXISTS event ("offset" BIGINT, pno BIGINT, name VARCHAR, "at" TIMESTAMPTZ, data VARCHAR);

CREATE TABLE IF NOT EXISTS passage (
    no BIGINT, doc INTEGER, pno BIGINT, key VARCHAR, node SMALLINT, entered_at TIMESTAMPTZ,
    wake_at TIMESTAMPTZ, wake_no BIGINT, ends_at TIMESTAMPTZ, own BIGINT, bits INTEGER, hold TINYINT,
    entry VARCHAR, vars VARCHAR
);
CREATE TABLE IF NOT EXISTS passage_end (
    no BIGINT, doc INTEGER, pno BIGINT, key VARCHAR, node SMALLINT, entered_at TIMESTAMPTZ,
    left_at TIMESTAMPTZ, state TINYINT, reason TINYINT
);
CREATE TABLE IF NOT EXISTS step (passage BIGINT, doc INTEGER, pno BIGINT, node SMALLINT, "at" TIMESTAMPTZ, outcome SMALLINT);

CREATE TABLE IF NOT EXISTS message (
    no BIGINT, passage BIGINT, doc INTEGER, node SMALLINT, slot TINYINT, pno BIGINT, channel TINYINT,
    variant SMALLINT, "at" TIMESTAMPTZ, counted BOOLEAN, "to" VARCHAR, entry VARCHAR, vars VARCHAR
);
CREATE TABLE IF NOT EXISTS outbox (no BIGINT);
CREATE TABLE IF NOT EXISTS unsent (no BIGINT);
CREATE TABLE IF NOT EXISTS dead_letter (no BIGINT, "at" TIMESTAMPTZ);
CREATE TABLE IF NOT EXISTS held (
    no BIGINT, passage BIGINT, doc INTEGER, node SMALLINT, slot TINYINT, pno BIGINT, variant SMALLINT,
    due_at TIMESTAMPTZ, hold TINYINT, own BIGINT, "to" VARCHAR, entry VARCHAR, vars VARCHAR
);
CREATE TABLE IF NOT EXISTS queued (no BIGINT, doc INTEGER, pno BIGINT, due_at TIMESTAMPTZ, own BIGINT, entry VARCHAR);
-- Calls of systems outside. `call`: asked for and not answered; without `called_at` it waits for the limit or, with
-- `leader`, for the answer to another call. `answer`: what came of each; without `called_at` nothing was called.
CREATE TABLE IF NOT EXISTS call (
    no BIGINT, target VARCHAR, passage BIGINT, doc INTEGER, node SMALLINT, pno BIGINT, "at" TIMESTAMPTZ,
    called_at TIMESTAMPTZ, leader BIGINT, params VARCHAR
);
CREATE TABLE IF NOT EXISTS answer (
    passage BIGINT, doc INTEGER, node SMALLINT, pno BIGINT, target VARCHAR, "at" TIMESTAMPTZ, status SMALLINT,
    called_at TIMESTAMPTZ
);
CREATE TABLE IF NOT EXISTS cached (
    target VARCHAR, params VARCHAR, "at" TIMESTAMPTZ, until TIMESTAMPTZ, status VARCHAR, fields VARCHAR
);
CREATE TABLE IF NOT EXISTS feedback (
    message BIGINT, doc INTEGER, node SMALLINT, pno BIGINT, kind TINYINT, "at" TIMESTAMPTZ, link VARCHAR
);
CREATE TABLE IF NOT EXISTS discard (
    no BIGINT, doc INTEGER, node SMALLINT, pno BIGINT, channel TINYINT, "at" TIMESTAMPTZ, reason TINYINT, detail VARCHAR
);
CREATE TABLE IF NOT EXISTS conversion (
    doc INTEGER, pno BIGINT, receipt BIGINT, goal SMALLINT, "at" TIMESTAMPTZ, variant SMALLINT
);

CREATE TABLE IF NOT EXISTS consent (pno BIGINT, topic VARCHAR, status VARCHAR, "at" TIMESTAMPTZ);
CREATE TABLE IF NOT EXISTS suppression (channel TINYINT, address VARCHAR, reason VARCHAR, "at" TIMESTAMPTZ);
CREATE TABLE IF NOT EXISTS soft_bounce (channel TINYINT, address VARCHAR, count INTEGER);
CREATE TABLE IF NOT EXISTS member (audience VARCHAR, pno BIGINT);
CREATE TABLE IF NOT EXISTS watched (audience VARCHAR, pno BIGINT);
CREATE TABLE IF NOT EXISTS turn (no BIGINT, pno BIGINT, due_at TIMESTAMPTZ);
CREATE TABLE IF NOT EXISTS inside_fence (fence VARCHAR, pno BIGINT);

CREATE TABLE IF NOT EXISTS audience_size (audience VARCHAR, "at" TIMESTAMPTZ, size BIGINT);

CREATE TABLE IF NOT EXISTS taken (doc INTEGER, pno BIGINT);
CREATE TABLE IF NOT EXISTS origin (doc INTEGER, node SMALLINT, document VARCHAR, node_id VARCHAR);
CREATE TABLE IF NOT EXISTS feedback_kind (kind TINYINT, name VARCHAR);

-- What conditions read, over the whole population.
CREATE OR REPLACE VIEW history AS SELECT pno, "offset", name, e.at, data FROM event e;
CREATE OR REPLACE VIEW engagement AS
    SELECT f.pno, o.document, o.node_id AS node, k.name AS kind, f.at
    FROM feedback f JOIN origin o ON o.doc = f.doc AND o.node = f.node JOIN feedback_kind k ON k.kind = f.kind;

-- Orchestrated campaigns: runs, what each activity did, and the counts of transitions. The rows of a transition are in
-- `work_<doc>_<run>_<activity>_<outlet>`, the targets of a message activity in `targets_<doc>_<run>_<activity>`.
CREATE TABLE IF NOT EXISTS campaign_run (
    doc INTEGER, id VARCHAR, run INTEGER, state VARCHAR, started_at TIMESTAMPTZ, wake_at TIMESTAMPTZ,
    ended_at TIMESTAMPTZ, confirmed_at TIMESTAMPTZ, parameters VARCHAR
);
CREATE TABLE IF NOT EXISTS campaign_task (
    doc INTEGER, run INTEGER, activity SMALLINT, state VARCHAR, began_at TIMESTAMPTZ, due_at TIMESTAMPTZ,
    ended_at TIMESTAMPTZ, first_no BIGINT, last_no BIGINT, mark VARCHAR, code VARCHAR, error VARCHAR
);
CREATE TABLE IF NOT EXISTS transition (
    doc INTEGER, run INTEGER, activity SMALLINT, outlet VARCHAR, "rows" BIGINT, "at" TIMESTAMPTZ
);
CREATE TABLE IF NOT EXISTS campaign_signal (no BIGINT, id VARCHAR, "at" TIMESTAMPTZ, parameters VARCHAR);
CREATE TABLE IF NOT EXISTS campaign_mark (campaign VARCHAR, activity VARCHAR, value VARCHAR);
CREATE TABLE IF NOT EXISTS alert (
    no BIGINT, told_at TIMESTAMPTZ, doc INTEGER, run INTEGER, activity SMALLINT, "at" TIMESTAMPTZ, title VARCHAR, message VARCHAR,
    recipients VARCHAR[], "rows" BIGINT
);

CREATE TABLE IF NOT EXISTS reject (
    "offset" BIGINT, "at" TIMESTAMPTZ, source VARCHAR, line BIGINT, code VARCHAR, reason VARCHAR, item VARCHAR
);
-- What arrived and is not declared, or has another type (`service/registry`).
CREATE TABLE IF NOT EXISTS undeclared (
    sort VARCHAR, subject VARCHAR, field VARCHAR, found VARCHAR, count BIGINT, refused BIGINT, first_at TIMESTAMPTZ,
    last_at TIMESTAMPTZ, example VARCHAR
);
-- Erasures of people: who it was stands there only until the log is done, too (`rows`, `log`, `done`).
CREATE TABLE IF NOT EXISTS erasure (
    no BIGINT, "at" TIMESTAMPTZ, "offset" BIGINT, digests VARCHAR[], ids VARCHAR[], addresses VARCHAR[], state VARCHAR
);
CREATE TABLE IF NOT EXISTS import_progress (fingerprint VARCHAR, rows BIGINT, rejected BIGINT, done BOOLEAN, "at" TIMESTAMPTZ);
