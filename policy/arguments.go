// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"fmt"
	"strconv"
	"strings"
)

// largestNumber bounds every number in a policy but the cost of a hash. It is
// far beyond any use and keeps sums within an int.
const largestNumber = 1_000_000

// number reads a whole number between 1 and most, without sign or leading
// zero: one way to write each number, so that the canonical text is canonical.
func number(arg, usage string, most int) (int, error) {
	n, err := strconv.Atoi(arg)
	if err != nil || n < 1 || n > most || strconv.Itoa(n) != arg {
		return 0, fmt.Errorf("expected a whole number from 1 to %d, found %q; write for example %q", most, arg, usage)
	}
	return n, nil
}

// onlyNumber reads the argument of a statement that takes one number.
func onlyNumber(args []string, usage string) (int, error) {
	if len(args) != 1 {
		return 0, expected("one number", args, usage)
	}
	return number(args[0], usage, largestNumber)
}

// expected reports arguments that don't fit.
func expected(what string, found []string, usage string) error {
	got := "nothing"
	if len(found) > 0 {
		got = strconv.Quote(strings.Join(found, " "))
	}
	return fmt.Errorf("expected %s, found %s; write for example %q", what, got, usage)
}
