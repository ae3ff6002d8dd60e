// SPDX-License-Identifier: Apache-2.0

package strength

import (
	"slices"
	"testing"
)

func TestFeedback(t *testing.T) {
	t.Parallel()
	tests := []struct {
		password, warning string
		suggestions       []string
	}{
		{"", "", []string{SuggestSeveralWords, SuggestNoSymbols}},
		{"123456", WarnTop10, []string{SuggestAnotherWord}},
		{"Zxcvbn", WarnTop100, []string{SuggestAnotherWord, SuggestNoCapital}},
		{"STARGATE", WarnCommon, []string{SuggestAnotherWord, SuggestNoAllCapitals}},
		{"p@ssword", WarnLikeCommon, []string{SuggestAnotherWord, SuggestNoSubstitution}},
		{"drowssap", WarnLikeCommon, []string{SuggestAnotherWord, SuggestNoReversal}},
		{"encyclopedia", WarnWord, []string{SuggestAnotherWord}},
		{"Patricia", WarnName, []string{SuggestAnotherWord, SuggestNoCapital}},
		{"patricia77!", WarnCommonName, []string{SuggestAnotherWord}},
		{"dfghjk", WarnStraightKeys, []string{SuggestAnotherWord, SuggestLongerPattern}},
		{"rtyhgf", WarnKeyPattern, []string{SuggestAnotherWord, SuggestLongerPattern}},
		{"kkkkkkk", WarnRepeatedUnit, []string{SuggestAnotherWord, SuggestNoRepeats}},
		{"xkvxkvxkv", WarnRepeatedPart, []string{SuggestAnotherWord, SuggestNoRepeats}},
		{"hijklmn", WarnSequence, []string{SuggestAnotherWord, SuggestNoSequences}},
		{"#2024", WarnRecentYear, []string{SuggestAnotherWord, SuggestNoYears, SuggestNoOwnYears}},
		{"13.5.1986", WarnDate, []string{SuggestAnotherWord, SuggestNoOwnDates}},
		{"gq;z", "", []string{SuggestAnotherWord}},
		{"kX9#vLq2$wPz", "", nil},
	}
	for _, test := range tests {
		t.Run(test.password, func(t *testing.T) {
			t.Parallel()
			got := Estimator{2026}.Estimate(test.password, nil).Feedback
			if got.Warning != test.warning || !slices.Equal(got.Suggestions, test.suggestions) {
				t.Errorf("got %+v", got)
			}
		})
	}
}
