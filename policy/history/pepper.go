// SPDX-License-Identifier: Apache-2.0

package history

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
)

// PepperSize is the least length of a pepper in bytes.
const PepperSize = 32

// Pepper is a secret kept apart from the store (NIST SP 800-63B-4, section
// 3.1.1.2: a keyed step whose key is stored separately).
type Pepper struct {
	ID  string // stored with each entry, so that peppers can be rotated
	Key []byte
}

// Peppers are the secrets of a store. The first makes new entries; the others
// are only recognised, until their entries have gone.
type Peppers []Pepper

func (p Peppers) check() error {
	if len(p) == 0 {
		return errors.New("expected at least one pepper, found none; generate one")
	}
	seen := make(map[string]bool)
	for _, pepper := range p {
		if pepper.ID == "" || seen[pepper.ID] {
			return fmt.Errorf("expected each pepper to have an id of its own, found %q again or empty", pepper.ID)
		}
		if len(pepper.Key) < PepperSize {
			return fmt.Errorf("expected pepper %s to have %d bytes or more, found fewer", pepper.ID, PepperSize)
		}
		seen[pepper.ID] = true
	}
	return nil
}

// tag binds a password's hash to the pepper.
func (p Pepper) tag(hash []byte) []byte { return p.mac("tag", hash) }

// key is where a user's record is found; it tells neither cluster nor name.
func (p Pepper) key(u User) Key {
	return Key(p.mac("key", []byte(u.Cluster), []byte(u.Name)))
}

// mac separates its uses and its parts, so that no two inputs meet.
func (p Pepper) mac(use string, parts ...[]byte) []byte {
	h := hmac.New(sha256.New, p.Key)
	for _, part := range append([][]byte{[]byte(use)}, parts...) {
		var length [8]byte
		binary.BigEndian.PutUint64(length[:], uint64(len(part)))
		h.Write(length[:])
		h.Write(part)
	}
	return h.Sum(nil)
}
