// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"errors"
	"fmt"
	"time"
)

// ecsVersion is the version of the Elastic Common Schema the records follow.
const ecsVersion = "9.4.0"

// maxTargets bounds the names in one record. The decision to forward a change
// of more targets is not recordable, so such a change can't be forwarded;
// refusals and outcomes list the first and state the total.
const maxTargets = 1000

// timeFormat is RFC 3339 in UTC with exactly six decimals, so that lines have
// their times in the same columns and sort as text.
const timeFormat = "2006-01-02T15:04:05.000000Z"

// check refuses events that could not be joined or found again later.
func (e *Event) check() error {
	forwards := e.Stage == StageDecision && e.Outcome == ""
	switch {
	case e.Stage != StageDecision && e.Stage != StageOutcome:
		return fmt.Errorf("recording a change: stage must be %q or %q, got %q", StageDecision, StageOutcome, e.Stage)
	case !plainID(e.Change):
		return errors.New("recording a change: its id must be letters, digits and hyphens, at most 64; use NewID()")
	case e.Change == "" && (forwards || e.Stage == StageOutcome):
		return errors.New("recording a change: it has no id to join decision and outcome; set Change to NewID()")
	case e.Stage == StageOutcome && e.Outcome == "":
		return errors.New("recording a change: the outcome is empty; use unknown when nothing is known")
	case forwards && len(e.Targets) > maxTargets:
		return fmt.Errorf("recording a change: it names %d targets, at most %d fit a record; split the request", len(e.Targets), maxTargets)
	}
	return nil
}

// plainID reports whether an id is spelled the same in a raw line: it is found
// there without decoding.
func plainID(id string) bool {
	for _, c := range []byte(id) {
		if !('0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '-') {
			return false
		}
	}
	return len(id) <= 64
}

// source is what is the same in all records of one gateway.
type source struct {
	version     string // of the gateway
	instance    string
	environment string
}

// encode spells e as a line without its closing brace; the writer adds the
// Chain object, the brace and the newline.
func (s *source) encode(e *Event) []byte {
	l := &line{b: make([]byte, 1, 1536)}
	l.b[0] = '{'
	code, severity, level := codeOf(e)
	s.head(l, e.Time, level, message(e))
	l.event(e, code, severity)
	l.users(e)
	l.network(e)
	l.rules(e)
	s.service(l, e)
	l.related(e)
	l.gateway(e)
	return l.b
}

// head writes the four members the ecs-logging specification wants first.
func (s *source) head(l *line, at time.Time, level, message string) {
	l.text("@timestamp", at.UTC().Format(timeFormat))
	l.text("log.level", level)
	l.text("message", message)
	l.text("ecs.version", ecsVersion)
}

func (l *line) event(e *Event, code Code, severity int64) {
	id, allowed := e.Change, "allowed"
	if e.Stage == StageOutcome || id == "" {
		id = idAt(e.Time)
	}
	if e.Verdict == Deny && e.Enforced {
		allowed = "denied"
	}
	l.open("event")
	l.text("id", cut(id, maxName))
	l.text("kind", "event")
	l.list("category", "iam", "api")
	l.list("type", "user", "change", allowed)
	l.text("action", cut(e.Operation, maxName))
	l.text("code", string(code))
	l.text("outcome", ecsOutcome(e.Outcome))
	l.text("reason", cut(string(e.Reason), maxName))
	l.provenance()
	l.number("duration", e.Duration.Round(time.Millisecond).Nanoseconds())
	l.count("severity", severity)
	l.close()
}

func (l *line) provenance() {
	l.text("module", "passgate")
	l.text("dataset", "passgate.audit")
	l.text("provider", "passgate")
}

func (l *line) users(e *Event) {
	l.open("user")
	l.text("name", Name(e.Actor.Name))
	l.open("target")
	switch names := targetNames(e); len(names) {
	case 0:
	case 1:
		l.text("name", names[0])
	default:
		l.list("name", names...)
	}
	l.close()
	l.close()
}

// targetNames are the targets as recorded: at most maxTargets.
func targetNames(e *Event) []string {
	names := make([]string, 0, min(len(e.Targets), maxTargets))
	for _, t := range e.Targets[:min(len(e.Targets), maxTargets)] {
		names = append(names, Name(t))
	}
	return names
}

func (l *line) client(c *Client) {
	l.open("source")
	l.text("address", cut(c.IP, maxName))
	l.text("ip", cut(c.IP, maxName))
	l.number("port", int64(c.Port))
	l.open("nat")
	l.text("ip", cut(c.PeerIP, maxName))
	l.close()
	l.close()
	l.open("user_agent")
	l.text("original", cut(c.UserAgent, maxName))
	l.close()
}

func (l *line) network(e *Event) {
	l.client(&e.Client)
	l.open("http")
	l.text("version", cut(e.Request.Version, maxName))
	l.open("request")
	l.text("id", cut(e.Change, maxName))
	l.text("method", cut(e.Request.Method, maxName))
	l.text("mime_type", cut(e.Request.MediaType, maxName))
	l.close()
	l.open("response")
	l.number("status_code", int64(e.answered()))
	l.close()
	l.close()

	l.open("url")
	l.text("scheme", cut(e.Request.Scheme, maxName))
	l.text("domain", cut(e.Request.Host, maxName))
	l.text("path", cut(e.Request.Path, maxPath))
	l.close()

	l.open("trace")
	l.text("id", cut(e.Request.TraceID, maxName))
	l.close()
}

// answered is the status the client gets: the cluster's, unless told otherwise.
func (e *Event) answered() int {
	if e.Status == 0 && e.Stage == StageOutcome {
		return e.Upstream.Status
	}
	return e.Status
}

// rules lists the violated rules in parallel arrays, because an index flattens
// an array of objects and loses which clause belongs to which rule.
func (l *line) rules(e *Event) {
	codes := make([]string, 0, len(e.Rules))
	for _, r := range e.Rules {
		codes = append(codes, cut(r.Code, maxName))
	}
	l.open("rule")
	l.list("id", codes...)
	l.text("ruleset", Name(e.Policy))
	l.close()
}

func (s *source) service(l *line, e *Event) {
	l.open("service")
	l.text("type", cut(e.Dialect, maxName))
	l.text("name", Name(e.Cluster))
	l.text("environment", s.environment)
	l.open("node")
	l.text("name", Name(e.Upstream.Node))
	l.close()
	l.close()
	s.observer(l)
}

func (s *source) observer(l *line) {
	l.open("observer")
	l.text("type", "proxy")
	l.text("product", "passgate")
	l.text("version", s.version)
	l.text("name", s.instance)
	l.close()
}

func (l *line) related(e *Event) {
	l.open("related")
	l.list("user", distinct(append([]string{Name(e.Actor.Name), Name(e.Actor.Initiator)}, targetNames(e)...))...)
	l.list("ip", distinct([]string{cut(e.Client.IP, maxName), cut(e.Client.PeerIP, maxName)})...)
	l.close()
}

func distinct(names []string) []string {
	seen := make(map[string]bool, len(names))
	kept := names[:0]
	for _, n := range names {
		if n != "" && !seen[n] {
			seen[n] = true
			kept = append(kept, n)
		}
	}
	return kept
}

// gateway writes our own object. Its first members are in fixed order:
// verifying a trail reads them from the raw bytes.
func (l *line) gateway(e *Event) {
	l.open("Gateway")
	l.text("stage", string(e.Stage))
	l.text("change", cut(e.Change, maxName))
	l.text("outcome", string(e.Outcome))
	l.text("verdict", string(e.Verdict))
	l.text("cause", string(e.Cause))
	l.flag("enforced", e.Enforced)
	l.text("mode", cut(e.Mode, maxName))
	l.text("reason", cut(string(e.Reason), maxName))
	l.text("dialect", cut(e.Dialect, maxName))
	l.text("operation", cut(e.Operation, maxName))
	l.text("cluster", Name(e.Cluster))
	l.text("secret", string(e.Secret))
	l.flag("self", e.Self)
	if len(e.Targets) > maxTargets {
		l.count("targets_total", int64(len(e.Targets)))
	}
	l.text("opaque_id", cut(e.Request.OpaqueID, maxName))
	l.actor(&e.Actor)
	l.policy(e)
	l.upstream(&e.Upstream)
	l.close()
}

func (l *line) actor(a *Actor) {
	l.open("actor")
	l.text("scheme", cut(a.Scheme, maxName))
	l.flag("verified", a.Verified)
	l.text("id", cut(a.ID, maxName))
	l.text("initiator", Name(a.Initiator))
	l.text("realm", Name(a.Realm))
	l.close()
}

func (l *line) policy(e *Event) {
	l.open("policy")
	l.text("name", Name(e.Policy))
	l.text("sha256", cut(e.Digest, maxName))
	l.close()
	l.ruleLists("rules", e.Rules)
	l.ruleLists("rehearsed", e.Rehearsed)
	if n := e.Next; n != nil {
		l.open("next")
		l.text("name", Name(n.Policy))
		l.text("sha256", cut(n.Digest, maxName))
		l.flag("deny", len(n.Rules) > 0)
		l.ruleLists("rules", n.Rules)
		l.close()
	}
	if x := e.Exemption; x != nil {
		l.open("exemption")
		l.text("reason", Name(x.Reason))
		l.text("owner", Name(x.Owner))
		l.text("until", x.Until.UTC().Format(time.DateOnly))
		l.close()
	}
}

// ruleLists writes rules as parallel arrays, see rules.
func (l *line) ruleLists(name string, rules []Rule) {
	if len(rules) == 0 {
		return
	}
	clauses := make([]string, 0, len(rules))
	codes := make([]string, 0, len(rules))
	for _, r := range rules {
		codes = append(codes, cut(r.Code, maxName))
		clauses = append(clauses, cut(r.Clause, maxName))
	}
	l.open(name)
	l.list("code", codes...)
	l.list("clause", clauses...)
	l.close()
}

func (l *line) upstream(u *Upstream) {
	l.open("upstream")
	l.number("status_code", int64(u.Status))
	l.text("node", Name(u.Node))
	l.text("request_id", cut(u.RequestID, maxName))
	l.text("task", cut(u.Task, maxName))
	l.close()
}
