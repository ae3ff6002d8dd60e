// SPDX-License-Identifier: Apache-2.0

package strength

import (
	"math"
	"strings"
	"testing"
)

// The guesses are those zxcvbn 4.4.2 answers, asked one by one; for aaa, where
// it says 37, those of zxcvbn4j.
func TestEstimate(t *testing.T) {
	t.Parallel()
	tests := []struct {
		password string
		inputs   []string
		score    int
		guesses  float64
		warning  string
	}{
		{"", nil, Weak, 1, ""},
		{"a", nil, Weak, 12, ""},
		{"aaa", nil, Weak, 25, WarnRepeatedUnit},
		{"password", nil, Weak, 3, WarnTop10},
		{"P@ssw0rd1", nil, Fair, 11100, WarnLikeCommon},
		{"correct horse battery staple", nil, VeryStrong, 2.13811968952e20, ""},
		{"zxcvbn", nil, Weak, 58, WarnTop100},
		{"jhbnbvcfg", nil, Strong, 103669879.13158238, ""},
		{"abcdefghijk", nil, Weak, 45, WarnSequence},
		{"1991-12-05", nil, Fair, 51101, WarnDate},
		{"drowssap", nil, Weak, 5, WarnLikeCommon},
		{"D0g..................", nil, Fair, 442000, WarnRepeatedUnit},
		{"aabaab", nil, Fair, 2003, WarnRepeatedPart},
		{"xkcdfooxkcdfoo", []string{"XkcdFoo"}, Weak, 5, WarnRepeatedPart},
		{"4@8({[<369!1|70$5+%2", nil, VeryStrong, 3.00000000001e19, ""},
	}
	for _, test := range tests {
		t.Run(test.password, func(t *testing.T) {
			t.Parallel()
			got := Estimator{Year: 2026}.Estimate(test.password, test.inputs)
			if got.Score != test.score || math.Abs(got.Guesses/test.guesses-1) > 1e-9 || got.Feedback.Warning != test.warning {
				t.Errorf("got %d %g %q, want %d %g %q", got.Score, got.Guesses, got.Feedback.Warning,
					test.score, test.guesses, test.warning)
			}
			if got.Exhausted {
				t.Error("exhausted")
			}
		})
	}
}

func TestSimilarToInput(t *testing.T) {
	t.Parallel()
	tests := []struct {
		password string
		inputs   []string
		want     bool
	}{
		{"hunter2-Alice-9!xq", []string{"alice"}, true},
		{"hunter2-ecila-9!xq", []string{"alice"}, true},
		{"hunter2-4lic3-9!xq", []string{"alice"}, true},
		{"AliceAliceAlice", []string{"alice"}, true},
		{"password-9!xq-lamp", []string{"password"}, true}, // a listed word at the same price
		{"hunter2-Alice-9!xq", []string{"bob"}, false},
		{"hunter2-Alice-9!xq", nil, false},
		{"hunter2-Alice-9!xq", []string{""}, false},
		{"xx", []string{strings.Repeat("x", 100)}, false},
	}
	for _, test := range tests {
		t.Run(test.password, func(t *testing.T) {
			t.Parallel()
			if got := Estimate(test.password, test.inputs).SimilarToInput; got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}
