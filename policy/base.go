// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"bytes"
	"slices"
)

// Base words. People pass length rules by decorating a word: "P@ssw0rd2024!".
// Its base word is found by undoing that: fold, strip what was put at the
// ends, read look-alike characters as letters, drop separators, reduce
// repetitions, turn round. This is what NIST SP 800-63B-4 §3.1.1.2 calls a
// derivative; the whole password is explained by one word, so it isn't the
// search for contained words that the section forbids.

// reading maps look-alike characters to the letters they stand for.
type reading [0x80]byte

// readings are alternatives: "1" may be an i or an l, "6" a g or a b. First
// only the symbols are read, since digits are as often mere digits.
var readings = [3]*reading{
	newReading("@a$s!i|l(c+t"),
	newReading("@a$s!i|l(c+t0o1i2z3e4a5s6g7t8b9g"),
	newReading("@a$s!l|i(c+t0o1l2z3e4a5s6b7t8b9q"),
}

func newReading(pairs string) *reading {
	var r reading
	for i := 0; i < len(pairs); i += 2 {
		r[pairs[i]] = pairs[i+1]
	}
	return &r
}

// lexicon is what base words are looked up in.
type lexicon interface {
	knows(form []byte) bool
	longestForm() int // bytes; no form beyond is known
}

// hasBase reports whether a form of the password, as written or with its
// decoration undone, is known. It takes a microsecond or less.
func (d *candidate) hasBase(known lexicon) bool {
	plain := d.plain()
	start, end := coreOf(plain)
	// A look-alike next to the core may be part of the word ("acm3!!2026",
	// "$ummer99") or of the decoration: both are tried.
	starts := [3]int{0, start, max(0, start-1)}
	ends := [4]int{len(plain), end, min(len(plain), end+1), min(len(plain), end+2)}
	s := &d.search
	s.known, s.longest = known, known.longestForm()
	for i, from := range starts {
		for j, to := range ends {
			if from >= to || slices.Contains(starts[:i], from) || slices.Contains(ends[:j], to) {
				continue
			}
			if d.formKnown(from, to) {
				return true
			}
		}
	}
	return false
}

// search looks for base words; its room saves allocations.
type search struct {
	known             lexicon
	longest           int
	name              nameForm
	joined, backwards [64]byte
}

// nameForm is the lexicon of one name.
type nameForm struct{ name string }

func (n *nameForm) knows(form []byte) bool { return string(form) == n.name }

func (n *nameForm) longestForm() int { return len(n.name) }

// formKnown tries one cut of the password in every reading. A cut of a reading is
// the reading of a cut; those that agree are looked up once.
func (d *candidate) formKnown(from, to int) bool {
	form := d.plain()[from:to]
	if d.search.shapeKnown(form) {
		return true
	}
	before := form
	for _, read := range d.read() {
		cut := read[from:to]
		if !bytes.Equal(cut, form) && !bytes.Equal(cut, before) && d.search.shapeKnown(cut) {
			return true
		}
		before = cut
	}
	return false
}

// read is the password in every reading.
func (d *candidate) read() *[3][]byte {
	if !d.readOnce {
		d.readOnce = true
		for i, r := range readings {
			d.readText[i] = append(d.readRoom[i][:0], d.plain()...)
			r.apply(d.readText[i])
		}
	}
	return &d.readText
}

// apply reads a text in place.
func (r *reading) apply(text []byte) {
	for i, b := range text {
		if b < 0x80 && r[b] != 0 {
			text[i] = r[b]
		}
	}
}

// shapeKnown tries a form as it is, without separators, and reduced to the
// unit it repeats.
func (s *search) shapeKnown(form []byte) bool {
	if s.eitherWay(form) {
		return true
	}
	joined := s.joined[:0]
	for _, b := range form {
		if !isSeparator(b) {
			joined = append(joined, b)
		}
	}
	if len(joined) < len(form) && s.eitherWay(joined) {
		return true
	}
	unit := unitOf(joined, s.longest)
	return len(unit) < len(joined) && s.eitherWay(unit)
}

func isSeparator(b byte) bool {
	switch b {
	case ' ', '_', '.', '-', '+', ',', '/':
		return true
	}
	return false
}

// eitherWay tries a form forwards and backwards. Bytes are turned, not code
// points: words that aren't ASCII are found forwards only.
func (s *search) eitherWay(form []byte) bool {
	if len(form) == 0 || len(form) > s.longest {
		return false
	}
	if s.known.knows(form) {
		return true
	}
	backwards := s.backwards[:0]
	for i := len(form) - 1; i >= 0; i-- {
		backwards = append(backwards, form[i])
	}
	return s.known.knows(backwards)
}

// unitOf is the shortest prefix of at most so many bytes that makes up the form
// when repeated whole: "pass" of "passpass", the form itself if there is none.
func unitOf(form []byte, most int) []byte {
	for period := 1; period <= min(most, len(form)/2); period++ {
		if form[period] == form[0] && len(form)%period == 0 && bytes.Equal(form[period:], form[:len(form)-period]) {
			return form[:period]
		}
	}
	return form
}

// coreOf finds what is left when decoration is stripped off both ends.
func coreOf(plain []byte) (start, end int) {
	end = len(plain)
	for start < end && !isWordByte(plain[start]) {
		start++
	}
	for end > start && !isWordByte(plain[end-1]) {
		end--
	}
	if !isDecoration(plain[:start]) {
		start = 0
	}
	if !isDecoration(plain[end:]) {
		end = len(plain)
	}
	return start, end
}

// mostSurprises is how many characters of an ending may not follow from the
// one before. A year, "!!!!!!", "1234567890" and a written date stay below;
// a dozen random digits, which do make a password stronger, don't.
const mostSurprises = 8

func isDecoration(ending []byte) bool {
	surprises, step := 0, 0
	for i := range ending {
		next := 1000 // the first character follows from nothing
		if i > 0 {
			next = int(ending[i]) - int(ending[i-1])
		}
		if next != step && next != 0 && next != 1 && next != -1 {
			surprises++
		}
		step = next
	}
	return surprises <= mostSurprises
}
