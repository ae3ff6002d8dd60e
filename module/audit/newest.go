// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/passgate/passgate/module/audit/seal"
)

// newestCheckpoint reads the newest checkpoint, or the newest of those kept,
// and who signed it. Without any, the zero checkpoint covers no records.
func newestCheckpoint(dir, origin string) (seal.Checkpoint, []uint32, error) {
	text, err := NewestCheckpoint(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return seal.Checkpoint{}, nil, nil
	}
	if err != nil {
		return seal.Checkpoint{}, nil, err
	}
	keys, err := VerifierKeys(dir)
	if err != nil {
		return seal.Checkpoint{}, nil, err
	}
	known, err := verifiers(keys)
	if err != nil {
		return seal.Checkpoint{}, nil, err
	}
	point, signers, err := seal.OpenCheckpoint(text, known...)
	if err == nil && point.Origin != origin {
		err = fmt.Errorf("it belongs to the trail %q, this one is %q", point.Origin, origin)
	}
	if err != nil {
		return point, nil, fmt.Errorf("%w: the newest checkpoint: %w", errBroken, err)
	}
	return point, signers, nil
}

// NewestCheckpoint returns the text of the newest checkpoint of the trail in
// dir. Without any the error is fs.ErrNotExist.
func NewestCheckpoint(dir string) ([]byte, error) {
	text, err := os.ReadFile(filepath.Join(dir, checkpointFile))
	if errors.Is(err, fs.ErrNotExist) {
		kept, gerr := KeptCheckpoints(dir)
		if gerr != nil {
			return nil, gerr
		}
		if len(kept) > 0 {
			text, err = os.ReadFile(kept[len(kept)-1])
		}
	}
	if err != nil {
		return nil, fmt.Errorf("reading the newest checkpoint: %w", err)
	}
	return text, nil
}

// KeptCheckpoints returns the paths of the checkpoints kept for good, oldest
// first: one for each start, stop, segment, retirement and change of key.
func KeptCheckpoints(dir string) ([]string, error) {
	kept, err := filepath.Glob(filepath.Join(dir, checkpointsDir, "[0-9]*"))
	if err != nil {
		return nil, fmt.Errorf("listing the checkpoints: %w", err)
	}
	return kept, nil // Glob sorts, and the names sort by size
}

// HashesPath is where the hashes of the tree of the trail in dir are.
func HashesPath(dir string) string { return filepath.Join(dir, hashesFile) }
