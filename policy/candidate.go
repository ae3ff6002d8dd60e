// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// candidate is a password under judgement with what several rules need,
// computed once. It lives for one evaluation and is never pooled, so that no
// password outlives its request here.
type candidate struct {
	Change
	runes  []rune // code points; every byte that isn't UTF-8 counts as one U+FFFD
	valid  bool   // the password is valid UTF-8
	counts [classes]int

	foldedOnce bool
	foldedText string
	plainOnce  bool
	plainText  []byte
	readOnce   bool
	readText   [3][]byte

	search    search
	runeRoom  [40]rune
	plainRoom [64]byte
	readRoom  [3][64]byte
}

func newCandidate(c Change) *candidate {
	d := &candidate{Change: c, valid: utf8.ValidString(c.Password)}
	d.runes = d.runeRoom[:0]
	for _, r := range c.Password {
		d.runes = append(d.runes, r)
		d.counts[classOf(r)]++
	}
	return d
}

// folded is the password in the form in which it is compared.
func (d *candidate) folded() string {
	if !d.foldedOnce {
		d.foldedText, d.foldedOnce = fold(d.Password), true
	}
	return d.foldedText
}

// plain is the password as [plain] reads it, in lower-case ASCII as far as
// possible: where base words are looked for.
func (d *candidate) plain() []byte {
	if !d.plainOnce {
		d.plainText, d.plainOnce = appendPlain(d.plainRoom[:0], d.Password), true
	}
	return d.plainText
}

var caseFolder = cases.Fold()

// fold gives two strings the same form exactly when they differ only by case
// or by canonical equivalence (Unicode 16, definition D145), in NFC. The way
// by NFD matters only where an iota subscript does, and costs twice as much.
func fold(s string) string {
	if isASCII(s) {
		return strings.ToLower(s)
	}
	if !norm.NFC.IsNormalString(s) || strings.ContainsFunc(s, hasIotaSubscript) {
		return norm.NFC.String(caseFolder.String(norm.NFD.String(s)))
	}
	folded := caseFolder.String(s)
	if norm.NFC.IsNormalString(folded) {
		return folded
	}
	return norm.NFC.String(folded)
}

func hasIotaSubscript(r rune) bool { return r == 0x345 || 0x1F80 <= r && r < 0x2000 }

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// appendReversed appends a string turned round by code points.
func appendReversed(to []byte, s string) []byte {
	for len(s) > 0 {
		r, size := utf8.DecodeLastRuneInString(s)
		to, s = utf8.AppendRune(to, r), s[:len(s)-size]
	}
	return to
}
