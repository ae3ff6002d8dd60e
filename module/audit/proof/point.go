// SPDX-License-Identifier: Apache-2.0

package proof

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/audit/seal"
)

// point is a checkpoint to hold the trail against.
type point struct {
	seal.Checkpoint
	name    string // for people
	text    []byte
	signers []uint32
	err     error // why it can't be opened
	newest  bool
	kept    bool // brought along by the auditor
}

// readPoints reads the newest checkpoint, those kept beside the trail, and
// those the auditor has brought along.
func readPoints(dir string, against [][]byte, t *trust) ([]point, error) {
	var points []point
	newest, err := audit.NewestCheckpoint(dir)
	switch {
	case err == nil:
		p := openPoint("the newest checkpoint", newest, t)
		p.newest = true
		points = append(points, p)
	case !errors.Is(err, fs.ErrNotExist):
		return nil, err
	}
	paths, err := audit.KeptCheckpoints(dir)
	if err != nil {
		return nil, err
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("reading a checkpoint: %w", err)
		}
		points = append(points, openPoint("checkpoint "+filepath.Base(path), text, t))
	}
	for i, text := range against {
		if _, err := seal.ReadUnverified(text); err != nil {
			// Nobody has tampered with the trail because a backup is empty.
			return nil, fmt.Errorf("reading your checkpoint %d: %w", i+1, err)
		}
		p := openPoint(fmt.Sprintf("your checkpoint %d", i+1), text, t)
		p.kept = true
		points = append(points, p)
	}
	return points, nil
}

// openPoint opens a checkpoint with the keys known so far. The trail may
// announce more of them, so what can't be opened now is tried again later.
func openPoint(name string, text []byte, t *trust) point {
	p := point{name: name, text: text}
	p.open(t)
	return p
}

func (p *point) open(t *trust) {
	p.Checkpoint, p.signers, p.err = seal.OpenCheckpoint(p.text, t.known...)
	if p.err != nil {
		p.Checkpoint, _ = seal.ReadUnverified(p.text)
	}
}

// sizes returns the tree sizes whose roots are wanted, ascending.
func sizes(points []point) []int64 {
	var wanted []int64
	for _, p := range points {
		wanted = append(wanted, p.Size)
	}
	slices.Sort(wanted)
	return slices.Compact(wanted)
}

// judge holds the trail against one checkpoint.
func (w *walk) judge(p *point) {
	r := w.report
	if p.err != nil {
		p.open(w.trust)
	}
	root, have := w.roots[p.Size]
	switch {
	case p.err != nil && p.kept && errors.Is(p.err, seal.ErrUnsigned):
		r.find(breaksIntegrity, "checkpoint_unsigned", -1, "%s, of %d records, bears no signature of a known key; give its key with --vkey", p.name, p.Size)
	case p.err != nil:
		r.find(breaksIntegrity, "checkpoint_unsigned", -1, "%s, of %d records: %v", p.name, p.Size, p.err)
	case p.Origin != r.Origin:
		r.find(breaksIntegrity, "checkpoint_foreign", -1, "%s belongs to the trail %q, this one is %q", p.name, p.Origin, r.Origin)
	case !w.trust.signed(p.Size, p.signers) && !p.newest && !p.kept:
		r.find(breaksNothing, "checkpoint_untrusted", -1, "%s, of %d records, is signed by no key that is trusted at that size; it was not counted", p.name, p.Size)
	case !w.trust.signed(p.Size, p.signers):
		r.find(breaksIntegrity, "checkpoint_untrusted", -1, "%s, of %d records, is signed by no key that is trusted at that size", p.name, p.Size)
	case p.Size > w.edge.Size():
		r.find(breaksIntegrity, "records_cut", w.edge.Size(), "%s covers %d records, the trail has %d: the end was cut off", p.name, p.Size, w.edge.Size())
	case !have:
		r.find(breaksIntegrity, "tree_unknown", p.Size-1, "the tree of %d records, which %s signs, can't be computed: hashes of retired records are missing", p.Size, p.name)
	case root != p.Root:
		r.find(breaksIntegrity, "root_differs", w.suspect(p.Size), "the first %d records don't add up to what %s signs%s", p.Size, p.name, w.suspicion(p.Size))
	}
}

// suspect is the first record that isn't the one in tree.hashes.
func (w *walk) suspect(size int64) int64 {
	if w.differs >= 0 && w.differs < size {
		return w.differs
	}
	return -1
}

func (w *walk) suspicion(size int64) string {
	if at := w.suspect(size); at >= 0 {
		return fmt.Sprintf("; the first that isn't the one in the tree is record %d", at)
	}
	return ""
}
