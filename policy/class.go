// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"fmt"
	"maps"
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

// group is what a policy calls a class: one or more built-in classes, or a set
// of the operator's own.
type group struct {
	phrase string // for people, in the plural
	of     []class
	own    *set
}

// groups are the names that every policy knows. "letter" is any letter.
var groups = map[string]group{
	"upper":   {phrase: "upper-case letters", of: []class{upper}},
	"lower":   {phrase: "lower-case letters", of: []class{lower}},
	"letter":  {phrase: "letters", of: []class{upper, lower, caseless}},
	"digit":   {phrase: "digits", of: []class{digit}},
	"special": {phrase: "special characters", of: []class{special}},
}

// buildClass names a set of the operator's own: class vowel aeiou.
func buildClass(b *builder, args []string) error {
	if len(args) < 2 || !isClassName(args[0]) {
		return expected("a name of small letters and the characters of the class", args, b.usage)
	}
	if _, taken := b.findGroup(args[0]); taken {
		return fmt.Errorf("expected a new name, found %q, which is a class already; choose another", args[0])
	}
	own, err := b.parseSet(args[1:])
	if err != nil {
		return err
	}
	if b.policy.groups == nil {
		b.policy.groups = make(map[string]group)
	}
	b.policy.groups[args[0]] = group{phrase: "characters out of " + strings.Join(args[1:], " "), own: own}
	return nil
}

// isClassName keeps names apart from lists of characters: four small letters
// or more, where a list of characters is hardly ever a word.
func isClassName(name string) bool {
	return len(name) >= 4 && strings.Trim(name, "abcdefghijklmnopqrstuvwxyz_") == ""
}

func (b *builder) findGroup(name string) (group, bool) {
	if g, ok := groups[name]; ok {
		return g, true
	}
	g, ok := b.policy.groups[name]
	return g, ok
}

// group resolves the name of a class.
func (b *builder) group(name string) (group, error) {
	if g, ok := b.findGroup(name); ok {
		return g, nil
	}
	known := slices.Sorted(maps.Keys(groups))
	known = append(known, slices.Sorted(maps.Keys(b.policy.groups))...)
	return group{}, fmt.Errorf("expected a character class out of %s, found %q; name one of these or define it with \"class\"",
		strings.Join(known, ", "), name)
}

// groupList resolves several; naming one twice would make a requirement weaker
// than it reads.
func (b *builder) groupList(names []string) ([]group, error) {
	var list []group
	for i, name := range names {
		g, err := b.group(name)
		if err != nil {
			return nil, err
		}
		if slices.Contains(names[:i], name) {
			return nil, fmt.Errorf("expected each class once, found %q twice; remove one", name)
		}
		list = append(list, g)
	}
	return list, nil
}

// has reports whether the character is of the group.
func (g group) has(r rune) bool {
	if g.own != nil {
		return g.own.has(r)
	}
	return slices.Contains(g.of, classOf(r))
}

// count is how many of the password's characters are of the group.
func (d *candidate) count(g group) int {
	n := 0
	if g.own == nil {
		for _, c := range g.of {
			n += d.counts[c]
		}
		return n
	}
	for _, r := range d.runes {
		if g.own.has(r) {
			n++
		}
	}
	return n
}
