// SPDX-License-Identifier: Apache-2.0

// Changes passwords with the official JavaScript client of Elasticsearch, in the
// version that the job names.

import { attemptAll, readJob } from "./attempts.mjs";

const job = await readJob();
const { Client } = await import(job.module);

const client = (username, password, options = {}) =>
  new Client({ node: job.url, auth: { username, password }, ...options });

const admin = client(job.admin, job.adminPassword);
const packed = client(job.admin, job.adminPassword, { compression: true });
const user = client(job.user, job.second);
const put = (fields) => admin.security.putUser({ username: job.user, ...fields });

await attemptAll(
  [
    ["weak", () => admin.security.changePassword({ username: job.user, password: job.weak })],
    ["both", () => put({ password: job.first, password_hash: job.hash, roles: [] })],
    ["hash", () => put({ password_hash: job.hash, roles: [] })],
    ["put weak", () => put({ password: job.weak, roles: [] })],
    ["privileges", () => admin.security.hasPrivileges({ cluster: ["monitor"] })],
    ["put", () => put({ password: job.first, roles: [], full_name: null, email: null, metadata: {} })],
    ["roles only", () => put({ roles: ["monitoring_user"], full_name: null, email: null })],
    ["compressed", () => packed.security.changePassword({ username: job.user, password: job.second, refresh: "wait_for" })],
    ["own weak", () => user.security.changePassword({ password: job.weak })],
    ["own", () => user.security.changePassword({ password: job.last })],
  ],
  (error) => error.meta?.body?.error?.reason,
);
