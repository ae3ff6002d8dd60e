// SPDX-License-Identifier: Apache-2.0

package strength

import (
	"fmt"
	"strings"
)

// Scores, from the least guesses to the most. OpenSearch knows the upper four
// by these names (plugins.security.restapi.password_score_based_validation_strength)
// and accepts nothing below Fair.
const (
	Weak       = iota // fewer than 10^3 guesses
	Fair              // fewer than 10^6
	Good              // fewer than 10^8
	Strong            // fewer than 10^10; OpenSearch's default minimum
	VeryStrong        // 10^10 and more
)

// Result is what [Estimate] found out. It never quotes the password.
type Result struct {
	// Score runs from [Weak] to [VeryStrong].
	Score int
	// Guesses is how many guesses an attacker needs who knows how people
	// choose passwords; at least 1, at most the largest float64.
	Guesses float64
	// Feedback is empty for Strong and better.
	Feedback Feedback
	// SimilarToInput says that one of the inputs is a part of the password,
	// perhaps reversed, in leet or repeated. OpenSearch refuses such a
	// password as "similar to user name". An input that can be guessed more
	// cheaply in another way, a very short one for example, doesn't count.
	SimilarToInput bool
	// Exhausted says that the password was too long or too intricate to be
	// examined whole; see [Estimate].
	Exhausted bool
}

// Feedback explains a low score. The texts are the constants of this package,
// so a caller can replace or translate them.
type Feedback struct {
	Warning     string   // what is wrong; may be empty
	Suggestions []string // what to do about it
}

var names = [...]string{Weak: "weak", Fair: "fair", Good: "good", Strong: "strong", VeryStrong: "very_strong"}

// Name is a score's name as OpenSearch spells it; "weak" for 0 and below.
func Name(score int) string {
	return names[min(max(score, Weak), VeryStrong)]
}

// ParseName is the score of a name. "weak" is refused, as OpenSearch does: it
// would accept every password.
func ParseName(name string) (int, error) {
	for score := Fair; score <= VeryStrong; score++ {
		if names[score] == name {
			return score, nil
		}
	}
	return 0, fmt.Errorf("expected a strength of %s, found %q", strings.Join(names[Fair:], ", "), name)
}

// scoreOf puts guesses on the scale. The 5 is zxcvbn's: a little room above
// each power of ten for the small summands of an estimate.
func scoreOf(guesses float64) int {
	const room = 5
	for score, limit := range [...]float64{1e3, 1e6, 1e8, 1e10} {
		if guesses < limit+room {
			return score
		}
	}
	return VeryStrong
}
