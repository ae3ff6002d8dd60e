// SPDX-License-Identifier: Apache-2.0

package breach

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
)

// Verify reads a whole file and checks its checksum and the order of its
// records: 6 GB take a quarter to half a minute if the disk keeps up. Progress
// may be nil; it is told the bytes read so far.
func Verify(ctx context.Context, file io.ReaderAt, size int64, progress func(Progress)) error {
	l, err := Open(file, size)
	if err != nil {
		return err
	}
	digest := sha256.New()
	body := io.NewSectionReader(file, headerSize, size-headerSize)
	records := bufio.NewReaderSize(io.TeeReader(body, digest), 1<<20)
	if err := l.verifyRecords(ctx, records, reporter{progress, "verify", l.header.Keys}); err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, records); err != nil {
		return fmt.Errorf("reading the index: %w", err)
	}
	if !bytes.Equal(digest.Sum(nil), l.header.body[:]) {
		return fmt.Errorf("%w: its contents don't have the checksum in its header; copy or build it again", errNotAList)
	}
	return nil
}

func (l *List) verifyRecords(ctx context.Context, records io.Reader, report reporter) error {
	record, before := make([]byte, l.header.width()), make([]byte, l.header.width())
	suffix := l.header.SuffixBytes
	for b := range l.header.shape().buckets() {
		if b%1024 == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
			report.done(int64(l.index[b]))
		}
		for i := l.index[b]; i < l.index[b+1]; i++ {
			if _, err := io.ReadFull(records, record); err != nil {
				return fmt.Errorf("reading record %d: %w", i, err)
			}
			if i > l.index[b] && bytes.Compare(before[:suffix], record[:suffix]) >= 0 {
				return fmt.Errorf("%w: record %d isn't in order; build it again", errNotAList, i)
			}
			record, before = before, record
		}
	}
	report.done(l.header.Keys)
	return nil
}
