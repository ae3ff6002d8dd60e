// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"bytes"
	"slices"
)

// Words that attackers try first: the common passwords of the world
// (blocklist) and those of the organisation (context_words). How a password
// is compared with them is the statement's first word:
//
//   - whole: the password is the word, whatever its case.
//   - base (the default): also the word decorated, in look-alike characters,
//     repeated or backwards; for context words, several of them joined.
//   - contains (context words only): the word anywhere in the password. NIST
//     SP 800-63B-4 §3.1.1.2 forbids that one.
var wordStatements = map[string]definition{
	"context_words": {"context_words acme rocket", additive, buildContextWords},
	"blocklist":     {"blocklist common", additive, buildBlocklist},
}

func buildContextWords(b *builder, args []string) error {
	mode, words := "base", args
	if len(args) > 1 && slices.Contains([]string{"whole", "base", "contains"}, args[0]) {
		mode, words = args[0], args[1:]
	}
	var plain []string
	for _, word := range words {
		p := string(appendPlain(nil, word))
		if p == "" || mode == "contains" && len(p) < shortestContained {
			return expected("words of the organisation, to search for of at least three letters", args, b.usage)
		}
		plain = append(plain, p)
	}
	if len(plain) == 0 {
		return expected("words of the organisation", args, b.usage)
	}
	message, broken := contextRule(mode, plain)
	b.add(message, []Param{{"compared", mode}}, broken)
	return nil
}

func contextRule(mode string, words []string) (string, func(*candidate) bool) {
	set := newWordSet(words)
	switch mode {
	case "whole":
		return "Don't use a word that belongs to this organisation as the password.",
			func(c *candidate) bool { return set.has(c.plain()) }
	case "contains":
		return "Don't use words that belong to this organisation in the password.",
			func(c *candidate) bool { return containsAny(c.plain(), words) }
	}
	return "Don't build the password from words that belong to this organisation; changing letters to look-alikes or adding digits and signs is not enough.",
		func(c *candidate) bool {
			return c.hasBase(func(form []byte) bool { return joinedFrom(form, words) })
		}
}

func containsAny(password []byte, words []string) bool {
	return slices.ContainsFunc(words, func(word string) bool { return bytes.Contains(password, []byte(word)) })
}

// longestJoined bounds the search for words that were joined. What is longer
// and still only words of the organisation repeats itself, and is found so.
const longestJoined = 96

// joinedFrom reports whether the form is nothing but words of the list, one or
// several, in any order.
func joinedFrom(form []byte, words []string) bool {
	if len(form) > longestJoined {
		return false
	}
	var reachable [longestJoined + 1]bool // by joining words from the start
	reachable[0] = true
	for at := range form {
		if !reachable[at] {
			continue
		}
		for _, word := range words {
			if end := at + len(word); end <= len(form) && string(form[at:end]) == word {
				reachable[end] = true
			}
		}
	}
	return len(form) > 0 && reachable[len(form)]
}

func buildBlocklist(b *builder, args []string) error {
	mode := "base"
	if len(args) > 0 && (args[0] == "whole" || args[0] == "base") {
		mode, args = args[0], args[1:]
	}
	if len(args) != 1 || args[0] != "common" {
		return expected(`the list "common"`, args, b.usage)
	}
	message := "Choose a password that isn't on the list of common passwords."
	broken := func(c *candidate) bool { return commonPasswords().has(c.plain()) }
	if mode == "base" {
		message = "Choose a password that isn't a common one; changing letters to look-alikes or adding digits and signs to a common password is not enough."
		broken = func(c *candidate) bool { return c.hasBase(commonPasswords().has) }
	}
	b.add(message, []Param{{"list", "common"}, {"compared", mode}}, broken)
	return nil
}
