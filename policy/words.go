// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"slices"
)

// Words that attackers try first: the common passwords of the world
// (blocklist) and those of the organisation (context_words). How a password
// is compared with them is the statement's first word:
//
//   - whole: the password is the word, whatever its case.
//   - base (the default): also the word decorated, in look-alike characters,
//     repeated or backwards; for context words, several of them joined.
//   - contains: the word, of four characters or more (three for context
//     words), anywhere in the password. NIST SP 800-63B-4 §3.1.1.2 forbids
//     that one.
var wordStatements = map[string]definition{
	"context_words": {"context_words acme rocket", additive, buildContextWords},
	"blocklist":     {"blocklist common", additive, buildBlocklist},
}

var compareModes = []string{"whole", "base", "contains"}

// modeOf takes the way of comparing off the arguments, if it is there.
func modeOf(args []string) (string, []string) {
	if len(args) > 1 && slices.Contains(compareModes, args[0]) {
		return args[0], args[1:]
	}
	return "base", args
}

func buildContextWords(b *builder, args []string) error {
	mode, words := modeOf(args)
	if len(words) == 0 {
		return expected("words of the organisation", args, b.usage)
	}
	if len(words) == 2 && words[0] == "file" {
		list, err := b.load(words[1])
		if err != nil {
			return err
		}
		b.addContext(mode, words[1], list)
		return nil
	}
	for _, word := range words {
		p := appendPlain(nil, word)
		if len(p) == 0 || mode == "contains" && len(p) < shortestContained {
			return expected("words of the organisation, to search for of at least three letters", args, b.usage)
		}
	}
	b.addContext(mode, "", NewWords(words))
	return nil
}

func (b *builder) addContext(mode, file string, words *Words) {
	params := []Param{{"compared", mode}}
	if file != "" {
		params = append(params, Param{"file", file})
	}
	switch mode {
	case "whole":
		b.add("Don't use a word that belongs to this organisation as the password.", params,
			func(c *candidate) bool { return words.current().has(c.plain()) })
	case "contains":
		b.add("Don't use words that belong to this organisation in the password.", params,
			func(c *candidate) bool { return words.current().within(c.plain(), shortestContained) })
	default:
		b.add("Don't build the password from words that belong to this organisation; changing letters to look-alikes or adding digits and signs is not enough.",
			params, func(c *candidate) bool { return c.hasBase((*joinedWords)(words.current())) })
	}
}

func buildBlocklist(b *builder, args []string) error {
	mode, list := modeOf(args)
	switch {
	case len(list) == 1 && list[0] == "common":
		b.addBlocklist(mode, "common", commonPasswords)
	case len(list) == 2 && list[0] == "file":
		words, err := b.load(list[1])
		if err != nil {
			return err
		}
		b.addBlocklist(mode, list[1], words.current)
	default:
		return expected(`the list "common", or "file" and its path`, args, b.usage)
	}
	return nil
}

func (b *builder) addBlocklist(mode, name string, words func() *wordSet) {
	words() // unpacked now, so that no request waits
	params := []Param{{"list", name}, {"compared", mode}}
	switch mode {
	case "whole":
		b.add("Choose a password that isn't on the list of common passwords.", params,
			func(c *candidate) bool { return words().has(c.plain()) })
	case "contains":
		b.add("Choose a password that doesn't contain a common password.", params,
			func(c *candidate) bool { return words().within(c.plain(), shortestPart) })
	default:
		b.add("Choose a password that isn't a common one; changing letters to look-alikes or adding digits and signs to a common password is not enough.",
			params, func(c *candidate) bool { return c.hasBase(words()) })
	}
}
