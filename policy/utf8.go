// SPDX-License-Identifier: Apache-2.0

package policy

// validUTF8 holds in every policy. What isn't UTF-8 is repaired differently by
// each reader, so the password judged might not be the one stored.
var validUTF8 = &rule{
	line: line{Statement: Statement{Name: "valid_utf8"}},
	violation: Violation{
		Rule:    "valid_utf8",
		Message: "Send the password as valid UTF-8 text.",
		Clause:  "RFC 3629 §3",
	},
	broken: func(c *candidate) bool { return !c.valid },
}
