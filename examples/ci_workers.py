"""CI workers that share one login in Redis: a person logs in once, the workers never ask.

::

    export REDIS_URL=redis://localhost:6379/0    # rediss:// for TLS, with a user and a password
    python ci_workers.py START_URL REGION login
    python ci_workers.py START_URL REGION work ACCOUNT_ID ROLE

Of all workers that need keys for a role at the same moment, one obtains them; the same holds
for a login that is to be renewed. If Redis goes away for a while, workers go on with what they
have. Where AWS can trust your CI system itself, do not share a person's login: see docs/ci.md.
"""

import argparse
import os

import ssokit
from ssokit.stores import RedisStore, TieredStore


def main() -> None:
    """Log in as a person, or work with the login that is there."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("start_url")
    parser.add_argument("sso_region")
    does = parser.add_subparsers(dest="does", required=True)
    does.add_parser("login", help="ask a person, unless somebody is logged in")
    work = does.add_parser("work", help="use the login that is there")
    work.add_argument("account_id")
    work.add_argument("role_name")
    options = parser.parse_args()

    # Not from the command line, which everybody on the host can read.
    store = TieredStore(RedisStore(os.environ["REDIS_URL"], prefix="ci"))
    center = ssokit.IdentityCenter(
        options.start_url,
        options.sso_region,
        # A login with a name renews itself for as long as its sign-in session lasts.
        session_name="ci",
        token_store=store,
        credential_store=store,
    )
    if options.does == "login":
        print(f"logged in until {center.login().expires_at:%H:%M}, and renewed from then on")
        return
    session = center.session(options.account_id, options.role_name, region="eu-west-1")
    print(session.client("sts").get_caller_identity()["Arn"])


if __name__ == "__main__":
    main()
