// SPDX-License-Identifier: Apache-2.0

// Package historyfile keeps password history in one file on disk (bbolt). What it
// has accepted survives a crash. One process at a time may have the file open.
package historyfile

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"github.com/passgate/passgate/policy/history"
)

var bucket = []byte("history-1")

// Store is a [history.Store] in a file.
type Store struct{ db *bbolt.DB }

// Open opens the file at path and creates it, with mode 0600, if need be.
// It gives up after a second if another process has it.
func Open(path string) (*Store, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return nil, fmt.Errorf("opening the password history: %w", err)
	}
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: time.Second})
	if errors.Is(err, bolterrors.ErrTimeout) {
		return nil, fmt.Errorf("opening the password history %s: another process has it open; stop that one, or give this one a file of its own", path)
	}
	if err != nil {
		return nil, fmt.Errorf("opening the password history %s: %w", path, err)
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		_, err := tx.CreateBucketIfNotExists(bucket)
		return err
	})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("opening the password history %s: %w", path, err), db.Close())
	}
	return &Store{db}, nil
}

// Close closes the file.
func (s *Store) Close() error { return s.db.Close() }

// Load implements [history.Store].
func (s *Store) Load(k history.Key) (record history.Record, ok bool, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		record, ok, err = read(tx, k)
		return err
	})
	return record, ok, err
}

func read(tx *bbolt.Tx, k history.Key) (record history.Record, ok bool, err error) {
	data := tx.Bucket(bucket).Get([]byte(k))
	if data == nil {
		return record, false, nil
	}
	if err := json.Unmarshal(data, &record); err != nil {
		return record, false, fmt.Errorf("a record of the history file is damaged: %w", err)
	}
	return record, true, nil
}

// Update implements [history.Store]; bbolt syncs before it returns.
func (s *Store) Update(k history.Key, change func(history.Record, bool) (history.Record, error)) error {
	return s.db.Update(func(tx *bbolt.Tx) error {
		record, ok, err := read(tx, k)
		if err != nil {
			return err
		}
		if record, err = change(record, ok); err != nil {
			return err
		}
		data, err := json.Marshal(record)
		if err != nil {
			return err
		}
		return tx.Bucket(bucket).Put([]byte(k), data)
	})
}

// Delete implements [history.Store].
func (s *Store) Delete(k history.Key) error {
	return s.db.Update(func(tx *bbolt.Tx) error { return tx.Bucket(bucket).Delete([]byte(k)) })
}

// Each implements [history.Store], at one moment.
func (s *Store) Each(visit func(history.Record)) error {
	return s.db.View(func(tx *bbolt.Tx) error {
		return tx.Bucket(bucket).ForEach(func(k, _ []byte) error {
			record, ok, err := read(tx, history.Key(k))
			if ok {
				visit(record)
			}
			return err
		})
	})
}

var _ history.Store = (*Store)(nil)
