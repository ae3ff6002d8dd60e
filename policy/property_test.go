// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// randomChange is a change of the kind that sits near the limits of rules.
func randomChange(r *rand.Rand) Change {
	pieces := []string{"a", "B", "7", "-", " ", "é", "e\u0301", "🦊", "password", "Dragon", "jane", "2026", "!!", "qwert", "lantern",
		"abcd", "\xff", "<", "admin", "nimda", "xyzzy", "Quiz", "密"}
	text := func(most int) string {
		var b strings.Builder
		for range r.IntN(most) {
			b.WriteString(pieces[r.IntN(len(pieces))])
		}
		return b.String()
	}
	return Change{Password: text(12), Username: text(3), FullName: text(4), Email: text(3), Current: text(12), HasCurrent: r.IntN(2) == 0}
}

// TestStackedPresetsAreAsStrictAsEach: what two presets together allow, each
// of them allows alone, in whatever order they are written.
func TestStackedPresetsAreAsStrictAsEach(t *testing.T) {
	t.Parallel()
	const quick = "\noff strength unlike_username"
	of := func(names ...string) *Policy {
		text := "preset " + strings.Join(names, "\npreset ")
		if strings.Contains(text, "preset opensearch") {
			text += quick
		}
		return policyOf(t, text)
	}
	random := rand.New(rand.NewPCG(3, 1))
	for i, one := range Presets() {
		for j, two := range Presets() {
			if i == j {
				continue
			}
			both, a, b := of(one, two), of(one), of(two)
			for range 300 {
				c := randomChange(random)
				if both.Judge(c) == nil && (a.Judge(c) != nil || b.Judge(c) != nil) {
					t.Errorf("%s with %s allows %+v; alone they break %q and %q", one, two, c, codes(a.Judge(c)), codes(b.Judge(c)))
				}
			}
		}
	}
}

// TestOrderDoesntChangeTheVerdict: the same statements in another order break
// the same rules.
func TestOrderDoesntChangeTheVerdict(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 2))
	statements := statementsOf(t, everyRule)
	sorted := func(p *Policy, c Change) string {
		broken := strings.Fields(codes(p.Judge(c)))
		slices.Sort(broken)
		return strings.Join(broken, " ")
	}
	for range 20 {
		one, err := New("one", statements)
		if err != nil {
			t.Fatal(err)
		}
		random.Shuffle(len(statements), func(i, j int) { statements[i], statements[j] = statements[j], statements[i] })
		two, err := New("two", statements)
		if err != nil {
			t.Fatal(err)
		}
		for range 50 {
			if c := randomChange(random); sorted(one, c) != sorted(two, c) {
				t.Errorf("%+v breaks %q, in another order %q", c, codes(one.Judge(c)), codes(two.Judge(c)))
			}
		}
	}
}

// TestMoreIsNeverWeaker: a rule added to a policy leaves everything broken that
// was, unless it replaces a preset's.
func TestMoreIsNeverWeaker(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 3))
	statements := statementsOf(t, everyRule)
	for n := range statements {
		less, err := New("less", statements[:n])
		if err != nil {
			continue // a class that is named before it is there
		}
		more, err := New("more", statements[:n+1])
		if err != nil {
			continue
		}
		if statements[n].Name == "max_bytes" || statements[n].Name == "username" || statements[n].Name == "min_length" {
			continue // these replace
		}
		for range 200 {
			c := randomChange(random)
			if less.Judge(c) != nil && more.Judge(c) == nil {
				t.Errorf("with %s added, %+v is allowed, though it broke %q before", statements[n], c, codes(less.Judge(c)))
			}
		}
	}
}
