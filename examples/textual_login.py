"""Log in from a program with a terminal interface, made with Textual.

Textual runs on asyncio, where a login is simply awaited. A listener is called in a thread of
the login, and hands its event over to Textual's own.
"""

import argparse

from textual.app import App, ComposeResult
from textual.containers import Center
from textual.widgets import Button, Footer, Label

import ssokit


class LoginApp(App[str]):
    """Shows the code, and ends with what became of the login."""

    CSS = "Center { align: center middle; } #code { text-style: bold; padding: 1 0; }"
    BINDINGS = [("escape", "give_up", "Cancel")]  # noqa: RUF012 - Textual's way

    def __init__(self, instance: ssokit.IdentityCenter) -> None:
        super().__init__()
        self.instance = instance
        self.started: ssokit.LoginInProgress | None = None

    def compose(self) -> ComposeResult:
        """Lay the screen out."""
        with Center():
            yield Label("Asking for a code ...", id="text")
            yield Label("", id="code")
            yield Button("Cancel", id="cancel")
        yield Footer()

    def on_mount(self) -> None:
        """Begin to log in when the screen is there."""
        self.run_worker(self.log_in(), exit_on_error=False)

    async def log_in(self) -> None:
        """Wait for the person, and end the program with what became of the login."""
        login = self.started = self.instance.start_login(wait=False)
        login.listen(lambda event: self.call_from_thread(self.show, event))
        try:
            token = await login
        except ssokit.SsokitError as error:
            self.exit(str(error))
        else:
            self.exit(f"Logged in until {token.expires_at:%H:%M} UTC")

    def show(self, event: ssokit.LoginEvent) -> None:
        """Show where to approve."""
        if event.user_code:
            self.query_one("#text", Label).update(f"Approve at {event.verification_uri_complete}")
            self.query_one("#code", Label).update(event.user_code)

    def on_button_pressed(self) -> None:
        """Give up."""
        self.action_give_up()

    def action_give_up(self) -> None:
        """Give up; whoever awaits the login hears of it."""
        if self.started:
            self.started.cancel()


def main() -> None:
    """Run the program, and print what became of the login."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("start_url")
    parser.add_argument("sso_region")
    options = parser.parse_args()
    print(LoginApp(ssokit.IdentityCenter(options.start_url, options.sso_region)).run())


if __name__ == "__main__":
    main()
