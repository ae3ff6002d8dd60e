// SPDX-License-Identifier: Apache-2.0

// What the JavaScript clients have in common: a job on standard input, so that
// no secret stands on a command line, and what came of each attempt on standard
// output.

export async function readJob() {
  let text = "";
  for await (const part of process.stdin) text += part;
  return JSON.parse(text);
}

// attemptAll makes each call in turn and prints how it ended.
export async function attemptAll(calls, reasonOf) {
  const results = [];
  for (const [name, call] of calls) {
    try {
      await call();
      results.push({ name, error: "", status: 0, reason: "" });
    } catch (error) {
      results.push({ name, error: error.name, status: error.statusCode ?? 0, reason: reasonOf(error) ?? "" });
    }
  }
  process.stdout.write(JSON.stringify(results));
}
