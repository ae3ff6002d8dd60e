// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"fmt"
	"slices"
	"strconv"
)

// possible reports requirements that can't be met together, so far as numbers and
// classes tell: a policy that no password satisfies locks everybody out, and is
// never meant.
func (p *Policy) possible() error {
	for _, check := range []func() error{p.lengthsFit, p.classesFit, p.classesAllowed, p.agesFit} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

// room is how many characters a password may have, and the statement that says so.
func (p *Policy) room() (most int, by line) {
	what := "max_bytes"
	most = p.maxBytes
	if p.maxLength > 0 && p.maxLength < most {
		most, what = p.maxLength, "max_length"
	}
	i := slices.IndexFunc(p.lines, func(l line) bool { return l.Name == what && l.Args[0] == strconv.Itoa(most) })
	return most, p.lines[i] // every limit is a statement
}

func (p *Policy) lengthsFit() error {
	if most, by := p.room(); p.minLength > most {
		return StatementError{by.index, fmt.Errorf("%s: expected room for the %d characters that min_length asks for, found %d, so that no password would do; "+
			"lower min_length, or raise %s", by.Name, p.minLength, most, by.Name)}
	}
	return nil
}

// classMinima are the statements that ask for characters of one class each; letters
// may be the upper-case and lower-case ones.
var classMinima = []struct {
	statement string
	of        []class
}{
	{"min_uppercase", []class{upper}}, {"min_lowercase", []class{lower}}, {"min_letters", []class{upper, lower, caseless}},
	{"min_digits", []class{digit}}, {"min_specials", []class{special}},
}

// least is the largest number a statement of one number asks for.
func (p *Policy) least(statement string) (n int, by line) {
	for _, l := range p.lines {
		if l.Name != statement || len(l.Args) != 1 {
			continue
		}
		if asked, err := strconv.Atoi(l.Args[0]); err == nil && asked > n {
			n, by = asked, l
		}
	}
	return n, by
}

func (p *Policy) classesFit() error {
	least := make(map[string]int)
	for _, minimum := range classMinima {
		least[minimum.statement], _ = p.least(minimum.statement)
	}
	together := max(least["min_letters"], least["min_uppercase"]+least["min_lowercase"]) + least["min_digits"] + least["min_specials"]
	if most, by := p.room(); together > most {
		return StatementError{by.index, fmt.Errorf("%s: expected room for the %d letters, digits and special characters that the policy asks for together, found %d, "+
			"so that no password would do; lower min_letters, min_digits or the like, or raise %s", by.Name, together, most, by.Name)}
	}
	return nil
}

func (p *Policy) classesAllowed() error {
	for _, minimum := range classMinima {
		n, by := p.least(minimum.statement)
		for _, s := range p.allowed {
			if n > 0 && !slices.ContainsFunc(minimum.of, s.holds) {
				return StatementError{by.index, fmt.Errorf("%s: expected allowed_characters to hold characters of this kind, found none, so that no password would do; "+
					"add them there, or remove %s", by.Name, by.Name)}
			}
		}
	}
	return nil
}

// holds reports whether a character of the class is in the set.
func (s *set) holds(c class) bool {
	for r := range s.ascii {
		if s.ascii[r] && classOf(rune(r)) == c {
			return true
		}
	}
	for r := range s.beyond {
		if classOf(r) == c {
			return true
		}
	}
	for _, between := range s.ranges {
		for r := between[0]; r <= between[1]; r++ {
			if classOf(r) == c {
				return true
			}
		}
	}
	return slices.ContainsFunc(s.groups, func(g group) bool {
		return g.own != nil && g.own.holds(c) || g.own == nil && slices.Contains(g.of, c)
	})
}

func (p *Policy) agesFit() error {
	if p.minAge == nil || p.maxAge == 0 || p.minAge.Age < p.maxAge {
		return nil
	}
	i := slices.IndexFunc(p.lines, func(l line) bool { return l.Name == "max_age" })
	return StatementError{p.lines[i].index, fmt.Errorf("max_age: expected more than the %s of min_age, found %s, so that every password would be too old before it may be changed; "+
		"lower min_age, or raise max_age", duration(p.minAge.Age), duration(p.maxAge))}
}
