// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Names: what an attacker knows about the person. The user name comes with
// every change, the attributes where the request carries them.
var nameStatements = map[string]definition{
	"username":  {"username equals contains reversed", single, buildUsername},
	"full_name": {"full_name contains parts", single, buildFullName},
	"email":     {"email contains parts", single, buildEmail},
}

func buildUsername(b *builder, args []string) error {
	return b.addName("your user name", args, []string{"equals", "contains", "reversed"},
		func(c *candidate) string { return c.Username })
}

func buildFullName(b *builder, args []string) error {
	return b.addName("your name", args, []string{"equals", "contains", "reversed", "parts"},
		func(c *candidate) string { return c.FullName })
}

func buildEmail(b *builder, args []string) error {
	return b.addName("your mail address", args, []string{"equals", "contains", "reversed"},
		func(c *candidate) string { return c.Email })
}

// addName adds the rule that a password isn't made from a name in the ways
// listed, or, if none is, in the usual ones.
func (b *builder) addName(what string, args, usual []string, name func(*candidate) string) error {
	if len(args) == 0 {
		args = usual
	}
	w, err := b.parseWays(args)
	if err != nil {
		return err
	}
	b.add(w.message(what), []Param{{"refused", strings.Join(args, " ")}},
		func(c *candidate) bool { return w.derived(c, name(c)) })
	return nil
}

// ways are how a password may not be made from a name.
type ways struct {
	equals   bool // it is the name
	contains bool // the name is somewhere in it
	reversed bool // backwards counts as well, for both of these
	leet     bool // it contains the name in look-alike characters
	base     bool // it is the name once decoration and look-alikes are undone
	parts    bool // each word of the name counts as a name

	similarity float64 // it is this similar to the name, 0 for never
	least      int     // characters of the shortest name searched for
	leastPart  int     // characters of the shortest part searched for
}

// The shortest names that are searched for inside a password. Shorter ones
// occur by chance in good passwords; Windows draws the first line for its
// complexity rule, and parts of names are more often ordinary words.
const (
	shortestContained = 3
	shortestPart      = 4
)

var wayNames = []string{"equals", "contains", "reversed", "leet", "base", "parts", "similarity RATIO", "min LENGTH"}

func (b *builder) parseWays(args []string) (ways, error) {
	w := ways{least: shortestContained, leastPart: shortestPart}
	flags := map[string]*bool{"equals": &w.equals, "contains": &w.contains, "reversed": &w.reversed,
		"leet": &w.leet, "base": &w.base, "parts": &w.parts}
	for i := 0; i < len(args); i++ {
		if slices.Contains(args[:i], args[i]) {
			return w, expected("each at most once of "+strings.Join(wayNames, ", "), args, b.usage)
		}
		if flag, ok := flags[args[i]]; ok {
			*flag = true
			continue
		}
		if i++; i == len(args) {
			return w, expected("each at most once of "+strings.Join(wayNames, ", "), args, b.usage)
		}
		if err := w.parseValue(args[i-1], args[i], b); err != nil {
			return w, err
		}
	}
	if !w.equals && !w.contains && !w.reversed && !w.leet && !w.base && w.similarity == 0 {
		return w, expected("at least one of equals, contains, reversed, leet, base and similarity", args, b.usage)
	}
	return w, nil
}

func (w *ways) parseValue(way, value string, b *builder) (err error) {
	switch way {
	case "similarity":
		w.similarity, err = strconv.ParseFloat(value, 64)
		if err != nil || !(w.similarity >= 0.3 && w.similarity <= 1) {
			return expected("a ratio from 0.3 to 1 after similarity", []string{value}, "similarity 0.7")
		}
		return nil
	case "min":
		w.least, err = number(value, "min 4", 64)
		w.leastPart = w.least
		return err
	}
	return expected("each at most once of "+strings.Join(wayNames, ", "), []string{way}, b.usage)
}

func (w ways) message(what string) string {
	if w.parts {
		what += " or parts of it"
	}
	verb := "Don't use " + what + " as the password"
	if w.contains || w.leet {
		verb = "Don't use " + what + " in the password"
	}
	how := ""
	if w.reversed {
		how = ", neither forwards nor backwards"
	}
	if w.base || w.leet {
		how += ", not with look-alike characters or additions at its ends either"
	}
	if w.similarity > 0 {
		how += ", nor anything similar to it"
	}
	return fmt.Sprintf("%s%s.", verb, how)
}

// derived reports whether the password is made from the name. Of an address
// "jane@example.com" the part before the "@" is a name, too.
func (w ways) derived(c *candidate, name string) bool {
	if name == "" || muchLonger(name, c.Password) {
		return false
	}
	folded := fold(name)
	if w.derivedFrom(c, folded, w.least) {
		return true
	}
	if local, _, ok := strings.Cut(folded, "@"); ok && local != "" && w.derivedFrom(c, local, w.least) {
		return true
	}
	return w.parts && slices.ContainsFunc(partsOf(folded), func(part string) bool {
		return utf8.RuneCountInString(part) >= w.leastPart && w.derivedFrom(c, part, w.leastPart)
	})
}

// mostParts bounds the work on a name that is none; people's have fewer.
const mostParts = 16

func partsOf(name string) []string {
	parts := strings.FieldsFunc(name, betweenParts)
	return parts[:min(len(parts), mostParts)]
}

// muchLonger reports whether a text is so much longer than another that no
// folding makes it a part of that one; it keeps the work within the
// password's length.
func muchLonger(text, than string) bool { return len(text) > 16*len(than)+64 }

func betweenParts(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
}

func (w ways) derivedFrom(c *candidate, name string, least int) bool {
	searched := utf8.RuneCountInString(name) >= least
	var backwards, plain [64]byte // room on the stack
	switch {
	case w.matches(c.folded(), name, searched):
		return true
	case w.reversed && w.matches(c.folded(), string(appendReversed(backwards[:0], name)), searched):
		return true
	case w.similarity > 0 && similarity([]rune(c.folded()), []rune(name)) >= w.similarity:
		return true
	case w.leet && searched && c.containsLeet(appendPlain(plain[:0], name)):
		return true
	}
	c.search.name.name = name
	return w.base && c.hasBase(&c.search.name)
}

func (w ways) matches(password, name string, searched bool) bool {
	if password == name {
		return w.equals || w.contains || w.reversed
	}
	return w.contains && searched && strings.Contains(password, name)
}

// containsLeet reports whether a reading of the password contains the name.
func (d *candidate) containsLeet(name []byte) bool {
	if len(name) == 0 {
		return false
	}
	for _, read := range d.read() {
		if bytes.Contains(read, name) {
			return true
		}
	}
	return bytes.Contains(d.plain(), name)
}
