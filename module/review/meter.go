// SPDX-License-Identifier: Apache-2.0

package review

import "sync"

// meter adds up the bytes that several readers have taken in.
type meter struct {
	mu    sync.Mutex
	done  int64
	total int64
	tell  func(done, total int64)
}

func newMeter(jobs []job, tell func(done, total int64)) *meter {
	m := &meter{tell: tell}
	for _, j := range jobs {
		m.total += j.segment.Size - j.from
	}
	return m
}

func (m *meter) add(n int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.done += n
	if m.tell != nil {
		m.tell(m.done, m.total)
	}
}
