// SPDX-License-Identifier: Apache-2.0

package differential

import (
	"math/rand/v2"
	"strings"
)

// repertoires are characters of one sort each, chosen for where lengths differ:
// in bytes, UTF-16 units, code points and what a reader sees.
var repertoires = []string{
	"abcdefghijklmnopqrstuvwxyz",
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
	"0123456789",
	" !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~",
	"äöüßéèñçåøłžİıſ",
	"пароль длинный ёжик",
	"日本語のパスワード漢字",
	"한국어비밀번호",
	"كلمة السر عربي",
	"😀🦊🔑👩🏽‍💻🇩🇪",
	"e\u0301a\u0308o\u0323\u0302\u200d\u200b\u00ad\ufeff",
	"\x00\x01\t\n\r\x1f\x7f\u0080\u0085\u00a0\u2028\u2029\ufffd\ufffe\U0010ffff",
}

// words are what a strength estimate knows: they make passwords just above and
// just below its line.
var words = []string{
	"password", "qwerty", "asdfgh", "dragon", "letmein", "tangerine", "orbit", "zebra", "correct", "horse", "battery", "staple", "monkey", "Summer", "P@ssw0rd",
	"2024", "1987", "12345", "19.05.2021", "abcdef", "zzzz", "!!", "x9", "Kv", "elastic", "opensearch", "admin", "qazwsx", "ñandú", "ключ",
}

// limits are lengths at which some rule of a cluster begins or ends.
var limits = []int{1, 5, 6, 7, 8, 9, 10, 11, 12, 14, 15, 18, 20, 24, 35, 36, 71, 72, 73, 99, 100, 101}

// password makes one for a user, good or bad.
func password(r *rand.Rand, user string) string {
	var made []rune
	n := pick(r, limits...) + r.IntN(3) - 1
	switch r.IntN(10) {
	case 0, 1, 2: // of one sort
		made = characterRun(r, pick(r, repertoires...), n)
	case 3: // of all sorts
		for len(made) < n {
			made = append(made, characterRun(r, pick(r, repertoires...), 1+r.IntN(4))...)
		}
	case 4: // a piece again and again
		piece := characterRun(r, pick(r, repertoires...), 1+r.IntN(4))
		made = []rune(strings.Repeat(string(piece), max(1, n/len(piece))))
	case 5: // around the user's name
		name := pick(r, user, strings.ToUpper(user), strings.ReplaceAll(user, "e", "3"), user+user, user[:len(user)-1], reversed(user))
		made = append(characterRun(r, repertoires[1], r.IntN(8)), []rune(name)...)
		made = append(made, characterRun(r, repertoires[1], r.IntN(8))...)
	default: // of words
		for range 1 + r.IntN(5) {
			made = append(made, []rune(pick(r, words...))...)
			made = append(made, []rune(pick(r, "", "", " ", "-", "_", "7"))...)
		}
	}
	return string(made)
}

func characterRun(r *rand.Rand, from string, n int) []rune {
	all := []rune(from)
	made := make([]rune, max(0, n))
	for i := range made {
		made[i] = all[r.IntN(len(all))]
	}
	return made
}

func reversed(s string) string {
	var b strings.Builder
	for i := len(s) - 1; i >= 0; i-- {
		b.WriteByte(s[i])
	}
	return b.String()
}
