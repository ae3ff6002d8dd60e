// SPDX-License-Identifier: Apache-2.0

package module

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/passgate/passgate/module/dialect"
	"github.com/passgate/passgate/policy"
)

// PolicyConfig is a policy as it is written down.
type PolicyConfig struct {
	// Name is how a site's `policy` option and the trail call it.
	Name string `json:"name"`

	// Statements are its lines, each a rule's name and its arguments.
	Statements [][]string `json:"statements,omitempty"`
}

func (c PolicyConfig) compile(options ...policy.Option) (*policy.Policy, error) {
	if c.Name == "" {
		return nil, errors.New("expected a name, found none; the trail calls the policy by it")
	}
	if len(c.Statements) == 0 {
		return nil, errors.New("expected at least one rule or preset in the policy, found none; without one it would allow every password")
	}
	statements := make([]policy.Statement, 0, len(c.Statements))
	for i, words := range c.Statements {
		if len(words) == 0 {
			return nil, errors.New("expected a rule's name, found an empty statement; remove it")
		}
		if err := plainWords(words); err != nil {
			return nil, policy.StatementError{Index: i, Err: err}
		}
		statements = append(statements, policy.Statement{Name: words[0], Args: words[1:]})
	}
	p, err := policy.New(c.Name, statements, options...)
	if err != nil {
		return nil, err
	}
	if !p.Demanding() {
		return nil, errors.New("expected at least one rule or preset in the policy, found none; without one it would allow every password")
	}
	if operations := operations(); !p.Selects("operation", operations) {
		i := slices.IndexFunc(statements, func(s policy.Statement) bool { return s.Name == "operation" })
		return nil, policy.StatementError{Index: i, Err: fmt.Errorf("operation: expected one or more of %s, found none; the policy would never match",
			strings.Join(operations, ", "))}
	}
	return p, nil
}

func operations() []string {
	var names []string
	for _, op := range dialect.Operations() {
		names = append(names, string(op))
	}
	return names
}

// placeholder is Caddy's own, which it would replace while it runs.
var placeholder = regexp.MustCompile(`^\{(env|file|system|time)\.[^{}]*\}$`)

// plainWords refuses what would not be the word it looks like: a rule is compiled
// before any placeholder has a value, and of bytes that aren't UTF-8 Caddy leaves
// only U+FFFD.
func plainWords(statement []string) error {
	for _, word := range statement {
		if strings.ContainsRune(word, utf8.RuneError) {
			return fmt.Errorf("%s: expected UTF-8, found other bytes in %q; save the file as UTF-8", statement[0], word)
		}
		if name := placeholder.FindString(word); name != "" {
			return fmt.Errorf("%s: expected words, found the placeholder %s, which is not replaced in a policy; "+
				"write the value, or {$NAME} for a variable that is read when the Caddyfile is", statement[0], name)
		}
	}
	return nil
}
