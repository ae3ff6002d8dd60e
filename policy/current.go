// SPDX-License-Identifier: Apache-2.0

package policy

var currentStatements = map[string]definition{
	"not_current": {"not_current", single, buildNotCurrent},
}

// buildNotCurrent compares with the password in force where the request
// carries it (OpenSearch's account API). Changing only the case of letters
// doesn't make a new password.
func buildNotCurrent(b *builder, args []string) error {
	if len(args) != 0 {
		return expected("no arguments", args, "not_current")
	}
	b.add("Choose a password that differs from the current one by more than upper and lower case.", nil,
		func(c *candidate) bool { return c.HasCurrent && c.folded() == fold(c.Current) })
	return nil
}
