// SPDX-License-Identifier: Apache-2.0

package breach

// Stats are what the index tells about a list.
type Stats struct {
	Header            Header
	Size              int64 // of the file
	Memory            int64 // for the index, while the list is open
	Smallest, Largest int   // bucket, in keys
	Empty             int   // buckets; many in a large list mean that ranges are missing
}

// Stats describes the list without reading its records.
func (l *List) Stats() Stats {
	s := Stats{Header: l.header, Size: l.header.Size(), Memory: int64(4 * len(l.index))}
	s.Smallest = int(l.header.Keys)
	for b := range l.header.shape().buckets() {
		n := int(l.index[b+1] - l.index[b])
		s.Smallest, s.Largest = min(s.Smallest, n), max(s.Largest, n)
		if n == 0 {
			s.Empty++
		}
	}
	return s
}

// Stats is [List.Stats] of the list in use.
func (s *Set) Stats() Stats {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.list.Stats()
}
