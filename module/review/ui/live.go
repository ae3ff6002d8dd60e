// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/passgate/passgate/module/review"
)

// keepAlive is how often a quiet stream says that it is there.
const keepAlive = 15 * time.Second

// liveTail sends the selected records as they come, as server-sent events with
// a row of the table each (WHATWG HTML §9.2).
func liveTail(r *request, w http.ResponseWriter) error {
	f, err := r.filter()
	if err != nil {
		return err
	}
	select {
	case r.site.viewers <- struct{}{}:
		defer func() { <-r.site.viewers }()
	default:
		return mistake{http.StatusServiceUnavailable, fmt.Errorf("%d people follow the trail already; try again later", maxViewers)}
	}
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("X-Accel-Buffering", "no")
	control := http.NewResponseController(w)
	if r.Method == http.MethodHead {
		return nil
	}
	// The server's own deadline is for answers that end.
	_ = control.SetWriteDeadline(time.Time{})
	f.From = max(f.From, r.view.Extent().Size)
	ctx, stop := context.WithCancel(r.Context())
	defer stop()
	rows := make(chan []byte, 16)
	go r.follow(ctx, f, rows)
	alive := time.NewTicker(keepAlive)
	defer alive.Stop()
	send := func(text []byte) bool {
		_, err := w.Write(text)
		return err == nil && control.Flush() == nil
	}
	for ok := send([]byte("retry: 3000\n\n")); ok; {
		select {
		case row, open := <-rows:
			ok = open && send(row)
		case <-alive.C:
			ok = send([]byte(": here\n\n"))
		case <-r.site.keeper.closed:
			ok = false
		}
	}
	return nil
}

// follow renders what comes until the reader leaves.
func (r *request) follow(ctx context.Context, f review.Filter, rows chan<- []byte) {
	defer close(rows)
	changes := f.Changes
	err := review.Follow(ctx, r.site.o.Dir, f, func(found review.Found) bool {
		// Follow can't know which decisions will have an outcome: those that
		// went through are shown when it comes.
		if changes && (found.Record.Notice != nil || found.Record.Outcome == "") {
			return true
		}
		select {
		case rows <- sseRow(&found):
			return true
		case <-ctx.Done():
			return false
		}
	})
	if err != nil && ctx.Err() == nil {
		r.site.o.Fail(err)
	}
}

// sseRow is an event with the row's HTML; it must stand on one line.
func sseRow(found *review.Found) []byte {
	var b bytes.Buffer
	if err := templates["events"].ExecuteTemplate(&b, "row", newRow(found)); err != nil {
		return []byte(": a record that can't be shown\n\n")
	}
	line := bytes.Join(bytes.Fields(b.Bytes()), []byte(" "))
	return fmt.Appendf(nil, "id: %d\ndata: %s\n\n", found.Place, line)
}
