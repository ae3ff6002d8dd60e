// SPDX-License-Identifier: Apache-2.0

package sandbox

import "github.com/passgate/passgate/policy/strength"

// checkStrength is the end of PasswordValidator: the score first, with the
// user's name as an input, then its similarity. The plugin's default threshold
// is "strong".
func checkStrength(password, name string) *reply {
	estimate := strength.Estimate(password, []string{name})
	switch {
	case estimate.Score < strength.Strong:
		return refused("Weak password")
	case estimate.SimilarToInput:
		return refused("Password is similar to user name")
	}
	return nil
}
