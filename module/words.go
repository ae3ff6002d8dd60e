// SPDX-License-Identifier: Apache-2.0

package module

import (
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/passgate/passgate/policy"
)

// wordFiles are the lists that policies name by a path. A changed file is read
// again; one that can't be read any more leaves the words as they were.
type wordFiles struct {
	mu    sync.Mutex
	lists map[string]*wordFile
}

type wordFile struct {
	words *policy.Words
	size  int64
	mod   time.Time
}

// load implements policy.Loader.
func (f *wordFiles) load(path string) (*policy.Words, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if known, ok := f.lists[path]; ok {
		return known.words, nil
	}
	list := &wordFile{words: policy.NewWords(nil)}
	if err := list.refresh(path); err != nil {
		return nil, err
	}
	if f.lists == nil {
		f.lists = make(map[string]*wordFile)
	}
	f.lists[path] = list
	return list.words, nil
}

// refresh reads the files that have changed.
func (f *wordFiles) refresh() (errs []error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for path, list := range f.lists {
		if err := list.refresh(path); err != nil {
			errs = append(errs, err)
		}
	}
	return errs
}

func (l *wordFile) refresh(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("reading a word list: %w", err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return fmt.Errorf("reading a word list: %w", err)
	}
	if info.Size() == l.size && info.ModTime().Equal(l.mod) {
		return nil
	}
	words, err := policy.ReadWords(file)
	if err != nil {
		return fmt.Errorf("reading the word list %s: %w", path, err)
	}
	l.words.Replace(words)
	l.size, l.mod = info.Size(), info.ModTime()
	return nil
}
