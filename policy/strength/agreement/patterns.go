// SPDX-License-Identifier: Apache-2.0

package main

import (
	"strings"
	"unicode"
)

var keyRows = map[string][]string{
	"qwerty": {"`1234567890-=", "qwertyuiop[]\\", "asdfghjkl;'", "zxcvbnm,./"},
	"dvorak": {"`1234567890[]", "',.pyfgcrl/=\\", "aoeuidhtns-", ";qjkxbmwvz"},
	"keypad": {"789", "456", "123"},
	"qwertz": {"1234567890", "qwertzuiop", "asdfghjkl", "yxcvbnm"},
	"azerty": {"1234567890", "azertyuiop", "qsdfghjklm", "wxcvbn"},
	"jis":    {"1234567890-^", "qwertyuiop@[", "asdfghjkl;:]", "zxcvbnm,./"},
}

var layouts = []string{"qwerty", "qwerty", "qwerty", "dvorak", "keypad", "qwertz", "azerty", "jis"}

// keyboardWalk goes from key to key, mostly straight on.
func (c *corpus) keyboardWalk() string {
	rows := keyRows[c.of(layouts)]
	y := c.IntN(len(rows))
	x, dx, dy := c.IntN(len(rows[y])), 1, 0
	var b strings.Builder
	for range 3 + c.IntN(14) {
		b.WriteByte(rows[y][x])
		if c.IntN(4) == 0 {
			dx, dy = c.IntN(3)-1, c.IntN(3)-1
		}
		y = min(max(y+dy, 0), len(rows)-1)
		x = min(max(x+dx, 0), len(rows[y])-1)
	}
	walk := b.String()
	switch c.IntN(6) {
	case 0:
		return capital(walk)
	case 1:
		return walk + c.digits(1+c.IntN(3))
	case 2:
		return walk + c.word()
	case 3:
		return shifted.Replace(walk)
	}
	return walk
}

var shifted = strings.NewReplacer("1", "!", "2", "@", "3", "#", "4", "$", "5", "%", "q", "Q", "w", "W", "e", "E", "[", "{")

func (c *corpus) repeat() string {
	base := []func() string{
		func() string { return c.from(ascii, 1) },
		func() string { return c.from(small+"0123456789", 1+c.IntN(5)) },
		c.word,
		func() string { return c.from("éßжя中文😀ñ", 1+c.IntN(2)) },
	}[c.IntN(4)]()
	text := strings.Repeat(base, 2+c.IntN(6))
	switch c.IntN(5) {
	case 0:
		return text + c.word()
	case 1:
		return c.word() + text
	case 2:
		return text + c.digits(1+c.IntN(3))
	}
	return text
}

func (c *corpus) sequence() string {
	alphabet := []string{small, "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789", "абвгдежзийклмноп", "αβγδεζηθικλμ"}[c.IntN(5)]
	runes := []rune(alphabet)
	step := 1 + c.IntN(3)/2
	length := min(3+c.IntN(8), len(runes)/step)
	start := c.IntN(len(runes) - step*(length-1))
	var b strings.Builder
	for i := range length {
		b.WriteRune(runes[start+i*step])
	}
	text := b.String()
	if c.IntN(3) == 0 {
		text = reverse(text)
	}
	switch c.IntN(4) {
	case 0:
		return text + c.word()
	case 1:
		return text + c.digits(2)
	}
	return text
}

func (c *corpus) reversed() string {
	text := reverse(c.word())
	if c.IntN(2) == 0 {
		text += c.digits(1 + c.IntN(4))
	}
	return text
}

var foreignWords = strings.Fields("пароль привет любовь Москва contraseña señorita mañana Straße Grüße Übung Müller façade " +
	"élève français žluťoučký kůň zażółć gęślą jaźń İstanbul ışık παράδειγμα Ελλάδα κωδικός 密码 中国 你好世界 日本語 パスワード " +
	"비밀번호 사랑해 שלום مرحبا ΣΊΣΥΦΟΣ æøå smørrebrød naïve coöperate 😀 👩‍💻 ❤️ 🔑🔒 𝒫𝒶𝓈𝓈 ＰＡＳＳＷＯＲＤ")

func (c *corpus) foreign() string {
	text := c.of(foreignWords)
	switch c.IntN(6) {
	case 0:
		return text + c.word()
	case 1:
		return text + c.digits(1+c.IntN(4))
	case 2:
		return c.of(foreignWords) + c.of([]string{" ", "-", ""}) + text
	case 3:
		return c.word() + text + c.year()
	case 4:
		return strings.Map(func(r rune) rune {
			if c.IntN(4) == 0 {
				return unicode.ToUpper(r)
			}
			return r
		}, text) + c.from("äöüéèñçßøåжыщ", 1+c.IntN(5))
	}
	return c.from("äöüéèñçßøåабвгдежз中文日本語", 3+c.IntN(8))
}

func (c *corpus) two() string {
	kinds := categories()
	pick := func() string { return kinds[c.IntN(len(kinds)-3)].make(c) }
	text := []rune(pick() + c.of([]string{"", "", " ", "-"}) + pick())
	return string(text[:min(len(text), 40)])
}

func (c *corpus) edge() string {
	switch c.IntN(6) {
	case 0:
		return c.from(ascii, c.IntN(4))
	case 1:
		return c.from(" \t\n", 1+c.IntN(3)) + c.from(letters, c.IntN(10))
	case 2:
		return c.from("ab", 60+c.IntN(40))
	case 3:
		return c.passphrase() + " " + c.passphrase() + " " + c.passphrase()
	case 4:
		return c.of([]string{"constructor", "__proto__", "harvey", "pic's", "bobadilla"}) + c.digits(c.IntN(3))
	}
	return strings.Repeat(c.from(ascii, 1+c.IntN(20)), 1+c.IntN(4))
}
