# SPDX-License-Identifier: Apache-2.0
"""What the Python clients have in common: a job on standard input, so that no
secret stands on a command line, and what came of each attempt on standard output."""

import json
import sys


def attempt_all(calls, describe):
    """Make each call and print how it ended.

    describe(error) returns status and reason as the client's own error has them.
    """
    results = []
    for name, call in calls:
        try:
            call()
            results.append({"name": name, "error": "", "status": 0, "reason": ""})
        except Exception as error:  # the class of the error is what is looked at
            try:
                status, reason = describe(error)
            except AttributeError:  # not the client's error for an answer
                status, reason = 0, str(error)
            results.append({"name": name, "error": type(error).__name__, "status": status, "reason": reason})
    json.dump(results, sys.stdout)
