// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"unicode"
)

// sample is one password of the corpus.
type sample struct {
	category string
	password string
	inputs   []string
}

// corpus makes passwords as people and their tools do. The same words and seed
// give the same corpus.
type corpus struct {
	*rand.Rand
	common []string // passwords, commonest first
	words  []string
	names  []string
}

// categories and how many of each. Together 25,850.
func categories() []category {
	return []category{
		{"common", 2500, (*corpus).commonPassword},
		{"common, other case", 1000, (*corpus).recased},
		{"leet", 2500, (*corpus).leet},
		{"word and year", 2000, (*corpus).wordAndYear},
		{"word and digits", 1500, (*corpus).wordAndDigits},
		{"word, symbol, digits", 1500, (*corpus).decorated},
		{"random", 2500, (*corpus).random},
		{"generated", 500, (*corpus).generated},
		{"passphrase", 1800, (*corpus).passphrase},
		{"name", 1500, (*corpus).named},
		{"date", 1300, (*corpus).dated},
		{"keyboard", 1300, (*corpus).keyboardWalk},
		{"repeat", 1300, (*corpus).repeat},
		{"sequence", 1000, (*corpus).sequence},
		{"reversed", 1000, (*corpus).reversed},
		{"non-ASCII", 1300, (*corpus).foreign},
		{"any two together", 1000, (*corpus).two},
		{"edge", 300, (*corpus).edge},
		{"user name twice", 50, nil},
	}
}

// category is a kind of password.
type category struct {
	name string
	size int
	make func(c *corpus) string
}

// samples gives every third password inputs, and builds a third of those on
// one of them.
func (c *corpus) samples() (all []sample) {
	for _, category := range categories() {
		for i := range category.size {
			if category.make == nil {
				input := c.user()[:1]
				all = append(all, sample{category.name, input[0] + input[0], input})
				continue
			}
			s := sample{category: category.name, password: category.make(c)}
			if i%3 == 0 {
				s.inputs = c.user()
				if c.IntN(3) == 0 {
					s.password = c.onInput(s.inputs[c.IntN(len(s.inputs))], s.password)
				}
			}
			all = append(all, s)
		}
	}
	return all
}

func (c *corpus) of(list []string) string { return list[c.IntN(len(list))] }

// user makes up a user name, a full name and a mail address.
func (c *corpus) user() []string {
	first, last := c.of(c.names), c.of(c.names)
	name := []string{first, first + "." + last, first[:1] + last, "svc-" + c.of(c.words), c.of(c.words) + strconv.Itoa(c.IntN(100))}[c.IntN(5)]
	inputs := []string{name, capital(first) + " " + capital(last), name + "@example.com"}
	return inputs[:1+c.IntN(3)]
}

func (c *corpus) onInput(input, password string) string {
	switch c.IntN(5) {
	case 0:
		return input
	case 1:
		return capital(input) + password
	case 2:
		return password + input
	case 3:
		return reverse(input) + strconv.Itoa(c.IntN(1000))
	case 4:
		return c.substitute(input) + "!"
	}
	return input + strconv.Itoa(c.IntN(3000))
}

func (c *corpus) commonPassword() string {
	return c.common[min(c.IntN(len(c.common)), c.IntN(len(c.common)))]
}

func (c *corpus) recased() string {
	word := c.commonPassword()
	switch c.IntN(4) {
	case 0:
		return capital(word)
	case 1:
		return strings.ToUpper(word)
	}
	return strings.Map(func(r rune) rune {
		if c.IntN(2) == 0 {
			return unicode.ToUpper(r)
		}
		return r
	}, word)
}

func (c *corpus) word() string {
	word := []string{c.of(c.words), c.of(c.words), c.commonPassword(), c.of(c.names)}[c.IntN(4)]
	if c.IntN(2) == 0 {
		return capital(word)
	}
	return word
}

var leetOf = map[rune]string{
	'a': "4@", 'b': "8", 'c': "({[<", 'e': "3", 'g': "69", 'i': "1!|", 'l': "1|7",
	'o': "0", 's': "$5", 't': "+7", 'x': "%", 'z': "2",
}

// substitute replaces some letters by their stand-ins.
func (c *corpus) substitute(word string) string {
	return strings.Map(func(r rune) rune {
		if stands := leetOf[unicode.ToLower(r)]; stands != "" && c.IntN(3) > 0 {
			return rune(stands[c.IntN(len(stands))])
		}
		return r
	}, word)
}

func (c *corpus) leet() string {
	word := c.substitute(c.word())
	switch c.IntN(3) {
	case 0:
		return word + c.substitute(c.word())
	case 1:
		return word + c.digits(1+c.IntN(3))
	}
	return word
}

// Years are those of birth dates and of the calendar on the wall.
func (c *corpus) year() string {
	if c.IntN(2) == 0 {
		return strconv.Itoa(2015 + c.IntN(13))
	}
	return strconv.Itoa(1940 + c.IntN(75))
}

func (c *corpus) wordAndYear() string {
	switch c.IntN(4) {
	case 0:
		return c.year() + c.word()
	case 1:
		return c.word() + c.of([]string{"-", "_", "@", "#", "."}) + c.year()
	case 2:
		return c.word() + c.year() + "!"
	}
	return c.word() + c.year()
}

func (c *corpus) digits(n int) string { return c.from("0123456789", n) }

func (c *corpus) from(alphabet string, n int) string {
	var b strings.Builder
	runes := []rune(alphabet)
	for range n {
		b.WriteRune(runes[c.IntN(len(runes))])
	}
	return b.String()
}

func (c *corpus) wordAndDigits() string { return c.word() + c.digits(1+c.IntN(6)) }

func (c *corpus) decorated() string {
	return c.from("!#$*-_+.", c.IntN(2)) + c.word() + c.from("!@#$%&*-_+.?", 1+c.IntN(2)) + c.digits(c.IntN(4)) + c.from("!?", c.IntN(2))
}

const (
	small   = "abcdefghijklmnopqrstuvwxyz"
	letters = small + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	ascii   = letters + "0123456789" + "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
)

func (c *corpus) random() string {
	return c.from([]string{small, letters, letters + "0123456789", ascii, "0123456789", small + "0123456789"}[c.IntN(6)], 4+c.IntN(18))
}

func (c *corpus) generated() string {
	switch c.IntN(4) {
	case 0:
		return fmt.Sprintf("%08x-%04x-%04x-%04x-%012x", c.Uint32(), c.IntN(1<<16), c.IntN(1<<16), c.IntN(1<<16), c.Int64N(1<<48))
	case 1:
		return c.from("0123456789abcdef", 16+c.IntN(24))
	case 2:
		return c.from(letters+"0123456789+/", 20+c.IntN(12)) + "=="
	}
	return c.from(letters+"0123456789", 6) + "-" + c.from(letters+"0123456789", 6) + "-" + c.from(letters+"0123456789", 6)
}

func (c *corpus) passphrase() string {
	words := make([]string, 2+c.IntN(5))
	for i := range words {
		words[i] = c.of(c.words)
		if c.IntN(5) == 0 {
			words[i] = capital(words[i])
		}
	}
	return strings.Join(words, c.of([]string{" ", "-", "", ".", "_"}))
}

func (c *corpus) named() string {
	name := c.of(c.names)
	switch c.IntN(5) {
	case 0:
		return capital(name)
	case 1:
		return capital(name) + capital(c.of(c.names))
	case 2:
		return name + c.digits(1+c.IntN(4))
	case 3:
		return name + "." + c.of(c.names)
	}
	return capital(name) + c.year()
}

func (c *corpus) dated() string {
	y, m, d := 1900+c.IntN(140), 1+c.IntN(12), 1+c.IntN(31)
	separator := c.of([]string{"", "", "/", "-", ".", "_", " ", "\\"})
	full, short := strconv.Itoa(y), fmt.Sprintf("%02d", y%100)
	month, day := strconv.Itoa(m), strconv.Itoa(d)
	if c.IntN(3) > 0 {
		month, day = fmt.Sprintf("%02d", m), fmt.Sprintf("%02d", d)
	}
	parts := [][]string{{day, month, full}, {full, month, day}, {month, day, short}, {day, month, short}}[c.IntN(4)]
	date := strings.Join(parts, separator)
	switch c.IntN(4) {
	case 0:
		return c.word() + date
	case 1:
		return date + c.word()
	}
	return date
}

func capital(word string) string {
	if word == "" {
		return word
	}
	return strings.ToUpper(word[:1]) + word[1:]
}

func reverse(word string) string {
	runes := []rune(word)
	for i, j := 0, len(runes)-1; i < j; i, j = i+1, j-1 {
		runes[i], runes[j] = runes[j], runes[i]
	}
	return string(runes)
}
