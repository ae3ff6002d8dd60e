// SPDX-License-Identifier: Apache-2.0

package history

import (
	"crypto/rand"
	"crypto/subtle"
	"time"

	"golang.org/x/crypto/argon2"
)

// User is whose passwords are remembered.
type User struct{ Cluster, Name string }

// Key is where a record is kept: a keyed digest.
type Key string

// Cost is how dear one guess is made. The zero value is the default: argon2id
// with 19 MiB and two passes (OWASP Password Storage Cheat Sheet).
type Cost struct {
	KiB    uint32 `json:"kib"`
	Passes uint32 `json:"passes"`
}

var defaultCost = Cost{KiB: 19 << 10, Passes: 2}

// Record is what is kept of one user. One salt serves all entries, so that
// looking costs one hash; two users never share one.
type Record struct {
	Salt    []byte    `json:"salt"`
	Cost    Cost      `json:"cost"`
	Entries []Entry   `json:"entries"` // newest first
	Changed time.Time `json:"changed"` // when the newest was applied
	Set     *Set      `json:"set,omitempty"`
}

// Set says when a password was last applied by a policy that counts ages. It has
// nothing of the user: whose it is, only the key of his record knows.
type Set struct {
	Cluster string    `json:"cluster"`
	Policy  string    `json:"policy"`
	At      time.Time `json:"at"`
}

// Entry is one former password, or the present one.
type Entry struct {
	Pepper string    `json:"pepper"`
	Tag    []byte    `json:"tag"`
	At     time.Time `json:"at"`
	// Candidate is a change whose outcome is not known: it may be in force.
	Candidate bool `json:"candidate,omitempty"`
}

func newRecord(cost Cost) Record {
	r := Record{Salt: make([]byte, 16), Cost: cost}
	_, _ = rand.Read(r.Salt) // never fails (crypto/rand)
	return r
}

// hash is the dear part of looking.
func (r Record) hash(password string) []byte {
	return argon2.IDKey([]byte(password), r.Salt, r.Cost.Passes, r.Cost.KiB, 1, 32)
}

// match finds the entries that hash belongs to, looking at all of them whatever
// it finds on the way.
func (r Record) match(peppers Peppers, hash []byte) []bool {
	tags := make(map[string][]byte, len(peppers))
	for _, p := range peppers {
		tags[p.ID] = p.tag(hash)
	}
	found := make([]bool, len(r.Entries))
	for i, e := range r.Entries {
		tag, known := tags[e.Pepper]
		found[i] = known && subtle.ConstantTimeCompare(tag, e.Tag) == 1
	}
	return found
}
