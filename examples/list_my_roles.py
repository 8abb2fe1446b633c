"""List every role that I may use, and say if something could not be read."""

import argparse
import sys

import ssokit


def main() -> None:
    """Log in if need be, and print one line for each role."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("start_url", help="such as https://d-1234567890.awsapps.com/start")
    parser.add_argument("sso_region", help="the region of Identity Center, such as us-east-1")
    options = parser.parse_args()

    accounts, count = set(), 0
    roles = ssokit.list_available_roles(options.start_url, options.sso_region, login=True)
    for account_id, account_name, role_name in roles:
        print(f"{account_id}  {account_name}  {role_name}")
        accounts.add(account_id)
        count += 1

    print(f"{count} roles in {len(accounts)} accounts")
    for gap in roles.coverage.gaps:
        print(f"account {gap.subject} could not be read: {gap.error}", file=sys.stderr)
    sys.exit(0 if roles.coverage.complete else 1)


if __name__ == "__main__":
    main()
