-- Run once, when PostgreSQL's volume is empty: Dagster's tables lie apart from the lessons'.
CREATE DATABASE dagster;
