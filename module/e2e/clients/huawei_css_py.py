# SPDX-License-Identifier: Apache-2.0
"""Changes the administrator's password with the official Python SDK of Huawei CSS,
which signs method, path, headers, Host and body."""

import json
import sys

from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcss.v1 import (
    ChangeModeReq,
    ChangeModeRequest,
    CssClient,
    ResetPasswordReq,
    ResetPasswordRequest,
)

from attempts import attempt_all

job = json.load(sys.stdin)
client = (
    CssClient.new_builder()
    .with_credentials(BasicCredentials(job["accessKey"], job["secretKey"], job["project"]))
    .with_endpoint(job["url"])
    .build()
)


def describe(error):
    # Code, message and request id, as the SDK's typed error has them.
    return error.status_code, " ".join([error.error_code, error.error_msg, error.request_id])


def reset(password):
    body = ResetPasswordReq(newpassword=password)
    return client.reset_password(ResetPasswordRequest(cluster_id=job["cluster"], body=body))


def mode(password, secure=True):
    body = ChangeModeReq(authority_enable=secure, https_enable=secure, admin_pwd=password)
    return client.change_mode(ChangeModeRequest(cluster_id=job["cluster"], body=body))


attempt_all(
    [
        ("weak", lambda: reset(job["weak"])),
        ("reset", lambda: reset(job["first"])),
        ("mode weak", lambda: mode(job["weak"])),
        ("security off", lambda: mode(None, secure=False)),
        ("mode", lambda: mode(job["last"])),
    ],
    describe,
)
