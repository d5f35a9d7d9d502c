"""What all tables of langassets' own are defined in."""

import sqlalchemy as sa

SCHEMA = "langassets"
metadata = sa.MetaData(schema=SCHEMA)
