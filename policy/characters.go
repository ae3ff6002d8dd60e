// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

var characterStatements = map[string]definition{
	"allowed_characters": {`allowed_characters A-Z a-z 0-9 "!#$%"`, single, buildAllowedCharacters},
}

func buildAllowedCharacters(b *builder, args []string) error {
	set, err := parseSet(args, b.usage)
	if err != nil {
		return err
	}
	b.add("Use only these characters: "+strings.Join(args, " "), []Param{{"allowed", strings.Join(args, " ")}},
		func(c *candidate) bool { return !c.onlyOf(set) })
	return nil
}

// set is a set of characters: ASCII by table, others one by one, whole
// classes, or ranges.
type set struct {
	ascii   [0x80]bool
	beyond  map[rune]bool
	classes [classes]bool
	ranges  [][2]rune
}

// parseSet reads a set: names of classes, ranges such as A-Z, and characters
// listed in a word.
func parseSet(args []string, usage string) (*set, error) {
	if len(args) == 0 {
		return nil, expected("classes, ranges or characters", args, usage)
	}
	s := &set{beyond: make(map[rune]bool)}
	for _, arg := range args {
		if !utf8.ValidString(arg) || arg == "" {
			return nil, fmt.Errorf("expected characters in UTF-8, found %q; write for example %q", arg, usage)
		}
		s.include(arg)
	}
	return s, nil
}

func (s *set) include(arg string) {
	if of, ok := classNames[arg]; ok {
		for _, c := range of {
			s.classes[c] = true
		}
		return
	}
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
	if r < 0x80 && s.ascii[r] || r >= 0x80 && s.beyond[r] || s.classes[classOf(r)] {
		return true
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
