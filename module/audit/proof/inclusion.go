// SPDX-License-Identifier: Apache-2.0

package proof

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/audit/seal"
)

// proofHeader is the first line of a C2SP tlog-proof file.
const proofHeader = "c2sp.org/tlog-proof@v1"

// ErrPending says that a record is younger than the newest checkpoint.
var ErrPending = errors.New("the record is younger than the newest checkpoint; on a live trail, try again in a second")

// Inclusion is a record and the proof that a signed tree contains it.
type Inclusion struct {
	Proof []byte // C2SP tlog-proof, to be kept as *.tlog-proof
	Line  []byte // the record without newline; nil if it was retired
}

// Prove proves record seq of the trail in dir by its newest checkpoint. Of a
// retired record, the line itself comes from wherever it was archived.
func Prove(dir string, seq int64) (*Inclusion, error) {
	text, err := audit.NewestCheckpoint(dir)
	if err != nil {
		return nil, err
	}
	point, err := seal.ReadUnverified(text)
	if err != nil {
		return nil, err
	}
	if seq < 0 || seq >= point.Size {
		return nil, fmt.Errorf("proving record %d of %d signed ones: %w", seq, point.Size, ErrPending)
	}
	line, err := lineOf(dir, seq)
	if err != nil {
		return nil, err
	}
	path, err := auditPath(dir, point, seq, line)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s\nindex %d\n", proofHeader, seq)
	for _, h := range path {
		fmt.Fprintln(&b, h)
	}
	b.WriteByte('\n')
	b.Write(text)
	return &Inclusion{Proof: b.Bytes(), Line: line}, nil
}

func lineOf(dir string, seq int64) ([]byte, error) {
	for l, err := range audit.Lines(dir, seq) {
		if err != nil {
			return nil, err
		}
		link, ok := seal.ParseLink(l.Text)
		if ok && link.Seq == seq {
			return bytes.Clone(l.Text), nil
		}
		if ok && link.Seq > seq {
			break
		}
	}
	return nil, nil
}

// auditPath computes the path and checks it before anybody relies on it.
func auditPath(dir string, point seal.Checkpoint, seq int64, line []byte) (tlog.RecordProof, error) {
	f, err := openHashes(dir)
	if err != nil {
		return nil, err
	}
	if f == nil {
		return nil, errTree
	}
	defer f.Close()
	tree := seal.Hashes{File: f}
	leaves, err := tree.ReadHashes([]int64{tlog.StoredHashIndex(0, seq)})
	if err != nil {
		return nil, err
	}
	leaf := leaves[0]
	if line != nil {
		leaf = seal.Leaf(line)
	}
	path, err := tlog.ProveRecord(point.Size, seq, tree)
	if err != nil {
		return nil, fmt.Errorf("proving record %d: %w", seq, err)
	}
	if tlog.CheckRecord(path, point.Size, point.Root, seq, leaf) != nil {
		return nil, errTree
	}
	return path, nil
}

var errTree = errors.New("the record and the tree's hashes don't add up to the checkpoint; run passgate audit verify")

// ErrRefuted says that a proof was readable and doesn't hold: something is
// not what it claims to be.
var ErrRefuted = errors.New("refuted")

// Included is what a checked proof says.
type Included struct {
	Origin  string   `json:"origin"`
	Seq     int64    `json:"seq"`
	Size    int64    `json:"size"`    // of the tree that contains the record
	Signers []string `json:"signers"` // of the given keys, those that signed it
}

// Check checks a proof against the line and the keys an auditor trusts,
// without the trail. The line is taken byte for byte; a final newline is
// dropped.
func Check(proof, line []byte, keys []string) (*Included, error) {
	known, err := parseKeys(keys)
	if err != nil {
		return nil, err
	}
	seq, path, signed, err := parseProof(proof)
	if err != nil {
		return nil, err
	}
	point, by, err := seal.OpenCheckpoint(signed, known...)
	if err != nil {
		return nil, fmt.Errorf("%w: the proof's checkpoint: %w", ErrRefuted, err)
	}
	line = bytes.TrimSuffix(line, []byte("\n"))
	if err := tlog.CheckRecord(path, point.Size, point.Root, seq, seal.Leaf(line)); err != nil {
		return nil, fmt.Errorf("%w: this line is not the record that the proof is about, or the proof is wrong", ErrRefuted)
	}
	link, ok := seal.ParseLink(line)
	if !ok || link.Seq != seq || link.Log != point.Origin {
		return nil, fmt.Errorf("%w: the record names another place or trail than the proof", ErrRefuted)
	}
	return &Included{Origin: point.Origin, Seq: seq, Size: point.Size, Signers: signers(known, keys, by)}, nil
}

func parseKeys(keys []string) ([]note.Verifier, error) {
	if len(keys) == 0 {
		return nil, errors.New("checking needs the trail's verifier key (--vkey), as it was printed at the first start")
	}
	var known []note.Verifier
	for _, key := range keys {
		v, err := note.NewVerifier(key)
		if err != nil {
			return nil, fmt.Errorf("reading a verifier key: expected name+hash+key as passgate printed it: %w", err)
		}
		known = append(known, v)
	}
	return known, nil
}

func signers(known []note.Verifier, keys []string, by []uint32) []string {
	var names []string
	for i, v := range known {
		for _, hash := range by {
			if v.KeyHash() == hash {
				names = append(names, keys[i])
			}
		}
	}
	return names
}

var errProof = errors.New("reading a proof: expected a C2SP tlog-proof: header, index, hashes, an empty line, a checkpoint")

// parseProof reads a tlog-proof. Its extra line, if any, means nothing to us.
func parseProof(proof []byte) (seq int64, path tlog.RecordProof, signed []byte, err error) {
	head, rest, ok := strings.Cut(string(proof), "\n\n")
	lines := strings.Split(head, "\n")
	if !ok || lines[0] != proofHeader {
		return 0, nil, nil, errProof
	}
	lines = lines[1:]
	if len(lines) > 0 && strings.HasPrefix(lines[0], "extra ") {
		lines = lines[1:]
	}
	if len(lines) == 0 {
		return 0, nil, nil, errProof
	}
	index, ok := strings.CutPrefix(lines[0], "index ")
	seq, perr := strconv.ParseInt(index, 10, 64)
	if !ok || perr != nil || seq < 0 || strconv.FormatInt(seq, 10) != index {
		return 0, nil, nil, errProof
	}
	path, err = parseHashes(lines[1:])
	return seq, path, []byte(rest), err
}

func parseHashes(lines []string) ([]tlog.Hash, error) {
	if len(lines) > 63 {
		return nil, errProof
	}
	var hashes []tlog.Hash
	for _, l := range lines {
		h, err := tlog.ParseHash(l)
		if err != nil || base64.StdEncoding.EncodeToString(h[:]) != l {
			return nil, errProof
		}
		hashes = append(hashes, h)
	}
	return hashes, nil
}
