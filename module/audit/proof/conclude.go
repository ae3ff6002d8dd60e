// SPDX-License-Identifier: Apache-2.0

package proof

import (
	"slices"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/passgate/passgate/module/audit"
)

// conclude draws the verdicts once everything is read, which began now and has
// ended then.
func (w *walk) conclude(now, then time.Time) {
	r, d := w.report, &w.diary
	r.Size = w.edge.Size()
	r.Keys = w.trust.report()
	if len(w.segments) == 0 {
		r.find(breaksIntegrity, "records_missing", 0, "there is no segment: all records are missing")
	}
	ahead := d.last.Sub(then)
	r.Live = d.lastCode != audit.CodeStop && now.Sub(d.last) <= 2*d.heartbeat+slack && ahead <= clockAhead
	if ahead > clockAhead {
		// Else a record of the year 2099 would keep a dead trail alive.
		r.find(breaksCompleteness, "future", r.Size-1, "records bear times of up to %s, which is yet to come: the gateway's clock is wrong, or nobody's gateway has written them", d.last.Format(time.RFC3339))
	}
	for i := range w.points {
		w.judge(&w.points[i])
	}
	w.judgeTree()
	w.judgeRetired()
	w.judgeQuarantine()
	w.judgeEnd(now)
	w.judgeOpen()
}

// judgeTree: a tree on disk that differs although all roots agree is damaged
// itself; it is derived, and made anew at the next start.
func (w *walk) judgeTree() {
	if w.differs >= 0 && w.report.Integrity == Intact {
		w.report.find(breaksNothing, "tree_damaged", w.differs, "tree.hashes differs from record %d on, the records themselves agree with every checkpoint; remove it and restart to have it rebuilt, unless records were retired", w.differs)
	}
}

// judgeRetired: records may be missing at the beginning only where the trail
// says who took them away, and the tree of what is gone must be the one named.
func (w *walk) judgeRetired() {
	r := w.report
	for _, t := range w.diary.retired {
		r.Retired = append(r.Retired, t.Retired)
		if root, ok := w.bounds[t.Last+1]; ok && root.String() != t.Root {
			r.find(breaksIntegrity, "root_differs", t.Last, "the retired records up to %d don't add up to the root in record %d", t.Last, t.seq)
		}
	}
	if r.First == 0 {
		return
	}
	// A retirement is signed before anything is removed. One that nobody has signed
	// may have been written by whoever did the removing.
	signed := w.vouchedFor()
	explained := slices.ContainsFunc(w.diary.retired, func(t retirement) bool { return t.Last+1 >= r.First && t.seq < signed })
	if !explained {
		r.find(breaksIntegrity, "records_missing", 0, "records 0 to %d are gone, and no signed record says that they were retired", r.First-1)
	}
}

// judgeQuarantine holds what was put aside against the digest on record: that it
// isn't part of the trail any more makes it no less evidence.
func (w *walk) judgeQuarantine() {
	for _, a := range w.diary.aside {
		if a.SHA256 == "" || a.Quarantine == "" {
			continue
		}
		switch sum, err := audit.QuarantinedSum(w.dir, a.Quarantine); {
		case err != nil:
			w.report.find(breaksNothing, "quarantine_unread", a.seq, "what record %d put into quarantine can't be read there: %s", a.seq, a.Quarantine)
		case sum != a.SHA256:
			w.report.find(breaksIntegrity, "quarantine_altered", a.seq, "what record %d put into quarantine was altered there: %s", a.seq, a.Quarantine)
		}
	}
}

// vouchedFor is the number of records under the largest checkpoint that is
// trusted and that they add up to.
func (w *walk) vouchedFor() (size int64) {
	for _, p := range w.points {
		root, have := w.roots[p.Size]
		if p.err == nil && have && root == p.Root && w.trust.signed(p.Size, p.signers) {
			size = max(size, p.Size)
		}
	}
	return size
}

// judgeEnd looks at the newest records: are they signed, and is the last one
// really the last?
func (w *walk) judgeEnd(now time.Time) {
	r, d := w.report, &w.diary
	newest := slices.IndexFunc(w.points, func(p point) bool { return p.newest })
	if newest < 0 {
		r.find(breaksCompleteness, "unsigned", -1, "there is no signed checkpoint: nothing vouches for the records")
		return
	}
	p := w.points[newest]
	r.Signed, r.Root = min(p.Size, r.Size), tlog.Hash(p.Root).String()
	unsigned := max(r.Size-p.Size, 0)
	waiting := now.Sub(d.stampOf(p.Size))
	switch {
	case unsigned > 0 && r.Live && waiting <= signingDelay && -waiting <= clockAhead:
		r.Pending = unsigned
	case unsigned > 0:
		r.find(breaksCompleteness, "unsigned", p.Size, "the last %d records are under no checkpoint", unsigned)
	}
	if w.torn > 0 && !r.Live {
		r.find(breaksCompleteness, "torn", r.Size, "the last segment ends in %d bytes of an unfinished record; the next start puts them into quarantine", w.torn)
	}
	if !r.Live && d.lastCode != audit.CodeStop && r.Size > 0 {
		r.find(breaksCompleteness, "stale", r.Size-1, "the last record is of %s; since then the gateway has neither stopped nor given a sign of life", d.last.Format(time.RFC3339))
	}
}

// judgeOpen: every decision has an outcome, unless it is being carried out.
func (w *walk) judgeOpen() {
	r, d := w.report, &w.diary
	for change, seq := range d.open {
		if seq > d.start && r.Live {
			r.InFlight++
			continue
		}
		r.find(breaksCompleteness, "no_outcome", seq, "the change %s, decided in record %d, has no outcome", change, seq)
	}
}
