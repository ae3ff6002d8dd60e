// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

var characterStatements = map[string]definition{
	"allowed_characters":   {`allowed_characters A-Z a-z 0-9 "!#$%"`, single, buildAllowedCharacters},
	"forbidden_characters": {`forbidden_characters "<>&"`, additive, buildForbiddenCharacters},
	"whitespace":           {"whitespace edges", single, buildWhitespace},
	"require_nfc":          {"require_nfc", single, buildRequireNFC},
}

func buildAllowedCharacters(b *builder, args []string) error {
	set, err := b.parseSet(args)
	if err != nil {
		return err
	}
	b.add("Use only these characters: "+strings.Join(args, " "), []Param{{"allowed", strings.Join(args, " ")}},
		func(c *candidate) bool { return !c.onlyOf(set) })
	b.policy.allowed = append(b.policy.allowed, set)
	return nil
}

func buildForbiddenCharacters(b *builder, args []string) error {
	set, err := b.parseSet(args)
	if err != nil {
		return err
	}
	b.add("Don't use these characters: "+strings.Join(args, " "), []Param{{"forbidden", strings.Join(args, " ")}},
		func(c *candidate) bool { return slices.ContainsFunc(c.runes, set.has) })
	return nil
}

// buildWhitespace says where white space may stand: nowhere ("none"), not at
// the ends ("edges": a blank there is mostly a slip of copying), or anywhere
// ("any", to overrule a preset).
func buildWhitespace(b *builder, args []string) error {
	if len(args) != 1 {
		return expected("none, edges or any", args, b.usage)
	}
	params := []Param{{"allowed", args[0]}}
	switch args[0] {
	case "none":
		b.add("Don't use white space.", params, func(c *candidate) bool { return slices.ContainsFunc(c.runes, unicode.IsSpace) })
	case "edges":
		b.add("Don't begin or end the password with white space.", params, (*candidate).spaceAtEdge)
	case "any":
	default:
		return expected("none, edges or any", args, b.usage)
	}
	return nil
}

func (d *candidate) spaceAtEdge() bool {
	n := len(d.runes)
	return n > 0 && (unicode.IsSpace(d.runes[0]) || unicode.IsSpace(d.runes[n-1]))
}

// buildRequireNFC refuses what another keyboard may send as other bytes (NIST
// SP 800-63B-4 §3.1.1.2 advises to normalise before hashing; a gateway that
// forwards bytes as they are can only ask for it).
func buildRequireNFC(b *builder, args []string) error {
	if len(args) != 0 {
		return expected("no arguments", args, b.usage)
	}
	b.add("Type accented letters as single characters (Unicode normal form C), so that every keyboard sends the same.", nil,
		func(c *candidate) bool { return !isASCII(c.Password) && !norm.NFC.IsNormalString(c.Password) })
	return nil
}

// set is a set of characters: ASCII by table, others one by one, ranges, or
// whole classes.
type set struct {
	ascii  [0x80]bool
	beyond map[rune]bool
	ranges [][2]rune
	groups []group
}

// parseSet reads a set: names of classes, ranges such as A-Z, and characters
// listed in a word.
func (b *builder) parseSet(args []string) (*set, error) {
	if len(args) == 0 {
		return nil, expected("classes, ranges or characters", args, b.usage)
	}
	s := &set{beyond: make(map[rune]bool)}
	for _, arg := range args {
		if !utf8.ValidString(arg) || arg == "" {
			return nil, fmt.Errorf("expected characters in UTF-8, found %q; write for example %q", arg, b.usage)
		}
		if g, ok := b.findGroup(arg); ok {
			s.groups = append(s.groups, g)
		} else {
			s.include(arg)
		}
	}
	return s, nil
}

func (s *set) include(arg string) {
	runes := []rune(arg)
	if len(runes) == 3 && runes[1] == '-' && runes[0] < runes[2] {
		s.ranges = append(s.ranges, [2]rune{runes[0], runes[2]})
		return
	}
	for _, r := range runes {
		if r < 0x80 {
			s.ascii[r] = true
		} else {
			s.beyond[r] = true
		}
	}
}

func (s *set) has(r rune) bool {
	if r < 0x80 && s.ascii[r] || r >= 0x80 && s.beyond[r] {
		return true
	}
	for _, g := range s.groups {
		if g.has(r) {
			return true
		}
	}
	for _, between := range s.ranges {
		if between[0] <= r && r <= between[1] {
			return true
		}
	}
	return false
}

func (d *candidate) onlyOf(s *set) bool {
	for _, r := range d.runes {
		if !s.has(r) {
			return false
		}
	}
	return true
}

// hasOf reports whether at least n characters are of the set.
func (d *candidate) hasOf(s *set, n int) bool {
	for _, r := range d.runes {
		if s.has(r) {
			n--
		}
	}
	return n <= 0
}
