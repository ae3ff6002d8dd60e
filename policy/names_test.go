// SPDX-License-Identifier: Apache-2.0

package policy

import "testing"

func TestUsername(t *testing.T) {
	t.Parallel()
	by := func(user, p string) Change { return Change{Username: user, Password: p} }
	judge(t, []judged{
		{"equal", "username", by("jane.doe", "jane.doe"), "username"},
		{"equal but for case", "username", by("Jane.Doe", "jANE.dOE"), "username"},
		{"equal but for composition", "username", by("ren\u00e9", "RENE\u0301"), "username"},
		{"sharp s", "username", by("straße", "STRASSE"), "username"},
		{"contained", "username", by("jane", "xxJaNe77xx"), "username"},
		{"contained backwards", "username", by("jane", "xxENAJ77xx"), "username"},
		{"three characters count", "username", by("bob", "lantern-Bob-quiz"), "username"},
		{"two don't", "username", by("al", "lantern-al-quiz"), ""},
		{"but equality always does", "username", by("a", "A"), "username"},
		{"reversed equality too", "username", by("ab", "BA"), "username"},
		{"no user name", "username", by("", "anything"), ""},
		{"elsewhere", "username", by("jane", "lantern-quiz"), ""},
		{"part before the @", "username", by("jane.doe@example.com", "my-jane.doe-1"), "username"},
		{"equals only", "username equals", by("jane", "xjanex"), ""},
		{"equals only, equal", "username equals", by("jane", "JANE"), "username"},
		{"equals and reversed, contained", "username equals reversed", by("admin", "xxadminxx"), ""},
		{"equals and reversed, backwards", "username equals reversed", by("admin", "NimDA"), "username"},
		{"without reversed", "username equals contains", by("admin", "nimda"), ""},
		{"base: decorated", "username equals base", by("jane", "J4ne2024!"), "username"},
		{"base: a separator in the name", "username equals base", by("svc-backup", "Svc-Backup-2026"), "username"},
		{"base: joined with something else", "username equals base", by("jane", "jane-lantern"), ""},
		{"leet: inside", "username equals leet", by("janedoe", "xx-j4n3d0e-77"), "username"},
		{"leet: without it", "username", by("janedoe", "xx-j4n3d0e-77"), ""},
		{"parts", "username contains parts", by("jane.miller", "lantern-MILLER-1"), "username"},
		{"parts of three don't count", "username contains parts", by("jan.miller", "jan-lantern-1"), ""},
		{"unless asked for", "username contains parts min 3", by("jan.miller", "jan-lantern-1"), "username"},
		{"similar", "username similarity 0.7", by("jane.doe", "jane_doe1"), "username"},
		{"not similar enough", "username similarity 0.7", by("jane.doe", "lantern-quiz"), ""},
		{"longer minimum", "username min 6 contains", by("jane", "xxjanexx"), ""},
	})
}

func TestAttributes(t *testing.T) {
	t.Parallel()
	c := Change{Password: "lantern-Miller-9", FullName: "Jane van der Miller", Email: "jm@example.com"}
	judge(t, []judged{
		{"full name, a part", "full_name", c, "full_name"},
		{"full name, whole", "full_name contains", c, ""},
		{"full name unknown", "full_name", Change{Password: "lantern"}, ""},
		{"mail address, not there", "email", c, ""},
		{"mail address, whole", "email", Change{Password: "xJM@example.comx", Email: c.Email}, "email"},
		{"mail address, part before the @", "email", Change{Password: "Jane.Miller1", Email: "jane.miller@example.com"}, "email"},
		{"mail address, a part", "email contains parts", Change{Password: "my-Example-1", Email: c.Email}, "email"},
	})
	for _, policy := range []string{
		"username similarity", "username similarity 2", "username similarity NaN", "username min 0", "username parts",
		"username min 4", "full_name backwards", "email equals equals",
	} {
		if _, err := New("test", statementsOf(t, policy)); err == nil {
			t.Errorf("%q is accepted, want an error", policy)
		}
	}
}
