// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// TestFoldFollowsUnicode compares the short way with definition D145 for every
// code point that has case or decomposes and many that don't, alone and beside
// a mark.
func TestFoldFollowsUnicode(t *testing.T) {
	t.Parallel()
	byDefinition := func(s string) string { return norm.NFC.String(caseFolder.String(norm.NFD.String(s))) }
	for r := rune(0x80); r <= unicode.MaxRune; r++ {
		plain := !unicode.IsUpper(r) && !unicode.IsLower(r) && !unicode.IsTitle(r) && norm.NFD.PropertiesString(string(r)).Decomposition() == nil
		if plain && r%61 != 0 || r >= 0xD800 && r < 0xE000 {
			continue
		}
		for _, s := range []string{string(r), string(r) + "\u0301", "a" + string(r) + "\u0345", "\u03b1" + string(r)} {
			if got, want := fold(s), byDefinition(s); got != want {
				t.Fatalf("%+q folds to %+q, want %+q", s, got, want)
			}
		}
	}
}

func TestPlain(t *testing.T) {
	t.Parallel()
	for password, want := range map[string]string{
		"Lantern":     "lantern",
		"Ängström":    "angstrom",
		"A\u030angst": "angst",
		"STRAßE":      "strasse",
		"ｑｕｉｚ":        "quiz",
		"ﬁne":         "fine",
		"€uro£and":    "eurol" + "and",
		"a\u200db":    "ab",
		"fox🦊!":       "fox*!",
		"Пароль":      "пароль",
		"한글":          "한글",
		"\xffx":       "*x",
	} {
		if got := string(appendPlain(nil, password)); got != want {
			t.Errorf("%+q is plainly %+q, want %+q", password, got, want)
		}
	}
}
