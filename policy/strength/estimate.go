// SPDX-License-Identifier: Apache-2.0

package strength

import (
	"time"
	"unicode/utf16"
)

const (
	maxUnits  = 1024 // UTF-16 code units of a password that are examined
	maxInputs = 32   // inputs that are looked for
)

// Estimate judges a password by today's calendar; see [Estimator.Estimate].
func Estimate(password string, inputs []string) Result {
	return Estimator{Year: time.Now().Year()}.Estimate(password, inputs)
}

// Estimator judges as of a year: the nearer a year in a password is to it, the
// sooner it is guessed.
type Estimator struct{ Year int }

// Estimate judges a password. The inputs are words an attacker would try for
// this user: user name, full name, mail address; the first 32 are looked for,
// ignoring case, and those before are cheaper than those after.
//
// Of a password of more than 1,024 UTF-16 code units, or one too intricate for
// the work limit, only a first part is examined. Result.Exhausted is set, and
// what is reported is the weakest of the prefixes that have at least half of
// that part's length. What wasn't examined counts for nothing, so the answer is
// on the low side: a long passphrase is still very strong, and one that
// is long only by repetition, sequence or keyboard isn't.
func (e Estimator) Estimate(password string, inputs []string) Result {
	units, cut := firstUnits(password)
	for b := (budget{fullBudget}); ; {
		found := e.examine(units, inputs, &b)
		if !b.exhausted() {
			return e.report(found, units, cut)
		}
		units, cut = units[:len(units)/2], true
		b = budget{fullBudget * len(units) / maxUnits}
	}
}

func (e Estimator) examine(units []uint16, inputs []string, b *budget) analysis {
	s := scan{
		units: units, lower: lowerOf(units), year: e.Year,
		lists: embeddedLists(), inputs: newInputTrie(inputs, len(units)), budget: b,
	}
	return s.analyse()
}

func (e Estimator) report(found analysis, units []uint16, cut bool) Result {
	guesses := found.guesses
	if cut {
		guesses = found.partly
	}
	score := scoreOf(guesses)
	return Result{
		Score: score, Guesses: guesses, Exhausted: cut, SimilarToInput: found.similar,
		Feedback: feedbackOn(score, found, units),
	}
}

// firstUnits converts no more than is examined.
func firstUnits(password string) (units []uint16, cut bool) {
	units = make([]uint16, 0, min(len(password), maxUnits)+1)
	for _, r := range password {
		if len(units) >= maxUnits {
			return units[:maxUnits], true
		}
		units = utf16.AppendRune(units, r)
	}
	return units[:min(len(units), maxUnits)], len(units) > maxUnits
}
