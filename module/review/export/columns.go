// SPDX-License-Identifier: Apache-2.0

package export

import (
	"strconv"
	"strings"
	"time"

	"github.com/passgate/passgate/module/audit"
)

// timeFormat is RFC 3339 in UTC, as the trail has it.
const timeFormat = "2006-01-02T15:04:05.000000Z"

// property is one column of the CSV export.
type property struct {
	name string
	of   func(r *audit.Record) string
}

// properties are the columns of the CSV export. New ones are added at the end,
// so that spreadsheets made for an older export go on working.
var properties = []property{
	{"place", func(r *audit.Record) string { return strconv.FormatInt(r.Seq, 10) }},
	{"time", func(r *audit.Record) string { return r.Time.UTC().Format(timeFormat) }},
	{"code", func(r *audit.Record) string { return string(r.Code) }},
	{"severity", func(r *audit.Record) string { return strconv.Itoa(r.Severity) }},
	{"stage", func(r *audit.Record) string { return stage(r) }},
	{"verdict", func(r *audit.Record) string { return string(r.Verdict) }},
	{"cause", func(r *audit.Record) string { return string(r.Cause) }},
	{"enforced", onChange(func(r *audit.Record) string { return yes(r.Enforced) })},
	{"outcome", func(r *audit.Record) string { return string(r.Outcome) }},
	{"actor", actor},
	{"initiator", func(r *audit.Record) string { return r.Actor.Initiator }},
	{"verified", onChange(func(r *audit.Record) string { return yes(r.Actor.Verified) })},
	{"targets", func(r *audit.Record) string { return strings.Join(r.Targets, " | ") }},
	{"self", onChange(func(r *audit.Record) string { return yes(r.Self) })},
	{"cluster", func(r *audit.Record) string { return r.Cluster }},
	{"dialect", func(r *audit.Record) string { return r.Dialect }},
	{"operation", func(r *audit.Record) string { return r.Operation }},
	{"rules", func(r *audit.Record) string { return codes(r.Rules) }},
	{"clauses", func(r *audit.Record) string { return list(r.Rules, func(r audit.Rule) string { return r.Clause }) }},
	{"reason", func(r *audit.Record) string { return string(r.Reason) }},
	{"policy", func(r *audit.Record) string { return r.Policy }},
	{"policy_sha256", func(r *audit.Record) string { return r.Digest }},
	{"mode", func(r *audit.Record) string { return r.Mode }},
	{"secret", func(r *audit.Record) string { return string(r.Secret) }},
	{"address", func(r *audit.Record) string { return r.Client.IP }},
	{"agent", func(r *audit.Record) string { return r.Client.UserAgent }},
	{"method", func(r *audit.Record) string { return r.Request.Method }},
	{"path", func(r *audit.Record) string { return r.Request.Path }},
	{"status", func(r *audit.Record) string { return number(r.Status) }},
	{"node", func(r *audit.Record) string { return r.Upstream.Node }},
	{"change", func(r *audit.Record) string { return r.Change }},
	{"opaque_id", func(r *audit.Record) string { return r.Request.OpaqueID }},
	{"trace_id", func(r *audit.Record) string { return r.Request.TraceID }},
	{"upstream_request_id", func(r *audit.Record) string { return r.Upstream.RequestID }},
	{"task", func(r *audit.Record) string { return r.Upstream.Task }},
	{"gateway", func(r *audit.Record) string { return r.Instance }},
	{"rehearsed", func(r *audit.Record) string { return codes(r.Rehearsed) }},
	{"next_policy", func(r *audit.Record) string {
		if r.Next == nil {
			return ""
		}
		return r.Next.Policy
	}},
	{"next_rules", func(r *audit.Record) string {
		if r.Next == nil {
			return ""
		}
		return codes(r.Next.Rules)
	}},
	{"exemption_owner", func(r *audit.Record) string {
		if r.Exemption == nil {
			return ""
		}
		return r.Exemption.Owner
	}},
	{"exemption_reason", func(r *audit.Record) string {
		if r.Exemption == nil {
			return ""
		}
		return r.Exemption.Reason
	}},
	{"message", func(r *audit.Record) string { return r.Message }},
}

func onChange(of func(*audit.Record) string) func(*audit.Record) string {
	return func(r *audit.Record) string {
		if r.Notice != nil {
			return ""
		}
		return of(r)
	}
}

func stage(r *audit.Record) string {
	if r.Notice != nil {
		return "notice"
	}
	return string(r.Stage)
}

func actor(r *audit.Record) string {
	if r.Notice != nil {
		return r.Notice.By
	}
	return r.Actor.Name
}

func codes(rules []audit.Rule) string {
	return list(rules, func(r audit.Rule) string { return r.Code })
}

func list(rules []audit.Rule, of func(audit.Rule) string) string {
	words := make([]string, len(rules))
	for i, rule := range rules {
		words[i] = of(rule)
	}
	return strings.Join(words, " | ")
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// clock is a time as tables show it.
func clock(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05Z") }
