"""The archive's tables, indexes, views, triggers and full-text index, as SQL."""

from __future__ import annotations

APPLICATION = 0x766E6E70  # 'vnnp' in PRAGMA application_id marks the file as one of ours
TOKENIZE = "unicode61 remove_diacritics 2"  # level 1, the default, leaves letters with two marks (ế) unfolded
SEARCHED = ("title", "lead", "body", "fold")
RANK = "bm25(10.0, 4.0, 1.0, 0.3)"  # stored in the file, so that stock tools rank by it too

_COLUMNS = ", ".join(SEARCHED)
_OLD = ", ".join(f"old.{name}" for name in SEARCHED)
_NEW = ", ".join(f"new.{name}" for name in SEARCHED)
_REMOVE = f"INSERT INTO articles_fts(articles_fts, rowid, {_COLUMNS}) VALUES ('delete', old.id, {_OLD});"
_ADD = f"INSERT INTO articles_fts(rowid, {_COLUMNS}) VALUES (new.id, {_NEW});"

# The update trigger names its columns: without them a touched last_seen_at rewrites the article's whole index entry.
TRIGGERS = {
    "articles_ai": f"CREATE TRIGGER articles_ai AFTER INSERT ON articles BEGIN {_ADD} END",
    "articles_ad": f"CREATE TRIGGER articles_ad AFTER DELETE ON articles BEGIN {_REMOVE} END",
    "articles_au": f"CREATE TRIGGER articles_au AFTER UPDATE OF title, lead, body ON articles "
    f"BEGIN {_REMOVE} {_ADD} END",
}

VIEWS = {
    "news": """CREATE VIEW news AS
SELECT id, portal, url, key, section, title, published_at, published_text, published_precision, lead, body, author,
  lang, first_seen_at, last_seen_at, revised_at, gone_at
FROM articles""",
    "states": """CREATE VIEW states AS
SELECT * FROM (
SELECT article_id, seen_at, replaced_at, title, lead, body, author, published_at, captions, content_hash, change
FROM revisions
UNION ALL
SELECT id, coalesce(revised_at, first_seen_at), NULL, title, lead, body, author, published_at,
  (SELECT json_group_array(caption) FROM
    (SELECT caption FROM images WHERE article_id = articles.id AND caption IS NOT NULL ORDER BY position)),
  content_hash, NULL
FROM articles)
ORDER BY article_id, seen_at, replaced_at IS NULL, replaced_at""",
    "captions": """CREATE VIEW captions AS
SELECT images.article_id, articles.portal, articles.title, articles.published_at, images.position, images.caption,
  images.credit, images.url, images.capture_id
FROM images JOIN articles ON articles.id = images.article_id
WHERE images.caption IS NOT NULL OR images.credit IS NOT NULL
ORDER BY images.article_id, images.position""",
}

# MIGRATIONS[n] leads from version n to n + 1 (PRAGMA user_version). Version 0 is an archive whose number someone's tool
# reset; columns, indexes and triggers that a version adds are put in by the schema check, so a step only moves data.
MIGRATIONS: tuple[tuple[str, ...], ...] = ((),)
