// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"strings"
	"testing"
)

func TestEveryPresetLoadsWithClauses(t *testing.T) {
	t.Parallel()
	for _, name := range Presets() {
		p, err := loadPreset(name)
		if err != nil {
			t.Fatal(err)
		}
		if p.standard == "" {
			t.Errorf("preset %s names neither a standard nor a cluster", name)
		}
		for _, l := range p.lines {
			if !strings.HasPrefix(l.clause, p.standard+" ") {
				t.Errorf("preset %s: %s has clause %q, want one of %s", name, l.Statement, l.clause, p.standard)
			}
		}
		var statements []Statement
		for _, l := range p.lines {
			statements = append(statements, l.Statement)
		}
		if _, err := New(name, statements); err != nil {
			t.Errorf("preset %s written out: %v", name, err)
		}
	}
	if _, err := loadPreset("../presets/elasticsearch"); err == nil {
		t.Error("a path is taken for a preset")
	}
}

func TestPresetsJudge(t *testing.T) {
	t.Parallel()
	judge(t, []judged{
		{"nist: long and ordinary", "preset nist-800-63b-4", password("lantern quiz harbour"), ""},
		{"nist: short", "preset nist-800-63b-4", password("lantern quiz 1"), "min_length"},
		{"nist: decorated common password", "preset nist-800-63b-4", password("P@ssw0rd!!!!!!!!2024"), "blocklist"},
		{"nist: decorated user name", "preset nist-800-63b-4", Change{Password: "Jane.Doe!2024!!!!", Username: "jane.doe"}, "username"},
		{"nist: user name inside", "preset nist-800-63b-4", Change{Password: "lantern jane quiz", Username: "jane"}, ""},
		{"elasticsearch: six", "preset elasticsearch", password("123456"), ""},
		{"elasticsearch: five", "preset elasticsearch", password("12345"), "min_length"},
		{"elasticsearch: three emoji", "preset elasticsearch", password("🦊🦊🦊"), ""},
		{"elasticsearch: 73 bytes", "preset elasticsearch", password(strings.Repeat("x", 73)), "max_bytes"},
		{"opensearch: 100 of three bytes", "preset opensearch", password(strings.Repeat("€", 101)), "max_length max_bytes"},
		{"css: three of four", "preset huawei-css", password("Abcdefg1"), ""},
		{"css: two of four", "preset huawei-css", password("abcdefg1"), "min_classes"},
		{"css: seven", "preset huawei-css", password("Abcdef1"), "min_length"},
		{"css: 32", "preset huawei-css", password(strings.Repeat("Abc1", 8)), ""},
		{"css: 33", "preset huawei-css", password(strings.Repeat("Abc1", 8) + "x"), "max_length"},
		{"css: every special", "preset huawei-css", password(`Aa1~!@#$%^&*()-_=+\|[{}];:,<.>/?`), ""},
		{"css: a quote", "preset huawei-css", password(`Abcdefg1"`), "allowed_characters"},
		{"css: a single quote", "preset huawei-css", password(`Abcdefg1'`), "allowed_characters"},
		{"css: a backquote", "preset huawei-css", password("Abcdefg1`"), "allowed_characters"},
		{"css: a space", "preset huawei-css", password("Abcdefg1 "), "allowed_characters"},
		{"css: an umlaut", "preset huawei-css", password("Äbcdefg1"), "allowed_characters"},
		{"css: the administrator's name", "preset huawei-css", Change{Password: "ADMIN", Username: "admin"}, "min_length min_classes username"},
	})
}

func TestPresetFilesAreStrict(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ text, want string }{
		{"standard X\nmin_length 8", "expected the clause"},
		{"standard X\npermits many # §1", "whole number"},
		{`min_length "8`, "closing quote"},
		{"min_length `8", "closing backquote"},
	} {
		if _, err := parsePreset("x", row.text); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%q: error %v, want %q", row.text, err, row.want)
		}
	}
}
