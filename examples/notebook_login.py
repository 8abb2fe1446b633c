"""Log in from a notebook: run these two cells one after the other.

The first shows the link below itself and returns at once, so that other cells can run while
the person logs in. The second waits without blocking the notebook; interrupt it to give up.
"""

# %% A cell that begins
import ssokit
from ssokit.notifiers import JupyterNotifier

instance = ssokit.IdentityCenter("https://d-1234567890.awsapps.com/start", "us-east-1")
login = instance.start_login(notifier=JupyterNotifier())

# %% A cell that waits
token = await login  # noqa: F704, PLE1142 - notebooks have an event loop
print("Logged in until", token.expires_at)
