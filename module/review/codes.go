// SPDX-License-Identifier: Apache-2.0

package review

// codes are a column's numbers, in the narrowest width that holds them: a
// trail has three verdicts but may have a hundred thousand targets.
type codes struct {
	w8  []uint8
	w16 []uint16
	w32 []uint32
}

func (c *codes) append(n uint32) {
	switch {
	case c.w32 != nil:
		c.w32 = append(c.w32, n)
	case c.w16 != nil && n <= 0xffff:
		c.w16 = append(c.w16, uint16(n))
	case c.w16 == nil && n <= 0xff:
		c.w8 = append(c.w8, uint8(n))
	case n <= 0xffff:
		c.w16 = append(widen[uint8, uint16](c.w8), uint16(n))
		c.w8 = nil
	case c.w16 != nil:
		c.w32, c.w16 = append(widen[uint16, uint32](c.w16), n), nil
	default:
		c.w32, c.w8 = append(widen[uint8, uint32](c.w8), n), nil
	}
}

func widen[A, B uint8 | uint16 | uint32](from []A) []B {
	to := make([]B, len(from), max(len(from)*5/4, 16))
	for i, n := range from {
		to[i] = B(n)
	}
	return to
}

func (c *codes) at(i uint32) uint32 {
	switch {
	case c.w32 != nil:
		return c.w32[i]
	case c.w16 != nil:
		return uint32(c.w16[i])
	}
	return uint32(c.w8[i])
}

// remap replaces every number by another, and gives back spare memory.
func (c *codes) remap(to []uint32) {
	var top uint32
	for _, n := range to {
		top = max(top, n)
	}
	old := *c
	switch {
	case top <= 0xff:
		*c = codes{w8: mapped[uint8](&old, to)}
	case top <= 0xffff:
		*c = codes{w16: mapped[uint16](&old, to)}
	default:
		*c = codes{w32: mapped[uint32](&old, to)}
	}
}

func mapped[B uint8 | uint16 | uint32](old *codes, to []uint32) []B {
	switch {
	case old.w32 != nil:
		return mapTo[uint32, B](old.w32, to)
	case old.w16 != nil:
		return mapTo[uint16, B](old.w16, to)
	}
	return mapTo[uint8, B](old.w8, to)
}

func mapTo[A, B uint8 | uint16 | uint32](from []A, to []uint32) []B {
	out := make([]B, len(from))
	for i, n := range from {
		out[i] = B(to[n])
	}
	return out
}

// keep drops from rows those whose number isn't allowed.
func (c *codes) keep(allowed []bool, rows []uint32) []uint32 {
	switch {
	case c.w32 != nil:
		return keep(c.w32, allowed, rows)
	case c.w16 != nil:
		return keep(c.w16, allowed, rows)
	}
	return keep(c.w8, allowed, rows)
}

func keep[A uint8 | uint16 | uint32](col []A, allowed []bool, rows []uint32) []uint32 {
	kept := rows[:0]
	for _, i := range rows {
		if allowed[col[i]] {
			kept = append(kept, i)
		}
	}
	return kept
}

// count adds up how often each number occurs in rows.
func (c *codes) count(counts []int64, rows []uint32) {
	switch {
	case c.w32 != nil:
		count(c.w32, counts, rows)
	case c.w16 != nil:
		count(c.w16, counts, rows)
	default:
		count(c.w8, counts, rows)
	}
}

func count[A uint8 | uint16 | uint32](col []A, counts []int64, rows []uint32) {
	for _, i := range rows {
		counts[col[i]]++
	}
}
