// SPDX-License-Identifier: Apache-2.0

// Command agreement compares package strength with the implementations it has
// to agree with, over 25,000 passwords made like people's. From the top of the
// repository, with node and java installed:
//
//	npm pack zxcvbn@4.4.2 @zxcvbn-ts/language-common@4.1.3    (unpack both)
//	mvn dependency:get -Dartifact=com.nulab-inc:zxcvbn:1.9.0
//	go run ./policy/strength/agreement -zxcvbn DIR -words DIR -zxcvbn4j JAR
//
// It prints the tables of AGREEMENT.md and the differences; -record FILE writes
// the sample that the package's tests replay.
package main

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "agreement:", err)
		os.Exit(1)
	}
}

func run() error {
	zxcvbn := flag.String("zxcvbn", "", "unpacked npm package zxcvbn 4.4.2")
	zxcvbn4j := flag.String("zxcvbn4j", "", "jar of zxcvbn4j 1.9.0")
	more := flag.String("words", "", "unpacked npm package @zxcvbn-ts/language-common 4.1.3")
	record := flag.String("record", "", "file to write vectors to")
	seed := flag.Uint64("seed", 1, "of the corpus")
	flag.Parse()
	if *zxcvbn == "" || *zxcvbn4j == "" || *more == "" {
		return errors.New("expected -zxcvbn, -zxcvbn4j and -words")
	}
	c, err := newCorpus(*more, *seed)
	if err != nil {
		return err
	}
	samples, year := c.samples(), time.Now().Year()
	t := trial{samples: samples, ours: estimates(samples, year)}
	all := references(*zxcvbn, *zxcvbn4j, year)
	for i, r := range all {
		if t.theirs[i], err = r.answers(samples); err != nil {
			return err
		}
	}
	for _, main := range []int{original, originalYears, forJava} {
		t.compare(all[main].name, main)
	}
	if *record == "" {
		return nil
	}
	return t.write(*record, year)
}

// newCorpus takes half of its words from the estimator's own lists and half
// from elsewhere.
func newCorpus(dir string, seed uint64) (*corpus, error) {
	c := &corpus{Rand: rand.New(rand.NewPCG(seed, 0))}
	for name, list := range map[string]*[]string{"passwords.json": &c.common, "diceware.json": &c.words} {
		text, err := os.ReadFile(filepath.Join(dir, "src", name))
		if err != nil {
			return nil, err
		}
		if err := json.Unmarshal(text, list); err != nil {
			return nil, fmt.Errorf("reading %s: %w", name, err)
		}
	}
	lists, err := embedded()
	if err != nil {
		return nil, err
	}
	c.words = slices.Concat(c.words, lists["english_wikipedia"][:8000])
	c.names = slices.Concat(lists["male_names"], lists["female_names"][:1500], lists["surnames"][:2500])
	return c, nil
}

func embedded() (map[string][]string, error) {
	file, err := os.Open(filepath.Join(here, "lists.txt.gz"))
	if err != nil {
		return nil, err
	}
	defer file.Close()
	zip, err := gzip.NewReader(file)
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(zip)
	if err != nil {
		return nil, err
	}
	lists := make(map[string][]string)
	for line := range strings.Lines(string(text)) {
		words := strings.Fields(line)
		lists[words[0]] = words[1:]
	}
	return lists, nil
}
