// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"reflect"
	"strings"
	"testing"
	"time"
)

const everyRule = `preset nist-800-63b-4
preset huawei-css
min_uppercase 1
min_lowercase 1
min_letters 1
min_digits 1
min_specials 1 "!#"
username
context_words acme rocket
context_words contains lantern
not_current
max_bytes 4096
`

// FuzzJudge: whatever is judged, no rule panics, the verdict is the same the
// second time, every violation is one the policy could tell before it saw a
// password, and no message depends on one.
func FuzzJudge(f *testing.F) {
	f.Add("P@ssw0rd", "jane", "old")
	f.Add("\xff\xfe", "\xff", "")
	f.Add("e\u0301ß🦊", "É", "SS")
	f.Add(strings.Repeat("ab", 2048), "ab", "")
	p := policyOf(f, everyRule)
	f.Fuzz(func(t *testing.T, password, username, current string) {
		c := Change{Password: password, Username: username, Current: current, HasCurrent: true}
		first := p.Judge(c)
		if !reflect.DeepEqual(first, p.Judge(c)) {
			t.Fatal("two verdicts on the same change")
		}
		for _, v := range first {
			if !foreseen(p, v) {
				t.Fatalf("violation %+v isn't one of the policy's", v)
			}
		}
	})
}

func foreseen(p *Policy, v Violation) bool {
	for _, r := range p.rules {
		if reflect.DeepEqual(r.violation, v) {
			return true
		}
	}
	return false
}

// TestJudgeIsBounded: the worst inputs known, at the largest length that is
// looked at. The bound is generous for slow machines; some 2 ms are usual.
func TestJudgeIsBounded(t *testing.T) {
	p := policyOf(t, everyRule)
	for name, unit := range map[string]string{
		"one letter": "a", "look-alikes": "1", "separators": "-a", "marks": "\u0301", "Greek": "ΐ", "ligatures": "ﷺ",
		"repeats that end wrong": "ab", "invalid": "\xff", "context words": "acmerocket",
	} {
		long := strings.Repeat(unit, 4096/len(unit)-1) + "x"
		start := time.Now()
		p.Judge(Change{Password: long, Username: long, Current: long, HasCurrent: true})
		if took := time.Since(start); took > 500*time.Millisecond {
			t.Errorf("%s: judging took %v", name, took)
		} else {
			t.Logf("%s: %v", name, took)
		}
	}
}
