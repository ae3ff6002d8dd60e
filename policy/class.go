// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// class is a kind of character. Every code point is of exactly one.
type class int

const (
	upper    class = iota // upper-case and title-case letters
	lower                 // lower-case letters
	caseless              // letters without case, such as Han
	digit                 // decimal digits of any script
	special               // punctuation, symbols and spaces
	other                 // marks, control and format characters, unassigned
	classes
)

// classOf follows Unicode's general categories. A combining mark is other, so
// that a decomposed letter doesn't count as a letter and a special.
func classOf(r rune) class {
	if r < 0x80 {
		return asciiClass[r]
	}
	switch {
	case unicode.IsUpper(r), unicode.IsTitle(r):
		return upper
	case unicode.IsLower(r):
		return lower
	case unicode.IsLetter(r):
		return caseless
	case unicode.IsDigit(r):
		return digit
	case unicode.IsPunct(r), unicode.IsSymbol(r), unicode.Is(unicode.Zs, r):
		return special
	}
	return other
}

var asciiClass = func() (table [0x80]class) {
	for r := range table {
		switch c := rune(r); {
		case 'A' <= c && c <= 'Z':
			table[r] = upper
		case 'a' <= c && c <= 'z':
			table[r] = lower
		case '0' <= c && c <= '9':
			table[r] = digit
		case ' ' <= c && c <= '~':
			table[r] = special
		default:
			table[r] = other
		}
	}
	return table
}()

// classNames are the words for classes in statements. "letter" is any letter.
var classNames = map[string][]class{
	"upper":   {upper},
	"lower":   {lower},
	"letter":  {upper, lower, caseless},
	"digit":   {digit},
	"special": {special},
}

// classPhrases say to a person what is missing.
var classPhrases = map[string]string{
	"upper":   "upper-case letters",
	"lower":   "lower-case letters",
	"letter":  "letters",
	"digit":   "digits",
	"special": "special characters",
}

func knownClass(name string) error {
	if _, ok := classNames[name]; ok {
		return nil
	}
	var known []string
	for n := range classNames {
		known = append(known, n)
	}
	slices.Sort(known)
	return fmt.Errorf("expected character classes out of %s, found %q", strings.Join(known, ", "), name)
}

// count is how many of the password's characters are of one of the classes.
func (d *candidate) count(of []class) int {
	n := 0
	for _, c := range of {
		n += d.counts[c]
	}
	return n
}
