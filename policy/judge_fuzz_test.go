// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"reflect"
	"strings"
	"testing"
	"time"
)

// everyRule holds every rule there is, some of them more than once.
const everyRule = `preset nist-800-63b-4
preset huawei-css
preset bsi
class vowel aeiou äöü
min_class_count vowel 2
max_class_count special 9
min_uppercase 1
min_lowercase 1
min_letters 1
min_digits 1
min_specials 1 "!#"
forbidden_characters "<>" digit
whitespace edges
require_nfc
max_repeat 2
max_class_run 4
repeated_unit
palindrome
min_unique 6
max_occurrences 4
max_sequence 3
match [a-z] \d
not_match (?i)(winter|summer)+\d*$
username equals contains reversed leet base parts similarity 0.7
full_name
email
context_words acme rocket
context_words contains lantern
context_words whole quiz
blocklist contains common
not_current
min_distance 4
max_bytes 4096
`

// FuzzJudge: whatever is judged, no rule panics, the verdict is the same the
// second time, every violation is one the policy could tell before it saw a
// password, and no message depends on one.
func FuzzJudge(f *testing.F) {
	f.Add("P@ssw0rd", "jane.doe@example.com", "old")
	f.Add("\xff\xfe", "\xff", "")
	f.Add("e\u0301ß🦊", "É", "SS")
	f.Add(strings.Repeat("ab", 2048), "ab", "")
	p := policyOf(f, everyRule)
	f.Fuzz(func(t *testing.T, password, username, current string) {
		c := Change{Password: password, Username: username, FullName: username, Email: current, Current: current, HasCurrent: true}
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

// hardest are the worst inputs known.
var hardest = map[string]string{
	"one letter": "a", "look-alikes": "1", "look-alikes of words": "p4$$w0rd1!", "separators": "-a", "marks": "\u0301",
	"Greek": "ΐ", "ligatures": "ﷺ", "repeats that end wrong": "ab", "invalid": "\xff", "context words": "acmerocket",
	"digits": "0123456789", "years": "19992024", "keyboard": "qwertyuiop", "capitals": "AbCdEf",
}

func hard(unit string, length int) Change {
	long := strings.Repeat(unit, length/len(unit)-1) + "x"
	return Change{Password: long, Username: long, FullName: long, Email: long, Current: long + "y", HasCurrent: true}
}

// TestJudgeIsBounded: every rule but strength, at the largest length that is
// looked at. The bound is generous; BenchmarkHardest shows what is usual.
func TestJudgeIsBounded(t *testing.T) {
	t.Parallel()
	p := policyOf(t, everyRule)
	for name, unit := range hardest {
		change := hard(unit, 4096)
		notSlow(t, name, 200*time.Millisecond, func() { p.Judge(change) })
	}
}

// TestHugeNeighboursAreBounded: what a password is compared with may be as
// long as a request.
func TestHugeNeighboursAreBounded(t *testing.T) {
	t.Parallel()
	p := policyOf(t, everyRule+"strength strong\nunlike_username\nmode monitor")
	for name, huge := range map[string]string{
		"one word": strings.Repeat("é1", 1<<18), "many words": strings.Repeat("abcd ", 1<<17), "many words, shorter": strings.Repeat("abcd ", 1<<13),
	} {
		for _, password := range []string{"lantern-Quiz-7", strings.Repeat("p4$$-w0rd", 400)} {
			change := Change{Password: password, Username: huge, FullName: huge, Email: huge, Current: huge, HasCurrent: true}
			notSlow(t, name, time.Second, func() { p.Judge(change) })
		}
	}
}
