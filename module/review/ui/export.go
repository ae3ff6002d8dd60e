// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bufio"
	"net/http"

	"github.com/passgate/passgate/module/review"
	"github.com/passgate/passgate/module/review/export"
)

// exportBatch bounds how many records are held in memory at once.
const exportBatch = 2000

// exportCSV hands out the selected records, oldest first.
func exportCSV(r *request, w http.ResponseWriter) error {
	f, err := r.filter()
	if err != nil {
		return err
	}
	r.attach(w, "text/csv; charset=utf-8; header=present", "passgate-events.csv")
	c := export.NewCSV(w)
	if c.Header() != nil {
		return nil
	}
	n, first, last := r.stream(f, func(found *review.Found) error {
		if found.Err != nil {
			return nil // no record: it is in the integrity verdict
		}
		return c.Record(&found.Record)
	})
	r.record("export", "events", "csv", first, last, n)
	return ignore(c.Flush())
}

// exportLines hands out the records as they stand on the trail.
func exportLines(r *request, w http.ResponseWriter) error {
	f, err := r.filter()
	if err != nil {
		return err
	}
	r.attach(w, "application/x-ndjson", "passgate-events.jsonl")
	b := bufio.NewWriterSize(w, 64<<10)
	n, first, last := r.stream(f, func(found *review.Found) error {
		_, err := b.Write(append(found.Raw, '\n'))
		return err
	})
	r.record("export", "events", "json", first, last, n)
	return ignore(b.Flush())
}

// stream goes through all selected records until one can't be written.
func (r *request) stream(f review.Filter, write func(*review.Found) error) (n, first, last int64) {
	page := review.Page{Limit: exportBatch, Oldest: true}
	first, last = -1, -1
	for r.Method != http.MethodHead {
		a, err := r.view.Find(r.Context(), f, page)
		if err != nil {
			r.site.o.Fail(err)
			panic(http.ErrAbortHandler) // so that half an export is not taken for a whole one
		}
		for i := range a.Found {
			if write(&a.Found[i]) != nil {
				return n, first, last
			}
			if n == 0 {
				first = a.Found[i].Place
			}
			last = a.Found[i].Place
			n++
		}
		if !a.More {
			break
		}
		page.After = last
	}
	return n, first, last
}
