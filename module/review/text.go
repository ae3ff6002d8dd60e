// SPDX-License-Identifier: Apache-2.0

package review

import (
	"bytes"
	"strings"
	"unicode"

	"github.com/passgate/passgate/module/audit"
)

// search looks for a text in the ids and names of records. The raw bytes
// decide which lines are decoded.
type search struct {
	text   string
	needle []byte // how the text stands in a line; empty: unknown
}

func newSearch(text string) *search {
	if text == "" {
		return nil
	}
	return &search{text: text, needle: spelled(text)}
}

// spelled is text as the trail's lines spell it, or nil where escapes could
// differ.
func spelled(text string) []byte {
	for _, r := range text {
		if r == '"' || r == '\\' || r == unicode.ReplacementChar || !unicode.IsPrint(r) {
			return nil
		}
	}
	return []byte(text)
}

func (s *search) in(line []byte) bool {
	if s == nil {
		return true
	}
	if s.needle != nil && !bytes.Contains(line, s.needle) {
		return false
	}
	r, err := audit.Parse(line)
	return err == nil && s.found(&r)
}

func (s *search) found(r *audit.Record) bool {
	for _, text := range texts(r) {
		if strings.Contains(text, s.text) {
			return true
		}
	}
	return false
}

// texts are everything of a record that names or identifies something.
func texts(r *audit.Record) []string {
	all := []string{
		r.ID, r.Change, r.Request.OpaqueID, r.Request.TraceID, r.Upstream.RequestID, r.Upstream.Task, r.Upstream.Node,
		r.Actor.Name, r.Actor.Initiator, r.Actor.ID, r.Actor.Realm, r.Request.Path, r.Request.Host,
		r.Client.UserAgent, r.Client.IP, r.Client.PeerIP, r.Policy, r.Digest, r.Instance,
	}
	if n := r.Notice; n != nil {
		all = append(all, n.By, n.Note)
	}
	return append(all, r.Targets...)
}
