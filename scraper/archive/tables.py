"""The archive's tables and indexes, as SQL."""

from __future__ import annotations

# remove_diacritics never folds đ; a virtual column costs nothing in the table and lets stock tools find it.
# Any NULL would make the whole expression NULL.
FOLD = """fold TEXT GENERATED ALWAYS AS (replace(replace(
  coalesce(title, '') || ' ' || coalesce(lead, '') || ' ' || coalesce(body, ''), 'đ', 'd'), 'Đ', 'D')) VIRTUAL"""

# Small columns first: SQLite reads a row from its start, and lead and body spill to overflow pages.
TABLES: dict[str, tuple[tuple[str, ...], str]] = {
    "articles": (
        (
            "id INTEGER PRIMARY KEY",
            "portal TEXT NOT NULL",
            "url TEXT NOT NULL",
            "key TEXT",
            "section TEXT",
            "title TEXT",
            "published_at TEXT",
            "published_text TEXT",
            "published_precision TEXT",
            "author TEXT",
            "lang TEXT",
            "first_seen_at TEXT NOT NULL",
            "last_seen_at TEXT NOT NULL",
            "revised_at TEXT",
            "checked_at TEXT",
            "next_check_at TEXT",
            "gone_at TEXT",
            "content_hash TEXT NOT NULL",
            "extractor TEXT",
            "provenance TEXT",
            "problems TEXT",
            "etag TEXT",
            "last_modified TEXT",
            "lead TEXT",
            "body TEXT",
            FOLD,
        ),
        "",
    ),
    "urls": (
        ("url TEXT PRIMARY KEY", "article_id INTEGER NOT NULL REFERENCES articles(id)", "first_seen_at TEXT NOT NULL"),
        "WITHOUT ROWID",
    ),
    "images": (
        (
            "article_id INTEGER NOT NULL REFERENCES articles(id)",
            "position INTEGER NOT NULL",
            "url TEXT NOT NULL",
            "caption TEXT",
            "credit TEXT",
            "capture_id INTEGER REFERENCES captures(id)",
            "PRIMARY KEY (article_id, position)",
        ),
        "WITHOUT ROWID",
    ),
    "related_links": (
        (
            "article_id INTEGER NOT NULL REFERENCES articles(id)",
            "position INTEGER NOT NULL",
            "url TEXT NOT NULL",
            "title TEXT",
            "PRIMARY KEY (article_id, position)",
        ),
        "WITHOUT ROWID",
    ),
    "attachments": (
        (
            "article_id INTEGER NOT NULL REFERENCES articles(id)",
            "position INTEGER NOT NULL",
            "url TEXT NOT NULL",
            "title TEXT",
            "capture_id INTEGER REFERENCES captures(id)",
            "PRIMARY KEY (article_id, position)",
        ),
        "WITHOUT ROWID",
    ),
    "revisions": (
        (
            "id INTEGER PRIMARY KEY",
            "article_id INTEGER NOT NULL REFERENCES articles(id)",
            "seen_at TEXT NOT NULL",
            "last_seen_at TEXT NOT NULL",
            "replaced_at TEXT NOT NULL",
            "title TEXT",
            "lead TEXT",
            "body TEXT",
            "author TEXT",
            "published_at TEXT",
            "captions TEXT",
            "content_hash TEXT NOT NULL",
            "change TEXT NOT NULL",
            "capture_id INTEGER REFERENCES captures(id)",
            "details TEXT",
        ),
        "",
    ),
    "captures": (
        (
            "id INTEGER PRIMARY KEY",
            "url TEXT NOT NULL",
            "fetched_at TEXT NOT NULL",
            "status INTEGER NOT NULL",
            "digest TEXT",
            "etag TEXT",
            "last_modified TEXT",
            "warc_file TEXT",
            "warc_offset INTEGER",
            "source TEXT NOT NULL",
            "article_id INTEGER REFERENCES articles(id)",
            "content_hash TEXT",
        ),
        "",
    ),
    "listings": (
        (
            "portal TEXT NOT NULL",
            "url TEXT NOT NULL",
            "section TEXT",
            "first_seen_at TEXT",
            "walked_at TEXT",
            "backfilled_at TEXT",
            "cursor TEXT",
            "settled_at TEXT",
            "searched_at TEXT",
            "total_reported INTEGER",
            "counted INTEGER",
            "PRIMARY KEY (portal, url)",
        ),
        "",
    ),
    "entries": (
        (
            "id INTEGER PRIMARY KEY",
            "portal TEXT NOT NULL",
            "url TEXT NOT NULL",
            "key TEXT",
            "listing TEXT",
            "title TEXT",
            "date_text TEXT",
            "first_seen_at TEXT NOT NULL",
            "last_seen_at TEXT NOT NULL",
            "tries INTEGER NOT NULL DEFAULT 0",
            "tried_at TEXT",
            "outcome TEXT",
            "next_try_at TEXT",
            "article_id INTEGER REFERENCES articles(id)",
        ),
        "",
    ),
    "listed": (
        (
            "entry_id INTEGER NOT NULL REFERENCES entries(id)",
            "listing TEXT NOT NULL",
            "mark TEXT NOT NULL",
            "seen_at TEXT NOT NULL",
            "PRIMARY KEY (entry_id, listing)",
        ),
        "WITHOUT ROWID",
    ),
    "absences": (
        (
            "id INTEGER PRIMARY KEY",
            "article_id INTEGER NOT NULL REFERENCES articles(id)",
            "run_id INTEGER REFERENCES runs(id)",
            "seen_at TEXT NOT NULL",
            "cause TEXT NOT NULL",
            "capture_id INTEGER REFERENCES captures(id)",
            "settled INTEGER NOT NULL DEFAULT 0",
            "ended_at TEXT",
        ),
        "",
    ),
    "media": (
        (
            "url TEXT PRIMARY KEY",
            "tries INTEGER NOT NULL DEFAULT 0",
            "tried_at TEXT",
            "outcome TEXT",
            "next_try_at TEXT",
        ),
        "WITHOUT ROWID",
    ),
    "harvests": (
        (
            "portal TEXT NOT NULL",
            "domain TEXT NOT NULL",
            "span TEXT NOT NULL",
            "resume_key TEXT",
            "listed_at TEXT",
            "PRIMARY KEY (portal, domain, span)",
        ),
        "WITHOUT ROWID",
    ),
    "snapshots": (
        (
            "portal TEXT NOT NULL",
            "url TEXT NOT NULL",
            "at TEXT NOT NULL",
            "key TEXT",
            "is_listed INTEGER NOT NULL DEFAULT 0",
            "tries INTEGER NOT NULL DEFAULT 0",
            "tried_at TEXT",
            "outcome TEXT",
            "PRIMARY KEY (portal, url, at)",
        ),
        "WITHOUT ROWID",
    ),
    "fixity": (
        (
            "id INTEGER PRIMARY KEY",
            "warc_file TEXT NOT NULL",
            "checked_at TEXT NOT NULL",
            "ok INTEGER NOT NULL",
            "records INTEGER",
            "problem TEXT",
        ),
        "",
    ),
    "runs": (
        (
            "id INTEGER PRIMARY KEY",
            "portal TEXT NOT NULL",
            "started_at TEXT NOT NULL",
            "finished_at TEXT",
            "outcome TEXT",
            "exit_code INTEGER",
            "counts TEXT",
            "problems TEXT",
        ),
        "",
    ),
}

INDEXES = {
    "articles_key": "CREATE UNIQUE INDEX articles_key ON articles(portal, key) WHERE key IS NOT NULL",
    "articles_due": "CREATE INDEX articles_due ON articles(portal, next_check_at)",
    "urls_article": "CREATE INDEX urls_article ON urls(article_id)",
    "articles_published": "CREATE INDEX articles_published ON articles(published_at)",
    "revisions_article": "CREATE INDEX revisions_article ON revisions(article_id, seen_at)",
    "captures_url": "CREATE INDEX captures_url ON captures(url, fetched_at)",
    "captures_article": "CREATE INDEX captures_article ON captures(article_id, fetched_at) "
    "WHERE article_id IS NOT NULL",
    "captures_digest": "CREATE INDEX captures_digest ON captures(digest) "
    "WHERE source = 'live' AND warc_file IS NOT NULL",
    "captures_sample": "CREATE INDEX captures_sample ON captures(source) WHERE source = 'sample'",
    "entries_url": "CREATE UNIQUE INDEX entries_url ON entries(portal, url)",
    "entries_key": "CREATE INDEX entries_key ON entries(portal, key) WHERE key IS NOT NULL",
    "entries_waiting": "CREATE INDEX entries_waiting ON entries(portal, next_try_at) WHERE article_id IS NULL",
    "entries_article": "CREATE INDEX entries_article ON entries(article_id) WHERE article_id IS NOT NULL",
    "absences_article": "CREATE UNIQUE INDEX absences_article ON absences(article_id, seen_at)",
    "absences_open": "CREATE INDEX absences_open ON absences(article_id) WHERE ended_at IS NULL",
    "images_pending": "CREATE INDEX images_pending ON images(url) WHERE capture_id IS NULL",
    "attachments_pending": "CREATE INDEX attachments_pending ON attachments(url) WHERE capture_id IS NULL",
    "snapshots_due": "CREATE INDEX snapshots_due ON snapshots(portal, is_listed, at, url) WHERE outcome IS NULL",
    "runs_portal": "CREATE INDEX runs_portal ON runs(portal, started_at)",
}


def table_sql(name: str) -> str:
    """The CREATE TABLE statement of one of our tables."""
    columns, options = TABLES[name]
    return f"CREATE TABLE {name} (\n  {(',' + chr(10) + '  ').join(columns)}\n) {options}".strip()
