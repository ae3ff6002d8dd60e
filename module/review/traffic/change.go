// SPDX-License-Identifier: Apache-2.0

package traffic

import (
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/passgate/passgate/module/audit"
)

// cluster is one of the company's clusters, with the shape its API has.
type cluster struct {
	name, dialect, host, node string
}

var (
	esProd   = cluster{"es-prod", "elasticsearch", "es.acme.example:9200", "es-prod-2"}
	osSearch = cluster{"os-search", "opensearch", "search.acme.example:9200", "os-search-1"}
	cssEU    = cluster{"css-eu", "huawei_css", "css.eu-west-101.acme.example", ""}
)

// call is a way to ask for a change.
type call struct {
	operation, method, path string
	status                  int // the cluster's answer when all is well
}

func (c cluster) own() call {
	if c.dialect == "opensearch" {
		return call{"change_password_account", http.MethodPut, "/_plugins/_security/api/account", http.StatusOK}
	}
	return call{"change_own_password", http.MethodPost, "/_security/user/_password", http.StatusOK}
}

func (c cluster) others(target string) call {
	name := url.PathEscape(target)
	switch c.dialect {
	case "opensearch":
		return call{"create_user", http.MethodPut, "/_plugins/_security/api/internalusers/" + name, http.StatusOK}
	case "huawei_css":
		return call{"resetPassword", http.MethodPost, "/v1.0/5f2c/clusters/9f8e/password/reset", http.StatusOK}
	}
	return call{"change_password", http.MethodPut, "/_security/user/" + name + "/_password", http.StatusOK}
}

func putUser(target string) call {
	return call{"put_user", http.MethodPut, "/_security/user/" + url.PathEscape(target), http.StatusOK}
}

// ask starts the event of a change that p asks for at that time.
func (s *stage) ask(at time.Time, p person, target string, c cluster, how call) audit.Event {
	book := s.bookFor(at, p)
	e := audit.Event{
		Change: s.id(at), Stage: audit.StageDecision, Time: at,
		Dialect: c.dialect, Operation: how.operation, Cluster: c.name, Mode: s.modeOf(at, c),
		Verdict: audit.Allow, Secret: audit.SecretPassword,
		Actor:   audit.Actor{Name: p.name, Scheme: "basic", Realm: "native", Verified: true},
		Targets: []string{target}, Self: p.name == target,
		Policy: book.policy.Name(), Digest: book.policy.Digest(),
		Client: audit.Client{IP: p.ip, Port: 32768 + s.rng.IntN(28000), UserAgent: p.agent},
		Request: audit.Request{Method: how.method, Path: how.path, Host: c.host, Scheme: "https", Version: "1.1",
			MediaType: "application/json"},
		Upstream: audit.Upstream{Status: how.status, Node: c.node},
	}
	e.Enforced = e.Mode == "enforce"
	if c.dialect == "huawei_css" {
		e.Actor = audit.Actor{Name: p.name, Scheme: "sdk-hmac", ID: "HST3W8RXVQ7N4KDAYB2C"}
		e.Upstream.RequestID = s.id(at)
	}
	if book.policy == s.rules[0].policy && at.After(s.at(.30)) {
		e.Next = &audit.Next{Policy: s.rules[2].policy.Name(), Digest: s.rules[2].policy.Digest()}
	}
	if s.rng.IntN(3) == 0 {
		e.Request.OpaqueID = fmt.Sprintf("kibana-%06x", s.rng.IntN(1<<24))
		e.Request.TraceID = fmt.Sprintf("%016x%016x", s.rng.Uint64(), s.rng.Uint64())
	}
	return e
}

// id is a UUID of version 7 (RFC 9562 §5.7) that the seed decides.
func (s *stage) id(at time.Time) string {
	ms, a, b := uint64(at.UnixMilli()), s.rng.Uint64(), s.rng.Uint64()
	return fmt.Sprintf("%08x-%04x-7%03x-%04x-%012x", ms>>16, ms&0xffff, a&0xfff, 0x8000|a>>12&0x3fff, b&0xffffffffffff)
}

// bookFor is the policy that judges p: staff move to the stricter one when its
// rehearsal is over.
func (s *stage) bookFor(at time.Time, p person) rulebook {
	switch {
	case len(p.name) > 4 && p.name[:4] == "svc-":
		return s.rules[1]
	case at.After(s.at(.45)):
		return s.rules[2]
	}
	return s.rules[0]
}

// modeOf: the search cluster only rehearses in the first third.
func (s *stage) modeOf(at time.Time, c cluster) string {
	if c == osSearch && at.Before(s.at(.35)) {
		return "monitor"
	}
	return "enforce"
}

// at is a moment of the period, as a share of it.
func (s *stage) at(share float64) time.Time {
	return s.From.Add(time.Duration(share * float64(s.Until.Sub(s.From)))).Truncate(time.Second)
}

// refused makes e a refusal, or in monitor mode a change that would have been one.
func (s *stage) refused(e audit.Event, cause audit.Cause, reason audit.Reason, rules ...audit.Rule) {
	e.Verdict, e.Cause, e.Reason, e.Rules = audit.Deny, cause, reason, rules
	if e.Next != nil {
		next := *e.Next
		next.Rules = rules // the stricter policy asks for the same and more
		e.Next = &next
	}
	if !e.Enforced && cause != audit.CauseBothFields {
		s.forwarded(e, audit.Applied)
		return
	}
	e.Enforced, e.Outcome, e.Status, e.Upstream = true, audit.Denied, http.StatusBadRequest, audit.Upstream{}
	if cause == audit.CauseUnavailable {
		e.Status = http.StatusServiceUnavailable
	}
	e.Duration = time.Duration(1+s.rng.IntN(5)) * time.Millisecond
	s.put(e)
}

// forwarded makes e two records: its decision and, a moment later, its outcome.
func (s *stage) forwarded(e audit.Event, outcome audit.Outcome) {
	done := e
	e.Upstream = audit.Upstream{}
	s.put(e)
	done.Stage, done.Outcome = audit.StageOutcome, outcome
	done.Duration = time.Duration(40+s.rng.IntN(240)) * time.Millisecond
	done.Time = e.Time.Add(done.Duration)
	switch outcome {
	case audit.Failed:
		done.Upstream.Status = http.StatusForbidden
	case audit.Unauthenticated:
		done.Upstream.Status, done.Actor.Verified = http.StatusUnauthorized, false
	case audit.Unknown:
		done.Upstream.Status = 0
	}
	s.put(done)
}

func (s *stage) put(e audit.Event) { s.add(audit.Past{Event: &e}) }

func (s *stage) notice(n audit.Notice) { s.add(audit.Past{Notice: &n}) }
