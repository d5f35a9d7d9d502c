"""The page at /docs: the description of the API, to read and to try. Nothing on it comes from elsewhere."""

import base64
import hashlib
import re
from importlib.resources import files

from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse, Response

_VIEWER = {"swagger-ui-bundle.js": "text/javascript", "swagger-ui.css": "text/css"}
# The viewer has dark colours, and leaves it to the page when they are worn.
_AS_THE_BROWSER_IS = b"""<script>
const dark = matchMedia("(prefers-color-scheme: dark)");
const wear = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", wear);
wear();
</script>
</head>"""


def install(app: FastAPI, description: str) -> None:
    """Serve the page for the description at `description`, and the viewer's files below it."""
    script, style = (f"/docs/{name}" for name in _VIEWER)
    page = bytes(
        get_swagger_ui_html(
            openapi_url=description,
            title=app.title,
            swagger_js_url=script,
            swagger_css_url=style,
            swagger_favicon_url="data:,",
            swagger_ui_parameters={"defaultModelsExpandDepth": 0},
        ).body
    ).replace(b"</head>", _AS_THE_BROWSER_IS)
    # The one page with scripts: the viewer, and the lines of the page itself by their hashes.
    starting = re.findall(rb"<script>(.*?)</script>", page, re.DOTALL)
    hashes = " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(s).digest()).decode()}'" for s in starting)
    policy = (
        f"default-src 'none'; script-src 'self' {hashes}; style-src 'self' 'unsafe-inline'; "
        "img-src data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    )

    @app.get("/docs", include_in_schema=False)
    async def docs() -> HTMLResponse:
        return HTMLResponse(page, headers={"Content-Security-Policy": policy})

    for name, kind in _VIEWER.items():
        _serve(app, name, kind)


def _serve(app: FastAPI, name: str, kind: str) -> None:
    content = files("fastapi_offline").joinpath("static", name).read_bytes()

    @app.get(f"/docs/{name}", include_in_schema=False, name=name)
    async def viewer() -> Response:
        return Response(content, media_type=kind, headers={"Cache-Control": "public, max-age=3600"})
