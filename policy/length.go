// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"fmt"
	"strconv"
)

// Length is counted in code points, as NIST SP 800-63B-4 §3.1.1.2 asks: an
// "é" in two code points counts twice, since the cluster would store both.
// Clusters count in UTF-16 units, so their presets say "utf16". Bytes are
// limited apart, because bcrypt reads only the first 72.
var lengthStatements = map[string]definition{
	"min_length": {"min_length 15", larger, buildMinLength},
	"max_length": {"max_length 64", smaller, buildMaxLength},
	"max_bytes":  {"max_bytes 72", smaller, buildMaxBytes},
}

func buildMinLength(b *builder, args []string) error {
	n, utf16, err := lengthArgs(args, "min_length 15")
	if err != nil {
		return err
	}
	b.add(fmt.Sprintf("Use at least %s.", plural(n, "character")), lengthParams("min", n, utf16),
		func(c *candidate) bool { return c.length(utf16) < n })
	points := n
	if utf16 {
		points = (n + 1) / 2 // one may take two units
	}
	b.policy.minLength = max(b.policy.minLength, points)
	return nil
}

func buildMaxLength(b *builder, args []string) error {
	n, utf16, err := lengthArgs(args, "max_length 64")
	if err != nil {
		return err
	}
	b.add(fmt.Sprintf("Use at most %s.", plural(n, "character")), lengthParams("max", n, utf16),
		func(c *candidate) bool { return c.length(utf16) > n })
	b.policy.note(&b.policy.maxLength, n)
	return nil
}

func buildMaxBytes(b *builder, args []string) error {
	n, err := onlyNumber(args, "max_bytes 72")
	if err != nil {
		return err
	}
	b.add(fmt.Sprintf("Use at most %s; a letter with an accent takes two or more, an emoji four or more.", plural(n, "byte")),
		amount("max", n), func(c *candidate) bool { return len(c.Password) > n })
	b.policy.note(&b.policy.maxBytes, n)
	return nil
}

// note keeps the smallest of the limits seen; 0 is none.
func (p *Policy) note(limit *int, n int) {
	if *limit == 0 || n < *limit {
		*limit = n
	}
}

// lengthArgs reads "N" or "N utf16".
func lengthArgs(args []string, usage string) (n int, utf16 bool, err error) {
	if len(args) == 2 && args[1] == "utf16" {
		args, utf16 = args[:1], true
	}
	if len(args) != 1 {
		return 0, false, expected(`one number, or a number and "utf16"`, args, usage)
	}
	n, err = number(args[0], usage, largestNumber)
	return n, utf16, err
}

func lengthParams(name string, n int, utf16 bool) []Param {
	params := []Param{{name, strconv.Itoa(n)}}
	if utf16 {
		params = append(params, Param{"unit", "utf16"})
	}
	return params
}

// length is in code points or, for rules that copy a cluster's, UTF-16 units.
func (d *candidate) length(utf16 bool) int {
	n := len(d.runes)
	if utf16 {
		for _, r := range d.runes {
			if r > 0xFFFF {
				n++
			}
		}
	}
	return n
}
