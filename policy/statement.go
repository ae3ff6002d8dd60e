// SPDX-License-Identifier: Apache-2.0

package policy

import "strings"

// Statement is one line of a policy as in the Caddyfile, already split into
// words: {"min_length", ["15"]}.
type Statement struct {
	Name string
	Args []string
}

// String writes the statement the way a policy file spells it, quoting the
// arguments that need it.
func (s Statement) String() string {
	var b strings.Builder
	b.WriteString(s.Name)
	for _, arg := range s.Args {
		b.WriteByte(' ')
		b.WriteString(quoted(arg))
	}
	return b.String()
}

// quoted puts an argument into quotes if it would not read back as one word.
// As in a Caddyfile, a backslash inside quotes escapes only a quote.
func quoted(arg string) string {
	if arg != "" && !strings.ContainsAny(arg, " \t\r\n\"#`{}") {
		return arg
	}
	if strings.HasSuffix(arg, `\`) || strings.Contains(arg, `\"`) {
		return "`" + arg + "`"
	}
	return `"` + strings.ReplaceAll(arg, `"`, `\"`) + `"`
}

// StatementError says which statement of a policy is wrong, and why: what was
// expected, what was found, and how to fix it.
type StatementError struct {
	Index int // of the statement in the slice given to New
	Err   error
}

func (e StatementError) Error() string { return e.Err.Error() }

// Unwrap returns the reason.
func (e StatementError) Unwrap() error { return e.Err }
