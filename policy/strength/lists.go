// SPDX-License-Identifier: Apache-2.0

package strength

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"io"
	"sync"
)

// lists.txt.gz is made by genlists; NOTICE has its licence.
//
//go:embed lists.txt.gz
var zippedLists []byte

// list names a word list.
type list uint8

const (
	noList list = iota
	passwords
	wikipedia
	femaleNames
	surnames
	filmWords
	maleNames
	userInputs // the caller's own words
)

var listNames = map[string]list{
	"passwords": passwords, "english_wikipedia": wikipedia, "female_names": femaleNames,
	"surnames": surnames, "us_tv_and_film": filmWords, "male_names": maleNames,
}

// word is an entry of a list: most likely guesses come first, from rank 1.
type word struct {
	list list
	rank int32
}

// Preload unpacks the word lists (about 4 MB), which otherwise the first
// estimate does, some 20 ms late. It may be called at any time, by anyone.
func Preload() { embeddedLists() }

var embeddedLists = sync.OnceValue(func() *wordTrie {
	return newWordTrie(parseLists(mustUnzip()))
})

// mustUnzip can only fail if the binary is damaged.
func mustUnzip() []byte {
	unzipped, err := gzip.NewReader(bytes.NewReader(zippedLists))
	if err != nil {
		panic("strength: the embedded lists are damaged: " + err.Error())
	}
	text, err := io.ReadAll(unzipped)
	if err != nil {
		panic("strength: the embedded lists are damaged: " + err.Error())
	}
	return text
}

// parseLists reads genlists' format: a line per list, its name and then its
// words in the order of their rank.
func parseLists(text []byte) (spellings [][]byte, words []word) {
	spellings = make([][]byte, 0, 100_000)
	words = make([]word, 0, 100_000)
	for line := range bytes.Lines(text) {
		name, rest, _ := bytes.Cut(bytes.TrimRight(line, "\n"), []byte(" "))
		entry := word{list: listNames[string(name)]}
		for spelling := range bytes.SplitSeq(rest, []byte(" ")) {
			entry.rank++
			spellings = append(spellings, spelling)
			words = append(words, entry)
		}
	}
	return spellings, words
}
