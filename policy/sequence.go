// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// Sequences: characters that follow each other in an alphabet, among the
// digits, or in a straight line on a keyboard, forwards or backwards and
// whatever their case.
var sequenceStatements = map[string]definition{
	"max_sequence": {"max_sequence 3 alphabet digit keyboard", smaller, buildMaxSequence},
}

// stepper says in which direction one character follows the other; 0 is not at
// all. A sequence keeps its direction.
type stepper func(from, to rune) int

var steppers = map[string][]stepper{
	"alphabet": {alphabetStep},
	"digit":    {digitStep},
	"qwerty":   {keyboards["qwerty"].step},
	"qwertz":   {keyboards["qwertz"].step},
	"azerty":   {keyboards["azerty"].step},
	"keyboard": {keyboards["qwerty"].step, keyboards["qwertz"].step, keyboards["azerty"].step},
}

var stepperNames = []string{"alphabet", "digit", "keyboard", "qwerty", "qwertz", "azerty"}

// buildMaxSequence reads how many characters of a sequence are allowed, and
// which sequences count; without any, all do.
func buildMaxSequence(b *builder, args []string) error {
	if len(args) == 0 {
		return expected("a number and, if wanted, the kinds of sequences", args, b.usage)
	}
	n, err := number(args[0], b.usage, largestNumber)
	if err != nil {
		return err
	}
	if n < 2 {
		return fmt.Errorf("expected at least 2, since every two neighbours are a sequence, found %d; write for example %q", n, b.usage)
	}
	kinds := args[1:]
	if len(kinds) == 0 {
		kinds = stepperNames[:3]
	}
	var steps []stepper
	for i, kind := range kinds {
		if !slices.Contains(stepperNames, kind) || slices.Contains(kinds[:i], kind) {
			return expected("kinds of sequences, each once, out of "+strings.Join(stepperNames, ", "), args, b.usage)
		}
		steps = append(steps, steppers[kind]...)
	}
	b.add(fmt.Sprintf("Don't use more than %d characters that follow each other in the alphabet, in counting or on the keyboard.", n),
		[]Param{{"max", args[0]}, {"kinds", strings.Join(kinds, " ")}}, func(c *candidate) bool { return c.sequenceBeyond(steps, n) })
	return nil
}

// sequenceBeyond reports whether more than n characters follow each other by one
// of the steppers. Each kind may be listed once, so there are eight at most.
func (d *candidate) sequenceBeyond(steps []stepper, n int) bool {
	var runs [8]struct{ direction, more int } // more characters after the first
	var before rune
	for i, r := range d.runes {
		r = unicode.ToLower(r)
		for j, step := range steps {
			run := &runs[j]
			next := 0
			if i > 0 {
				next = step(before, r)
			}
			switch {
			case next == 0:
				run.more = 0
			case next == run.direction:
				run.more++
			default:
				run.more = 1
			}
			if run.direction = next; run.more >= n {
				return true
			}
		}
		before = r
	}
	return false
}

// alphabetStep follows the order of code points, which is the alphabet's in
// Latin, Greek and Cyrillic.
func alphabetStep(from, to rune) int {
	if step := to - from; (step == 1 || step == -1) && classOf(from) == lower && classOf(to) == lower {
		return int(step)
	}
	return 0
}

// digitStep counts up or down; 0 comes after 9 as well as before 1.
func digitStep(from, to rune) int {
	if from < '0' || from > '9' || to < '0' || to > '9' {
		return 0
	}
	switch (to - from + 10) % 10 {
	case 1:
		return 1
	case 9:
		return -1
	}
	return 0
}
