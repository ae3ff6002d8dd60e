// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"context"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/passgate/passgate/module/audit"
)

// visits remembers who has been on record for looking at which page, so that
// an hour of clicking is one record and not hundreds. Exports and reports are
// always recorded (PCI DSS 10.2.1.3: all access to audit logs).
type visits struct {
	mu   sync.Mutex
	seen map[string]time.Time
}

const (
	visitEvery = time.Hour
	maxVisits  = 10_000
)

func (v *visits) due(key string, now time.Time) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.seen == nil || len(v.seen) > maxVisits {
		v.seen = make(map[string]time.Time)
	}
	if last, ok := v.seen[key]; ok && now.Sub(last) < visitEvery {
		return false
	}
	v.seen[key] = now
	return true
}

// visited records that the reader has seen a page.
func (s *Site) visited(r *request, page string, a *answer) {
	if page == "" {
		page = "overview"
	}
	if a.status == 0 && s.visits.due(r.reader+"\x00"+page, s.o.Now()) {
		r.record("page", page, "html", a.first, a.last, a.count)
	}
}

// record puts an access on the trail. Reading goes on where that fails: the
// trail's own health tells about it.
func (r *request) record(kind, name, format string, first, last, count int64) {
	if r.site.o.Note == nil {
		return
	}
	client := audit.Client{UserAgent: r.UserAgent()}
	client.IP, _, _ = net.SplitHostPort(r.RemoteAddr)
	if ip := clientIP(r.Request); ip != "" && ip != client.IP {
		client.IP, client.PeerIP = ip, client.IP
	}
	err := r.site.o.Note(context.WithoutCancel(r.Context()), audit.Notice{
		Code: audit.CodeAccess, By: r.reader, Client: client,
		Access: &audit.Access{Kind: kind, Name: name, Format: format, First: first, Last: last, Count: count},
	})
	if err != nil {
		r.site.o.Fail(fmt.Errorf("recording that the trail was read: %w", err))
	}
}
