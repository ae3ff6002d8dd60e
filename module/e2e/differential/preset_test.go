// SPDX-License-Identifier: Apache-2.0

package differential

import (
	"math/rand/v2"
	"sync"
	"testing"
	"unicode/utf8"
)

// passwordsInCI, for each cluster, take about ten seconds on two cores.
const passwordsInCI = 300

// TestClustersTakeWhatTheirPresetsAllow: the presets named after a cluster are
// its own rules, so that nobody whose password has passed the gateway is sent
// away by the cluster. The other way round is no promise: max_bytes 72 is stricter
// than either.
func TestClustersTakeWhatTheirPresetsAllow(t *testing.T) {
	s := ready(t)
	t.Run("clusters", func(t *testing.T) {
		for _, c := range s.clusters {
			t.Run(c.Dialect, func(t *testing.T) {
				t.Parallel()
				allows, err := judge(c.Dialect)
				if err != nil {
					t.Fatal(err)
				}
				people, err := settle(t.Context(), c, castOf(0), new(sync.Mutex))
				if err != nil {
					t.Fatal(err)
				}
				r := rand.New(rand.NewPCG(number64(t, envSeed, 1), 0))
				var allowed, stricter, agreed int
				for range passwordsInCI {
					name := pick(r, "jane.doe", "ops", "elasticuser", "kim")
					secret := password(r, name)
					ours := allows(name, secret)
					status, answer, err := people.put(t.Context(), name, secret)
					switch taken := status < 300; {
					case err != nil:
						t.Fatal(err)
					case ours && !taken:
						t.Errorf("the preset allows %q for %s, the cluster answers %d: %s", secret, name, status, answer)
					case ours:
						allowed++
					case taken:
						stricter++
					default:
						agreed++
					}
				}
				t.Logf("preset %s: %d passwords, %d allowed by both, %d refused by both, %d by the preset alone", c.Dialect, passwordsInCI, allowed, agreed, stricter)
				if allowed*4 < passwordsInCI || agreed == 0 {
					t.Errorf("expected a quarter to be allowed and some to be refused by both, found %d and %d", allowed, agreed)
				}
			})
		}
	})
}

func TestPasswordsAreOfEverySort(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 0))
	runes, bytes := make(map[int]bool), make(map[int]bool)
	for range passwordsInCI * 4 {
		p := password(r, "jane.doe")
		if !utf8.ValidString(p) {
			t.Fatalf("%q can't be sent as JSON", p)
		}
		runes[utf8.RuneCountInString(p)], bytes[len(p)] = true, true
	}
	for _, n := range limits {
		if !runes[n] {
			t.Errorf("no password of %d characters", n)
		}
	}
	if !bytes[72] || !bytes[73] {
		t.Error("no password on both sides of bcrypt's limit")
	}
}
