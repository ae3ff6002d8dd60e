// SPDX-License-Identifier: Apache-2.0

// Package strength estimates how many guesses a password would survive.
//
// It implements the estimator of zxcvbn 4.4.2 (Wheeler, "zxcvbn: Low-Budget
// Password Strength Estimation", USENIX Security 2016), because OpenSearch
// judges by the same estimator: a second verdict of another kind would only
// confuse. Recent years reach to the end of the current decade, as in
// zxcvbn4j, the library OpenSearch uses; the original stops at 2019.
//
// What the package guarantees:
//
//   - The score is that of the reference implementations for all but a few
//     passwords in ten thousand; AGREEMENT.md counts and explains them.
//   - Work is bounded whatever the password. The references enumerate leet
//     readings and match sequences without a limit and take minutes for a
//     kilobyte; here one walk over a trie finds all readings at once, and an
//     estimate that still exceeds its budget ends early and says so in
//     [Result.Exhausted]. The answer is then on the low side, see [Estimate].
//   - The same input gives the same result on every machine within one
//     calendar year. (Years count by their distance from the current one.)
//   - No password is kept, and nothing in a [Result] quotes it.
//
// What it doesn't: the word lists are English. A score says nothing about
// whether a password has leaked; package breach does.
package strength
