-- Accounts and what they do: DIR/data/access.sqlite.
CREATE TABLE IF NOT EXISTS account (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    display_name TEXT NOT NULL,
    role TEXT NOT NULL,
    password TEXT,                     -- argon2; null: signs in by OpenID Connect only
    issuer TEXT, subject TEXT,         -- who it is at the OpenID Connect provider
    is_disabled INTEGER NOT NULL DEFAULT 0,
    language TEXT, theme TEXT, time_zone TEXT,
    created_at TEXT NOT NULL,
    signed_in_at TEXT,
    UNIQUE (issuer, subject)
) STRICT;
-- `hash` is the SHA-256 of the cookie's token; seconds are of the Unix epoch.
CREATE TABLE IF NOT EXISTS session (
    hash TEXT PRIMARY KEY,
    account TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    begun_s INTEGER NOT NULL,
    seen_s INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS session_account ON session (account);
CREATE TABLE IF NOT EXISTS audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    "at" TEXT NOT NULL,
    caller TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    difference TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS audit_subject ON audit (subject);
CREATE INDEX IF NOT EXISTS audit_caller ON audit (caller);
CREATE TRIGGER IF NOT EXISTS audit_is_never_changed BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'the record of changes is append-only'); END;
CREATE TRIGGER IF NOT EXISTS audit_is_never_shortened BEFORE DELETE ON audit
    BEGIN SELECT RAISE(ABORT, 'the record of changes is append-only'); END;
CREATE TABLE IF NOT EXISTS key_use (
    id TEXT PRIMARY KEY, used_at TEXT NOT NULL, calls INTEGER NOT NULL DEFAULT 0, refused INTEGER NOT NULL DEFAULT 0
) STRICT;
-- `documents` and `files` are what the requester saw: bodies by `kind/id` (null: deleted), SHA-256 by name; `others` the
-- other journeys and campaigns, which these may name.
CREATE TABLE IF NOT EXISTS approval (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    requested_at TEXT NOT NULL,
    requested_by TEXT NOT NULL,
    ids TEXT NOT NULL,
    comment TEXT NOT NULL,
    documents TEXT NOT NULL,
    others TEXT NOT NULL,
    files TEXT NOT NULL,
    changes TEXT NOT NULL,
    state TEXT NOT NULL,
    decided_at TEXT,
    decided_by TEXT,
    decision TEXT,
    inside TEXT NOT NULL DEFAULT 'finish'
) STRICT;
