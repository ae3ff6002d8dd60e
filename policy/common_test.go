// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"
)

func TestEmbeddedCommonPasswords(t *testing.T) {
	t.Parallel()
	text, err := unpack(commonCompressed)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(text, "\n"); n != 49233 {
		t.Errorf("%d passwords, want 49233", n)
	}
	sum := sha256.Sum256([]byte(text))
	if got, want := hex.EncodeToString(sum[:]), "861b4d0bacb7ff670bd98e8f92260694f7d75e2267239ebd92c007357d1cfe2b"; got != want {
		t.Errorf("digest %s, want %s: regenerate with go generate, then review the change", got, want)
	}
	if size := len(commonCompressed); size > 250_000 {
		t.Errorf("%d bytes, want at most 250,000", size)
	}
}

func TestWordSet(t *testing.T) {
	t.Parallel()
	words := commonList()
	set := newWordSet(words)
	for _, word := range words {
		if !set.has([]byte(word)) {
			t.Fatalf("%q isn't found in the set it is in", word)
		}
		if absent := word + "\x00"; set.has([]byte(absent)) {
			t.Fatalf("%q is found in a set it isn't in", absent)
		}
	}
	if set := newWordSet([]string{"", "a", "a"}); set.has(nil) || !set.has([]byte("a")) || len(set.starts) != 2 {
		t.Errorf("doubles or empty words are kept: %+v", set)
	}
}
