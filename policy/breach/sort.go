// SPDX-License-Identifier: Apache-2.0

package breach

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
)

const (
	// runEntries are sorted in memory at a time: 18 MB.
	runEntries = 3 << 18
	// fanIn is how many runs are read together. Half the usual limit of open
	// files is enough of it.
	fanIn = 256
)

// sorter turns unsorted inputs into at most fanIn runs.
type sorter struct {
	folder   string
	keyBytes int
	hashing  Hashing
	inputs   []input
	state    *state
	entries  []entry
	limit    int // of entries in a run
	report   reporter
}

func (b *build) sorter() *sorter {
	s := &sorter{
		folder: b.folder, keyBytes: b.shape().keyBytes(), hashing: b.Hashing, inputs: b.inputs,
		state: &b.state, limit: b.runEntries, report: reporter{b.Progress, "sort", 0},
	}
	for _, in := range b.inputs {
		if !in.sorted() {
			s.report.total += in.Size
		}
	}
	return s
}

func (s *sorter) sort(ctx context.Context) error {
	done := int64(0)
	for i, in := range s.inputs {
		if in.sorted() {
			continue
		}
		if i >= s.state.Sorting.Input {
			if err := s.sortInput(ctx, i, done); err != nil {
				return err
			}
		}
		done += in.Size
	}
	s.entries = nil
	for len(s.state.Sorting.Runs) > fanIn {
		if err := s.compact(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (s *sorter) sortInput(ctx context.Context, number int, done int64) error {
	if s.state.Sorting.Input != number {
		s.state.Sorting.Input, s.state.Sorting.Offset = number, 0
	}
	in, err := openUnsorted(s.inputs[number], s.hashing, s.state.Sorting.Offset)
	if err != nil {
		return err
	}
	defer in.close()
	for more := true; more; {
		if err := ctx.Err(); err != nil {
			return err
		}
		s.report.done(done + in.offset)
		if more, err = s.sortRun(in); err != nil {
			return err
		}
	}
	s.state.Sorting.Input, s.state.Sorting.Offset = number+1, 0
	return s.state.save(s.folder)
}

// sortRun makes one run; false if the input has ended.
func (s *sorter) sortRun(in *unsorted) (more bool, err error) {
	if s.entries == nil {
		s.entries = make([]entry, 0, s.limit)
	}
	s.entries = s.entries[:0]
	for len(s.entries) < s.limit {
		e, err := in.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return false, err
		}
		s.entries = append(s.entries, e)
	}
	if len(s.entries) == 0 {
		return false, nil
	}
	slices.SortFunc(s.entries, func(a, b entry) int { return compareKeys(a.key, b.key) })
	rest := s.entries
	err = s.addRun(context.Background(), s.state.Sorting.Runs, func() (entry, error) {
		if len(rest) == 0 {
			return entry{}, io.EOF
		}
		e := rest[0]
		rest = rest[1:]
		return e, nil
	}, func() { s.state.Sorting.Offset = in.offset })
	return len(s.entries) == s.limit, err
}

// compact merges the first runs into one.
func (s *sorter) compact(ctx context.Context) error {
	merged, rest := s.state.Sorting.Runs[:fanIn], s.state.Sorting.Runs[fanIn:]
	sources, err := openRuns(s.folder, merged, s.keyBytes, Key{})
	if err != nil {
		return err
	}
	m, err := newMerger(sources)
	if err != nil {
		return errors.Join(err, closeAll(sources))
	}
	err = s.addRun(ctx, slices.Clone(rest), m.next, func() {})
	if err = errors.Join(err, closeAll(sources)); err != nil {
		return err
	}
	for _, name := range merged {
		err = errors.Join(err, os.Remove(filepath.Join(s.folder, name)))
	}
	return err
}

// addRun writes entries to a new run beside the given ones, and then records
// that, together with what update changes.
func (s *sorter) addRun(ctx context.Context, beside []string, next func() (entry, error), update func()) error {
	s.state.Sorting.Made++
	name := fmt.Sprintf("run-%06d", s.state.Sorting.Made)
	w, err := createRun(filepath.Join(s.folder, name), s.keyBytes)
	if err != nil {
		return err
	}
	if err := errors.Join(copyEntries(ctx, w, next), w.finish()); err != nil {
		return err
	}
	s.state.Sorting.Runs = append(beside, name)
	update()
	return s.state.save(s.folder)
}

func copyEntries(ctx context.Context, w *runWriter, next func() (entry, error)) error {
	for n := 1; ; n++ {
		e, err := next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil && n%entriesBetweenChecks == 0 {
			err = ctx.Err()
		}
		if err != nil {
			return err
		}
		if err := w.add(e); err != nil {
			return err
		}
	}
}

// openRuns starts every run at a key.
func openRuns(folder string, names []string, keyBytes int, from Key) (all []source, err error) {
	for _, name := range names {
		r, err := openRun(filepath.Join(folder, name), keyBytes, from)
		if err != nil {
			return nil, errors.Join(err, closeAll(all))
		}
		all = append(all, r)
	}
	return all, nil
}

func closeAll(sources []source) error {
	var errs []error
	for _, s := range sources {
		errs = append(errs, s.close())
	}
	return errors.Join(errs...)
}
