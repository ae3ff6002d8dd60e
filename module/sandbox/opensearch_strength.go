// SPDX-License-Identifier: Apache-2.0

package sandbox

import "strings"

// scoreStrong is the plugin's default threshold, zxcvbn's 3 of 4.
const scoreStrong = 3

// score is a rough stand-in for zxcvbn: unpredictable characters count, those
// of common words, runs and repeats hardly.
func score(password, _ string) int {
	rest := strings.ToLower(password)
	guessed := 0
	for _, word := range []string{"password", "qwerty", "secret", "admin", "letmein", "welcome", "changeme", "dragon", "monkey", "123456789", "12345678", "123456", "12345", "1234", "abc123", "abc"} {
		if strings.Contains(rest, word) {
			rest = strings.ReplaceAll(rest, word, "")
			guessed++
		}
	}
	last := rune(-1)
	unpredictable := 0
	for _, r := range rest {
		if r != last && r != last+1 && r != last-1 {
			unpredictable++
		}
		last = r
	}
	switch n := unpredictable + guessed; {
	case n > 10:
		return 4
	case n > 8:
		return 3
	case n > 6:
		return 2
	}
	return 0
}

// similar reports whether the user's name is part of the password. Names of up
// to three characters are too short for zxcvbn to notice.
func similar(password, name string) bool {
	name = strings.ToLower(name)
	return len(name) > 3 && strings.Contains(strings.ToLower(password), name)
}
