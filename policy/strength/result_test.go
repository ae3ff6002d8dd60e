// SPDX-License-Identifier: Apache-2.0

package strength

import "testing"

func TestNames(t *testing.T) {
	t.Parallel()
	for score, name := range map[int]string{Fair: "fair", Good: "good", Strong: "strong", VeryStrong: "very_strong"} {
		if got := Name(score); got != name {
			t.Errorf("Name(%d) = %q, want %q", score, got, name)
		}
		if got, err := ParseName(name); got != score || err != nil {
			t.Errorf("ParseName(%q) = %d, %v", name, got, err)
		}
	}
	for _, name := range []string{"", "weak", "Strong", "4"} {
		if got, err := ParseName(name); err == nil {
			t.Errorf("ParseName(%q) = %d, want an error", name, got)
		}
	}
	if Name(-1) != "weak" || Name(9) != "very_strong" {
		t.Error("names outside the scale")
	}
}

func TestScoreOf(t *testing.T) {
	t.Parallel()
	tests := []struct {
		guesses float64
		want    int
	}{
		{1, Weak}, {1004, Weak}, {1005, Fair}, {1e6 + 4, Fair}, {1e6 + 5, Good},
		{1e8 + 4, Good}, {1e8 + 5, Strong}, {1e10 + 4, Strong}, {1e10 + 5, VeryStrong}, {1e300, VeryStrong},
	}
	for _, test := range tests {
		if got := scoreOf(test.guesses); got != test.want {
			t.Errorf("%g: got %d, want %d", test.guesses, got, test.want)
		}
	}
}
