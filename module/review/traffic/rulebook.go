// SPDX-License-Identifier: Apache-2.0

package traffic

import (
	"fmt"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/policy"
)

// rulebook is a policy and the ways in which people break it.
type rulebook struct {
	policy *policy.Policy
	broken [][]audit.Rule
}

// poor are passwords as people choose them. They only serve to ask the real
// policies which rules they break, and appear in no record.
var poor = []string{
	"Summer2026!", "acme-rocket-2026", "qwertzuiop123456", "aaaaaaaaaaaaaaaaaaaa", "letmein", "Passw0rd", "winter winter winter",
	"correct horse battery", "1234567890123456", "adminadminadmin", "abcdefghijklmnopqrstuvwx", "monday", "P@ssword12345678",
}

// rulebooks are the company's policies: for people, for automation, and a
// stricter one that is rehearsed before it becomes the one for people.
func rulebooks() []rulebook {
	return []rulebook{
		newRulebook("staff",
			"preset", "nist-800-63b-4"),
		newRulebook("automation",
			"min_length", "24"),
		newRulebook("staff-next",
			"preset", "nist-800-63b-4", "min_length", "18", "max_bytes", "72"),
	}
}

func newRulebook(name string, words ...string) rulebook {
	var statements []policy.Statement
	for i := 0; i+1 < len(words); i += 2 {
		statements = append(statements, policy.Statement{Name: words[i], Args: words[i+1 : i+2]})
	}
	p, err := policy.New(name, statements)
	if err != nil {
		panic(fmt.Sprintf("the sample policy %s: %v", name, err)) // a test makes them all
	}
	b := rulebook{policy: p}
	for _, password := range poor {
		violations := p.Judge(policy.Change{Password: password, Username: "admin"})
		var rules []audit.Rule
		for _, v := range violations {
			rules = append(rules, audit.Rule{Code: v.Rule, Clause: v.Clause})
		}
		if rules != nil {
			b.broken = append(b.broken, rules)
		}
	}
	return b
}

func (b rulebook) text() *audit.PolicyText {
	return &audit.PolicyText{Name: b.policy.Name(), Digest: b.policy.Digest(), Text: b.policy.Text()}
}
