// SPDX-License-Identifier: Apache-2.0

package breach

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// state is what an interrupted build leaves behind, in the folder of its work
// in progress. What it names was durable before it was written.
type state struct {
	Identity string // of options and inputs; another one starts afresh

	Sorting struct {
		Input  int      // the one being sorted
		Offset int64    // its bytes that are in the runs
		Runs   []string // files with sorted entries
		Made   int      // runs ever made, for their names
	}
	Merging struct {
		Bucket   int    // all before it are written
		Keys     int64  // that many
		Digest   []byte // state of the checksum
		MinCount uint32
		Dropped  int64 // entries seen too seldom
	}
}

// Names in the work folder.
const (
	stateName   = "state.json"
	indexName   = "index"
	recordsName = "list"
	lockName    = "lock"
)

// identify describes what decides a build's result.
func identify(o Options, inputs []input) string {
	text, err := json.Marshal(struct {
		Version, Suffix, Bits int
		Counts, Missing       bool
		MinCount              uint32
		Hashing               Hashing
		Inputs                []input
	}{version, o.SuffixBytes, o.bucketBits, o.Counts, o.AllowMissing, o.MinCount, o.Hashing, inputs})
	if err != nil {
		panic("breach: plain values that can't be marshalled: " + err.Error())
	}
	return string(text)
}

// loadState reads the state of a build with the same identity; of any other,
// the work is discarded.
func loadState(folder, identity string) (s state, err error) {
	fresh := state{Identity: identity}
	text, err := os.ReadFile(filepath.Join(folder, stateName))
	if errors.Is(err, fs.ErrNotExist) {
		return fresh, nil
	}
	if err != nil {
		return fresh, err
	}
	if json.Unmarshal(text, &s) != nil || s.Identity != identity {
		return fresh, discard(folder)
	}
	return s, nil
}

// discard empties the folder but for the lock, state first: without it the
// rest means nothing.
func discard(folder string) error {
	if err := os.Remove(filepath.Join(folder, stateName)); err != nil {
		return err
	}
	files, err := os.ReadDir(folder)
	for _, file := range files {
		if file.Name() != lockName {
			err = errors.Join(err, os.Remove(filepath.Join(folder, file.Name())))
		}
	}
	return err
}

func (s *state) save(folder string) error {
	text, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return replaceFile(filepath.Join(folder, stateName), text)
}

// replaceFile is durable when it returns, and the old or the new content is
// there if it doesn't.
func replaceFile(path string, content []byte) error {
	temporary := path + ".new"
	file, err := os.OpenFile(temporary, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return err
	}
	if err := os.Rename(temporary, path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	if err := errors.Join(folder.Sync(), folder.Close()); err != nil {
		return fmt.Errorf("making %s durable: %w", path, err)
	}
	return nil
}
