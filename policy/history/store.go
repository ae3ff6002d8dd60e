// SPDX-License-Identifier: Apache-2.0

package history

import "sync"

// Store keeps records. Save returns only when the record would survive a crash.
// Update runs alone for its key: nothing comes between reading and writing.
type Store interface {
	// Load returns the record under a key and whether there is one.
	Load(Key) (Record, bool, error)
	// Update replaces the record under a key by what change makes of it.
	Update(Key, func(Record, bool) (Record, error)) error
	// Delete forgets a record; none is not an error.
	Delete(Key) error
	// Each calls visit with every record, in no certain order.
	Each(visit func(Record)) error
}

// Memory is a store that forgets everything at the end: for tests and the demo.
type Memory struct {
	mu      sync.Mutex
	records map[Key]Record
}

// Load implements [Store].
func (m *Memory) Load(k Key) (Record, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r, ok := m.records[k]
	return r, ok, nil
}

// Update implements [Store].
func (m *Memory) Update(k Key, change func(Record, bool) (Record, error)) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	r, ok := m.records[k]
	r.Entries = append([]Entry(nil), r.Entries...)
	r, err := change(r, ok)
	if err != nil {
		return err
	}
	if m.records == nil {
		m.records = make(map[Key]Record)
	}
	m.records[k] = r
	return nil
}

// Delete implements [Store].
func (m *Memory) Delete(k Key) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.records, k)
	return nil
}

// Each implements [Store].
func (m *Memory) Each(visit func(Record)) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, r := range m.records {
		visit(r)
	}
	return nil
}

var _ Store = (*Memory)(nil)
