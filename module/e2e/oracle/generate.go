// SPDX-License-Identifier: Apache-2.0

package oracle

import (
	"math/rand/v2"
	"slices"
)

// maker makes one input. Its randomness depends on the seed and the input's
// number alone, so that any input of a run can be made again by itself.
type maker struct {
	*rand.Rand
	in     *Input
	own    *Secrets // the caller's, instead of those below
	choice Choice
}

// Choice says which mutations an input may go through.
type Choice struct {
	Most  int                    // how many at most; 0: none
	Among func(name string) bool // nil: all
}

// Any is the choice of all mutations, mostly one or two at once.
var Any = Choice{Most: 7}

// Make makes input number n of the run with a seed.
func Make(seed, n uint64) *Input {
	m := &maker{Rand: rand.New(rand.NewPCG(seed, n)), in: new(Input), choice: Any}
	switch k := m.IntN(100); {
	case k < 22:
		m.body(ChangeBody)
	case k < 40:
		m.body(PutUserBody)
	case k < 50:
		m.body(AccountBody)
	case k < 58:
		m.body(InternalUser)
	case k < 66:
		m.patch(PatchOne)
	case k < 76:
		m.patch(PatchAll)
	case k < 94:
		m.target()
	default:
		m.basic()
	}
	return m.in
}

// MakeOf makes an input of one kind, for Elasticsearch or of a kind that only
// OpenSearch has.
func MakeOf(random *rand.Rand, q Question) *Input {
	m := &maker{Rand: random, in: new(Input), choice: Any}
	switch q {
	case Target:
		m.in.Dialect = "elasticsearch"
		m.targetOf(m.plainElasticsearch)
	case Basic:
		m.basic()
		m.in.Dialect = "elasticsearch"
	case PatchOne, PatchAll:
		m.patch(q)
	default:
		m.body(q)
	}
	return m.in
}

// did names a mutation that the input went through.
func (m *maker) did(what string) { m.in.Made = append(m.in.Made, what) }

// often is true once in n times.
func (m *maker) often(n int) bool { return m.IntN(n) == 0 }

// mutations says how many mutations an input gets: mostly one or two, so that a
// cluster still understands many.
func (m *maker) mutations() int {
	switch k := m.IntN(100); {
	case k < 5:
		return 0
	case k < 62:
		return 1
	case k < 86:
		return 2
	case k < 96:
		return 3
	default:
		return 4 + m.IntN(4)
	}
}

// mutation is one way of changing an input; a weight of 3 makes it thrice as frequent.
type mutation[T any] struct {
	name   string
	weight int
	apply  func(*maker, T)
}

// mutate applies as many mutations as the input gets.
func mutate[T any](m *maker, subject T, from []mutation[T]) {
	if m.choice.Most == 0 {
		return
	}
	if among := m.choice.Among; among != nil {
		from = slices.DeleteFunc(slices.Clone(from), func(one mutation[T]) bool { return !among(one.name) })
	}
	total := 0
	for _, one := range from {
		total += one.weight
	}
	if total == 0 {
		return
	}
	for range min(m.mutations(), m.choice.Most) {
		at := m.IntN(total)
		for _, one := range from {
			if at -= one.weight; at < 0 {
				m.did(one.name)
				one.apply(m, subject)
				break
			}
		}
	}
}

// Mutations lists the names of all mutations.
func Mutations() []string {
	return slices.Concat(namesOf(bodyMutations), namesOf(patchMutations), namesOf(targetMutations), namesOf(basicMutations))
}

func namesOf[T any](of []mutation[T]) (all []string) {
	for _, one := range of {
		all = append(all, one.name)
	}
	return all
}

func pick[T any](m *maker, from ...T) T { return from[m.IntN(len(from))] }

// users are the names in a path; the patched cluster knows them.
var users = []string{"bob", "bob", "bob", "alice", "a/b", "a~b", "a~1b", "a=b", "password", "hash", "0"}

// secrets are values worth a difference: short and long, and characters that
// readers and encoders treat in their own ways.
func (m *maker) secret() string {
	if m.own != nil {
		return m.own.next(m)
	}
	if m.often(30) {
		return pick(m, "short", "", "a", "é") // some clusters have a rule of their own: six characters
	}
	return pick(m,
		"secret", "correct horse battery staple", "pässwörd", "пароль-длинный", "日本語のパスワード", "😀😀😀😀😀😀",
		"a\"b\\c/d", "line\nbreak\ttab", "\u0000\u0001\u001f...", "\u2028\u2029\ufeff...", "with blank ", "\u007f\u0080\u00a0...",
		"{\"password\":\"inner\"}", "/*no comment*/", "e\u0301é....", "\U0010ffff\ufffd\ufffe...",
	)
}

// hash is a text that a cluster takes for a hash.
func (m *maker) hash() string {
	if m.own != nil {
		return m.own.Hash
	}
	return pick(m,
		"$2a$10$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZ01234", "$2y$12$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZ01234",
		"{PBKDF2}10000$abc$def", "not a hash",
	)
}
