// SPDX-License-Identifier: Apache-2.0

package history

import (
	"bytes"
	"errors"
	"fmt"
	"time"
)

// MaxEntries is how many passwords of a user are kept at the most.
const MaxEntries = 100

// Book looks former passwords up and writes new ones down. It is safe for
// concurrent use as far as its store is.
type Book struct {
	store   Store
	peppers Peppers
	cost    Cost
	now     func() time.Time
}

// Options of a Book. Cost and Now have defaults.
type Options struct {
	Peppers Peppers
	Cost    Cost
	Now     func() time.Time
}

// NewBook returns a book over a store.
func NewBook(store Store, o Options) (*Book, error) {
	if err := o.Peppers.check(); err != nil {
		return nil, err
	}
	if o.Cost == (Cost{}) {
		o.Cost = defaultCost
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Book{store: store, peppers: o.Peppers, cost: o.Cost, now: o.Now}, nil
}

// Limit says how far back a password counts as used: so many passwords, so
// long, or both (whichever reaches further). The zero value reaches nowhere.
type Limit struct {
	Count int
	For   time.Duration
}

// Look is what a book has to say about a candidate.
type Look struct {
	// InForce: it is the present password, or the candidate of a change whose
	// outcome is not known. Sending it again changes nothing.
	InForce bool
	// Candidate: it is in force only if a change with an unknown outcome was made.
	Candidate bool
	// Used: it is one of those the limit reaches.
	Used bool
	// Since is when the present password was applied; zero if that isn't known.
	Since time.Time
}

// Look looks a candidate up. It takes the same work for every user.
func (b *Book) Look(u User, password string, limit Limit) (Look, error) {
	record, _, err := b.load(u)
	if err != nil {
		return Look{}, err
	}
	found := record.match(b.peppers, record.hash(password))
	look := Look{Since: record.Changed}
	applied := 0 // how many confirmed ones stand before
	for i, e := range record.Entries {
		if found[i] {
			inForce := e.Candidate || applied == 0
			look.InForce, look.Candidate = look.InForce || inForce, e.Candidate
			look.Used = look.Used || applied < limit.Count || b.now().Sub(e.At) < limit.For
		}
		if !e.Candidate {
			applied++
		}
	}
	return look, nil
}

// load returns a user's record wherever a pepper has put it, or a new one.
func (b *Book) load(u User) (Record, Key, error) {
	for _, pepper := range b.peppers {
		key := pepper.key(u)
		record, ok, err := b.store.Load(key)
		if err != nil {
			return Record{}, "", fmt.Errorf("reading the password history: %w", err)
		}
		if ok {
			return record, key, nil
		}
	}
	return newRecord(b.cost), b.peppers[0].key(u), nil
}

// Learn writes down a password that the cluster has applied. It is durable when
// Learn returns. keep is how far back any policy looks.
func (b *Book) Learn(u User, password string, keep Limit) error {
	return b.write(u, password, keep, false)
}

// Suspect writes down a password of which nobody knows whether it was applied.
// It starts no age, and counts as in force and as used until a confirmed one follows.
func (b *Book) Suspect(u User, password string, keep Limit) error {
	return b.write(u, password, keep, true)
}

// errRaced is a record that another writer made first, with another salt.
var errRaced = errors.New("the record has been made by another writer meanwhile")

func (b *Book) write(u User, password string, keep Limit, candidate bool) error {
	var err error
	for range 3 { // a lost race is lost once: then the record is there
		if err = b.tryWrite(u, password, keep, candidate); !errors.Is(err, errRaced) {
			break
		}
	}
	if err != nil {
		return fmt.Errorf("writing the password history: %w", err)
	}
	return nil
}

func (b *Book) tryWrite(u User, password string, keep Limit, candidate bool) error {
	known, key, err := b.load(u)
	if err != nil {
		return err
	}
	hash := known.hash(password)
	entry := Entry{Pepper: b.peppers[0].ID, Tag: b.peppers[0].tag(hash), At: b.now(), Candidate: candidate}
	return b.store.Update(key, func(r Record, ok bool) (Record, error) {
		if !ok {
			r = known
		}
		if !bytes.Equal(r.Salt, known.Salt) {
			return r, errRaced
		}
		return b.add(r, entry, r.match(b.peppers, hash), keep), nil
	})
}

// add puts an entry in front. An entry of the same password moves instead of
// standing twice, and a confirmed one settles all that was suspected before:
// whether that was in force for a while or never, it counts as used.
func (b *Book) add(r Record, entry Entry, same []bool, keep Limit) Record {
	entries := []Entry{entry}
	for i, e := range r.Entries {
		if same[i] {
			continue
		}
		e.Candidate = e.Candidate && entry.Candidate
		entries = append(entries, e)
	}
	if !entry.Candidate {
		r.Changed = entry.At
	}
	r.Entries = b.cut(entries, keep)
	return r
}

// cut drops what no limit reaches any more; the present one always stays.
func (b *Book) cut(entries []Entry, keep Limit) []Entry {
	kept := entries[:0:0]
	for i, e := range entries {
		if i == 0 || i < keep.Count || e.Candidate || b.now().Sub(e.At) < keep.For {
			kept = append(kept, e)
		}
		if len(kept) == MaxEntries {
			break
		}
	}
	return kept
}

// NoteSet writes down that a password of the user has been applied now, and which
// policy counts its age. It learns nothing of the password.
func (b *Book) NoteSet(u User, policy string) error {
	known, key, err := b.load(u)
	if err != nil {
		return err
	}
	err = b.store.Update(key, func(r Record, ok bool) (Record, error) {
		if !ok {
			r = known
		}
		r.Set = &Set{Cluster: u.Cluster, Policy: policy, At: b.now()}
		return r, nil
	})
	if err != nil {
		return fmt.Errorf("writing the password history: %w", err)
	}
	return nil
}

// Sets calls visit for every user of whom NoteSet has been told.
func (b *Book) Sets(visit func(Set)) error {
	err := b.store.Each(func(r Record) {
		if r.Set != nil {
			visit(*r.Set)
		}
	})
	if err != nil {
		return fmt.Errorf("reading the password history: %w", err)
	}
	return nil
}

// Forget removes a user, as when he was deleted.
func (b *Book) Forget(u User) error {
	for _, pepper := range b.peppers {
		if err := b.store.Delete(pepper.key(u)); err != nil {
			return fmt.Errorf("deleting a password history: %w", err)
		}
	}
	return nil
}
