// SPDX-License-Identifier: Apache-2.0

package differential

import (
	"fmt"
	"math/rand/v2"

	"golang.org/x/crypto/bcrypt"

	"github.com/passgate/passgate/policy"
)

// preset is the policy of the gateway under test.
const preset = "nist-800-63b-4"

// mark begins every forbidden password, so that one search finds any of them in
// what the gateway has written.
const mark = "vK8q"

const characters = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"

func random(r *rand.Rand, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = characters[r.IntN(len(characters))]
	}
	return string(b)
}

// secrets are made anew for each request: whichever of them logs in later, it is
// known which request has set it.
type secrets struct {
	forbidden string // too short for the policy, strong enough for both clusters
	hash      string // of the forbidden one
	good      string // satisfies the policy
}

func newSecrets(r *rand.Rand) (secrets, error) {
	s := secrets{forbidden: mark + random(r, 9), good: "tangerine orbit " + random(r, 8)}
	hash, err := bcrypt.GenerateFromPassword([]byte(s.forbidden), bcrypt.MinCost)
	if err != nil {
		return s, fmt.Errorf("hashing a forbidden password: %w", err)
	}
	s.hash = string(hash)
	return s, nil
}

// judge is the gateway's policy without the gateway.
func judge(name string) (func(user, password string) bool, error) {
	p, err := policy.New(name, []policy.Statement{{Name: "preset", Args: []string{name}}})
	if err != nil {
		return nil, fmt.Errorf("preset %s: %w", name, err)
	}
	return func(user, password string) bool {
		return len(p.Judge(policy.Change{Password: password, Username: user})) == 0
	}, nil
}
