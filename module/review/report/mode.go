// SPDX-License-Identifier: Apache-2.0

package report

import (
	"time"

	"github.com/passgate/passgate/module/review"
)

// clusterTime follows a cluster's mode through its changes: a mode holds until
// a change says otherwise.
type clusterTime struct {
	Cluster
	spans []modeSpan
}

type modeSpan struct {
	mode string
	from time.Time
}

const modeMonitor = "monitor"

func (n *counter) cluster(c *change) {
	t := n.clusters[c.cluster]
	if t == nil {
		t = &clusterTime{Cluster: Cluster{Name: c.cluster, Dialect: c.Value(review.Dialect)}}
		n.clusters[c.cluster] = t
	}
	t.Changes++
	if c.denied {
		t.Refused++
	}
	mode := c.Value(review.Mode)
	if len(t.spans) == 0 || t.spans[len(t.spans)-1].mode != mode {
		t.spans = append(t.spans, modeSpan{mode, c.Time()})
	}
}

// finish adds up the hours by mode. The first mode is taken to have held since
// the beginning, and the last one until the end.
func (t *clusterTime) finish(s *Scope, gaps []Gap) Cluster {
	for i, span := range t.spans {
		from, until := span.from, s.To
		if i == 0 {
			from = s.From
		}
		if i+1 < len(t.spans) {
			until = t.spans[i+1].from
		}
		hours := until.Sub(from).Hours()
		for _, g := range gaps {
			hours -= overlap(from, until, g.From, g.Until)
		}
		if span.mode == modeMonitor {
			t.Monitoring += max(hours, 0)
		} else {
			t.Enforcing += max(hours, 0)
		}
	}
	return t.Cluster
}

// overlap is the hours two spans have in common.
func overlap(a, b, c, d time.Time) float64 {
	if c.After(a) {
		a = c
	}
	if d.Before(b) {
		b = d
	}
	return max(b.Sub(a).Hours(), 0)
}
