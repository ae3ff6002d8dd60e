// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"
)

// Patterns are RE2 expressions (Go's regexp), whose time is linear in the
// password whatever the pattern. They match anywhere; ^ and $ fix the ends.
var patternStatements = map[string]definition{
	"match":     {"match ^[a-z]+-[a-z]+$", additive, buildMatch},
	"not_match": {"not_match (?i)winter|summer", additive, buildNotMatch},
}

func buildMatch(b *builder, args []string) error {
	expressions, err := b.patterns(args)
	if err != nil {
		return err
	}
	b.add("Choose a password of the form this policy asks for.", []Param{{"patterns", strings.Join(args, " ")}},
		func(c *candidate) bool {
			for _, e := range expressions {
				if !e.MatchString(c.Password) {
					return true
				}
			}
			return false
		})
	return nil
}

func buildNotMatch(b *builder, args []string) error {
	expressions, err := b.patterns(args)
	if err != nil {
		return err
	}
	b.add("Choose a password without the patterns this policy forbids.", []Param{{"patterns", strings.Join(args, " ")}},
		func(c *candidate) bool {
			for _, e := range expressions {
				if e.MatchString(c.Password) {
					return true
				}
			}
			return false
		})
	return nil
}

// Bounds of an expression, and so of the work for each character: repetitions
// count as often as they repeat.
const (
	longestPattern = 1000 // bytes
	mostSteps      = 1000
)

func (b *builder) patterns(args []string) ([]*regexp.Regexp, error) {
	if len(args) == 0 {
		return nil, expected("RE2 expressions", args, b.usage)
	}
	var expressions []*regexp.Regexp
	for _, arg := range args {
		if len(arg) > longestPattern {
			return nil, fmt.Errorf("expected an expression of at most %d bytes, found a longer one; split it into several", longestPattern)
		}
		e, err := regexp.Compile(arg)
		if err != nil {
			return nil, patternError(arg, err)
		}
		if n := steps(arg); n > mostSteps {
			return nil, fmt.Errorf("expected an expression of at most %d steps, found %d in %q, since a repetition counts as often as it repeats; repeat less",
				mostSteps, n, arg)
		}
		expressions = append(expressions, e)
	}
	return expressions, nil
}

// steps is how many states an expression that compiles has: what each character
// may cost at the worst.
func steps(pattern string) int {
	parsed, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return 0
	}
	program, err := syntax.Compile(parsed.Simplify())
	if err != nil {
		return 0
	}
	return len(program.Inst)
}

// patternError explains what RE2 refuses; a look-ahead is what people bring
// along from other systems, OpenSearch's documentation first.
func patternError(pattern string, err error) error {
	if !lookAhead.MatchString(pattern) {
		return fmt.Errorf("expected an RE2 expression, found %q: %w", pattern, err)
	}
	instead := replaceLookAheads(pattern)
	if len(instead) == 0 {
		return fmt.Errorf("expected an RE2 expression, found a look-ahead, which RE2 doesn't have: " +
			"write one match or not_match for each condition, or rules such as min_digits")
	}
	return fmt.Errorf("expected an RE2 expression, found a look-ahead, which RE2 doesn't have; write instead: %s", strings.Join(instead, "; "))
}

var (
	lookAhead = regexp.MustCompile(`\(\?<?[=!]`)
	// one look-ahead for one class, perhaps counted: (?=.*[A-Z]), (?=(.*\d){2,})
	oneClass = regexp.MustCompile(`\(\?([=!])\(?(?:\?:)?\.\*\??((?:\[(?:\\.|[^\]\\])+\])|\\[dDwWsS])(?:\)?\{(\d+),?\d*\})?\)*`)
	// the length at the end: .{8,32}
	totalLength = regexp.MustCompile(`\.\{(\d+)(,?)(\d*)\}\)?\$?$`)
)

// replaceLookAheads writes the rules that say the same as the look-aheads of a
// pattern. It is a hint for a person, not a translation.
func replaceLookAheads(pattern string) []string {
	var rules []string
	for _, found := range oneClass.FindAllStringSubmatch(pattern, -1) {
		if rule := ruleForClass(found[1] == "!", found[2], found[3]); rule != "" {
			rules = append(rules, rule)
		}
	}
	if found := totalLength.FindStringSubmatch(pattern); found != nil && len(rules) > 0 {
		rules = append(rules, "min_length "+found[1])
		if found[3] != "" {
			rules = append(rules, "max_length "+found[3])
		}
	}
	return rules
}

func ruleForClass(negated bool, class, count string) string {
	if negated {
		return "not_match " + class
	}
	if count == "" {
		count = "1"
	}
	e, err := regexp.Compile(class)
	if err != nil {
		return ""
	}
	for _, kind := range []struct{ rule, of, without string }{
		{"min_uppercase", "AQZ", "aq05!"}, {"min_lowercase", "aqz", "AQ05!"},
		{"min_letters", "AQZaqz", "05!"}, {"min_digits", "059", "aAqQ!"},
	} {
		if matchesAll(e, kind.of) && matchesNone(e, kind.without) {
			return kind.rule + " " + count
		}
	}
	if matchesNone(e, "aqzAQZ059") {
		return "min_specials " + count
	}
	return ""
}

func matchesAll(e *regexp.Regexp, characters string) bool {
	for _, r := range characters {
		if !e.MatchString(string(r)) {
			return false
		}
	}
	return true
}

func matchesNone(e *regexp.Regexp, characters string) bool {
	for _, r := range characters {
		if e.MatchString(string(r)) {
			return false
		}
	}
	return true
}
