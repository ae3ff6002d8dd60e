// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"fmt"
	"strconv"
	"strings"
)

// Composition: how many characters of a class, and how many classes. NIST SP
// 800-63B-4 §3.1.1.2 forbids asking for it, PCI DSS and vendors ask for it.
var classStatements = map[string]definition{
	"min_uppercase": {"min_uppercase 1", larger, atLeast("upper", "upper-case letter")},
	"min_lowercase": {"min_lowercase 1", larger, atLeast("lower", "lower-case letter")},
	"min_letters":   {"min_letters 1", larger, atLeast("letter", "letter")},
	"min_digits":    {"min_digits 1", larger, atLeast("digit", "digit")},
	"min_specials":  {`min_specials 1 "!#$%"`, larger, buildMinSpecials},
	"min_classes":   {"min_classes 3 upper lower digit special", larger, buildMinClasses},
}

func atLeast(className, noun string) func(*builder, []string) error {
	of := classNames[className]
	return func(b *builder, args []string) error {
		n, err := onlyNumber(args, b.line.Name+" 1")
		if err != nil {
			return err
		}
		b.add(fmt.Sprintf("Use at least %s.", plural(n, noun)), amount("min", n),
			func(c *candidate) bool { return c.count(of) < n })
		return nil
	}
}

// buildMinSpecials counts every special character, or only those listed.
func buildMinSpecials(b *builder, args []string) error {
	if len(args) != 2 {
		return atLeast("special", "special character")(b, args)
	}
	usage := b.usage
	n, err := number(args[0], usage, largestNumber)
	if err != nil {
		return err
	}
	set, err := parseSet(args[1:], usage)
	if err != nil {
		return err
	}
	b.add(fmt.Sprintf("Use at least %s out of %s", plural(n, "special character"), args[1]),
		[]Param{{"min", args[0]}, {"set", args[1]}}, func(c *candidate) bool { return !c.hasOf(set, n) })
	return nil
}

var allClasses = []string{"upper", "lower", "digit", "special"}

func buildMinClasses(b *builder, args []string) error {
	usage := b.usage
	if len(args) == 0 {
		return expected("a number and, if wanted, the classes to count", args, usage)
	}
	names := args[1:]
	if len(names) == 0 {
		names = allClasses
	}
	n, err := number(args[0], usage, len(names))
	if err != nil {
		return err
	}
	of, err := classList(names)
	if err != nil {
		return err
	}
	b.add(fmt.Sprintf("Use at least %d of these kinds of characters: %s.", n, classPhrase(names)),
		[]Param{{"min", strconv.Itoa(n)}, {"classes", strings.Join(names, " ")}},
		func(c *candidate) bool { return !c.hasClasses(of, n) })
	return nil
}

// classList resolves class names; naming one twice would make a requirement
// weaker than it reads.
func classList(names []string) ([][]class, error) {
	var of [][]class
	seen := make(map[string]bool)
	for _, name := range names {
		if err := knownClass(name); err != nil {
			return nil, err
		}
		if seen[name] {
			return nil, fmt.Errorf("expected each class once, found %q twice; remove one", name)
		}
		seen[name] = true
		of = append(of, classNames[name])
	}
	return of, nil
}

func classPhrase(names []string) string {
	var phrases []string
	for _, name := range names {
		phrases = append(phrases, classPhrases[name])
	}
	return strings.Join(phrases, ", ")
}

func (d *candidate) hasClasses(of [][]class, n int) bool {
	for _, c := range of {
		if d.count(c) > 0 {
			n--
		}
	}
	return n <= 0
}
