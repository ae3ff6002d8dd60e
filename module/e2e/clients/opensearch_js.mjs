// SPDX-License-Identifier: Apache-2.0

// Changes passwords with the official JavaScript client of OpenSearch.

import { Client } from "@opensearch-project/opensearch";

import { attemptAll, readJob } from "./attempts.mjs";

const job = await readJob();

const client = (username, password, options = {}) =>
  new Client({ node: job.url, auth: { username, password }, ...options });

const admin = client(job.admin, job.adminPassword);
const packed = client(job.admin, job.adminPassword, { compression: "gzip" });
const user = client(job.user, job.second);
const put = (body) => admin.security.createUser({ username: job.user, body });
const patch = (es, value) =>
  es.security.patchUser({ username: job.user, body: [{ op: "add", path: "/password", value }] });
const own = (password) => user.security.changePassword({ body: { current_password: job.second, password } });

await attemptAll(
  [
    ["put weak", () => put({ password: job.weak })],
    ["both", () => put({ password: job.first, hash: job.hash })],
    ["hash", () => put({ hash: job.hash })],
    ["weak", () => patch(admin, job.weak)],
    ["put", () => put({ password: job.first, backend_roles: [], attributes: { a: "b" } })],
    ["roles only", () => put({ backend_roles: ["readall"] })],
    ["compressed", () => patch(packed, job.second)],
    ["own weak", () => own(job.weak)],
    ["own", () => own(job.last)],
  ],
  (error) => error.meta?.body?.reason,
);
