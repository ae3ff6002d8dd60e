# SPDX-License-Identifier: Apache-2.0
"""Changes passwords with the official Python client of Elasticsearch 7, 8 or 9."""

import json
import sys
import warnings

import elasticsearch

from attempts import attempt_all

warnings.simplefilter("ignore")
job = json.load(sys.stdin)
old = elasticsearch.__version__[0] < 8


def client(name, password, **options):
    login = {"http_auth" if old else "basic_auth": (name, password)}
    return elasticsearch.Elasticsearch([job["url"]], **login, **options)


def change(es, password, **who):
    given = {"body": {"password": password}} if old else {"password": password}
    return es.security.change_password(**given, **who)


def put(es, **fields):
    given = {"body": fields} if old else fields
    return es.security.put_user(username=job["user"], **given)


def privileges(es):
    given = {"body": {"cluster": ["monitor"]}} if old else {"cluster": ["monitor"]}
    return es.security.has_privileges(**given)


def describe(error):
    body = getattr(error, "info", None) or getattr(error, "body", None) or {}
    cause = body.get("error", {}) if isinstance(body, dict) else {}
    status = error.status_code if old else error.meta.status
    return status, cause.get("reason", "") if isinstance(cause, dict) else str(cause)


admin = client(job["admin"], job["adminPassword"])
packed = client(job["admin"], job["adminPassword"], http_compress=True)
user = client(job["user"], job["second"])

attempt_all(
    [
        ("weak", lambda: change(admin, job["weak"], username=job["user"])),
        ("both", lambda: put(admin, password=job["first"], password_hash=job["hash"], roles=[])),
        ("hash", lambda: put(admin, password_hash=job["hash"], roles=[])),
        ("put weak", lambda: put(admin, password=job["weak"], roles=[])),
        ("privileges", lambda: privileges(admin)),
        ("put", lambda: put(admin, password=job["first"], roles=[], full_name="A User", metadata={"a": "b"})),
        ("roles only", lambda: put(admin, roles=["monitoring_user"])),
        ("compressed", lambda: change(packed, job["second"], username=job["user"], refresh="wait_for")),
        ("own weak", lambda: change(user, job["weak"])),
        ("own", lambda: change(user, job["last"])),
    ],
    describe,
)
