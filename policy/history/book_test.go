// SPDX-License-Identifier: Apache-2.0

package history

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"
)

// cheap keeps tests quick; the default cost has a benchmark.
var cheap = Cost{KiB: 8, Passes: 1}

var bob = User{Cluster: "es", Name: "bob"}

func pepper(id string) Pepper { return Pepper{ID: id, Key: bytes.Repeat([]byte(id), PepperSize)} }

// clock is a time that tests set.
type clock struct{ now time.Time }

func newBook(t *testing.T, store Store, c *clock, ids ...string) *Book {
	t.Helper()
	var peppers Peppers
	for _, id := range ids {
		peppers = append(peppers, pepper(id))
	}
	b, err := NewBook(store, Options{Peppers: peppers, Cost: cheap, Now: func() time.Time { return c.now }})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func learn(t *testing.T, b *Book, c *clock, keep Limit, passwords ...string) {
	t.Helper()
	for _, p := range passwords {
		c.now = c.now.Add(time.Hour)
		if err := b.Learn(bob, p, keep); err != nil {
			t.Fatal(err)
		}
	}
}

func look(t *testing.T, b *Book, password string, limit Limit) string {
	t.Helper()
	l, err := b.Look(bob, password, limit)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%v %v", l.InForce, l.Used)
}

func TestCount(t *testing.T) {
	t.Parallel()
	c := &clock{now: time.Unix(1e9, 0)}
	b := newBook(t, new(Memory), c, "a")
	three := Limit{Count: 3}
	learn(t, b, c, three, "one", "two", "three", "four")
	for password, want := range map[string]string{
		"four": "true true", "three": "false true", "two": "false true", "one": "false false", "never": "false false",
	} {
		if got := look(t, b, password, three); got != want {
			t.Errorf("%s: in force and used: %s, want %s", password, got, want)
		}
	}
	if got := look(t, b, "two", Limit{Count: 2}); got != "false false" {
		t.Errorf("a shorter limit reaches as far: %s", got)
	}
}

func TestDuration(t *testing.T) {
	t.Parallel()
	c := &clock{now: time.Unix(1e9, 0)}
	b := newBook(t, new(Memory), c, "a")
	day := Limit{For: 24 * time.Hour}
	learn(t, b, c, day, "one", "two")
	if got := look(t, b, "one", day); got != "false true" {
		t.Errorf("an hour later: %s", got)
	}
	c.now = c.now.Add(25 * time.Hour)
	if got := look(t, b, "one", day); got != "false false" {
		t.Errorf("a day later: %s", got)
	}
	if got := look(t, b, "two", day); got != "true false" {
		t.Errorf("the present one, a day later: %s", got)
	}
}

// The same password again moves; it does not push others out.
func TestRepeated(t *testing.T) {
	t.Parallel()
	c := &clock{now: time.Unix(1e9, 0)}
	b := newBook(t, new(Memory), c, "a")
	three := Limit{Count: 3}
	learn(t, b, c, three, "one", "two", "two", "two")
	if got := look(t, b, "one", three); got != "false true" {
		t.Errorf("pushed out: %s", got)
	}
}

// A change whose outcome nobody knows counts as in force, so that sending it
// again is no reuse; it starts no age; and the next confirmed one settles it.
func TestSuspect(t *testing.T) {
	t.Parallel()
	c := &clock{now: time.Unix(1e9, 0)}
	b := newBook(t, new(Memory), c, "a")
	two := Limit{Count: 2}
	learn(t, b, c, two, "one")
	applied := c.now
	c.now = c.now.Add(time.Hour)
	if err := b.Suspect(bob, "maybe", two); err != nil {
		t.Fatal(err)
	}
	for password, want := range map[string]string{"maybe": "true true", "one": "true true"} {
		if got := look(t, b, password, two); got != want {
			t.Errorf("%s: %s, want %s", password, got, want)
		}
	}
	if l, _ := b.Look(bob, "x", two); !l.Since.Equal(applied) {
		t.Errorf("the age starts at %v, want %v", l.Since, applied)
	}
	learn(t, b, c, Limit{Count: 3}, "two")
	for password, want := range map[string]string{"two": "true true", "maybe": "false true", "one": "false true"} {
		if got := look(t, b, password, Limit{Count: 3}); got != want {
			t.Errorf("settled, %s: %s, want %s", password, got, want)
		}
	}
}

// New peppers make new entries; old ones are recognised as long as they are listed.
func TestPepperRotation(t *testing.T) {
	t.Parallel()
	c, store := &clock{now: time.Unix(1e9, 0)}, new(Memory)
	limit := Limit{Count: 5}
	learn(t, newBook(t, store, c, "old"), c, limit, "one")
	both := newBook(t, store, c, "new", "old")
	if got := look(t, both, "one", limit); got != "true true" {
		t.Errorf("after rotation: %s", got)
	}
	learn(t, both, c, limit, "two")
	if got := look(t, both, "one", limit) + look(t, both, "two", limit); got != "false true"+"true true" {
		t.Errorf("with entries of both: %s", got)
	}
	if got := look(t, newBook(t, store, c, "new"), "one", limit); got != "false false" {
		t.Errorf("with the old pepper gone: %s", got)
	}
}

// Neither names nor passwords are in the store, and equal passwords of two users
// look different.
func TestNothingReadable(t *testing.T) {
	t.Parallel()
	c, store := &clock{now: time.Unix(1e9, 0)}, new(Memory)
	b := newBook(t, store, c, "a")
	eve := User{Cluster: "es", Name: "eve"}
	for _, u := range []User{bob, eve} {
		if err := b.Learn(u, "secret-password", Limit{Count: 1}); err != nil {
			t.Fatal(err)
		}
	}
	seen := make(map[string]bool)
	for key, record := range store.records {
		text, _ := json.Marshal(record)
		for _, word := range []string{"bob", "eve", "secret", "es"} {
			if strings.Contains(string(key), word) || word != "es" && strings.Contains(string(text), word) {
				t.Errorf("%q can be read in the store", word)
			}
		}
		seen[string(record.Entries[0].Tag)] = true
	}
	if len(seen) != 2 {
		t.Error("equal passwords of two users have equal tags")
	}
}

// Cluster and name can't be shifted into each other.
func TestKeysAreApart(t *testing.T) {
	t.Parallel()
	p := pepper("a")
	if p.key(User{"es", "bob"}) == p.key(User{"esb", "ob"}) || p.key(User{"es", "bob"}) == p.key(User{"os", "bob"}) {
		t.Error("two users share a key")
	}
}

func TestPepperErrors(t *testing.T) {
	t.Parallel()
	for name, peppers := range map[string]Peppers{
		"none": {}, "short": {{ID: "a", Key: []byte("short")}}, "no id": {{Key: make([]byte, PepperSize)}},
		"same id": {pepper("a"), pepper("a")},
	} {
		if _, err := NewBook(new(Memory), Options{Peppers: peppers}); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

// When a password was set is known without anything of it, by user once, whatever
// else is learnt of him.
func TestSets(t *testing.T) {
	t.Parallel()
	c := &clock{now: time.Unix(1e9, 0)}
	b := newBook(t, new(Memory), c, "a")
	for _, u := range []User{bob, {"os", "bob"}, bob} {
		c.now = c.now.Add(time.Hour)
		if err := b.NoteSet(u, "staff"); err != nil {
			t.Fatal(err)
		}
	}
	learn(t, b, c, Limit{Count: 2}, "one")
	got := make(map[Set]int)
	if err := b.Sets(func(s Set) { got[s]++ }); err != nil {
		t.Fatal(err)
	}
	want := map[Set]int{{"es", "staff", time.Unix(1e9, 0).Add(3 * time.Hour)}: 1, {"os", "staff", time.Unix(1e9, 0).Add(2 * time.Hour)}: 1}
	if !maps.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if got := look(t, b, "one", Limit{Count: 2}); got != "true true" {
		t.Errorf("what was learnt beside it: %s", got)
	}
}

func TestForget(t *testing.T) {
	t.Parallel()
	c := &clock{now: time.Unix(1e9, 0)}
	b := newBook(t, new(Memory), c, "a")
	learn(t, b, c, Limit{Count: 2}, "one")
	if err := b.Forget(bob); err != nil {
		t.Fatal(err)
	}
	if got := look(t, b, "one", Limit{Count: 2}); got != "false false" {
		t.Errorf("remembered: %s", got)
	}
}

// Looking costs one hash, however many entries there are.
func BenchmarkLook(b *testing.B) {
	for _, entries := range []int{0, 1, 24} {
		b.Run(fmt.Sprint(entries), func(b *testing.B) {
			book, err := NewBook(new(Memory), Options{Peppers: Peppers{pepper("a")}})
			if err != nil {
				b.Fatal(err)
			}
			for i := range entries {
				if err := book.Learn(bob, fmt.Sprint(i), Limit{Count: 24}); err != nil {
					b.Fatal(err)
				}
			}
			for b.Loop() {
				if _, err := book.Look(bob, "candidate", Limit{Count: 24}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
