// SPDX-License-Identifier: Apache-2.0

package reconcile

import (
	"bytes"
	"fmt"
	"net"
	"strings"
	"time"
)

// Seen is a change of a user that the cluster's own log tells of.
type Seen struct {
	Time     time.Time `json:"time"`
	Action   string    `json:"action"` // the log's own word for it
	Target   string    `json:"target,omitempty"`
	Actor    string    `json:"actor,omitempty"`
	Address  string    `json:"address,omitempty"` // where the cluster saw it come from
	OpaqueID string    `json:"opaque_id,omitempty"`
	Node     string    `json:"node,omitempty"`
	Certain  bool      `json:"certain"` // it did set a password; else it may have
	Source   string    `json:"source"`  // file and line, or index and document

	written  bool   // the cluster has not only let it in
	deletion bool   // unless it is one of others
	others   []Seen // what else it may have been
}

func (s Seen) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s", s.Time.UTC().Format(time.RFC3339), s.Action)
	for _, part := range [][2]string{{"of", s.Target}, {"by", s.Actor}, {"from", s.Address}, {"on", s.Node}} {
		if part[1] != "" {
			fmt.Fprintf(&b, " %s %q", part[0], part[1])
		}
	}
	return b.String() + " (" + s.Source + ")"
}

// Log is what was read of a cluster's log.
type Log struct {
	Seen        []Seen
	First, Last time.Time // of everything in it: what it covers
	Events      int       // lines or documents
	Gaps        []Gap     // what the log itself lacks
}

// Gap is what a log lacks, between two times; without them, wherever one looks.
type Gap struct {
	Text        string
	From, Until time.Time
}

// within reports whether something may be lacking of a window.
func (g Gap) within(since, until time.Time) bool {
	return g.Until.IsZero() || !g.Until.Before(since) && !g.From.After(until)
}

func (l *Log) cover(at time.Time) {
	if at.IsZero() {
		return
	}
	if l.First.IsZero() || at.Before(l.First) {
		l.First = at
	}
	if at.After(l.Last) {
		l.Last = at
	}
}

// parseTime reads the spellings of both vendors. A time without a zone is in
// the one given: Elasticsearch 6 writes its node's own.
func parseTime(text string, zone *time.Location) (time.Time, bool) {
	text = strings.Replace(text, ",", ".", 1)
	for _, layout := range []string{"2006-01-02T15:04:05.999Z0700", time.RFC3339Nano, "2006-01-02T15:04:05.999"} {
		if at, err := time.ParseInLocation(layout, text, zone); err == nil {
			return at, true
		}
	}
	return time.Time{}, false
}

// host drops the port of an address.
func host(address string) string {
	if h, _, err := net.SplitHostPort(address); err == nil {
		return h
	}
	return strings.Trim(address, "[]")
}

// object cuts the JSON object out of a line that a logger may have put a
// prefix before.
func object(line []byte) []byte {
	at := bytes.IndexByte(line, '{')
	if at < 0 {
		return nil
	}
	return bytes.TrimSpace(line[at:])
}

// maxLogLine bounds a line of a cluster's log; with bodies in it, it may be long.
const maxLogLine = 16 << 20
