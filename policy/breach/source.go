// SPDX-License-Identifier: Apache-2.0

package breach

import (
	"errors"
	"io"
)

// source gives entries in ascending order of their keys; io.EOF ends it.
type source interface {
	next() (entry, error)
	close() error
}

// merger gives the entries of several sources in ascending order, each key
// once, with its largest count. It is a heap of the sources by their next key.
type merger struct {
	heads []head
}

type head struct {
	entry
	source source
}

func newMerger(sources []source) (*merger, error) {
	m := &merger{}
	for _, s := range sources {
		e, err := s.next()
		if errors.Is(err, io.EOF) {
			continue
		}
		if err != nil {
			return nil, err
		}
		m.heads = append(m.heads, head{e, s})
	}
	for i := len(m.heads)/2 - 1; i >= 0; i-- {
		m.sink(i)
	}
	return m, nil
}

func (m *merger) next() (entry, error) {
	e, err := m.take()
	for err == nil && len(m.heads) > 0 && m.heads[0].key == e.key {
		var same entry
		same, err = m.take()
		e.count = max(e.count, same.count)
	}
	return e, err
}

// take removes the smallest entry and moves its source on.
func (m *merger) take() (entry, error) {
	if len(m.heads) == 0 {
		return entry{}, io.EOF
	}
	first := &m.heads[0]
	e := first.entry
	next, err := first.source.next()
	switch {
	case errors.Is(err, io.EOF):
		m.heads[0] = m.heads[len(m.heads)-1]
		m.heads = m.heads[:len(m.heads)-1]
	case err != nil:
		return e, err
	case compareKeys(next.key, e.key) < 0:
		return e, errors.New("expected ascending hashes, found one out of order")
	default:
		first.entry = next
	}
	m.sink(0)
	return e, nil
}

// sink restores the heap below i.
func (m *merger) sink(i int) {
	for {
		least := i
		for child := 2*i + 1; child <= 2*i+2 && child < len(m.heads); child++ {
			if compareKeys(m.heads[child].key, m.heads[least].key) < 0 {
				least = child
			}
		}
		if least == i {
			return
		}
		m.heads[i], m.heads[least] = m.heads[least], m.heads[i]
		i = least
	}
}
