// SPDX-License-Identifier: Apache-2.0

package main

import "strings"

// cause says why our score for a password differs from a reference's. Each
// cause is either shown by removing it or visible in the password.
func (t *trial) cause(with, i int) string {
	agrees := func(reference int) bool { return t.theirs[reference][i].score == t.ours[i].score }
	s := t.samples[i]
	switch {
	case with == original && agrees(originalYears):
		return "years 2020 to 2029, which it doesn't know"
	case with == forJava && repeatsInput(s):
		return "an input in a repeated part, where it doesn't look for inputs"
	case with == forJava && strings.Contains(s.password, "pic's"):
		return `its list of passwords has pic\'s for pic's`
	case with == forJava && strings.Contains(s.password, "\u0130"):
		return "U+0130 is a capital there; only A to Z are here, as in zxcvbn"
	case with == forJava && agrees(originalYears) && strings.ContainsAny(s.password, "=/*-+"):
		return "a path over a Mac's number pad is dearer there: it has one key more than the other"
	case with == forJava:
	case strings.Contains(s.password, "\u0130"):
		return "U+0130 becomes two units in lower case there, which shifts all positions after it"
	case strings.Contains(s.password, "constructor"), strings.Contains(s.password, "__proto__"):
		return "properties of every JavaScript object count as words without a rank there"
	case agrees(forJava) && !agrees(fewerKeyboards):
		return "the Japanese keyboard of zxcvbn4j"
	case strings.Contains(strings.ToLower(s.password), "bobadilla"):
		return "a surname of zxcvbn4j's list"
	case agrees(forJava) && hasRun(s.password):
		return "one character three times and more is a sequence too, as in zxcvbn4j"
	}
	return "unexplained"
}

func repeatsInput(s sample) bool {
	for _, input := range s.inputs {
		if strings.Contains(strings.ToLower(s.password), strings.ToLower(input+input)) {
			return true
		}
	}
	return false
}

func hasRun(password string) bool {
	for i := 2; i < len(password); i++ {
		if password[i] == password[i-1] && password[i] == password[i-2] {
			return true
		}
	}
	return false
}
