"""Show the login in one's own way, as a notebook or a desktop program does.

The handler must return promptly, so it only shows the link. `login` waits for the person: give
it a thread of its own if your program has an event loop to keep running.
"""

import argparse
import html
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import ssokit


def show_in_cell(
    *,
    verificationUri: str,  # noqa: N803 - the names are those of the AWS API
    userCode: str,  # noqa: N803
    verificationUriComplete: str,  # noqa: N803
    expiresAt: datetime,  # noqa: N803
) -> None:
    """Print HTML; a notebook would hand it to ``IPython.display.HTML``."""
    link = html.escape(verificationUriComplete)
    print(f'<p><a href="{link}">Log in</a>, if the page shows the code <b>{userCode}</b>.')
    print(f"Or type it in at {verificationUri}, until {expiresAt:%H:%M} UTC.</p>")


def main() -> None:
    """Log in from a thread, and go on with other things meanwhile."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("start_url")
    parser.add_argument("sso_region")
    options = parser.parse_args()

    with ThreadPoolExecutor(1) as background:
        login = background.submit(
            ssokit.login, options.start_url, options.sso_region, user_auth_handler=show_in_cell
        )
        print("The program goes on while the person logs in.")
        print("Logged in until", login.result()["expiresAt"])


if __name__ == "__main__":
    main()
