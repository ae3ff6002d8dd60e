// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"strings"
	"testing"
)

func TestCharacterRules(t *testing.T) {
	t.Parallel()
	judge(t, []judged{
		{"forbidden", `forbidden_characters "<>&"`, password("a<b"), "forbidden_characters"},
		{"not forbidden", `forbidden_characters "<>&"`, password("a-b"), ""},
		{"forbidden class", "forbidden_characters digit", password("a1"), "forbidden_characters"},
		{"several statements", "forbidden_characters <\nforbidden_characters >", password("a>"), "forbidden_characters"},
		{"white space nowhere", "whitespace none", password("a b"), "whitespace"},
		{"nor a wide one", "whitespace none", password("a\u3000b"), "whitespace"},
		{"white space inside", "whitespace edges", password("a b"), ""},
		{"white space at the end", "whitespace edges", password("ab "), "whitespace"},
		{"a tab at the beginning", "whitespace edges", password("\tab"), "whitespace"},
		{"white space anywhere", "whitespace any", password(" ab "), ""},
		{"composed", "require_nfc", password("caf\u00e9"), ""},
		{"decomposed", "require_nfc", password("cafe\u0301"), "require_nfc"},
		{"plain", "require_nfc", password("cafe"), ""},
	})
	for _, policy := range []string{"whitespace", "whitespace some", "require_nfc yes", "forbidden_characters"} {
		if _, err := New("test", statementsOf(t, policy)); err == nil || !strings.Contains(err.Error(), "expected") {
			t.Errorf("%q: error %v, want one", policy, err)
		}
	}
}
