// SPDX-License-Identifier: Apache-2.0

package policy

import "fmt"

// Repetition: passwords that are long only because something comes again.
var repeatStatements = map[string]definition{
	"max_repeat":      {"max_repeat 3", smaller, buildMaxRepeat},
	"max_class_run":   {"max_class_run 4 digit", smaller, buildMaxClassRun},
	"repeated_unit":   {"repeated_unit", single, buildRepeatedUnit},
	"palindrome":      {"palindrome", single, buildPalindrome},
	"min_unique":      {"min_unique 6", larger, buildMinUnique},
	"max_occurrences": {"max_occurrences 4", smaller, buildMaxOccurrences},
}

func buildMaxRepeat(b *builder, args []string) error {
	n, err := onlyNumber(args, b.usage)
	if err != nil {
		return err
	}
	b.add(fmt.Sprintf("Don't use the same character more than %s in a row.", plural(n, "time")), amount("max", n),
		func(c *candidate) bool { return c.longestRun(func(a, b rune) bool { return a == b }) > n })
	return nil
}

// longestRun is the length of the longest stretch in which each character is
// like the one before.
func (d *candidate) longestRun(like func(a, b rune) bool) int {
	longest, run := 0, 0
	for i, r := range d.runes {
		if i == 0 || !like(d.runes[i-1], r) {
			run = 0
		}
		run++
		longest = max(longest, run)
	}
	return longest
}

// buildMaxClassRun limits how many characters of one class follow each other,
// of the four common classes or of those listed.
func buildMaxClassRun(b *builder, args []string) error {
	if len(args) == 0 {
		return expected("a number and, if wanted, classes", args, b.usage)
	}
	n, err := number(args[0], b.usage, largestNumber)
	if err != nil {
		return err
	}
	names := args[1:]
	if len(names) == 0 {
		names = allClasses
	}
	of, err := b.groupList(names)
	if err != nil {
		return err
	}
	b.add(fmt.Sprintf("Don't use more than %d characters of one kind in a row (%s).", n, phrases(of)),
		[]Param{{"max", args[0]}}, func(c *candidate) bool { return c.classRunBeyond(of, n) })
	return nil
}

func (d *candidate) classRunBeyond(of []group, n int) bool {
	for _, g := range of {
		run := 0
		for _, r := range d.runes {
			if run++; !g.has(r) {
				run = 0
			}
			if run > n {
				return true
			}
		}
	}
	return false
}

func buildRepeatedUnit(b *builder, args []string) error {
	if len(args) != 0 {
		return expected("no arguments", args, b.usage)
	}
	b.add("Don't repeat the same characters to make the password longer.", nil,
		func(c *candidate) bool { return isRepetition(c.folded()) })
	return nil
}

// isRepetition reports whether a text consists of a unit at least twice, the
// last of which may be cut short: "abcabcab".
func isRepetition(s string) bool {
	for period := 1; period <= len(s)/2; period++ {
		if s[period:] == s[:len(s)-period] {
			return true
		}
	}
	return false
}

func buildPalindrome(b *builder, args []string) error {
	if len(args) != 0 {
		return expected("no arguments", args, b.usage)
	}
	b.add("Don't use a password that reads the same backwards.", nil, (*candidate).isPalindrome)
	return nil
}

func (d *candidate) isPalindrome() bool {
	runes := []rune(d.folded())
	for i := range len(runes) / 2 {
		if runes[i] != runes[len(runes)-1-i] {
			return false
		}
	}
	return true
}

func buildMinUnique(b *builder, args []string) error {
	n, err := onlyNumber(args, b.usage)
	if err != nil {
		return err
	}
	b.add(fmt.Sprintf("Use at least %d different characters.", n), amount("min", n),
		func(c *candidate) bool { different, _ := c.variety(); return different < n })
	return nil
}

func buildMaxOccurrences(b *builder, args []string) error {
	n, err := onlyNumber(args, b.usage)
	if err != nil {
		return err
	}
	b.add(fmt.Sprintf("Don't use any character more than %s.", plural(n, "time")), amount("max", n),
		func(c *candidate) bool { _, most := c.variety(); return most > n })
	return nil
}

// variety is how many different characters the password has, and how often the
// most frequent one occurs.
func (d *candidate) variety() (different, most int) {
	var ascii [0x80]int
	var beyond map[rune]int
	for _, r := range d.runes {
		n := 0
		if r < 0x80 {
			ascii[r]++
			n = ascii[r]
		} else {
			if beyond == nil {
				beyond = make(map[rune]int)
			}
			beyond[r]++
			n = beyond[r]
		}
		if n == 1 {
			different++
		}
		most = max(most, n)
	}
	return different, most
}
