// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// record is what cases check of a line of the trail.
type record struct {
	User struct {
		Name   string
		Target struct{ Name names }
	}
	Rule struct {
		ID names `json:"id"`
	}
	Gateway struct {
		Stage, Change, Verdict, Cause, Reason, Outcome, Operation, Dialect, Cluster, Secret, Mode string
		Enforced                                                                                  bool
	}
}

// names is one text or a list of texts: the trail writes one name as a text.
type names []string

// UnmarshalJSON implements json.Unmarshaler.
func (n *names) UnmarshalJSON(raw []byte) error {
	if len(raw) > 0 && raw[0] == '[' {
		return json.Unmarshal(raw, (*[]string)(n))
	}
	*n = make(names, 1)
	return json.Unmarshal(raw, &(*n)[0])
}

// trail follows the lines below an audit directory.
type trail struct {
	dir  string
	read map[string]int // bytes of each file that have been taken
}

func newTrail(dir string) *trail { return &trail{dir: dir, read: make(map[string]int)} }

// files lists the trail's files, which may lie in folders below the directory.
func (t *trail) files() (files []string, err error) {
	err = filepath.WalkDir(t.dir, func(path string, _ fs.DirEntry, err error) error {
		if err == nil && filepath.Ext(path) == ".jsonl" {
			files = append(files, path)
		}
		return err
	})
	return files, err
}

// take returns the records written since the last call, and their raw text.
func (t *trail) take() (records []record, raw []byte, err error) {
	files, err := t.files()
	if err != nil {
		return nil, nil, err
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, nil, fmt.Errorf("reading the trail: %w", err)
		}
		fresh := text[t.read[file]:]
		fresh = fresh[:bytes.LastIndexByte(fresh, '\n')+1]
		t.read[file] += len(fresh)
		raw = append(raw, fresh...)
		for line := range bytes.Lines(fresh) {
			var r record
			if err := json.Unmarshal(line, &r); err != nil {
				return nil, nil, fmt.Errorf("reading the trail: a line of %s is not JSON: %w", filepath.Base(file), err)
			}
			if r.Gateway.Stage != "" { // other lines: checkpoints, openings
				records = append(records, r)
			}
		}
	}
	return records, raw, nil
}
