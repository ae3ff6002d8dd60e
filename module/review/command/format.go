// SPDX-License-Identifier: Apache-2.0

package command

import (
	"bufio"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/review"
	"github.com/passgate/passgate/module/review/export"
)

// format is how records are printed.
type format struct {
	name string
	json bool
	csv  bool
}

func (f *format) flags(c *cobra.Command) {
	c.Flags().StringVar(&f.name, "format", "", "table (default), json or csv")
	c.Flags().BoolVar(&f.json, "json", false, "the records as they stand on the trail, one a line")
	c.Flags().BoolVar(&f.csv, "csv", false, "comma-separated values, safe to open in a spreadsheet")
}

// choose settles which of the flags counts.
func (f *format) choose() (string, error) {
	chosen := f.name
	for name, on := range map[string]bool{"json": f.json, "csv": f.csv} {
		if on && chosen != "" && chosen != name {
			return "", fmt.Errorf("expected one format, found %s and %s", chosen, name)
		}
		if on {
			chosen = name
		}
	}
	switch chosen {
	case "":
		return "table", nil
	case "table", "json", "csv":
		return chosen, nil
	}
	return "", fmt.Errorf("format: expected table, json or csv, found %q", chosen)
}

// printer prints records in one format.
type printer interface {
	Header() error
	Record(r *audit.Record) error
	Flush() error
}

// output prints what is found. Lines that are no records are left out of the
// result and counted.
type output struct {
	printer printer       // nil: JSON lines
	lines   *bufio.Writer // of JSON
	broken  int
	first   error
	printed int
}

func newOutput(w io.Writer, format string) (*output, error) {
	o := new(output)
	switch format {
	case "json":
		o.lines = bufio.NewWriterSize(w, 1<<16)
		return o, nil
	case "csv":
		o.printer = export.NewCSV(w)
	default:
		o.printer = export.NewTable(w)
	}
	return o, o.printer.Header()
}

func (o *output) put(f review.Found) error {
	if f.Err != nil {
		if o.broken++; o.broken == 1 {
			o.first = fmt.Errorf("the first at place %d: %w", f.Place, f.Err)
		}
		return nil
	}
	o.printed++
	if o.printer != nil {
		return o.printer.Record(&f.Record)
	}
	_, err := o.lines.Write(append(f.Raw[:len(f.Raw):len(f.Raw)], '\n'))
	return err
}

func (o *output) flush() error {
	if o.printer != nil {
		return o.printer.Flush()
	}
	return o.lines.Flush()
}

// remark tells about lines that could not be printed.
func (o *output) remark(w io.Writer) {
	if o.broken > 0 {
		fmt.Fprintf(w, "%d lines of the trail are no records and were left out; run audit verify (%v)\n", o.broken, o.first)
	}
}
