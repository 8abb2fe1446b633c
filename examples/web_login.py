"""Log in from a web page of one's own, served with asyncio and aiohttp.

It is a page for the person who runs the program, on their own machine: whoever reaches it
could approve a login in their place, so it listens on the loopback interface alone.
"""

import argparse
import html

from aiohttp import web

import ssokit

_PAGE = """<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="1">
<title>Log in</title><p id="state">{state}</p><p><a href="{url}">Approve</a> if it says
<b id="code">{code}</b></p><form method="post" action="/cancel"><button>Cancel</button></form>"""
_LOGIN = web.AppKey("login", ssokit.LoginInProgress)


async def show(request: web.Request) -> web.Response:
    """Show how the login stands; the page looks again by itself."""
    login = request.app[_LOGIN]
    page = _PAGE.format(
        state=login.state.value,
        url=html.escape(login.verification_uri_complete or ""),
        code=html.escape(login.user_code or "..."),
    )
    return web.Response(text=page, content_type="text/html")


async def cancel(request: web.Request) -> web.Response:
    """Give up."""
    request.app[_LOGIN].cancel()
    raise web.HTTPSeeOther("/")


async def wait(request: web.Request) -> web.Response:
    """Answer when the login is over: other requests are served meanwhile."""
    try:
        token = await request.app[_LOGIN]
    except ssokit.SsokitError as error:
        return web.Response(text=str(error), status=403)
    return web.Response(text=f"Logged in until {token.expires_at:%H:%M} UTC")


def application(instance: ssokit.IdentityCenter) -> web.Application:
    """Make the application, and begin to log in."""
    app = web.Application()
    app[_LOGIN] = instance.start_login(wait=False)
    app.add_routes([web.get("/", show), web.post("/cancel", cancel), web.get("/wait", wait)])
    return app


def main() -> None:
    """Serve the page until Ctrl-C."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("start_url")
    parser.add_argument("sso_region")
    parser.add_argument("--port", type=int, default=8765)
    options = parser.parse_args()
    instance = ssokit.IdentityCenter(options.start_url, options.sso_region)
    web.run_app(application(instance), host="127.0.0.1", port=options.port)


if __name__ == "__main__":
    main()
