// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"path"
	"strings"
	"testing"
)

func TestMatches(t *testing.T) {
	t.Parallel()
	const verified = true
	for _, row := range []struct {
		name, policy string
		subject      Subject
		want         bool
	}{
		{"no selector", "min_length 8", Subject{}, true},
		{"target", "for svc-*", Subject{Target: "svc-backup"}, true},
		{"case matters", "for svc-*", Subject{Target: "SVC-backup"}, false},
		{"another target", "for svc-*", Subject{Target: "jane"}, false},
		{"alternatives in one statement", "for a b", Subject{Target: "b"}, true},
		{"alternatives in two", "for a\nfor b", Subject{Target: "a"}, true},
		{"actor", "by terraform", Subject{Actor: "terraform", ActorVerified: verified}, true},
		{"claimed actor", "by terraform", Subject{Actor: "terraform"}, false},
		{"claimed actor, any", "by *", Subject{Actor: "terraform"}, false},
		{"both", "for svc-*\nby tf", Subject{Target: "svc-a", Actor: "tf", ActorVerified: verified}, true},
		{"both, wrong actor", "for svc-*\nby tf", Subject{Target: "svc-a", Actor: "x", ActorVerified: verified}, false},
		{"role", "by_role admin*", Subject{ActorVerified: verified, ActorRoles: []string{"x", "admins"}}, true},
		{"role of a claimed actor", "by_role *", Subject{ActorRoles: []string{"admins"}}, false},
		{"no role", "by_role *", Subject{ActorVerified: verified}, false},
		{"cluster", "cluster prod-*", Subject{Cluster: "prod-es"}, true},
		{"another cluster", "cluster prod-*", Subject{Cluster: "dev"}, false},
		{"operation", "operation put_user", Subject{Operation: "put_user"}, true},
		{"another operation", "operation put_user", Subject{Operation: "change_password"}, false},
		{"own change", "on change", Subject{Target: "a", Actor: "a", ActorVerified: verified}, true},
		{"own change, claimed", "on change", Subject{Target: "a", Actor: "a"}, false},
		{"reset", "on reset create", Subject{Target: "a", Actor: "b", ActorVerified: verified}, true},
		{"reset isn't own", "on change", Subject{Target: "a", Actor: "b", ActorVerified: verified}, false},
		{"told to be a creation", "on create", Subject{Target: "a", Actor: "b", ActorVerified: verified, Occasion: Create}, true},
		{"both, wrong target", "for svc-*\nby tf", Subject{Target: "jane", Actor: "tf", ActorVerified: verified}, false},
	} {
		p := policyOf(t, row.policy)
		if got := p.Matches(row.subject); got != row.want {
			t.Errorf("%s: %q matches %+v: %v, want %v", row.name, row.policy, row.subject, got, row.want)
		}
		if got := !strings.Contains(p.Explain(row.subject), "doesn't match"); got != row.want {
			t.Errorf("%s: explained as %q", row.name, p.Explain(row.subject))
		}
	}
}

func TestSelectorsThatDontMatch(t *testing.T) {
	t.Parallel()
	for _, policy := range []string{"for", "cluster", "by_role", "operation", "on", "on sunday", "on change sunday", `cluster ""`} {
		if _, err := New("test", statementsOf(t, policy)); err == nil {
			t.Errorf("%q is accepted, want an error", policy)
		}
	}
	if p := policyOf(t, "by_role x"); !p.SelectsActor() || !p.Selective() {
		t.Error("by_role doesn't count as a selector of actors")
	}
	if p := policyOf(t, "for x"); p.SelectsActor() || !p.Selective() {
		t.Error("for counts as a selector of actors")
	}
	if policyOf(t, "min_length 8").Selective() {
		t.Error("a policy without selectors counts as selective")
	}
}

func TestGlobMatch(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		pattern, name string
		want          bool
	}{
		{"*", "", true}, {"?", "", false}, {"", "", true}, {"", "a", false}, {"a", "", false},
		{"a*c", "abbc", true}, {"a*c", "ac", true}, {"a*c", "acb", false}, {"*a*b*", "xxaxxbxx", true},
		{"?", "é", true}, {"?", "e\u0301", false}, {"svc-??", "svc-01", true}, {"[a]", "a", false}, {"[a]", "[a]", true},
		{`\*`, "*", false}, {`\*`, `\x`, true}, {"a**b", "ab", true}, {"*é", "caféé", true}, {"*", "\xff", true}, {"?", "\xff", true},
	} {
		if got := globMatch(row.pattern, row.name); got != row.want {
			t.Errorf("%q matches %q: %v, want %v", row.pattern, row.name, got, row.want)
		}
	}
}

// FuzzGlobMatch compares with path.Match, which agrees where neither its
// separator nor its other special characters occur.
func FuzzGlobMatch(f *testing.F) {
	f.Add("a*c?", "abcd")
	f.Add("*a*b", "aabab")
	f.Add("**", "é")
	f.Fuzz(func(t *testing.T, pattern, name string) {
		got := globMatch(pattern, name)
		if strings.ContainsAny(pattern+name, `/[]\`) || strings.ToValidUTF8(pattern+name, "") != pattern+name {
			return
		}
		want, err := path.Match(pattern, name)
		if err != nil || got != want {
			t.Errorf("%q matches %q: %v, path.Match says %v, %v", pattern, name, got, want, err)
		}
	})
}
