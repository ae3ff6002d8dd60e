// SPDX-License-Identifier: Apache-2.0

package strength

import (
	"math/rand/v2"
	"strings"
	"testing"
)

var intricateInputs = []string{strings.Repeat("a", 20), "1!1!1!", "assassassas", strings.Repeat("12", 300)}

// intricate makes passwords that keep one matcher or another busy: many leet
// readings, words at every position, paths with many turns, nested repeats.
func intricate(length int) map[string]string {
	r := rand.New(rand.NewPCG(1, 2))
	of := func(alphabet string) string {
		text := make([]byte, length)
		for i := range text {
			text[i] = alphabet[r.IntN(len(alphabet))]
		}
		return string(text)
	}
	fibonacci, before := "ab", "a"
	for len(fibonacci) < length {
		fibonacci, before = fibonacci+before, fibonacci
	}
	return map[string]string{
		"every stand-in":  of("4@8({[<369!1|70$5+%2"),
		"stand-ins":       of("1!|7"),
		"leet":            of("4@3!1|0$57+aeioustlnr"),
		"short words":     of("as"),
		"digits":          of("0123456789"),
		"dates":           strings.Repeat("12.12.1912", length)[:length],
		"turns":           of("45"),
		"two letters":     of("ab"),
		"one letter":      strings.Repeat("a", length),
		"one letter, end": strings.Repeat("a", length-1) + "b",
		"fibonacci":       fibonacci[:length],
		"words":           strings.Repeat("thedragonmonkeyloverofass", length)[:length],
		"random":          of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%"),
	}
}

func TestBudgetBoundsWork(t *testing.T) {
	t.Parallel()
	for _, length := range []int{100, 256, 1024, 100_000} {
		for name, password := range intricate(length) {
			steps := 0
			e := Estimator{Year: 2026}
			units, _ := firstUnits(password)
			for b := (budget{fullBudget}); ; b = (budget{fullBudget * len(units) / maxUnits}) {
				start := b.left
				e.examine(units, intricateInputs, &b)
				steps += start - b.left
				if !b.exhausted() {
					break
				}
				units = units[:len(units)/2]
			}
			if steps > 2*fullBudget+fullBudget/10 {
				t.Errorf("%s, %d units: %d steps", name, length, steps)
			}
		}
	}
}

// OpenSearch refuses more than 100 units; up to there nothing is cut.
func TestShortPasswordsAreExaminedWhole(t *testing.T) {
	t.Parallel()
	for name, password := range intricate(100) {
		if Estimate(password, intricateInputs).Exhausted {
			t.Errorf("%s: exhausted", name)
		}
	}
}

// What is cut must not look stronger for it.
func TestExhaustedIsOnTheLowSide(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, password string
		inputs         []string
		most           int
	}{
		{"one character", strings.Repeat("a", 60_000), nil, Fair},
		{"one character at last", strings.Repeat("z", 60_000) + "Q", nil, Fair},
		{"a word over and over", strings.Repeat("password", 5_000), nil, Fair},
		{"an input over and over", strings.Repeat("xkcdfoo", 5_000), []string{"xkcdfoo"}, Fair},
		{"two long runs", strings.Repeat("a", 900) + strings.Repeat("b", 900), nil, Fair},
		{"a long passphrase", strings.Repeat("correct horse battery staple ", 2) + strings.Repeat("unlikely ", 300), nil, VeryStrong},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := Estimate(test.password, test.inputs)
			if !got.Exhausted || got.Score > test.most {
				t.Errorf("got score %d, exhausted %v; want at most %d, exhausted", got.Score, got.Exhausted, test.most)
			}
		})
	}
}
