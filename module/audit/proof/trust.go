// SPDX-License-Identifier: Apache-2.0

package proof

import (
	"fmt"

	"golang.org/x/mod/sumdb/note"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/audit/seal"
)

// trust is which keys may sign checkpoints, and up to which size.
type trust struct {
	known []note.Verifier      // whose signatures can be checked
	keys  map[string]*standing // by verifier key
	order []*standing          // as trust was gained
	hash  map[uint32]*standing // by key hash
}

// standing is a key's.
type standing struct {
	verifier note.Verifier
	text     string
	why      string // given, directory, vouched; empty: not trusted
	until    int64  // last size it may sign alone; -1: no end
}

// newTrust starts with the auditor's keys, or with the trail's own first one.
// The other keys beside the trail are known, but not trusted until a trusted
// one has vouched for them.
func newTrust(dir string, id audit.Identity, given []string) (*trust, error) {
	t := &trust{keys: make(map[string]*standing), hash: make(map[uint32]*standing)}
	for _, key := range given {
		if err := t.add(key, "given"); err != nil {
			return nil, err
		}
	}
	if len(given) == 0 {
		if err := t.add(id.Verifier, "directory"); err != nil {
			return nil, err
		}
	}
	beside, err := audit.VerifierKeys(dir)
	if err != nil {
		return nil, err
	}
	for _, key := range beside {
		t.add(key, "") // what isn't a key there can't have signed anything
	}
	return t, nil
}

func (t *trust) add(key, why string) error {
	if t.keys[key] != nil {
		return nil
	}
	v, err := note.NewVerifier(key)
	if err != nil {
		return fmt.Errorf("reading a verifier key: expected name+hash+key as passgate printed it: %w", err)
	}
	if t.hash[v.KeyHash()] != nil {
		return nil // hashes are short; the first, trusted one has it
	}
	s := &standing{verifier: v, text: key, why: why, until: -1}
	t.known = append(t.known, v)
	t.keys[key], t.hash[v.KeyHash()] = s, s
	if why != "" {
		t.order = append(t.order, s)
	}
	return nil
}

// change takes a key change from the trail. It reports false if the new key
// isn't trusted by it.
func (t *trust) change(seq int64, c *audit.KeyChange) bool {
	if err := t.add(c.New, ""); err != nil || t.keys[c.New] == nil {
		return false
	}
	next, old := t.keys[c.New], t.keys[c.Old]
	vouched := old != nil && old.why != "" && seal.Vouches(old.verifier, c.New, c.Signature)
	if next.why == "" && !vouched {
		return false // and the old key's signatures count on: anybody can write such a record
	}
	if old != nil && old.why != "" {
		old.until = seq + 1 // the checkpoint right after is signed by both
	}
	if next.why == "" {
		next.why = "vouched"
		t.order = append(t.order, next)
	}
	return true
}

// signed reports whether one of the signers could sign a tree of that size.
func (t *trust) signed(size int64, signers []uint32) bool {
	for _, hash := range signers {
		if s := t.hash[hash]; s != nil && s.why != "" && (s.until < 0 || size <= s.until) {
			return true
		}
	}
	return false
}

func (t *trust) report() []Key {
	var keys []Key
	for _, s := range t.order {
		keys = append(keys, Key{Verifier: s.text, Trust: s.why})
	}
	return keys
}
