// SPDX-License-Identifier: Apache-2.0

package main

import "github.com/passgate/passgate/policy/strength"

// meaning translates the references' feedback into ours. zxcvbn4j ends its
// sentences with a full stop, which the comparison drops, and makes one
// suggestion of zxcvbn's two about years.
var meaning = map[string]string{
	"":                                      "",
	"Use a few words, avoid common phrases": strength.SuggestSeveralWords,
	"No need for symbols, digits, or uppercase letters":  strength.SuggestNoSymbols,
	"Add another word or two. Uncommon words are better": strength.SuggestAnotherWord,
	"Straight rows of keys are easy to guess":            strength.WarnStraightKeys,
	"Short keyboard patterns are easy to guess":          strength.WarnKeyPattern,
	"Use a longer keyboard pattern with more turns":      strength.SuggestLongerPattern,
	`Repeats like "aaa" are easy to guess`:               strength.WarnRepeatedUnit,
	"Avoid repeated words and characters":                strength.SuggestNoRepeats,
	"Sequences like abc or 6543 are easy to guess":       strength.WarnSequence,
	"Avoid sequences":                                           strength.SuggestNoSequences,
	"Recent years are easy to guess":                            strength.WarnRecentYear,
	"Avoid recent years":                                        strength.SuggestNoYears,
	"Avoid years that are associated with you":                  strength.SuggestNoOwnYears,
	"Dates are often easy to guess":                             strength.WarnDate,
	"Avoid dates and years that are associated with you":        strength.SuggestNoOwnDates,
	"This is a top-10 common password":                          strength.WarnTop10,
	"This is a top-100 common password":                         strength.WarnTop100,
	"This is a very common password":                            strength.WarnCommon,
	"This is similar to a commonly used password":               strength.WarnLikeCommon,
	"A word by itself is easy to guess":                         strength.WarnWord,
	"Names and surnames by themselves are easy to guess":        strength.WarnName,
	"Common names and surnames are easy to guess":               strength.WarnCommonName,
	"Capitalization doesn't help very much":                     strength.SuggestNoCapital,
	"All-uppercase is almost as easy to guess as all-lowercase": strength.SuggestNoAllCapitals,
	"Reversed words aren't much harder to guess":                strength.SuggestNoReversal,

	`Repeats like "abcabcabc" are only slightly harder to guess than "abc"`:  strength.WarnRepeatedPart,
	"Predictable substitutions like '@' instead of 'a' don't help very much": strength.SuggestNoSubstitution,
}
