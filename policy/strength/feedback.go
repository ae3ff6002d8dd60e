// SPDX-License-Identifier: Apache-2.0

package strength

// Warnings.
const (
	WarnTop10        = "This is one of the ten most common passwords."
	WarnTop100       = "This is one of the hundred most common passwords."
	WarnCommon       = "This is a common password."
	WarnLikeCommon   = "This is close to a common password."
	WarnWord         = "One word alone is quickly guessed."
	WarnName         = "A name alone is quickly guessed."
	WarnCommonName   = "Common names are quickly guessed."
	WarnStraightKeys = "Keys in a straight line are quickly guessed."
	WarnKeyPattern   = "Short patterns on the keyboard are quickly guessed."
	WarnRepeatedUnit = `Repeating one character ("aaa") adds almost nothing.`
	WarnRepeatedPart = `Repeating a part ("abcabcabc") adds almost nothing to it.`
	WarnSequence     = `Sequences ("abc", "6543") are quickly guessed.`
	WarnRecentYear   = "Recent years are quickly guessed."
	WarnDate         = "Dates are quickly guessed."
)

// Suggestions.
const (
	SuggestSeveralWords   = "Use several words that don't usually go together."
	SuggestNoSymbols      = "Symbols, digits and capitals aren't needed."
	SuggestAnotherWord    = "Add a word or two, the rarer the better."
	SuggestLongerPattern  = "Use a longer keyboard pattern with more turns."
	SuggestNoRepeats      = "Don't repeat words or characters."
	SuggestNoSequences    = "Don't use sequences."
	SuggestNoYears        = "Don't use recent years."
	SuggestNoOwnYears     = "Don't use years that have to do with you."
	SuggestNoOwnDates     = "Don't use dates or years that have to do with you."
	SuggestNoCapital      = "A capital at the start helps little."
	SuggestNoAllCapitals  = "All capitals are almost as quickly guessed as none."
	SuggestNoReversal     = "Spelling a word backwards helps little."
	SuggestNoSubstitution = "Usual replacements, like @ for a, help little."
)

// feedbackOn explains the estimate by its longest part.
func feedbackOn(score int, a analysis, units []uint16) Feedback {
	if len(a.sequence) == 0 {
		return Feedback{Suggestions: []string{SuggestSeveralWords, SuggestNoSymbols}}
	}
	if score >= Strong {
		return Feedback{}
	}
	longest := a.sequence[0]
	for _, m := range a.sequence[1:] {
		if m.j-m.i > longest.j-longest.i {
			longest = m
		}
	}
	feedback := longest.feedback(len(a.sequence) == 1, units)
	feedback.Suggestions = append([]string{SuggestAnotherWord}, feedback.Suggestions...)
	return feedback
}

// feedback on one part; alone says that it is all of the password.
func (m match) feedback(alone bool, units []uint16) Feedback {
	switch m.kind {
	case dictionary:
		return Feedback{m.wordWarning(alone), m.wordSuggestions(units[m.i : m.j+1])}
	case spatial:
		return Feedback{either(m.straight, WarnStraightKeys, WarnKeyPattern), []string{SuggestLongerPattern}}
	case repeated:
		return Feedback{either(m.single, WarnRepeatedUnit, WarnRepeatedPart), []string{SuggestNoRepeats}}
	case sequence:
		return Feedback{WarnSequence, []string{SuggestNoSequences}}
	case recentYear:
		return Feedback{WarnRecentYear, []string{SuggestNoYears, SuggestNoOwnYears}}
	case date:
		return Feedback{WarnDate, []string{SuggestNoOwnDates}}
	}
	return Feedback{}
}

func either(first bool, a, b string) string {
	if first {
		return a
	}
	return b
}

func (m match) wordWarning(alone bool) string {
	switch m.list {
	case passwords:
		return m.passwordWarning(alone)
	case wikipedia:
		return either(alone, WarnWord, "")
	case surnames, maleNames, femaleNames:
		return either(alone, WarnName, WarnCommonName)
	}
	return ""
}

func (m match) passwordWarning(alone bool) string {
	switch {
	case alone && !m.leet && !m.reversed && m.rank <= 10:
		return WarnTop10
	case alone && !m.leet && !m.reversed && m.rank <= 100:
		return WarnTop100
	case alone && !m.leet && !m.reversed:
		return WarnCommon
	case m.guesses <= 1e4:
		return WarnLikeCommon
	}
	return ""
}

func (m match) wordSuggestions(token []uint16) (all []string) {
	upper, small := count(token, isUpper), count(token, isLower)
	switch {
	case upper == 1 && len(token) > 1 && isUpper(token[0]):
		all = append(all, SuggestNoCapital)
	case upper > 0 && small == 0:
		all = append(all, SuggestNoAllCapitals)
	}
	if m.reversed && len(token) >= 4 {
		all = append(all, SuggestNoReversal)
	}
	if m.leet {
		all = append(all, SuggestNoSubstitution)
	}
	return all
}
