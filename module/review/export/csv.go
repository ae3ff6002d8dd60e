// SPDX-License-Identifier: Apache-2.0

package export

import (
	"encoding/csv"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/passgate/passgate/module/audit"
)

// Cell makes a text safe to stand in a spreadsheet: what a program would take
// for a formula gets an apostrophe in front, and what isn't printable becomes
// an escape (OWASP, CSV Injection). Full-width signs count too, because some
// programs fold them.
func Cell(s string) string {
	s = Visible(s)
	// Blanks in front are passed over by programs that trim cells.
	first, _ := utf8.DecodeRuneInString(strings.TrimLeft(s, " \u00a0\u3000'\""))
	if strings.ContainsRune("=+-@|%＝＋－＠", first) && first != utf8.RuneError {
		return "'" + s
	}
	return s
}

// CSV writes tables as RFC 4180 has them, with cells made safe.
type CSV struct {
	w *csv.Writer
}

// NewCSV writes to w. Call Flush at the end.
func NewCSV(w io.Writer) *CSV {
	c := &CSV{csv.NewWriter(w)}
	c.w.UseCRLF = true
	return c
}

// Row writes one row.
func (c *CSV) Row(cells ...string) error {
	safe := make([]string, len(cells))
	for i, cell := range cells {
		safe[i] = Cell(cell)
	}
	return c.w.Write(safe)
}

// Flush writes what is buffered and returns the first error of all.
func (c *CSV) Flush() error {
	c.w.Flush()
	return c.w.Error()
}

// Header writes the names of a record's columns.
func (c *CSV) Header() error {
	names := make([]string, len(properties))
	for i, p := range properties {
		names[i] = p.name
	}
	return c.Row(names...)
}

// Record writes one record.
func (c *CSV) Record(r *audit.Record) error {
	cells := make([]string, len(properties))
	for i, p := range properties {
		cells[i] = p.of(r)
	}
	return c.Row(cells...)
}
