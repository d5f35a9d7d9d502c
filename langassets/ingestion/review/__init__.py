"""Review by people: translations go out as a bilingual file, corrections come back into the memory."""
