// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// statementTests says which test shows that a statement does what it says. File
// and test are separated by a colon; files of the gateway are where what needs a
// file, a memory or a cluster is proven.
var statementTests = map[string]string{
	"min_length":           "length_test.go:TestLengthRules",
	"max_length":           "length_test.go:TestLengthRules",
	"max_bytes":            "length_test.go:TestLengthRules",
	"length_tiers":         "tiers_test.go:TestLengthTiers",
	"min_uppercase":        "minima_test.go:TestClassMinima",
	"min_lowercase":        "minima_test.go:TestClassMinima",
	"min_letters":          "minima_test.go:TestClassMinima",
	"min_digits":           "minima_test.go:TestClassMinima",
	"min_specials":         "minima_test.go:TestClassMinima",
	"min_classes":          "minima_test.go:TestMinClasses",
	"class":                "class_test.go:TestOwnClasses",
	"min_class_count":      "class_test.go:TestOwnClasses",
	"max_class_count":      "class_test.go:TestOwnClasses",
	"max_class_run":        "repeats_test.go:TestRepetition",
	"allowed_characters":   "minima_test.go:TestAllowedCharacters",
	"forbidden_characters": "characters_test.go:TestCharacterRules",
	"whitespace":           "characters_test.go:TestCharacterRules",
	"require_nfc":          "characters_test.go:TestCharacterRules",
	"max_repeat":           "repeats_test.go:TestRepetition",
	"max_occurrences":      "repeats_test.go:TestRepetition",
	"min_unique":           "repeats_test.go:TestRepetition",
	"repeated_unit":        "repeats_test.go:TestRepetition",
	"palindrome":           "repeats_test.go:TestRepetition",
	"max_sequence":         "sequence_test.go:TestSequences",
	"match":                "pattern_test.go:TestPatterns",
	"not_match":            "pattern_test.go:TestPatterns",
	"username":             "names_test.go:TestUsername",
	"full_name":            "names_test.go:TestAttributes",
	"email":                "names_test.go:TestAttributes",
	"context_words":        "words_test.go:TestContextWords",
	"blocklist":            "words_test.go:TestBlocklist",
	"not_current":          "words_test.go:TestNotCurrent",
	"min_distance":         "distance_test.go:TestMinDistance",
	"strength":             "estimate_test.go:TestStrength",
	"unlike_username":      "estimate_test.go:TestStrength",
	"breached":             "../module/breached_test.go:TestBreached",
	"history":              "../module/stateful_test.go:TestHistory",
	"min_age":              "../module/stateful_test.go:TestMinAge",
	"max_age":              "../module/age_test.go:TestMaxAgeMetric",
	"allow_hash":           "hash_test.go:TestAllowHash",
	"preset":               "standards_test.go:TestStandardsExamples",
	"off":                  "settings_test.go:TestOff",
	"for":                  "selector_test.go:TestMatches",
	"by":                   "../module/policy_test.go:TestPolicySelection",
	"by_role":              "selector_test.go:TestMatches",
	"cluster":              "selector_test.go:TestMatches",
	"operation":            "selector_test.go:TestMatches",
	"on":                   "../module/occasion_test.go:TestOccasionElasticsearch",
	"mode":                 "../module/policy_test.go:TestRehearsalAndExemption",
	"monitor":              "../module/policy_test.go:TestRehearsalAndExemption",
	"enforce_from":         "settings_test.go:TestRehearsal",
	"rehearse":             "../module/policy_test.go:TestRehearseNext",
	"exempt":               "../module/policy_test.go:TestRehearsalAndExemption",
	"message":              "message_test.go:TestMessagesInLanguages",
	"help":                 "../module/policy_test.go:TestRehearsalAndExemption",
}

// TestFeaturesDocument: what FEATURES.md calls a proof exists.
func TestFeaturesDocument(t *testing.T) {
	t.Parallel()
	document, err := os.ReadFile("FEATURES.md")
	if err != nil {
		t.Fatal(err)
	}
	proofs := regexp.MustCompile("`([a-z_./]+_test\\.go):(Test[A-Za-z]+)`").FindAllStringSubmatch(string(document), -1)
	if len(proofs) < 40 {
		t.Errorf("only %d proofs are named", len(proofs))
	}
	for _, proof := range proofs {
		text, err := os.ReadFile(filepath.FromSlash(proof[1]))
		if err != nil || !strings.Contains(string(text), "\nfunc "+proof[2]+"(") {
			t.Errorf("%s has no %s (%v)", proof[1], proof[2], err)
		}
	}
}

// TestEverythingIsTested: no statement without a test that it holds.
func TestEverythingIsTested(t *testing.T) {
	t.Parallel()
	if got, want := slices.Sorted(maps.Keys(statementTests)), statementNames(); !slices.Equal(got, want) {
		t.Errorf("tests are named for %v, want %v", got, want)
	}
	for statement, where := range statementTests {
		file, name, _ := strings.Cut(where, ":")
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		_, body, found := strings.Cut(string(text), "\nfunc "+name+"(")
		body, _, _ = strings.Cut(body, "\n}\n")
		if statement == "preset" || statement == "breached" || statement == "class" {
			continue // the test reads them from elsewhere
		}
		if !found || !strings.Contains(body, statement) {
			t.Errorf("%s: %s doesn't test it", statement, where)
		}
	}
}
