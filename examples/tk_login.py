"""Log in from a window: it shows the code, stays alive while it waits, and can be closed.

Tk is to be used from one thread alone, so that the window looks at the login from time to time
instead of being told. ``poll()`` never blocks, and says when it is worth looking again.
"""

import argparse
import tkinter as tk
import webbrowser
from tkinter import ttk

import ssokit

_OFTEN = 0.1


class LoginWindow(tk.Tk):
    """A window that logs a person in, and closes when that is over."""

    def __init__(self, instance: ssokit.IdentityCenter) -> None:
        super().__init__()
        self.title("Log in to AWS")
        self.text = tk.StringVar(self, "Asking for a code ...")
        self.code = tk.StringVar(self)
        self.outcome = ""
        if self.tk.call("tk", "windowingsystem") == "x11":
            ttk.Style(self).theme_use("clam")
        inside = ttk.Frame(self, padding=24)
        inside.pack(fill="both", expand=True)
        ttk.Label(inside, textvariable=self.text, justify="center").pack()
        ttk.Label(inside, textvariable=self.code, font="TkFixedFont 26 bold").pack(pady=16)
        self.browser = ttk.Button(inside, text="Open the page", command=self.open)
        self.browser.state(["disabled"])
        self.browser.pack(side="left", padx=(0, 48))
        ttk.Button(inside, text="Cancel", command=self.cancel).pack(side="right")
        self.protocol("WM_DELETE_WINDOW", self.cancel)
        self.login = instance.start_login(wait=False)
        self.look()

    def look(self) -> None:
        """See how the login stands, and look again soon."""
        if self.login.user_code and not self.code.get():
            self.text.set(f"Approve the request in your browser, at\n{self.login.verification_uri}")
            self.code.set(self.login.user_code)
            self.browser.state(["!disabled"])
        again = self.login.poll()
        if again is None:
            self.finish()
        else:
            self.after(int(min(again, _OFTEN) * 1000), self.look)

    def open(self) -> None:
        """Open the page, with the code filled in."""
        webbrowser.open(str(self.login.verification_uri_complete))

    def cancel(self) -> None:
        """Give up; the next look closes the window."""
        self.login.cancel()

    def finish(self) -> None:
        """Close the window, and keep what became of the login."""
        try:
            self.outcome = f"Logged in until {self.login.result().expires_at:%H:%M} UTC"
        except ssokit.SsokitError as error:
            self.outcome = str(error)
        self.destroy()


def main() -> None:
    """Show the window, and print what became of the login."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("start_url")
    parser.add_argument("sso_region")
    options = parser.parse_args()

    window = LoginWindow(ssokit.IdentityCenter(options.start_url, options.sso_region))
    window.mainloop()
    print(window.outcome)


if __name__ == "__main__":
    main()
