// SPDX-License-Identifier: Apache-2.0

package seal

import (
	"fmt"
	"io"

	"golang.org/x/mod/sumdb/tlog"
)

// Hashes reads the tree's hashes from a file: 32 bytes each, in tlog's storage
// order, about 64 bytes a record. The file is derived from the lines and is
// never trusted: what is read from it counts once it adds up to a signed root.
type Hashes struct{ File io.ReaderAt }

// ReadHashes implements [tlog.HashReader].
func (h Hashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		if _, err := h.File.ReadAt(hashes[i][:], index*tlog.HashSize); err != nil {
			return nil, fmt.Errorf("reading hash %d of the tree: %w", index, err)
		}
	}
	return hashes, nil
}

// Offset is where the hashes of record seq begin in the file.
func Offset(seq int64) int64 { return tlog.StoredHashCount(seq) * tlog.HashSize }

// AppendHashes spells hashes as the file has them.
func AppendHashes(b []byte, hashes []tlog.Hash) []byte {
	for i := range hashes {
		b = append(b, hashes[i][:]...)
	}
	return b
}
