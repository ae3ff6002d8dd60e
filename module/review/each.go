// SPDX-License-Identifier: Apache-2.0

package review

import (
	"context"
	"slices"
	"time"
)

// Brief is what the columns hold of a record: enough to count and to compare
// by, without reading its line. Values of Actor, Target, Rule and Policy may
// have several parts, see [Parts].
type Brief struct {
	Place int64
	flags flags
	micro int64
	row   uint32
	from  *columns
	dicts *[columnCount]*dict
}

// Time is the record's time.
func (b *Brief) Time() time.Time { return time.UnixMicro(b.micro).UTC() }

// Value is the value of a column.
func (b *Brief) Value(c Column) string { return b.dicts[c].values[b.from.codes[c].at(b.row)] }

// Number stands for the value of a column: within a view, equal values have
// equal numbers, and 0 is the empty value. Comparing them is cheaper.
func (b *Brief) Number(c Column) uint32 { return b.from.codes[c].at(b.row) }

// Self reports whether the actor changed his own password.
func (b *Brief) Self() bool { return b.flags&flagSelf != 0 }

// Enforced reports whether the verdict counted.
func (b *Brief) Enforced() bool { return b.flags&flagEnforced != 0 }

// Verified reports whether the cluster has named the actor.
func (b *Brief) Verified() bool { return b.flags&flagVerified != 0 }

// MatchAny reports whether one of the patterns (* and ?) fits text.
func MatchAny(patterns []string, text string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return glob(p, text) })
}

// Parts takes a value apart: several targets, several rules, an actor and
// behind him who logged in, a policy's name and its digest.
func Parts(value string) []string { return parts(value) }

// Each hands the selected records to visit, in the order of the trail. The
// brief is valid until the next call. The view is locked for reading
// meanwhile, a segment at a time; visit must not use it.
func (v *View) Each(ctx context.Context, f Filter, visit func(b *Brief)) error {
	b := &Brief{dicts: &v.dicts}
	return v.each(ctx, &f, func(c *columns, rows []uint32) {
		b.from = c
		for _, row := range rows {
			b.Place, b.flags, b.micro, b.row = c.place(row), c.flags[row], c.time[row], row
			visit(b)
		}
	})
}
