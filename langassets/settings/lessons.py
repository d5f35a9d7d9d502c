"""Settings of lessons that come from a folder, and of what of them is translated."""

from typing import Literal

from pydantic import Field

from langassets.settings.values import HttpAddress, Names, SettingsPart


class LessonSettings(SettingsPart):
    """What an operator can set of lessons from a folder. See `Settings`."""

    lesson_assets: Literal["name", "copy", "link"] = Field(
        "name",
        description="Images and other files that lessons link to: 'name' tells of them only, 'copy' puts "
        "them into storage, 'link' has addresses lead to LESSON_ASSETS_URL.",
    )
    lesson_assets_url: HttpAddress | None = Field(
        None,
        description="Address below which those files are served, like https://cdn.example.com/lessons; with "
        "'copy', the public address of the bucket (unset: addresses are relative to the lesson's object).",
    )
    heading_slugs: Literal["auto", "github", "docusaurus", "vitepress", "mkdocs", "off"] = Field(
        "auto",
        description="Whose rule links to headings go by, so that they still lead there once headings are "
        "translated: 'github', 'docusaurus', 'vitepress', 'mkdocs', 'auto' for what the folder of the "
        "lessons is made for, or 'off'.",
    )
    translate_also: Literal["nothing", "diagrams", "formulas", "all"] = Field(
        "nothing",
        description="What else of lessons is translated: labels of 'diagrams' in fences (Mermaid, Graphviz, "
        "PlantUML), words in 'formulas' (\\text), 'all' of both, or 'nothing'. Import again after a change.",
    )
    component_attributes: Names = Field(
        (),
        description="Attributes of MDX's components that are translated, by commas, beside those that are so "
        "anyway (label, title, alt, caption, description, ...). Import again after a change.",
    )
