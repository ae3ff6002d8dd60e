// SPDX-License-Identifier: Apache-2.0

// Answers with zxcvbn's estimates: node reference.js DIR YEAR LASTDECADE
//
// DIR is the unpacked npm package zxcvbn 4.4.2. YEAR is the current one.
// LASTDECADE is 1 for the original, whose recent years end in 2019, or 2 for
// 2029. A line of input is a password and its inputs, each in base64 of UTF-8
// between spaces; a line of output is score, guesses, similar, feedback's
// warning and suggestions, separated by tabs.
'use strict';
const [dir, year, lastDecade] = process.argv.slice(2);
const zxcvbn = require(dir + '/lib/main');
const matching = require(dir + '/lib/matching');
require(dir + '/lib/scoring').REFERENCE_YEAR = Number(year);
const original = matching.regex_match;
matching.regex_match = function (password) {
  return original.call(this, password, { recent_year: new RegExp(`19\\d\\d|20[0-${lastDecade}]\\d`, 'g') });
};
const decode = (text) => Buffer.from(text, 'base64').toString('utf8');
const lines = require('fs').readFileSync(0, 'utf8').split('\n');
lines.pop();
const out = [];
for (const line of lines) {
  const [password, ...inputs] = line.split(' ').map(decode);
  const result = zxcvbn(password, inputs);
  const similar = result.sequence.some((m) => m.dictionary_name === 'user_inputs');
  const feedback = [result.feedback.warning, ...result.feedback.suggestions];
  out.push([result.score, result.guesses, similar, ...feedback].join('\t'));
}
process.stdout.write(out.join('\n') + '\n');
