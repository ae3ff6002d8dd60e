// SPDX-License-Identifier: Apache-2.0

package policy

import "unicode/utf8"

// globMatch reports whether the whole name fits the pattern: "*" stands for
// any characters, also none, "?" for exactly one; everything else for itself,
// case-sensitive, since clusters' user names are. Going back only to the last
// star keeps the time at most the product of the lengths.
func globMatch(pattern, name string) bool {
	star, retry := -1, 0
	p, n := 0, 0
	for n < len(name) {
		want, wide := utf8.DecodeRuneInString(pattern[p:])
		_, step := utf8.DecodeRuneInString(name[n:])
		switch {
		case p < len(pattern) && want == '*':
			star, retry = p, n
			p++
		case p < len(pattern) && (want == '?' || pattern[p:p+wide] == name[n:n+step]):
			p, n = p+wide, n+step
		case star >= 0:
			_, skip := utf8.DecodeRuneInString(name[retry:])
			retry += skip
			p, n = star+1, retry
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == '*' {
		p++
	}
	return p == len(pattern)
}
