// SPDX-License-Identifier: Apache-2.0

package reconcile

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/passgate/passgate/module/audit/engine"
)

// osEvent is what is needed of an event of OpenSearch's audit log.
type osEvent struct {
	Time      string          `json:"@timestamp"`
	Category  string          `json:"audit_category"`
	Node      string          `json:"audit_node_name"`
	Document  string          `json:"audit_trace_doc_id"`
	Operation string          `json:"audit_compliance_operation"`
	Version   int64           `json:"audit_compliance_doc_version"`
	User      string          `json:"audit_request_effective_user"`
	Address   string          `json:"audit_request_remote_address"`
	Method    string          `json:"audit_rest_request_method"`
	Path      string          `json:"audit_rest_request_path"`
	Headers   json.RawMessage `json:"audit_rest_request_headers"`

	at     time.Time
	source string
	caused bool // it explains a write already
}

const (
	osWrite   = "COMPLIANCE_INTERNAL_CONFIG_WRITE"
	osGranted = "GRANTED_PRIVILEGES"
	osKnown   = "AUTHENTICATED"
	osUsers   = "internalusers"
)

// OpenSearchLog reads audit logs of one cluster: one event a line, as the
// log4j sink writes them or as documents of the audit index.
//
// With the plugin's own defaults every write of the document that holds all
// users is in it, numbered, with its actor and where it came from
// (COMPLIANCE_INTERNAL_CONFIG_WRITE). Who it was about is only told where the
// REST layer's GRANTED_PRIVILEGES isn't disabled.
func OpenSearchLog(files map[string]io.Reader) (*Log, error) {
	b := &osBook{log: &Log{}}
	for name, r := range files {
		lines := bufio.NewScanner(r)
		lines.Buffer(make([]byte, 1<<16), maxLogLine)
		for n := 1; lines.Scan(); n++ {
			text := object(lines.Bytes())
			if text == nil {
				continue
			}
			if err := b.add(text, fmt.Sprintf("%s:%d", name, n)); err != nil {
				return nil, fmt.Errorf("reading %s: line %d: %w", name, n, err)
			}
		}
		if err := lines.Err(); err != nil {
			return nil, fmt.Errorf("reading %s: %w", name, err)
		}
	}
	return b.finish(), nil
}

// osBook collects events.
type osBook struct {
	log      *Log
	writes   []osEvent
	requests []osEvent
}

// add takes an event, or a hit of a search that holds one.
func (b *osBook) add(text []byte, source string) error {
	var hit struct {
		Source json.RawMessage `json:"_source"`
	}
	if json.Unmarshal(text, &hit) == nil && hit.Source != nil {
		text = hit.Source
	}
	e := osEvent{source: source}
	if err := json.Unmarshal(text, &e); err != nil {
		return errors.New("expected an event of an audit log in JSON")
	}
	b.log.Events++
	var ok bool
	if e.at, ok = parseTime(e.Time, time.UTC); !ok {
		return errors.New("expected a time in @timestamp")
	}
	b.log.cover(e.at)
	switch {
	case e.Category == osWrite && e.Document == osUsers:
		b.writes = append(b.writes, e)
	case (e.Category == osGranted || e.Category == osKnown) && e.writesUsers():
		b.requests = append(b.requests, e)
	}
	return nil
}

// writesUsers reports whether a REST request is one that writes users.
func (e *osEvent) writesUsers() bool {
	_, call, ok := strings.Cut(e.Path, "/_security/api/")
	call, _, _ = strings.Cut(call, "/")
	return ok && e.Method != http.MethodGet && (call == osUsers || call == "user" || call == "account")
}

// finish joins writes with the requests that caused them.
func (b *osBook) finish() *Log {
	byTime := func(x, y osEvent) int { return x.at.Compare(y.at) }
	slices.SortStableFunc(b.writes, func(x, y osEvent) int {
		if x.Version != y.Version {
			return int(x.Version - y.Version)
		}
		return byTime(x, y)
	})
	slices.SortStableFunc(b.requests, byTime)
	granted := func(e osEvent) bool { return e.Category == osGranted }
	if slices.ContainsFunc(b.requests, granted) { // then the others are the same ones, or were not let in
		b.requests = slices.DeleteFunc(b.requests, func(e osEvent) bool { return !granted(e) })
	}
	last, at := int64(0), time.Time{}
	for _, w := range b.writes {
		if w.Version == last && last != 0 && w.at.Sub(at).Abs() < causeWithin {
			continue // told by two nodes; long after, the index was made anew
		}
		if last != 0 && w.Version > last+1 {
			b.log.Gaps = append(b.log.Gaps, Gap{fmt.Sprintf("the cluster's log lacks versions %d to %d of its users", last+1, w.Version-1), at, w.at})
		}
		last, at = w.Version, w.at
		if s, ok := b.seen(w); ok {
			b.log.Seen = append(b.log.Seen, s)
		}
	}
	if len(b.writes) == 0 && b.log.Events > 0 {
		b.log.Gaps = append(b.log.Gaps, Gap{Text: "the cluster's log tells of no write of its users: either there was none, or compliance.internal_config is off"})
		b.fromRequests()
	}
	return b.log
}

// fromRequests makes do with requests that were let in, where the log has no
// writes. Whether they succeeded isn't told.
func (b *osBook) fromRequests() {
	for _, r := range b.requests {
		if r.Category == osGranted && r.Method != http.MethodDelete {
			b.log.Seen = append(b.log.Seen, Seen{
				Time: r.at, Action: r.Method + " of users", Target: osTarget(r), Actor: r.User,
				Address: host(r.Address), OpaqueID: opaqueID(r.Headers), Node: r.Node, Source: r.source,
			})
		}
	}
}

// causeWithin is how long before a write its request may have been let in.
const causeWithin = 30 * time.Second

// seen describes a write, as far as a request explains it. A deletion sets no
// password.
func (b *osBook) seen(w osEvent) (Seen, bool) {
	s := Seen{Time: w.at, Action: "write of users", Actor: w.User, Address: host(w.Address), Node: w.Node, Source: w.source, written: true}
	if w.Version > 0 {
		s.Action = fmt.Sprintf("write %d of users", w.Version)
	}
	r, others := b.cause(w)
	if r == nil {
		return s, true
	}
	s.Action += ", " + r.Method
	if len(others) == 0 {
		s.OpaqueID, s.Target = opaqueID(r.Headers), osTarget(*r)
	}
	s.deletion, s.others = r.Method == http.MethodDelete, others
	return s, !s.deletion || len(others) > 0
}

// cause is the request that a write came from: the newest let in before of those
// that haven't caused another write. Where there are others, of another kind or
// for another user, it may have been one of them: a request that is let in and
// refused later, on purpose even, would hide it.
func (b *osBook) cause(w osEvent) (cause *osEvent, others []Seen) {
	for i := len(b.requests) - 1; i >= 0; i-- {
		r := &b.requests[i]
		if r.at.After(w.at) || r.caused || r.User != w.User || r.Address != w.Address {
			continue
		}
		switch {
		case w.at.Sub(r.at) > causeWithin:
			return cause, others
		case cause == nil:
			cause, r.caused = r, true
		case r.Method != http.MethodDelete && (r.Path != cause.Path || cause.Method == http.MethodDelete):
			others = append(others, Seen{Time: r.at, Target: osTarget(*r), Actor: r.User})
		}
	}
	return cause, others
}

func osTarget(r osEvent) string {
	_, call, _ := strings.Cut(r.Path, "/_security/api/")
	kind, name, _ := strings.Cut(call, "/")
	if kind == "account" {
		return r.User
	}
	name, _, _ = strings.Cut(name, "/")
	if plain, err := url.PathUnescape(name); err == nil {
		return plain
	}
	return name
}

// opaqueID finds the header whatever its case; it is an array of one.
func opaqueID(headers json.RawMessage) string {
	var all map[string][]string
	if json.Unmarshal(headers, &all) != nil {
		return ""
	}
	for name, values := range all {
		if strings.EqualFold(name, "X-Opaque-Id") && len(values) > 0 {
			return values[0]
		}
	}
	return ""
}

// OpenSearchIndex reads the audit log from its index, such as
// security-auditlog-*, from the given time on.
func OpenSearchIndex(ctx context.Context, e *engine.Engine, index string, since time.Time) (*Log, error) {
	b := &osBook{log: &Log{}}
	query := map[string]any{
		"size": 1000, "sort": []string{"_doc"},
		"query": map[string]any{"range": map[string]any{"@timestamp": map[string]any{"gte": since.UTC().Format(time.RFC3339)}}},
	}
	page, err := search(ctx, e, "/"+url.PathEscape(index)+"/_search?scroll=1m", query)
	for ; err == nil && len(page.Hits.Hits) > 0; page, err = search(ctx, e, "/_search/scroll", map[string]any{"scroll": "1m", "scroll_id": page.Scroll}) {
		for _, hit := range page.Hits.Hits {
			if err := b.add(hit.Source, hit.Index+"/"+hit.ID); err != nil {
				return nil, fmt.Errorf("reading %s: document %s: %w", index, hit.ID, err)
			}
		}
	}
	if err != nil {
		return nil, err
	}
	return b.finish(), nil
}

// results is what is needed of a search's answer.
type results struct {
	Scroll string `json:"_scroll_id"`
	Hits   struct {
		Hits []struct {
			Index   string          `json:"_index"`
			ID      string          `json:"_id"`
			Version int64           `json:"_version"`
			Source  json.RawMessage `json:"_source"`
		} `json:"hits"`
	} `json:"hits"`
}

func search(ctx context.Context, e *engine.Engine, path string, query map[string]any) (*results, error) {
	body, err := json.Marshal(query)
	if err != nil {
		return nil, err
	}
	status, _, answer, err := e.Do(ctx, http.MethodPost, path, "application/json", body)
	if err != nil {
		return nil, fmt.Errorf("searching the cluster's log: %w", err)
	}
	if status != http.StatusOK {
		return nil, fmt.Errorf("searching the cluster's log: expected 200, got %d; check the index and what the credentials may read", status)
	}
	var r results
	if err := json.Unmarshal(answer, &r); err != nil {
		return nil, errors.New("searching the cluster's log: the answer is no JSON of a search")
	}
	return &r, nil
}
