// SPDX-License-Identifier: Apache-2.0

package breach

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Options say what to build.
type Options struct {
	Out    string   // the list's file; the work in progress is kept beside it in Out + ".partial"
	Inputs []string // files and folders, see Format
	Format Format   // of all inputs

	SuffixBytes  int     // of a key that are kept, 4 to 18; default 6. 18 makes a list exact, three times as large
	Hashing      Hashing // of words; default Exact
	Counts       bool    // keep how often a password was seen, in one byte more
	MinCount     uint32  // leave out what was seen less often; words always count
	AllowMissing bool    // accept a folder without all its ranges
	Source       string  // told by the header; default: the inputs' names

	Built    time.Time      // told by the header; default: now
	Progress func(Progress) // may be nil

	bucketBits      int // 0: 20
	runEntries      int // 0: the constant; tests make smaller runs
	checkpointAfter int // 0: the constant, in keys
}

// Outcome is what was built.
type Outcome struct {
	Header  Header
	Resumed bool  // the build went on where one before had been interrupted
	Dropped int64 // entries seen less often than MinCount
}

// entriesBetweenChecks is how often a long loop looks whether it should stop.
const entriesBetweenChecks = 1 << 14

// checkpointAfter is how many keys are written between two checkpoints: a few
// seconds of work.
const checkpointAfter = 8 << 20

// Build makes a list. Memory stays below 64 MB whatever the size. Ordered hashes
// and range files are streamed; words and unordered hashes need space beside
// Out, 13 bytes for each, and a while to be sorted.
//
// If it is interrupted, by ctx or by a crash, the same call goes on from the
// last checkpoint, a few seconds back. The file at Out is replaced at the end
// by a rename.
func Build(ctx context.Context, o Options) (Outcome, error) {
	b, err := newBuild(o)
	if err != nil {
		return Outcome{}, err
	}
	unlock, err := b.begin()
	if err != nil {
		return Outcome{}, err
	}
	outcome, err := b.run(ctx)
	if err = errors.Join(err, unlock()); err != nil {
		return outcome, fmt.Errorf("building %s: %w", o.Out, err)
	}
	return outcome, b.cleanUp()
}

// build is one call of Build.
type build struct {
	Options
	inputs []input
	folder string
	state  state
}

func newBuild(o Options) (*build, error) {
	if o.Out == "" {
		return nil, errors.New("expected the name of the file to build, found none")
	}
	if o.SuffixBytes == 0 {
		o.SuffixBytes = 6
	}
	if o.bucketBits == 0 {
		o.bucketBits = 20
	}
	if o.runEntries == 0 {
		o.runEntries = runEntries
	}
	if o.checkpointAfter == 0 {
		o.checkpointAfter = checkpointAfter
	}
	if o.Hashing == 0 {
		o.Hashing = Exact
	}
	if o.Built.IsZero() {
		o.Built = time.Now()
	}
	b := &build{Options: o, folder: o.Out + ".partial"}
	if !b.shape().valid() {
		return nil, fmt.Errorf("expected 4 to 18 suffix bytes, found %d", o.SuffixBytes)
	}
	var err error
	if b.inputs, err = findInputs(o.Inputs, o.Format); err != nil {
		return nil, err
	}
	return b, b.checkHashing()
}

// checkHashing: a hash made elsewhere is one of the exact password.
func (b *build) checkHashing() error {
	for _, in := range b.inputs {
		if b.Hashing != Exact && in.Format != Words {
			return fmt.Errorf("%s: expected words, found hashes; only words can be listed ignoring case", in.Path)
		}
	}
	return nil
}

func (b *build) shape() shape { return shape{b.bucketBits, b.SuffixBytes} }

// begin opens the work folder and finds out how far an earlier build came.
func (b *build) begin() (unlock func() error, err error) {
	if err := os.MkdirAll(b.folder, 0o700); err != nil {
		return nil, err
	}
	if unlock, err = lock(filepath.Join(b.folder, lockName)); err != nil {
		return nil, err
	}
	if b.state, err = loadState(b.folder, identify(b.Options, b.inputs)); err != nil {
		return nil, errors.Join(err, unlock())
	}
	return unlock, nil
}

func (b *build) run(ctx context.Context) (Outcome, error) {
	outcome := Outcome{Resumed: b.state.Sorting.Made > 0 || b.state.Merging.Bucket > 0}
	if err := b.sorter().sort(ctx); err != nil {
		return outcome, err
	}
	header, err := b.merge(ctx)
	outcome.Header, outcome.Dropped = header, b.state.Merging.Dropped
	if err != nil {
		return outcome, err
	}
	if err := os.Rename(filepath.Join(b.folder, recordsName), b.Out); err != nil {
		return outcome, err
	}
	return outcome, syncFolder(filepath.Dir(b.Out))
}

func (b *build) cleanUp() error {
	if err := os.RemoveAll(b.folder); err != nil {
		return fmt.Errorf("the list is built, but removing %s failed: %w", b.folder, err)
	}
	return nil
}

// merge writes the list from all sources.
func (b *build) merge(ctx context.Context) (Header, error) {
	from := b.shape().first(b.state.Merging.Bucket)
	sources, err := b.sources(from)
	if err != nil {
		return Header{}, err
	}
	m, err := newMerger(sources)
	if err != nil {
		return Header{}, errors.Join(err, closeAll(sources))
	}
	w, err := openWriter(b.folder, b.header(), &b.state)
	if err != nil {
		return Header{}, errors.Join(err, closeAll(sources))
	}
	if err := errors.Join(b.copyTo(ctx, w, m), closeAll(sources)); err != nil {
		return Header{}, errors.Join(err, w.file.Close())
	}
	return w.finish()
}

func (b *build) header() Header {
	return Header{
		Hashing: b.Hashing, SuffixBytes: b.SuffixBytes, BucketBits: b.bucketBits, Counts: b.Counts,
		Source: b.source(), Built: b.Built,
	}
}

func (b *build) source() string {
	if b.Source != "" {
		return b.Source[:min(len(b.Source), sourceMax)]
	}
	names := make([]string, len(b.inputs))
	for i, in := range b.inputs {
		names[i] = filepath.Base(in.Path)
	}
	all := strings.Join(names, ", ")
	return all[:min(len(all), sourceMax)]
}

func (b *build) sources(from Key) (all []source, err error) {
	for _, in := range b.inputs {
		if !in.sorted() {
			continue
		}
		s, err := in.open(from, b.Options)
		if err != nil {
			return nil, errors.Join(err, closeAll(all))
		}
		all = append(all, s)
	}
	runs, err := openRuns(b.folder, b.state.Sorting.Runs, b.shape().keyBytes(), from)
	if err != nil {
		return nil, errors.Join(err, closeAll(all))
	}
	return append(all, runs...), nil
}

// copyTo writes every entry seen often enough, and makes checkpoints between
// buckets.
func (b *build) copyTo(ctx context.Context, w *writer, m *merger) error {
	buckets := b.shape().buckets()
	report := reporter{b.Progress, "merge", int64(buckets)}
	for n := 1; ; n++ {
		e, err := m.next()
		if errors.Is(err, io.EOF) {
			report.done(int64(buckets))
			return nil
		}
		if err != nil {
			return err
		}
		bucket := b.shape().bucket(e.key)
		if bucket > w.bucket && w.header.Keys-b.state.Merging.Keys >= int64(b.checkpointAfter) {
			if err := w.checkpoint(bucket, &b.state); err != nil {
				return err
			}
		}
		if n%entriesBetweenChecks == 0 {
			report.done(int64(bucket))
			if err := ctx.Err(); err != nil {
				return fmt.Errorf("%w; the same command goes on from here", err)
			}
		}
		if e.count < b.MinCount {
			b.state.Merging.Dropped++
			continue
		}
		if err := w.add(e); err != nil {
			return err
		}
	}
}
