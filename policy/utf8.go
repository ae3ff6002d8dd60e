// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"slices"
	"strings"
)

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

// noNUL holds in every policy. bcrypt ends a password with a NUL and repeats it to
// 72 bytes, HMAC (and so PBKDF2) fills it up with NULs: "short\x00short" is judged as
// eleven characters, and "short" then logs in.
var noNUL = &rule{
	line: line{Statement: Statement{Name: "no_nul"}},
	violation: Violation{
		Rule:    "no_nul",
		Message: "Don't use the NUL character: what stands in front of it may be enough to log in.",
		Clause:  "RFC 2104 §2",
	},
	broken: func(c *candidate) bool { return strings.IndexByte(c.Password, 0) >= 0 },
}

// always are the rules of every policy, which no statement names.
var always = []*rule{validUTF8, noNUL}

func isAlways(name string) bool {
	return slices.ContainsFunc(always, func(r *rule) bool { return r.violation.Rule == name })
}
