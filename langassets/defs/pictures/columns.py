"""What the columns are of the tables behind the assets."""

import dagster as dg


def _schema(*columns: tuple[str, str, str]) -> dict[str, dg.TableSchema]:
    described = [dg.TableColumn(name, kind, description=text) for name, kind, text in columns]
    return {"dagster/column_schema": dg.TableSchema(columns=described)}


USAGE = _schema(
    ("language", "string", "The application's code of the language."),
    ("name", "string", "Its name, the application's own where it has one."),
    ("requests", "int", "Requests ever counted."),
    ("weighted_requests", "float", "Requests, where one weighs half after TIER_HALF_LIFE_DAYS."),
    ("last_used", "timestamp", "When it was requested last, as far as the application says."),
    ("share", "float", "Its part of all weighted requests, from 0 to 1."),
)
TIER = _schema(
    ("language", "string", "The application's code of the language."),
    ("tag", "string", "Its BCP-47 tag: codes with the same tag are decided on together."),
    ("share", "float", "The share of requests that was decided on, from 0 to 1."),
    ("weighted_requests", "float", "What its requests weigh."),
    ("frequent", "bool", "Whether it is frequent from now on."),
    ("change", "string", "promoted, demoted or kept."),
    ("reason", "string", "Why, in words."),
)
CLEANUP = _schema(
    ("key", "string", "Under what the object stands, or stood."),
    ("language", "string", "Its language."),
    ("action", "string", "delete, archive, restore or purge."),
    ("reason", "string", "Why, in words."),
    ("size", "int", "Its size in bytes."),
    ("status", "string", "planned, done, failed, refused or abandoned."),
)
TRANSLATIONS = _schema(
    ("key", "string", "Under what the object stands: language/lessons/id/type.json."),
    ("language", "string", "Its language."),
    ("lesson", "string", "The lesson's id."),
    ("content_type", "string", "Which content of the lesson it is."),
    ("source_hash", "string", "Hash of the source that it was made of."),
    ("recipe", "string", "By what it was translated: model, prompt and glossary, as a hash."),
    ("etag", "string", "Its ETag when it was stored: another one means that somebody edited it."),
    ("size", "int", "Its size in bytes."),
    ("origin", "string", "translated, copied or adopted."),
    ("stored_at", "timestamp", "When it was stored."),
)
LESSONS = _schema(
    ("lesson", "string", "The lesson's id."),
    ("title", "string", "Its title."),
    ("source_language", "string", "The language that it is written in."),
    ("content_type", "string", "Which content of the lesson it is."),
    ("source_hash", "string", "A hash that changes when the content does."),
)
BACKTEST = _schema(
    ("setting", "string", "today's, the replaced system's, recommended; empty: another that was tried."),
    ("half_life", "string", "Days after which a request weighs half; 0: all weigh the same."),
    ("promote", "string", "Share of requests that promotes a language."),
    ("demote", "string", "Share below which a language is demoted."),
    ("met", "string", "Share of requests that met a language of the tier."),
    ("best", "string", "The most that a tier of this size could have met, in hindsight."),
    ("languages", "float", "Languages in the tier, on average."),
    ("moves", "int", "How often a language was promoted or demoted."),
    ("flaps", "int", "How often a language came back that had left before."),
    (
        "cost",
        "string",
        "What the promotions cost to translate in dollars; M: million tokens, without a price.",
    ),
)
