// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"fmt"
	"math"
	"strconv"

	"github.com/passgate/passgate/policy/strength"
)

// Strength is judged last, and only of a password that breaks no other
// enforced rule: an estimate takes a hundred times as long as all of those.
var estimateStatements = map[string]definition{
	"strength":        {"strength strong", larger, buildStrength},
	"unlike_username": {"unlike_username", single, buildUnlikeUsername},
}

// buildStrength asks for a score by OpenSearch's names (fair, good, strong,
// very_strong) or as a number from 1 to 4, or for a number of guesses.
func buildStrength(b *builder, args []string) error {
	least, guesses, err := b.strengthArgs(args)
	if err != nil {
		return err
	}
	strength.Preload()
	param := Param{"min", strength.Name(least)}
	if guesses > 0 {
		param = Param{"min_guesses", args[1]}
	}
	b.addLate("Choose a password that is harder to guess: add words or characters that don't follow from each other, and avoid names, dates, keyboard patterns and repetitions.",
		[]Param{param}, func(c *candidate) bool {
			r := c.estimate()
			return r.Score < least || r.Guesses < guesses
		})
	return nil
}

func (b *builder) strengthArgs(args []string) (least int, guesses float64, err error) {
	if len(args) == 2 && args[0] == "guesses" {
		guesses, err = strconv.ParseFloat(args[1], 64)
		if err != nil || !(guesses >= 1 && guesses < math.MaxFloat64) {
			return 0, 0, expected("a number of guesses", args[1:], "strength guesses 1e12")
		}
		return 0, guesses, nil
	}
	if len(args) != 1 {
		return 0, 0, expected(`fair, good, strong or very_strong, or "guesses" and a number`, args, b.usage)
	}
	if n, err := strconv.Atoi(args[0]); err == nil && n >= strength.Fair && n <= strength.VeryStrong {
		return n, 0, nil
	}
	least, err = strength.ParseName(args[0])
	if err != nil {
		return 0, 0, fmt.Errorf("%w; write for example %q", err, b.usage)
	}
	return least, 0, nil
}

// buildUnlikeUsername is OpenSearch's test for similarity: the estimate finds
// the user name in the password, perhaps reversed or in look-alikes, and has
// no cheaper explanation for that part.
func buildUnlikeUsername(b *builder, args []string) error {
	if len(args) != 0 {
		return expected("no arguments", args, b.usage)
	}
	strength.Preload()
	b.addLate("Choose a password that isn't similar to your user name.", nil,
		func(c *candidate) bool { return c.Username != "" && c.estimateOf(c.Username).SimilarToInput })
	return nil
}

// estimate is the password's strength against someone who knows the user.
func (d *candidate) estimate() strength.Result {
	inputs := []string{d.Username}
	for _, attribute := range []string{d.FullName, d.Email} {
		if attribute != "" && len(attribute) <= defaultMaxBytes {
			inputs = append(inputs, attribute)
			inputs = append(inputs, partsOf(attribute)...)
		}
	}
	return d.estimateOf(inputs...)
}

func (d *candidate) estimateOf(inputs ...string) strength.Result {
	var known []string
	for _, input := range inputs {
		if input != "" && !muchLonger(input, d.Password) {
			known = append(known, input)
		}
	}
	if d.Time.IsZero() {
		return strength.Estimate(d.Password, known)
	}
	return strength.Estimator{Year: d.Time.Year()}.Estimate(d.Password, known)
}

// Advice says how the password could be made harder to guess: fixed sentences,
// the first of which names the weakness. It is for the person who typed the
// password only; in a trail it would tell something about it.
func (p *Policy) Advice(c Change) []string {
	if len(c.Password) > max(defaultMaxBytes, p.maxBytes) {
		return nil
	}
	feedback := newCandidate(c).estimate().Feedback
	var advice []string
	if feedback.Warning != "" {
		advice = append(advice, feedback.Warning)
	}
	return append(advice, feedback.Suggestions...)
}
