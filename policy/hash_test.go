// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"strings"
	"testing"
)

const (
	bcryptTail = "N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy"
	salt44     = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
	salt22     = "AAECAwQFBgcICQoLDA0ODw"
	key43      = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
)

func TestHashesAreDeniedByDefault(t *testing.T) {
	t.Parallel()
	for _, hash := range []string{"", "plain", "$2a$12$" + bcryptTail, "{PBKDF2}100000$" + salt44 + "$" + salt44} {
		v := policyOf(t, "min_length 8").JudgeHash(hash)
		if v == nil || v.Rule != "prehashed" {
			t.Errorf("hash %q gives %v, want prehashed", hash, v)
		}
	}
}

func TestAllowHash(t *testing.T) {
	t.Parallel()
	const every = "allow_hash bcrypt 10\nallow_hash pbkdf2 10000\nallow_hash pbkdf2_stretch 50000\nallow_hash argon2id 38912"
	argon := func(settings string) string { return "$argon2id$v=19$" + settings + "$" + salt22 + "$" + key43 }
	for _, row := range []struct {
		name, hash string
		want       bool
	}{
		{"bcrypt 2a", "$2a$10$" + bcryptTail, true},
		{"bcrypt 2b", "$2b$12$" + bcryptTail, true},
		{"bcrypt 2y", "$2y$16$" + bcryptTail, true},
		{"bcrypt at a cost that stalls the cluster", "$2y$17$" + bcryptTail, false},
		{"pbkdf2 at a cost that stalls the cluster", "{PBKDF2}10000001$" + salt44 + "$" + salt44, false},
		{"argon2id with all of the cluster's memory", argon("m=16777217,t=1,p=1"), false},
		{"bcrypt 2x, the broken one", "$2x$12$" + bcryptTail, false},
		{"bcrypt below the cost", "$2a$09$" + bcryptTail, false},
		{"bcrypt impossible cost", "$2a$32$" + bcryptTail, false},
		{"bcrypt cost without digits", "$2a$1:$" + bcryptTail, false},
		{"bcrypt too short", "$2a$10$" + bcryptTail[1:], false},
		{"bcrypt too long", "$2a$10$" + bcryptTail + "a", false},
		{"bcrypt with another alphabet", "$2a$10$" + strings.Replace(bcryptTail, "N", "+", 1), false},
		{"bcrypt with a line end", "$2a$10$" + bcryptTail[1:] + "\n", false},
		{"bcrypt with a blank before", " $2a$10$" + bcryptTail, false},
		{"pbkdf2", "{PBKDF2}10000$" + salt44 + "$" + salt44, true},
		{"pbkdf2 below the cost", "{PBKDF2}9999$" + salt44 + "$" + salt44, false},
		{"pbkdf2 with a leading zero", "{PBKDF2}010000$" + salt44 + "$" + salt44, false},
		{"pbkdf2 with a sign", "{PBKDF2}+10000$" + salt44 + "$" + salt44, false},
		{"pbkdf2 without padding", "{PBKDF2}10000$" + key43 + "$" + salt44, false},
		{"pbkdf2 with a short key", "{PBKDF2}10000$" + salt44 + "$AAAA", false},
		{"pbkdf2 with a short salt", "{PBKDF2}10000$AAAA$" + salt44, false},
		{"pbkdf2 with a line end inside", "{PBKDF2}10000$" + salt44[:20] + "\n" + salt44[20:] + "$" + salt44, false},
		{"pbkdf2 with a fourth part", "{PBKDF2}10000$" + salt44 + "$" + salt44 + "$", false},
		{"pbkdf2_stretch", "{PBKDF2_STRETCH}50000$" + salt44 + "$" + salt44, true},
		{"pbkdf2_stretch below the cost", "{PBKDF2_STRETCH}10000$" + salt44 + "$" + salt44, false},
		{"argon2id 19 MiB, 2 passes", argon("m=19456,t=2,p=1"), true},
		{"argon2id 46 MiB, 1 pass", argon("m=47104,t=1,p=1"), true},
		{"argon2id 19 MiB, 1 pass", argon("m=19456,t=1,p=1"), false},
		{"argon2id with passes instead of memory", argon("m=8,t=100000,p=1"), false},
		{"argon2id overflowing", argon("m=2147483647,t=2147483647,p=1"), false},
		{"argon2id in another order", argon("t=2,m=19456,p=1"), false},
		{"argon2id with a setting more", argon("m=19456,t=2,p=1,x=1"), false},
		{"argon2i", strings.Replace(argon("m=19456,t=2,p=1"), "argon2id", "argon2i", 1), false},
		{"argon2id of an old version", strings.Replace(argon("m=19456,t=2,p=1"), "v=19", "v=16", 1), false},
		{"argon2id without parallelism", argon("m=19456,t=2,p=0"), false},
		{"SHA-512 crypt", "$6$salt$hash", false},
		{"unsalted SHA", "{SHA}2jmj7l5rSw0yVb/vlWAYkK/YBwk=", false},
		{"empty", "", false},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			v := policyOf(t, every).JudgeHash(row.hash)
			if (v == nil) != row.want {
				t.Fatalf("%q gives %v, want allowed %v", row.hash, v, row.want)
			}
			if v != nil && (v.Rule != "prehashed" || v.Message == "" || strings.Contains(v.Message, bcryptTail[10:20])) {
				t.Errorf("violation %+v", v)
			}
		})
	}
}

func TestAllowHashOpensOnlyItsAlgorithm(t *testing.T) {
	t.Parallel()
	p := policyOf(t, "allow_hash bcrypt 10")
	if p.JudgeHash("$2y$12$"+bcryptTail) != nil {
		t.Error("bcrypt is denied, want allowed")
	}
	if p.JudgeHash("{PBKDF2}100000$"+salt44+"$"+salt44) == nil {
		t.Error("pbkdf2 is allowed, want denied")
	}
}

func FuzzJudgeHash(f *testing.F) {
	for _, seed := range []string{"", "$2a$10$" + bcryptTail, "{PBKDF2}10000$" + salt44 + "$" + salt44,
		"$argon2id$v=19$m=19456,t=2,p=1$" + salt22 + "$" + key43} {
		f.Add(seed)
	}
	open := policyOf(f, "allow_hash bcrypt 4\nallow_hash pbkdf2 1000\nallow_hash pbkdf2_stretch 1000\nallow_hash argon2id 7168")
	closed := policyOf(f, "")
	f.Fuzz(func(t *testing.T, hash string) {
		if closed.JudgeHash(hash) == nil {
			t.Fatal("allowed without allow_hash")
		}
		if open.JudgeHash(hash) == nil && len(hash) != 60 && len(hash) < 70 {
			t.Fatalf("allowed %q, too short for any kind", hash)
		}
	})
}
