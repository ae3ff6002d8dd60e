// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

// policyOf makes a policy of text, one statement a line.
func policyOf(t testing.TB, text string) *Policy {
	t.Helper()
	p, err := New("test", statementsOf(t, text))
	if err != nil {
		t.Fatalf("policy %q: %v", text, err)
	}
	return p
}

func statementsOf(t testing.TB, text string) []Statement {
	t.Helper()
	lines, err := parseLines(text)
	if err != nil {
		t.Fatal(err)
	}
	var statements []Statement
	for _, l := range lines {
		statements = append(statements, l.Statement)
	}
	return statements
}

// codes are the rules that were broken, in order.
func codes(violations []Violation) string {
	var rules []string
	for _, v := range violations {
		rules = append(rules, v.Rule)
	}
	return strings.Join(rules, " ")
}

// judged is one row of a rule's table.
type judged struct {
	name   string
	policy string
	change Change
	want   string // codes of the rules broken
}

func judge(t *testing.T, rows []judged) {
	t.Helper()
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			violations := policyOf(t, row.policy).Judge(row.change)
			if got := codes(violations); got != row.want {
				t.Errorf("policy %q, password %q: broken rules %q, want %q", row.policy, row.change.Password, got, row.want)
			}
		})
	}
}

func password(p string) Change { return Change{Password: p} }

func TestAllViolationsAtOnceInWrittenOrder(t *testing.T) {
	t.Parallel()
	p := policyOf(t, "min_digits 1\nmin_length 15\nmin_uppercase 1\nblocklist common")
	if got, want := codes(p.Judge(password("password"))), "min_digits min_length min_uppercase blocklist"; got != want {
		t.Errorf("broken rules %q, want %q", got, want)
	}
	if got := p.Judge(password("Quiet-harbour-71-lamp")); got != nil {
		t.Errorf("a good password broke %v, want nil", got)
	}
}

func TestEveryPolicyHasLimits(t *testing.T) {
	t.Parallel()
	judge(t, []judged{
		{"empty", "", password(""), "min_length"},
		{"one character", "", password("x"), ""},
		{"invalid UTF-8", "", password("abc\xff"), "valid_utf8"},
		{"a password twice, which logs in once", "", password("dragon\x00dragon"), "no_nul"},
		{"NULs behind", "", password("dragon\x00"), "no_nul"},
		{"a password of NULs", "", password("\x00\x00"), "no_nul"},
		{"4096 bytes", "", password(strings.Repeat("x", 4096)), ""},
		{"4097 bytes", "", password(strings.Repeat("x", 4097)), "max_bytes"},
		{"only max_bytes is told of a huge password", "max_length 5\nmax_bytes 10", password(strings.Repeat("\xff", 1<<20)), "max_bytes"},
		{"more bytes when asked for", "max_bytes 10000", password(strings.Repeat("x", 10000)), ""},
		{"one more than asked for", "max_bytes 10000", password(strings.Repeat("x", 10001)), "max_bytes"},
	})
}

func TestStatementErrors(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ policy, want string }{
		{"min_lenght 15", "min_length"},
		{"ban x", "expected a statement"},
		{"min_length", `write for example "min_length 15"`},
		{"min_length x", `found "x"`},
		{"min_length 0", "from 1 to"},
		{"min_length -1", "from 1 to"},
		{"min_length 015", "from 1 to"},
		{"min_length +15", "from 1 to"},
		{"min_length 15 16", "expected one number"},
		{"min_length 8\nmin_length 9", "found it twice"},
		{"min_classes 5", "from 1 to 4"},
		{"min_classes 2 upper upper", "twice"},
		{"min_classes 2 upper runes", "expected a character class"},
		{"preset nist", "nist-800-63b-4"},
		{"preset", "one preset"},
		{"preset elasticsearch\npreset elasticsearch", "found elasticsearch twice"},
		{"username sideways", "expected each at most once"},
		{"username equals equals", "expected each at most once"},
		{"blocklist", "common"},
		{"blocklist rare", "common"},
		{"context_words", "expected words"},
		{"context_words contains ab", "at least three"},
		{"allow_hash md5 1", "an algorithm"},
		{"allow_hash bcrypt", "an algorithm"},
		{"allow_hash bcrypt 3", "at least 4"},
		{"allow_hash bcrypt 17", "from 1 to 16"},
		{"allow_hash bcrypt 10\nallow_hash bcrypt 12", "twice"},
		{"not_current now", "no arguments"},
		{"for", "names"},
		{`by ""`, "names"},
		{"allowed_characters", "classes"},
		{"max_sequence 3 digit digit", "each once"},
		{"min_length 20\nmax_length 10", "no password would do"},
	} {
		t.Run(row.policy, func(t *testing.T) {
			t.Parallel()
			statements := statementsOf(t, "max_bytes 72\n"+row.policy)
			_, err := New("test", statements)
			var where StatementError
			if !errors.As(err, &where) || !strings.Contains(err.Error(), row.want) {
				t.Fatalf("error %v, want a StatementError with %q", err, row.want)
			}
			if where.Index != len(statements)-1 {
				t.Errorf("statement %d is wrong, want %d", where.Index, len(statements)-1)
			}
		})
	}
}

func TestDemanding(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"for svc-*": false, "allow_hash bcrypt 10": false, "mode monitor": false, "help https://x.example": false,
		"min_length 1": true, "breached": true, "max_age 90d": true, "preset elasticsearch": true,
	} {
		if got := policyOf(t, text).Demanding(); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

func TestHandWrittenStatementsReplaceAPresets(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ policy, want string }{
		{"preset nist-800-63b-4\nmin_length 20", "min_length 20"},
		{"min_length 20\npreset nist-800-63b-4", "min_length 20"},
		{"preset nist-800-63b-4\nmin_length 8", "min_length 8"},
		{"preset huawei-css\npreset nist-800-63b-4", "min_length 15  # NIST SP 800-63B-4 §3.1.1.2: at least 15 characters where the password is the only factor"},
		{"preset nist-800-63b-4\npreset huawei-css", "min_length 15  # NIST SP 800-63B-4 §3.1.1.2: at least 15 characters where the password is the only factor"},
	} {
		var found []string
		for l := range strings.Lines(policyOf(t, row.policy).Text()) {
			if strings.HasPrefix(l, "min_length") {
				found = append(found, strings.TrimSpace(l))
			}
		}
		if !slices.Equal(found, []string{row.want}) {
			t.Errorf("%q has %q, want %q", row.policy, found, row.want)
		}
	}
}

func TestTextReadsBackAsTheSamePolicy(t *testing.T) {
	t.Parallel()
	texts := []string{"", "username\nblocklist common\ncontext_words acme \"rocket ship\"\nfor svc-* a?\nby x\nallow_hash bcrypt 10"}
	for _, name := range Presets() {
		texts = append(texts, "preset "+name)
	}
	for _, text := range texts {
		p := policyOf(t, text)
		again := policyOf(t, p.Text())
		strip := func(s string) string {
			var b strings.Builder
			for l := range strings.Lines(s) {
				parsed, err := parseLine(strings.TrimSpace(l))
				if err != nil {
					t.Fatal(err)
				}
				b.WriteString(parsed.Statement.String() + "\n")
			}
			return b.String()
		}
		if strip(again.Text()) != strip(p.Text()) {
			t.Errorf("%q reads back as %q", p.Text(), again.Text())
		}
		if len(p.Digest()) != 64 || p.Digest() != policyOf(t, text).Digest() {
			t.Errorf("digest of %q isn't stable", text)
		}
	}
}

func TestViolationsCarryClauses(t *testing.T) {
	t.Parallel()
	violations := policyOf(t, "preset nist-800-63b-4").Judge(password("password"))
	if len(violations) != 2 {
		t.Fatalf("broken rules %q, want two", codes(violations))
	}
	for _, v := range violations {
		if !strings.HasPrefix(v.Clause, "NIST SP 800-63B-4 §3.1.1.2") || v.Message == "" || len(v.Params) == 0 {
			t.Errorf("violation %+v lacks clause, message or parameters", v)
		}
	}
}
