// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"unicode/utf8"
)

// Words is a list of words that a policy compares with. Its owner may replace
// the words at any time, for example when a file has changed; every policy that
// uses the list then judges by the new ones.
type Words struct {
	set atomic.Pointer[wordSet]
}

// NewWords makes a list.
func NewWords(words []string) *Words {
	w := new(Words)
	w.Replace(words)
	return w
}

// Replace changes the words, for all policies that use the list.
func (w *Words) Replace(words []string) {
	plain := make([]string, len(words))
	for i, word := range words {
		plain[i] = string(appendPlain(nil, word))
	}
	w.set.Store(newWordSet(plain))
}

func (w *Words) current() *wordSet { return w.set.Load() }

// Loader fetches the list that a statement names by a path, as in "blocklist
// file PATH". This package reads no files itself.
type Loader func(path string) (*Words, error)

// Option changes how New makes a policy.
type Option func(*builder)

// WithLoader lets a policy use lists in files; without it they are an error.
func WithLoader(load Loader) Option {
	return func(b *builder) { b.loader = load }
}

func (b *builder) load(path string) (*Words, error) {
	if b.loader == nil {
		return nil, errors.New("expected words, found a file, which can't be read here; write the words themselves")
	}
	return b.loader(path)
}

// Limits of a word list, so that a wrong file is noticed rather than loaded.
const (
	longestWord = 256
	mostWords   = 10_000_000
)

// ReadWords reads a list of one word a line, in UTF-8. Blanks around a word
// and empty lines are left out; there are no comments, since a password may
// begin with any character.
func ReadWords(r io.Reader) ([]string, error) {
	var words []string
	lines := bufio.NewScanner(r)
	for number := 1; lines.Scan(); number++ {
		word := strings.TrimSpace(lines.Text())
		if number == 1 {
			word = strings.TrimPrefix(word, "\ufeff")
		}
		switch {
		case word == "":
			continue
		case !utf8.ValidString(word) || len(word) > longestWord:
			return nil, fmt.Errorf("line %d: expected one word in UTF-8 of at most %d bytes, found something else; convert the file", number, longestWord)
		case len(words) == mostWords:
			return nil, fmt.Errorf("line %d: expected at most %d words, found more; use breached for large lists", number, mostWords)
		}
		words = append(words, word)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("reading words: %w", err)
	}
	return words, nil
}
