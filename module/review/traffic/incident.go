// SPDX-License-Identifier: Apache-2.0

package traffic

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/passgate/passgate/module/audit"
)

// incidents are what a reviewer should find, each at its share of the period.
func (s *stage) incidents() []audit.Past {
	for _, scene := range []func(){
		s.policies, s.walkToTheEdge, s.manyAccounts, s.bothFields, s.hashes, s.unreadables,
		s.privileged, s.hostileNames, s.outage, s.flood, s.crash, s.reconfigured, s.compared,
	} {
		scene()
	}
	made := make([]audit.Past, 0, len(s.waiting))
	for _, d := range s.waiting {
		made = append(made, d.Past)
	}
	s.waiting = nil
	slices.SortStableFunc(made, func(a, b audit.Past) int { return a.Time().Compare(b.Time()) })
	return made
}

// policies are recorded in full when they are loaded.
func (s *stage) policies() {
	for i, book := range s.rules {
		at := s.From.Add(time.Duration(i) * time.Millisecond)
		if i == 2 {
			at = s.at(.30)
		}
		s.notice(audit.Notice{Code: audit.CodeConfig, Time: at, Policy: book.text()})
	}
}

func (s *stage) reconfigured() {
	first, second := fmt.Sprintf("%064x", 0xa1), fmt.Sprintf("%064x", 0xb2)
	s.notice(audit.Notice{Code: audit.CodeConfig, Time: s.From, Config: &audit.Config{Digest: first}})
	s.notice(audit.Notice{Code: audit.CodeConfig, Time: s.at(.45), Config: &audit.Config{Digest: second, Previous: first}})
}

// walkToTheEdge: one account tries until the policy gives way.
func (s *stage) walkToTheEdge() {
	p, at := s.cast.staff[17], s.at(.62)
	for i := range 11 {
		at = at.Add(time.Duration(12+i) * time.Second)
		e := s.ask(at, p, p.name, esProd, esProd.own())
		s.refused(e, audit.CausePolicy, "", s.rules[2].broken[i%len(s.rules[2].broken)]...)
	}
	s.forwarded(s.ask(at.Add(20*time.Second), p, p.name, esProd, esProd.own()), audit.Applied)
}

// manyAccounts: one address asks for the accounts of many.
func (s *stage) manyAccounts() {
	at := s.at(.71)
	for i, target := range s.cast.staff[:min(60, len(s.cast.staff))] {
		p := person{target.name, "203.0.113.77", "python-requests/2.32.5"}
		e := s.ask(at.Add(time.Duration(i)*7*time.Second), p, p.name, esProd, esProd.own())
		e.Verdict, e.Actor.Verified, e.Outcome = audit.Unjudged, false, audit.Unauthenticated
		e.Enforced, e.Policy, e.Digest, e.Upstream.Status = true, "", "", 401
		s.put(e)
	}
}

// bothFields: password and hash in one request, so that the one that is judged
// is not the one that counts.
func (s *stage) bothFields() {
	p := s.cast.admins[2]
	for i := range 4 {
		target := s.cast.devices[i]
		e := s.ask(s.at(.55).Add(time.Duration(i)*33*time.Second), p, target, esProd, putUser(target))
		e.Secret, e.Policy, e.Digest = audit.SecretBoth, "", ""
		s.refused(e, audit.CauseBothFields, "both_fields")
	}
}

// hashes: somebody brings accounts over with their hashes.
func (s *stage) hashes() {
	p := s.cast.admins[1]
	for i := range 14 {
		target := s.cast.devices[20+i]
		e := s.ask(s.at(.41).Add(time.Duration(i)*9*time.Second), p, target, osSearch, osSearch.others(target))
		e.Secret = audit.SecretHash
		s.refused(e, audit.CauseHash, "", audit.Rule{Code: "allow_hash"})
	}
}

// unreadables: a client looks for a spelling that the gateway reads one way
// and the cluster another.
func (s *stage) unreadables() {
	p, at := person{"ops.rao", "10.20.9.9", "curl/8.14.1"}, s.at(.83)
	for i, reason := range []audit.Reason{"two_spellings", "json", "media_type", "content_encoding", "spelling", "repeated_header", "query", "json", "spelling"} {
		e := s.ask(at.Add(time.Duration(i)*41*time.Second), p, "elastic", esProd, esProd.others("elastic"))
		e.Secret, e.Policy, e.Digest = audit.SecretUnread, "", ""
		s.refused(e, audit.CauseUnreadable, reason)
	}
}

// privileged: the superuser's own password, by somebody else, at night.
func (s *stage) privileged() {
	for i, share := range []float64{.12, .66, .91} {
		at := s.at(share).Truncate(24 * time.Hour).Add(23*time.Hour + time.Duration(11*i)*time.Minute)
		s.forwarded(s.ask(at, s.cast.admins[i], "elastic", esProd, esProd.others("elastic")), audit.Applied)
	}
}

// hostileNames: user names that want to act on whoever reads them.
func (s *stage) hostileNames() {
	for i, name := range []string{
		`<script>alert(document.domain)</script>`, `"><img src=x onerror=alert(1)>`, `=HYPERLINK("http://203.0.113.1/","click")`,
		"@SUM(1+1)*cmd|' /C calc'!A0", "+49 30 1234", "-2+3", "\tindented", "line\nbreak\r\x1b[31mred\x07", "user\u202egnp.exe", "zero\u200bwidth\u2066\ufeff",
		`{{.Password}}`, `'; DROP TABLE users; --`, `..\..\etc\passwd`, "a,b;c|d", veryLong, "名前", "👩‍💻",
	} {
		p := person{name, "203.0.113.9", `<b>agent</b> =1+1`}
		e := s.ask(s.at(.77).Add(time.Duration(i)*13*time.Second), p, name, esProd, esProd.own())
		e.Actor.Verified, e.Request.OpaqueID = false, name
		s.refused(e, audit.CausePolicy, "", s.rules[0].broken[0]...)
	}
}

// outage: the disk was full for a quarter of an hour.
func (s *stage) outage() {
	from := s.at(.5).Truncate(24 * time.Hour).Add(3 * time.Hour)
	s.notice(audit.Notice{Code: audit.CodeRefused, Time: from.Add(15 * time.Minute),
		Refused: &audit.Refused{Count: 7, From: from, Until: from.Add(15*time.Minute - time.Second)}})
}

// flood: refusals of one source that were counted instead of recorded.
func (s *stage) flood() {
	from := s.at(.72)
	s.notice(audit.Notice{Code: audit.CodeFlood, Time: from.Add(time.Minute), Client: audit.Client{IP: "203.0.113.77"},
		Flood: &audit.Flood{Count: 2310, From: from, Until: from.Add(time.Minute), Policy: 1200, Unreadable: 1110}})
}

// compared: the trail is held against what the clusters tell, and once that
// shows a way round the gateway.
func (s *stage) compared() {
	for _, share := range []float64{.33, .60, .93} {
		at := s.at(share).Truncate(24 * time.Hour).Add(7 * time.Hour)
		for i, c := range []cluster{esProd, osSearch} {
			n := audit.Notice{Code: audit.CodeReconciled, Time: at.Add(time.Duration(i) * time.Minute), By: "ops.marchetti", Reconciled: &audit.Reconciled{
				Cluster: c.name, Source: c.dialect + "-log", Since: at.AddDate(0, 0, -7), Until: at, Seen: 214, Matched: 214,
			}}
			if share == .60 && c == osSearch {
				n.Code, n.Reconciled.Seen, n.Reconciled.Bypasses = audit.CodeBypass, 216, 2
			}
			s.notice(n)
		}
	}
}

// crash: the gateway stopped between forwarding and the cluster's answer.
func (s *stage) crash() {
	p, at := s.cast.desk[0], s.at(.38)
	e := s.ask(at, p, s.cast.staff[3].name, esProd, esProd.others(s.cast.staff[3].name))
	e.Upstream = audit.Upstream{}
	s.put(e)
	again := at.Add(90 * time.Second)
	s.notice(audit.Notice{Code: audit.CodeStart, Time: again, Start: &audit.Start{Heartbeat: int64(s.heartbeat / time.Second), InDoubt: 1}})
	e.Stage, e.Outcome, e.Reason, e.Time = audit.StageOutcome, audit.Unknown, "in_doubt", again.Add(time.Millisecond)
	s.put(e)
}

// veryLong is longer than records keep names.
var veryLong = "very-long-name" + strings.Repeat("-0123456789", 26) + "-end"
