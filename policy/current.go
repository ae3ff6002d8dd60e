// SPDX-License-Identifier: Apache-2.0

package policy

var currentStatements = map[string]definition{
	"not_current":  {"not_current", single, buildNotCurrent},
	"min_distance": {"min_distance 4", larger, buildMinDistance},
}

// buildNotCurrent compares with the password in force where the request
// carries it (OpenSearch's account API). Changing only the case of letters
// doesn't make a new password.
func buildNotCurrent(b *builder, args []string) error {
	if len(args) != 0 {
		return expected("no arguments", args, b.usage)
	}
	b.add("Choose a password that differs from the current one by more than upper and lower case.", nil,
		func(c *candidate) bool { current, known := c.foldedCurrent(); return known && c.folded() == current })
	return nil
}

// foldedCurrent is the password in force in the form in which it is compared,
// if it is known and short enough to be anything like the new one.
func (d *candidate) foldedCurrent() (string, bool) {
	if !d.HasCurrent || muchLonger(d.Current, d.Password) {
		return "", false
	}
	return fold(d.Current), true
}
