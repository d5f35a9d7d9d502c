"""People edit objects in storage."""

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from langassets.translation.documents.document import body_of
from langassets_tests.chaos.segments.life import Life
from langassets_tests.chaos.segments.texts import ADDED, by_hand, number_of, paragraphs


class Editors(Life):
    """What people do to stored objects, and what must be left of it."""

    @rule(data=st.data())
    def person_edits(self, data: st.DataObject) -> None:
        live = [key for key in self.world.live() if key not in self.whole]
        if live:
            self.edit(data.draw(st.sampled_from(live)), data.draw(st.integers(0, 9)))

    @rule(data=st.data())
    def person_adds_a_paragraph_or_takes_it_away(self, data: st.DataObject) -> None:
        live = self.world.live()
        if not live:
            return
        key = data.draw(st.sampled_from(live))
        body = self.body(key)
        every = paragraphs(body)
        if self.whole.pop(key, None) is None:
            body["text"] = "\n\n".join([*every, ADDED])
            self.whole[key] = body_of(body)
        else:
            body["text"] = "\n\n".join(text for text in every if text != ADDED)
        self.put(key, body)

    @invariant()
    def what_people_wrote_is_kept_whole_until_it_is_archived(self) -> None:
        standing = set(self.world.objects().values())
        assert self.written <= standing, self.written - standing

    def edit(self, key: str, place: int) -> None:
        """Change a paragraph of an object."""
        body = self.body(key)
        every = paragraphs(body)
        place %= len(every)
        number = number_of(every[place])
        every[place] = by_hand(every[place], self.next_number())
        body["text"] = "\n\n".join(every)
        self.edits[key][number] = every[place]
        self.put(key, body)

    def edit_meanwhile(self, which: int, place: int) -> None:
        """Change one while a preload runs."""
        live = [key for key in self.world.live() if key not in self.whole]
        if live:
            self.edit(live[which % len(live)], place)
