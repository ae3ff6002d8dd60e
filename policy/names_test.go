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
	})
}
