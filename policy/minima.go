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

	"class":           {"class vowel aeiou", additive, buildClass},
	"min_class_count": {"min_class_count vowel 2", additive, buildMinClassCount},
	"max_class_count": {"max_class_count special 5", additive, buildMaxClassCount},
}

func atLeast(className, noun string) func(*builder, []string) error {
	of := groups[className]
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
	set, err := b.parseSet(args[1:])
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
	of, err := b.groupList(names)
	if err != nil {
		return err
	}
	b.add(fmt.Sprintf("Use at least %d of these kinds of characters: %s.", n, phrases(of)),
		[]Param{{"min", strconv.Itoa(n)}, {"classes", strings.Join(names, " ")}},
		func(c *candidate) bool { return !c.hasClasses(of, n) })
	return nil
}

func phrases(of []group) string {
	var list []string
	for _, g := range of {
		list = append(list, g.phrase)
	}
	return strings.Join(list, ", ")
}

func (d *candidate) hasClasses(of []group, n int) bool {
	for _, g := range of {
		if d.count(g) > 0 {
			n--
		}
	}
	return n <= 0
}

func buildMinClassCount(b *builder, args []string) error {
	g, n, err := b.classAndNumber(args)
	if err != nil {
		return err
	}
	b.add(fmt.Sprintf("Use at least %d %s.", n, g.phrase), []Param{{"class", args[0]}, {"min", args[1]}},
		func(c *candidate) bool { return c.count(g) < n })
	return nil
}

func buildMaxClassCount(b *builder, args []string) error {
	g, n, err := b.classAndNumber(args)
	if err != nil {
		return err
	}
	b.add(fmt.Sprintf("Use at most %d %s.", n, g.phrase), []Param{{"class", args[0]}, {"max", args[1]}},
		func(c *candidate) bool { return c.count(g) > n })
	return nil
}

func (b *builder) classAndNumber(args []string) (group, int, error) {
	if len(args) != 2 {
		return group{}, 0, expected("a class and a number", args, b.usage)
	}
	g, err := b.group(args[0])
	if err != nil {
		return group{}, 0, err
	}
	n, err := number(args[1], b.usage, largestNumber)
	return g, n, err
}
