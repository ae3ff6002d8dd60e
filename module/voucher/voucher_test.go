// SPDX-License-Identifier: Apache-2.0

package voucher

import (
	"os"
	"strings"
	"testing"
	"time"
)

func TestVouchers(t *testing.T) {
	t.Parallel()
	now := time.Unix(1e9, 0)
	b := Book{Dir: t.TempDir() + "/sub", Now: func() time.Time { return now }}
	if good, err := b.Accepts("bob", "$2a$hash", "policy"); good || err != nil {
		t.Fatalf("before any was issued: %v, %v", good, err)
	}
	if err := b.Issue("bob", "$2a$hash", "policy", time.Hour); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, user, hash, policy string
		later                    time.Duration
		want                     bool
	}{
		{"as issued", "bob", "$2a$hash", "policy", 0, true},
		{"another user", "eve", "$2a$hash", "policy", 0, false},
		{"another hash", "bob", "$2a$hasi", "policy", 0, false},
		{"shifted", "bob$", "2a$hash", "policy", 0, false},
		{"another policy", "bob", "$2a$hash", "stricter", 0, false},
		{"too late", "bob", "$2a$hash", "policy", time.Hour, false},
	} {
		now = time.Unix(1e9, 0).Add(c.later)
		if good, err := b.Accepts(c.user, c.hash, c.policy); good != c.want || err != nil {
			t.Errorf("%s: %v, %v", c.name, good, err)
		}
	}
	now = time.Unix(1e9, 0)
	listFile := b.listFile(now.Add(time.Hour))
	list, err := os.ReadFile(listFile)
	if err != nil || strings.Contains(string(list), "bob") || strings.Contains(string(list), "$2a") {
		t.Errorf("the list names what it vouches for (%v): %s", err, list)
	}
	for _, file := range []string{listFile, b.keyFile()} {
		if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", file, info.Mode(), err)
		}
	}
}

// A voucher that nobody with the key has made is worth nothing.
func TestForged(t *testing.T) {
	t.Parallel()
	b, other := Book{Dir: t.TempDir()}, Book{Dir: t.TempDir()}
	for _, book := range []Book{b, other} {
		if err := book.Issue("x", "y", "p", time.Hour); err != nil {
			t.Fatal(err)
		}
	}
	if err := other.Issue("bob", "$2a$hash", "p", time.Hour); err != nil {
		t.Fatal(err)
	}
	until := time.Now().Add(time.Hour)
	forged, _ := os.ReadFile(other.listFile(until))
	if err := os.WriteFile(b.listFile(until), append(forged, "{half a line"...), 0o600); err != nil {
		t.Fatal(err)
	}
	if good, err := b.Accepts("bob", "$2a$hash", "p"); good || err != nil {
		t.Errorf("a voucher of another key: %v, %v", good, err)
	}
}

// The book holds the vouchers of days to come, however many there once were.
func TestEndedVouchersGo(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)
	b := Book{Dir: t.TempDir(), Now: func() time.Time { return now }}
	issue := func(user string, lifetime time.Duration) {
		t.Helper()
		if err := b.Issue(user, "hash", "policy", lifetime); err != nil {
			t.Fatal(err)
		}
	}
	issue("ann", time.Hour)
	issue("bob", 30*time.Hour)
	issue("eve", 90*time.Hour)
	now = now.Add(24 * time.Hour)
	issue("dan", time.Hour)
	over, current, err := b.lists()
	if err != nil || len(over) != 0 || len(current) != 2 {
		t.Errorf("kept %v and %v (%v)", over, current, err)
	}
	for user, want := range map[string]bool{"ann": false, "bob": true, "eve": true, "dan": true} {
		if good, err := b.Accepts(user, "hash", "policy"); good != want || err != nil {
			t.Errorf("%s: %v, %v", user, good, err)
		}
	}
}
