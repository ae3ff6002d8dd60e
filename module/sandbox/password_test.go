// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"strings"
	"testing"
)

// Made with Python: hashlib.pbkdf2_hmac("sha512", secret, b"saltsalt", 1000, 32),
// where secret is b"secret", or the hexadecimal SHA-512 of it.
const (
	pbkdf2Secret    = "sm09rUzS3++3+cqsWziIoWFO8bEknKwJwGEvyD1ra4M="
	pbkdf2Stretched = "ZNcc0f7Qxmvgz5GNzXNwPWUBZ9QHg3rNO0Q1upp7dfE="
)

func TestVerifyPassword(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 72)
	cases := []struct {
		name, stored, password string
		want                   bool
	}{
		{"own hash", hashPassword("secret"), "secret", true},
		{"wrong", hashPassword("secret"), "Secret", false},
		{"only 72 bytes count", hashPassword(long + "x"), long + "y", true},
		{"multi-byte cut", hashPassword(strings.Repeat("é", 36) + "x"), strings.Repeat("é", 36), true},
		{"2y", "$2y$04$" + hashPassword("secret")[7:], "secret", true},
		{"pbkdf2", "{PBKDF2}1000$c2FsdHNhbHQ=$" + pbkdf2Secret, "secret", true},
		{"pbkdf2, wrong", "{PBKDF2}1000$c2FsdHNhbHQ=$" + pbkdf2Secret, "Secret", false},
		{"stretched", "{PBKDF2_STRETCH}1000$c2FsdHNhbHQ=$" + pbkdf2Stretched, "secret", true},
		{"no hash", "notahash", "notahash", false},
		{"empty", "", "", false},
		{"broken pbkdf2", "{PBKDF2}x$y$z", "secret", false},
	}
	for _, c := range cases {
		if got := verifyPassword(c.stored, c.password); got != c.want {
			t.Errorf("%s: verified = %v, want %v", c.name, got, c.want)
		}
	}
}

func TestHasherName(t *testing.T) {
	t.Parallel()
	salted := strings.Repeat("a", 53)
	cases := []struct{ hash, six, eight string }{
		{"$2a$10$" + salted, "BCRYPT", "BCRYPT"},
		{"$2a$12$" + salted, "BCRYPT12", "BCRYPT12"},
		{"$2y$10$" + salted, "NOOP", "BCRYPT"},
		{"$2a$03$" + salted, "NOOP", "NOOP"},
		{"$2a$10$short", "NOOP", "NOOP"},
		{"{PBKDF2}10000$a$b", "PBKDF2", "PBKDF2"},
		{"{PBKDF2}50000$a$b", "PBKDF2_50000", "PBKDF2_50000"},
		{"{PBKDF2_STRETCH}10000$a$b", "PBKDF2_STRETCH", "PBKDF2_STRETCH"},
		{"{SSHA256}x", "NOOP", "NOOP"},
		{"clear text", "NOOP", "NOOP"},
	}
	for _, c := range cases {
		if got := hasherName(c.hash, parseRelease("6.8.23")); got != c.six {
			t.Errorf("hasherName(%q) in 6.8 = %s, want %s", c.hash, got, c.six)
		}
		if got := hasherName(c.hash, parseRelease("8.19.21")); got != c.eight {
			t.Errorf("hasherName(%q) in 8.19 = %s, want %s", c.hash, got, c.eight)
		}
	}
}
