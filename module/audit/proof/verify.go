// SPDX-License-Identifier: Apache-2.0

package proof

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/passgate/passgate/module/audit"
)

// Options says what an auditor brings along.
type Options struct {
	// Keys are verifier keys he trusts. Without any, the key that lies in the
	// trail's own directory is used, and the report says so.
	Keys []string
	// Against are signed checkpoints of this trail that were kept elsewhere.
	Against [][]byte
	// Now is the time as of which completeness is judged; zero: the present.
	// For a copy of a trail it is the time of the copy.
	Now time.Time
	// Progress is told how many bytes of how many are done.
	Progress func(done, total int64)
}

// Verify reads the whole trail in dir and judges it. An error means that
// nothing can be said (exit code 3).
func Verify(dir string, opts Options) (*Report, error) {
	asOf := opts.Now
	if asOf.IsZero() {
		opts.Now = time.Now()
	}
	id, err := audit.ReadIdentity(dir)
	if err != nil {
		return nil, err
	}
	report := &Report{
		Dir: dir, Origin: id.Origin, Integrity: Intact, Completeness: Complete, counts: make(map[string]int),
	}
	// Checkpoints are read before the records, so that on a live trail there
	// are at least as many records as were signed.
	trust, err := newTrust(dir, id, opts.Keys)
	if err != nil {
		return nil, err
	}
	points, err := readPoints(dir, opts.Against, trust)
	if err != nil {
		return nil, err
	}
	w, err := newWalk(dir, report, trust, points)
	if err != nil {
		return nil, err
	}
	defer w.close()
	if err := w.run(opts.Progress); err != nil {
		return nil, err
	}
	strangers, err := audit.Strangers(dir)
	if err != nil {
		return nil, err
	}
	for _, name := range strangers {
		report.find(breaksIntegrity, "foreign_file", -1, "%s bears a segment's ending, and no gateway has written it", name)
	}
	if asOf.IsZero() {
		asOf = time.Now() // records have come while it read
	}
	w.conclude(opts.Now, asOf)
	report.summarise()
	return report, nil
}

func openHashes(dir string) (*os.File, error) {
	f, err := os.Open(audit.HashesPath(dir))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the tree's hashes: %w", err)
	}
	return f, nil
}
