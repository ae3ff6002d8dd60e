// SPDX-License-Identifier: Apache-2.0

package sidebyside

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// sample is one password with what it is judged beside.
type sample struct {
	password, username, current string
}

const samples = 2000

var (
	words = strings.Fields(`lantern harbour quiz magnolia copper thunder velvet orchard pilot saddle meadow anchor
		walnut ribbon falcon marble pepper canyon violet button`)
	commonWords = strings.Fields(`password dragon monkey football letmein sunshine princess welcome shadow master qwerty iloveyou`)
	users       = strings.Fields(`jane miller svc-backup bob a.smith Administrator`)
	beyond      = strings.Fields(`straße Äpfel naïve пароль 密码 日本語 🦊🦊 café cafe´ ﬁne ΑΒΓΔ`)
)

// corpus makes the passwords: every kind that people and programs make, in
// equal parts, the same every time.
func corpus() []sample {
	random := rand.New(rand.NewPCG(20, 26))
	var list []sample
	for i := range samples {
		user := users[random.IntN(len(users))]
		password := kinds[i%len(kinds)](random, user)
		list = append(list, sample{password, user, current(random, password)})
	}
	return list
}

var kinds = []func(r *rand.Rand, user string) string{
	func(r *rand.Rand, _ string) string { return pick(r, commonWords) },
	func(r *rand.Rand, _ string) string { return decorated(r, pick(r, commonWords)) },
	func(r *rand.Rand, _ string) string { return decorated(r, pick(r, words)) },
	func(r *rand.Rand, _ string) string {
		return pick(r, words) + "-" + pick(r, words) + "-" + pick(r, words)
	},
	func(r *rand.Rand, _ string) string { return pick(r, words) + " " + pick(r, words) },
	func(r *rand.Rand, _ string) string { return letters(r, "abcdefghijklmnopqrstuvwxyz", 6+r.IntN(20)) },
	func(r *rand.Rand, _ string) string {
		return letters(r, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 6+r.IntN(26))
	},
	func(r *rand.Rand, _ string) string { return letters(r, printable(), 6+r.IntN(26)) },
	func(r *rand.Rand, _ string) string { return letters(r, "0123456789", 4+r.IntN(12)) },
	func(r *rand.Rand, _ string) string {
		return pick(r, words) + slice(r, "abcdefghijklmnopqrstuvwxyz") + pick(r, words)
	},
	func(r *rand.Rand, _ string) string { return pick(r, words) + slice(r, "01234567890") },
	func(r *rand.Rand, _ string) string {
		return slice(r, "qwertyuiop") + pick(r, words) + slice(r, "asdfghjkl")
	},
	func(r *rand.Rand, _ string) string {
		return backwards(slice(r, "zyxwvutsrqponmlkjihgfedcba")) + pick(r, words)
	},
	func(r *rand.Rand, _ string) string {
		return pick(r, words) + strings.Repeat(letters(r, printable(), 1), 1+r.IntN(6))
	},
	func(r *rand.Rand, _ string) string { w := pick(r, words); return w + backwards(w) },
	func(r *rand.Rand, user string) string { return decorated(r, user) },
	func(r *rand.Rand, user string) string { return pick(r, words) + backwards(user) + pick(r, words) },
	func(r *rand.Rand, user string) string { return strings.ToUpper(user) },
	func(r *rand.Rand, _ string) string { return pick(r, beyond) + pick(r, words) + pick(r, beyond) },
	func(r *rand.Rand, _ string) string { return strings.Repeat(pick(r, words), 1+r.IntN(3)) },
}

// current is the password in force: something else, or nearly the same.
func current(r *rand.Rand, password string) string {
	switch r.IntN(3) {
	case 0:
		return decorated(r, pick(r, words))
	case 1:
		return password[:len(password)/2] + letters(r, printable(), r.IntN(6))
	}
	return swapCase(password) + letters(r, "0123456789", r.IntN(3))
}

func decorated(r *rand.Rand, word string) string {
	leet := strings.NewReplacer("a", "@", "o", "0", "e", "3", "i", "1")
	switch r.IntN(4) {
	case 0:
		return strings.ToUpper(word[:1]) + word[1:] + letters(r, "0123456789", 4) + "!"
	case 1:
		return leet.Replace(word) + letters(r, "0123456789!#$", 3)
	case 2:
		return letters(r, "!?*", 2) + word + letters(r, "0123456789", 2)
	}
	return word + letters(r, "0123456789", 1+r.IntN(3))
}

func pick(r *rand.Rand, list []string) string { return list[r.IntN(len(list))] }

func letters(r *rand.Rand, alphabet string, n int) string {
	var b strings.Builder
	for range n {
		b.WriteByte(alphabet[r.IntN(len(alphabet))])
	}
	return b.String()
}

func slice(r *rand.Rand, of string) string {
	n := 2 + r.IntN(5)
	from := r.IntN(len(of) - n + 1)
	return of[from : from+n]
}

func backwards(s string) string {
	runes := []rune(s)
	for i, j := 0, len(runes)-1; i < j; i, j = i+1, j-1 {
		runes[i], runes[j] = runes[j], runes[i]
	}
	return string(runes)
}

func swapCase(s string) string {
	if up := strings.ToUpper(s); up != s {
		return up
	}
	return strings.ToLower(s)
}

func printable() string {
	var b strings.Builder
	for c := byte('!'); c <= '~'; c++ {
		b.WriteByte(c)
	}
	return b.String()
}

func TestCorpusIsTheSameEveryTime(t *testing.T) {
	t.Parallel()
	once, again := corpus(), corpus()
	different := make(map[string]bool)
	for i := range once {
		if once[i] != again[i] {
			t.Fatalf("sample %d differs: %+v, %+v", i, once[i], again[i])
		}
		different[once[i].password] = true
	}
	if len(once) != samples || len(different) < samples/2 {
		t.Errorf("%d samples, %d different, want %d and most of them", len(once), len(different), samples)
	}
}
