# SPDX-License-Identifier: Apache-2.0
"""Changes passwords with the official Python client of OpenSearch."""

import json
import sys
import warnings

import opensearchpy

from attempts import attempt_all

warnings.simplefilter("ignore")
job = json.load(sys.stdin)


def client(name, password, **options):
    return opensearchpy.OpenSearch([job["url"]], http_auth=(name, password), **options)


def describe(error):
    return error.status_code, error.info.get("reason", "") if isinstance(error.info, dict) else str(error.info)


admin = client(job["admin"], job["adminPassword"])
packed = client(job["admin"], job["adminPassword"], http_compress=True)
user = client(job["user"], job["second"])


def put(es, **fields):
    return es.security.create_user(username=job["user"], body=fields)


def patch(es, value):
    return es.security.patch_user(username=job["user"], body=[{"op": "add", "path": "/password", "value": value}])


def own(password):
    return user.security.change_password(body={"current_password": job["second"], "password": password})


attempt_all(
    [
        ("put weak", lambda: put(admin, password=job["weak"])),
        ("both", lambda: put(admin, password=job["first"], hash=job["hash"])),
        ("hash", lambda: put(admin, hash=job["hash"])),
        ("weak", lambda: patch(admin, job["weak"])),
        ("put", lambda: put(admin, password=job["first"], backend_roles=[], attributes={"a": "b"})),
        ("roles only", lambda: put(admin, backend_roles=["readall"])),
        ("compressed", lambda: patch(packed, job["second"])),
        ("own weak", lambda: own(job["weak"])),
        ("own", lambda: own(job["last"])),
    ],
    describe,
)
