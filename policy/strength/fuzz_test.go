// SPDX-License-Identifier: Apache-2.0

package strength

import (
	"math"
	"reflect"
	"testing"
)

func FuzzEstimate(f *testing.F) {
	for _, password := range intricate(60) {
		f.Add(password, "alice", "1!1!")
	}
	f.Add("\xff\xfe😀İ\u2028\n", "İ", "😀")
	f.Add("13.05.1987 1987-05-13", "", "13")
	f.Fuzz(func(t *testing.T, password, first, second string) {
		inputs := []string{first, second}
		got := Estimator{2026}.Estimate(password, inputs)
		if got.Score < Weak || got.Score > VeryStrong || got.Score != scoreOf(got.Guesses) {
			t.Errorf("score %d for %g guesses", got.Score, got.Guesses)
		}
		if !(got.Guesses >= 1) || math.IsInf(got.Guesses, 0) {
			t.Errorf("%g guesses", got.Guesses)
		}
		if got.Score < Strong && len(got.Feedback.Suggestions) == 0 {
			t.Error("no suggestion")
		}
		if again := (Estimator{2026}).Estimate(password, inputs); !reflect.DeepEqual(got, again) {
			t.Errorf("first %+v, then %+v", got, again)
		}
		if without := (Estimator{2026}).Estimate(password, nil); without.SimilarToInput {
			t.Error("similar to no input")
		}
	})
}
