// SPDX-License-Identifier: Apache-2.0

package module

import (
	"errors"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/passgate/passgate/module/audit"
)

const namespace = "passgate"

// changes counts what becomes of changes. No label names a user.
var changes = prometheus.NewCounterVec(prometheus.CounterOpts{
	Namespace: namespace, Name: "records_total",
	Help: "Records of changes, by dialect, stage, verdict, cause and outcome.",
}, []string{"dialect", "stage", "verdict", "cause", "outcome"})

// broken counts the rules that refuse passwords, or would.
var broken = prometheus.NewCounterVec(prometheus.CounterOpts{
	Namespace: namespace, Name: "violations_total",
	Help: "Rules broken by passwords, by policy, rule and whether it was enforced or only rehearsed.",
}, []string{"policy", "rule", "mode"})

// count adds one record of a change to the metrics.
func count(e *audit.Event) {
	changes.WithLabelValues(e.Dialect, string(e.Stage), string(e.Verdict), string(e.Cause), string(e.Outcome)).Inc()
	if e.Stage != audit.StageDecision {
		return
	}
	mode := modeEnforce
	if e.Verdict != audit.Deny || !e.Enforced { // or an exemption has excused them
		mode = modeMonitor
	}
	for _, r := range e.Rules {
		broken.WithLabelValues(e.Policy, r.Code, mode).Inc()
	}
	for _, r := range e.Rehearsed {
		broken.WithLabelValues(e.Policy, r.Code, modeMonitor).Inc()
	}
	if e.Next != nil {
		for _, r := range e.Next.Rules {
			broken.WithLabelValues(e.Next.Policy, r.Code, modeMonitor).Inc()
		}
	}
}

// registerMetrics adds ours to a configuration's registry, which is new each
// time; within one, the second registration of the same is no error.
func registerMetrics(registry *prometheus.Registry, collectors ...prometheus.Collector) error {
	for _, c := range collectors {
		var already prometheus.AlreadyRegisteredError
		if err := registry.Register(c); err != nil && !errors.As(err, &already) {
			return err
		}
	}
	return nil
}

// trailMetrics read the trail's own counters when they are asked for.
func trailMetrics(t *trail) []prometheus.Collector {
	counter := func(name, help string, value func(audit.Stats) float64) prometheus.Collector {
		return prometheus.NewCounterFunc(prometheus.CounterOpts{Namespace: namespace, Subsystem: "trail", Name: name, Help: help},
			func() float64 { return value(t.Stats()) })
	}
	gauge := func(name, help string, value func(audit.Stats) float64) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Namespace: namespace, Subsystem: "trail", Name: name, Help: help},
			func() float64 { return value(t.Stats()) })
	}
	return []prometheus.Collector{
		counter("records_total", "Records made durable.", func(s audit.Stats) float64 { return float64(s.Records) }),
		counter("commits_total", "Writes to disk, each for all records waiting.", func(s audit.Stats) float64 { return float64(s.Commits) }),
		counter("commit_seconds_sum", "Time from a commit's first record to its durability.", func(s audit.Stats) float64 { return s.CommitSeconds.Sum }),
		counter("failures_total", "Commits that failed.", func(s audit.Stats) float64 { return float64(s.Failures) }),
		counter("refused_total", "Records that could not be taken.", func(s audit.Stats) float64 { return float64(s.Refused) }),
		counter("coalesced_total", "Refusals counted instead of recorded one by one.", func(s audit.Stats) float64 { return float64(s.Coalesced) }),
		counter("dropped_copies_total", "Copies that Caddy's log was too slow for.", func(s audit.Stats) float64 { return float64(s.Dropped) }),
		gauge("in_doubt", "Changes found without an outcome when the trail was opened.", func(s audit.Stats) float64 { return float64(s.InDoubt) }),
		gauge("open", "Decisions whose outcome is awaited.", func(s audit.Stats) float64 { return float64(s.Open) }),
		gauge("free_bytes", "Free bytes on the trail's disk.", func(s audit.Stats) float64 { return float64(s.FreeBytes) }),
		gauge("checkpoint_age_seconds", "Age of the newest checkpoint.", func(s audit.Stats) float64 { return time.Since(s.CheckpointTime).Seconds() }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Namespace: namespace, Subsystem: "trail", Name: "healthy", Help: "1 while the trail records, 0 while it can't."},
			func() float64 {
				if t.Health().Err != nil {
					return 0
				}
				return 1
			}),
	}
}
