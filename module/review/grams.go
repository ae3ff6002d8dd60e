// SPDX-License-Identifier: Apache-2.0

package review

import (
	"encoding/binary"
	"strings"
)

// grams are the pieces of four bytes that occur in a record's ids, hashed into
// a set of 192 bits: a Bloom filter with one hash. What isn't in the set isn't
// in the ids; what is may be. Some 90 pieces fill three eighths of it, so a text
// of eight bytes that occurs nowhere is found in one record of 140, and the lines
// of those are looked at. A third more bits would take the columns of a million
// records past what they may weigh (MEASURED.md).
type grams [gramWords]uint64

const (
	gramSize  = 4
	gramWords = 3
)

func (g *grams) add(text []byte) {
	for len(text) >= gramSize {
		hash := binary.LittleEndian.Uint32(text) * 0x9E3779B1 // Fibonacci hashing
		bit := uint64(hash) * (64 * gramWords) >> 32          // its upper bits, as a number below the set's size
		g[bit>>6] |= 1 << (bit & 63)
		text = text[1:]
	}
}

// have reports whether all of want may be among g.
func (g *grams) have(want *grams) bool {
	return g[0]&want[0] == want[0] && g[1]&want[1] == want[1] && g[2]&want[2] == want[2]
}

// named are the columns whose values a text is looked for in; together with
// the ids they are all there is to find, see [texts].
var named = [...]Column{Actor, Target, Address, Agent, Policy, requestPath, origin}

// candidates says in which rows a text may occur.
type candidates struct {
	text  string
	ids   grams
	holds [len(named)][]bool // by number of the column's value
	some  [len(named)]bool   // any value does
}

func newCandidates(text string) *candidates {
	if text == "" {
		return nil
	}
	t := &candidates{text: text}
	t.ids.add([]byte(text))
	return t
}

func (t *candidates) learn(dicts *[columnCount]*dict) {
	for i, column := range named {
		for _, value := range dicts[column].values[len(t.holds[i]):] {
			holds := strings.Contains(value, t.text)
			t.holds[i] = append(t.holds[i], holds)
			t.some[i] = t.some[i] || holds
		}
	}
}

// keep drops the rows in which the text can't occur. Of a text shorter than a
// gram nothing is known: the lines have to tell.
func (t *candidates) keep(c *columns, rows []uint32) []uint32 {
	kept := rows[:0]
	for _, row := range rows {
		if c.ids[row].have(&t.ids) || t.among(c, row) {
			kept = append(kept, row)
		}
	}
	return kept
}

// among the names of a row.
func (t *candidates) among(c *columns, row uint32) bool {
	for i, column := range named {
		if t.some[i] && t.holds[i][c.codes[column].at(row)] {
			return true
		}
	}
	return false
}
