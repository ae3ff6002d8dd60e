// SPDX-License-Identifier: Apache-2.0

package proof

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/passgate/passgate/module/audit/seal"
)

// ProveConsistency proves that the trail under the newer checkpoint contains
// all of the older one, unaltered. The proof is spelled as the body of a C2SP
// tlog-witness add-checkpoint request: "old" and the older size, the hashes, an
// empty line, the newer checkpoint.
func ProveConsistency(dir string, older, newer []byte) ([]byte, error) {
	from, err := seal.ReadUnverified(older)
	if err != nil {
		return nil, err
	}
	to, err := seal.ReadUnverified(newer)
	if err != nil {
		return nil, err
	}
	if from.Size > to.Size || from.Size < 1 {
		return nil, fmt.Errorf("proving consistency: expected an older checkpoint and a newer one, got %d and %d records", from.Size, to.Size)
	}
	f, err := openHashes(dir)
	if err != nil {
		return nil, err
	}
	if f == nil {
		return nil, errTree
	}
	defer f.Close()
	path, err := tlog.ProveTree(to.Size, from.Size, seal.Hashes{File: f})
	if err != nil {
		return nil, fmt.Errorf("proving consistency: %w", err)
	}
	if tlog.CheckTree(path, to.Size, to.Root, from.Size, from.Root) != nil {
		return nil, errInconsistent
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "old %d\n", from.Size)
	for _, h := range path {
		fmt.Fprintln(&b, h)
	}
	b.WriteByte('\n')
	b.Write(newer)
	return b.Bytes(), nil
}

var errInconsistent = fmt.Errorf("%w: the older checkpoint is not part of the newer one's history: records were altered or the trail was forked, or tree.hashes is damaged; run passgate audit verify --against the older", ErrRefuted)

// Consistent is what a checked consistency proof says.
type Consistent struct {
	Origin string `json:"origin"`
	Old    int64  `json:"old"` // records under the older checkpoint
	New    int64  `json:"new"`
}

// CheckConsistency checks a proof against the older checkpoint and the keys an
// auditor trusts, without the trail.
func CheckConsistency(proof, older []byte, keys []string) (*Consistent, error) {
	known, err := parseKeys(keys)
	if err != nil {
		return nil, err
	}
	from, _, err := seal.OpenCheckpoint(older, known...)
	if err != nil {
		return nil, fmt.Errorf("%w: the older checkpoint: %w", ErrRefuted, err)
	}
	head, newer, ok := strings.Cut(string(proof), "\n\n")
	lines := strings.Split(head, "\n")
	if !ok || lines[0] != "old "+strconv.FormatInt(from.Size, 10) {
		return nil, fmt.Errorf("reading a consistency proof: expected the line \"old %d\" first, and a checkpoint last", from.Size)
	}
	to, _, err := seal.OpenCheckpoint([]byte(newer), known...)
	if err != nil {
		return nil, fmt.Errorf("%w: the newer checkpoint: %w", ErrRefuted, err)
	}
	path, err := parseHashes(lines[1:])
	if err != nil {
		return nil, errors.New("reading a consistency proof: a hash is misspelled")
	}
	if from.Origin != to.Origin {
		return nil, fmt.Errorf("%w: the checkpoints belong to two trails, %q and %q", ErrRefuted, from.Origin, to.Origin)
	}
	if tlog.CheckTree(path, to.Size, to.Root, from.Size, from.Root) != nil {
		return nil, errInconsistent
	}
	return &Consistent{Origin: to.Origin, Old: from.Size, New: to.Size}, nil
}
