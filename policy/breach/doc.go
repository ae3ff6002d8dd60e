// SPDX-License-Identifier: Apache-2.0

// Package breach tells whether a password is in a list of breached ones, from
// a file of its own format that holds a thousand million hashes in 6 GB.
//
// A list is built once, by [Build], from Have I Been Pwned's hashes or from
// plain words, and then looked up by [List.Contains]: one read of some 6 kB
// from the file. [Set] keeps a list open and takes over a newer file.
//
// What the package guarantees:
//
//   - A listed password is always found.
//   - With the usual record of 6 bytes, 68 bits of a hash are compared. With
//     1e9 keys one password in 3e11 is refused wrongly; see MEASURED.md.
//   - A file that was cut short, damaged in its header or index, or that isn't
//     a list, is refused when it is opened. Damage elsewhere is found by
//     [Verify], which reads the whole file.
//   - A read that fails is an error, never "not found". The file isn't mapped
//     into memory, so one that is truncated in use can't bring the process
//     down.
//   - Building takes constant memory, goes on where it was interrupted, and
//     puts the finished file in place by one rename.
//
// What it doesn't: keys are plain SHA-1, the only hash these lists exist in. A
// list is public knowledge, not a secret, and doesn't need more.
package breach
