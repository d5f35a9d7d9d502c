"""How right the checks are on real translations: told by reading, on languages that played no part."""
