// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

var usernameStatements = map[string]definition{
	"username": {"username equals contains reversed", single, buildUsername},
}

// shortestContained is the length from which a user name may not occur inside
// a password. Shorter ones ("al", "a") occur by chance in good passwords;
// Windows draws the same line for its complexity rule.
const shortestContained = 3

// ways are how a password may be made from a name.
type ways struct {
	equals, contains, reversed, base bool
}

var wayNames = []string{"equals", "contains", "reversed", "base"}

// buildUsername reads the ways that are refused. Alone it refuses a password
// that equals or contains the user name, forwards or backwards; "base" adds
// the name decorated and in look-alike characters ("J4ne2024!").
func buildUsername(b *builder, args []string) error {
	if len(args) == 0 {
		args = []string{"equals", "contains", "reversed"}
	}
	var w ways
	for i, arg := range args {
		if !slices.Contains(wayNames, arg) || slices.Contains(args[:i], arg) {
			return expected("each at most once of "+strings.Join(wayNames, ", "), args, b.usage)
		}
	}
	w.equals = slices.Contains(args, "equals")
	w.contains = slices.Contains(args, "contains")
	w.reversed = slices.Contains(args, "reversed")
	w.base = slices.Contains(args, "base")
	b.add(w.message("your user name"), []Param{{"refused", strings.Join(args, " ")}},
		func(c *candidate) bool { return w.derived(c, c.Username) })
	return nil
}

func (w ways) message(what string) string {
	verb, how := "Don't use "+what+" as the password", ""
	if w.contains {
		verb = "Don't use " + what + " in the password"
	}
	if w.reversed {
		how = ", neither forwards nor backwards"
	}
	if w.base {
		how += ", not with look-alike characters or additions at its ends either"
	}
	return fmt.Sprintf("%s%s.", verb, how)
}

// derived reports whether the password is made from the name. Of an address
// "jane@example.com" the part before the "@" is a name, too.
func (w ways) derived(c *candidate, name string) bool {
	if name == "" {
		return false
	}
	folded := fold(name)
	if w.derivedFrom(c, folded) {
		return true
	}
	local, _, found := strings.Cut(folded, "@")
	return found && local != "" && w.derivedFrom(c, local)
}

func (w ways) derivedFrom(c *candidate, name string) bool {
	if w.matches(c.folded(), name) {
		return true
	}
	if w.reversed && w.matches(c.folded(), reversed(name)) {
		return true
	}
	return w.base && c.hasBase(func(form []byte) bool { return string(form) == name })
}

func (w ways) matches(password, name string) bool {
	if password == name {
		return w.equals || w.contains || w.reversed
	}
	return w.contains && utf8.RuneCountInString(name) >= shortestContained && strings.Contains(password, name)
}
