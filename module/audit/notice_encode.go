// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"fmt"
	"time"
)

const (
	maxNote   = 1024
	maxPolicy = 64 << 10
)

func (n *Notice) check() error {
	if _, known := kinds[n.Code]; !known {
		return fmt.Errorf("recording a notice: %q is not the code of one", n.Code)
	}
	return nil
}

// encodeNotice spells n as a line without its closing brace.
func (s *source) encodeNotice(n *Notice) []byte {
	k := kinds[n.Code]
	l := &line{b: make([]byte, 1, 1024)}
	l.b[0] = '{'
	s.head(l, n.Time, k.level, k.message)
	l.open("event")
	l.text("id", idAt(n.Time))
	l.text("kind", "event")
	l.list("category", k.category)
	l.list("type", k.typ)
	l.text("action", k.action)
	l.text("code", string(n.Code))
	l.text("outcome", noticeOutcome(n.Code))
	l.provenance()
	l.count("severity", k.severity)
	l.close()
	l.open("user")
	l.text("name", Name(n.By))
	l.close()
	l.client(&n.Client)
	s.observer(l)
	l.open("related")
	l.list("user", distinct([]string{Name(n.By)})...)
	l.list("ip", distinct([]string{cut(n.Client.IP, maxName), cut(n.Client.PeerIP, maxName)})...)
	l.close()
	l.open("Gateway")
	l.text("note", cut(n.Note, maxNote))
	l.parts(n)
	l.close()
	return l.b
}

// noticeOutcome: a flood's requests and an unavailable trail's were refused.
func noticeOutcome(c Code) string {
	if c == CodeFlood || c == CodeRefused || c == CodeDamage {
		return "failure"
	}
	return "success"
}

func (l *line) parts(n *Notice) {
	l.keeping(n)
	l.files(n)
	l.counts(n)
	if p := n.Review; p != nil {
		l.open("review")
		l.span(p.First, p.Last)
		l.count("size", p.Size)
		l.text("root", cut(p.Root, maxName))
		l.count("exceptions", p.Exceptions)
		l.text("signature", cut(p.Signature, 4*maxNote))
		l.close()
	}
	l.reconciled(n.Reconciled)
	if p := n.Access; p != nil {
		l.open("access")
		l.text("kind", cut(p.Kind, maxName))
		l.text("name", cut(p.Name, maxName))
		l.text("format", cut(p.Format, maxName))
		l.span(p.First, p.Last)
		l.count("count", p.Count)
		l.close()
	}
}

// keeping: how the gateway works and how the trail is kept.
func (l *line) keeping(n *Notice) {
	if p := n.Start; p != nil {
		l.open("start")
		l.flag("clean", p.Clean)
		l.count("heartbeat", p.Heartbeat)
		l.count("in_doubt", p.InDoubt)
		l.text("key", p.Key)
		l.text("purpose", p.Purpose)
		l.close()
	}
	if p := n.Config; p != nil {
		l.open("config")
		l.text("sha256", cut(p.Digest, maxName))
		l.text("previous_sha256", cut(p.Previous, maxName))
		l.close()
	}
	if p := n.Policy; p != nil {
		l.open("policy")
		l.text("name", Name(p.Name))
		l.text("sha256", cut(p.Digest, maxName))
		l.text("text", cut(p.Text, maxPolicy))
		l.close()
	}
	if p := n.Key; p != nil {
		l.open("key")
		l.text("old", p.Old)
		l.text("new", p.New)
		l.text("signature", p.Signature)
		l.close()
	}
}

func (l *line) files(n *Notice) {
	if p := n.Segment; p != nil {
		l.open("segment")
		l.text("name", p.Name)
		l.count("first", p.First)
		l.count("open_since", p.OpenSince)
		l.count("heartbeat", p.Heartbeat)
		l.close()
	}
	if p := n.Damage; p != nil {
		l.open("damage")
		l.text("kind", p.Kind)
		l.text("file", cut(p.File, maxName))
		l.count("bytes", p.Bytes)
		l.text("sha256", p.SHA256)
		l.text("quarantine", cut(p.Quarantine, maxName))
		l.close()
	}
	if p := n.Retired; p != nil {
		l.open("retired")
		l.span(p.First, p.Last)
		l.time("before", p.Before)
		l.text("archive", cut(p.Archive, maxPath))
		l.text("root", p.Root)
		l.close()
	}
}

func (l *line) counts(n *Notice) {
	if p := n.Clock; p != nil {
		l.open("clock")
		l.count("step", p.Step)
		l.close()
	}
	if p := n.Refused; p != nil {
		l.open("refused")
		l.count("count", p.Count)
		l.time("from", p.From)
		l.time("until", p.Until)
		l.close()
	}
	if p := n.Flood; p != nil {
		l.open("flood")
		l.count("count", p.Count)
		l.time("from", p.From)
		l.time("until", p.Until)
		l.number("policy", p.Policy)
		l.number("both_fields", p.BothFields)
		l.number("hash", p.Hash)
		l.number("unreadable", p.Unreadable)
		l.number("forbidden", p.Forbidden)
		l.number("unavailable", p.Unavailable)
		l.number("unauthenticated", p.Unauthenticated)
		l.close()
	}
}

func (l *line) reconciled(p *Reconciled) {
	if p == nil {
		return
	}
	l.open("reconciled")
	l.text("cluster", Name(p.Cluster))
	l.text("source", cut(p.Source, maxName))
	l.time("since", p.Since)
	l.time("until", p.Until)
	l.count("seen", p.Seen)
	l.count("matched", p.Matched)
	l.count("bypasses", p.Bypasses)
	l.count("unexplained", p.Unexplained)
	l.count("gaps", p.Gaps)
	l.close()
}

func (l *line) span(first, last int64) {
	l.count("first", first)
	l.count("last", last)
}

func (l *line) time(key string, t time.Time) {
	if !t.IsZero() {
		l.text(key, t.UTC().Format(timeFormat))
	}
}
