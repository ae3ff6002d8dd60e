// SPDX-License-Identifier: Apache-2.0

package signoff

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"strings"

	"golang.org/x/crypto/ssh"
)

// Signers says whose key is whose, as ssh-keygen's allowed_signers file does:
// a line for each key, the names it may sign for first. Options are not
// supported, and a line that has some is refused, because they restrict.
type Signers struct {
	byKey map[string][]string
}

// ReadSigners reads an allowed_signers file.
func ReadSigners(path string) (*Signers, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading the allowed signers: %w", err)
	}
	s := &Signers{byKey: make(map[string][]string)}
	lines := bufio.NewScanner(bytes.NewReader(content))
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || line[0] == '#' {
			continue
		}
		names, rest, _ := strings.Cut(line, " ")
		key, _, options, _, err := ssh.ParseAuthorizedKey([]byte(rest))
		if err != nil || len(options) > 0 {
			return nil, fmt.Errorf("%s:%d: expected names and a public key without options", path, n)
		}
		id := string(key.Marshal())
		s.byKey[id] = append(s.byKey[id], strings.Split(names, ",")...)
	}
	return s, nil
}

// Trust is how far a review's signature can be relied on.
type Trust string

// The degrees of trust.
const (
	Broken  Trust = "broken"  // see Review.Err
	Unknown Trust = "unknown" // signed, but nobody has said whose key this is
	Foreign Trust = "foreign" // signed with a key that is not the named reviewer's
	Known   Trust = "known"   // signed with the named reviewer's key
)

// Trust judges a review. Without signers every sound signature is Unknown.
func (s *Signers) Trust(r *Review) Trust {
	switch {
	case r.Err != nil:
		return Broken
	case s == nil:
		return Unknown
	}
	names, listed := s.byKey[string(r.Key.Marshal())]
	for _, name := range names {
		if name == r.Reviewer {
			return Known
		}
	}
	if listed {
		return Foreign
	}
	return Unknown
}
