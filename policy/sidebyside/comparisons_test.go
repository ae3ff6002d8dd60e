// SPDX-License-Identifier: Apache-2.0

package sidebyside

import "strings"

// Reasons that several rows share.
const (
	utf16       = "it counts UTF-16 units, so an emoji is two characters; here and in NIST SP 800-63B-4 §3.1.1.2 it is one."
	bytes       = "it counts bytes, so a letter beyond ASCII is two characters or more."
	beyondASCII = "it knows the capitals of ASCII only; here those of every script count."
)

var comparisons = []comparison{
	{name: "min_length", ours: "min_length 12", passay: "LengthRule(12, max)", pwquality: "minlen=12", differences: map[string]string{"Passay": utf16, "libpwquality": bytes}},
	{name: "max_length", ours: "max_length 24", passay: "LengthRule(0, 24)"},
	{name: "min_uppercase", ours: "min_uppercase 1", passay: "UpperCase, 1", pwquality: "ucredit=-1", differences: map[string]string{"Passay": beyondASCII, "libpwquality": beyondASCII}},
	{name: "min_lowercase", ours: "min_lowercase 1", passay: "LowerCase, 1", pwquality: "lcredit=-1"},
	{name: "min_digits", ours: "min_digits 1", passay: "Digit, 1", pwquality: "dcredit=-1"},
	{name: "min_specials", ours: "min_specials 1", passay: "Special, 1", pwquality: "ocredit=-1", differences: map[string]string{"Passay": "its special characters are a list without the space, which NIST SP 800-63B-4 §3.1.1.2 wants accepted like any other, and without emoji.", "libpwquality": "it counts letters beyond ASCII as special characters; they are letters here."}},
	{name: "min_classes", ours: "min_classes 3", passay: "CharacterCharacteristicsRule(3)", pwquality: "minclass=3", differences: map[string]string{"Passay": beyondASCII, "libpwquality": beyondASCII}},
	{name: "length_tiers", ours: "length_tiers 1 min_digits 2\nlength_tiers 16 min_digits 1", passay: "LengthComplexityRule"},
	{name: "max_repeat", ours: "max_repeat 2", passay: "RepeatCharacterRegexRule(3)", pwquality: "maxrepeat=2"},
	{name: "max_class_run", ours: "max_class_run 4", pwquality: "maxclassrepeat=4", differences: map[string]string{"libpwquality": bytes}},
	{name: "max_occurrences", ours: "max_occurrences 3", passay: "CharacterOccurrencesRule(3)"},
	{name: "sequence_alphabet", ours: "max_sequence 3 alphabet", passay: "Alphabetical, 4", differences: map[string]string{"Passay": "its English alphabet ends at z; here Greek and Cyrillic letters follow each other too."}},
	{name: "sequence_digit", ours: "max_sequence 3 digit", passay: "Numerical, 4, wrap"},
	{name: "sequence_qwerty", ours: "max_sequence 3 qwerty", passay: "USQwerty, 4"},
	{name: "sequence", ours: "max_sequence 3 alphabet digit", pwquality: "maxsequence=3", differences: map[string]string{"libpwquality": "it goes by bytes, so Greek letters don't follow each other; and 0 doesn't come after 9, as it does here and on the keyboard."}},
	{name: "palindrome", ours: "palindrome", pwquality: "always"},
	{name: "username", ours: "username", passay: "UsernameRule(backwards, ignoring case)", pwquality: "usercheck=1", differences: map[string]string{"libpwquality": "it doesn't search for names of less than four characters; here three are enough, so that bob can't use his."}},
	{name: "whitespace", ours: "whitespace none", passay: "WhitespaceRule"},
	{name: "allowed_characters", ours: "allowed_characters A-Z a-z 0-9 -_", passay: "AllowedCharacterRule"},
	{name: "forbidden_characters", ours: "forbidden_characters <>&", passay: "IllegalCharacterRule"},
	{name: "not_match", ours: "not_match [0-9]{4}", passay: "IllegalRegexRule"},
	{name: "blocklist_whole", ours: "context_words whole " + strings.Join(listed, " "), passay: "DictionaryRule"},
	{name: "blocklist_contains", ours: "context_words contains " + strings.Join(listed, " "), passay: "DictionarySubstringRule"},
	{name: "not_current", ours: "not_current", pwquality: "always, with difok", differences: map[string]string{"libpwquality": "it ignores the case of ASCII letters only."}},
	{name: "min_distance", ours: "min_distance 4", pwquality: "difok=4", differences: map[string]string{"libpwquality": "it ignores the case of ASCII letters only; a password twice as long as the old one is always different enough there, so walnut may follow wal; and its distance, unlike Levenshtein's, counts no insertion beside an equal character, so klmnpepper is too near to klmnpW there."}},
}
