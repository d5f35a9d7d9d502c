"""Programs that a side of a row runs, with the modules of the tree that is measured; they print a number."""
