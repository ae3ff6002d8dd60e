// SPDX-License-Identifier: Apache-2.0

package proof_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/passgate/passgate/module/audit/proof"
)

// TestTorchwoodReadsThem gives checkpoints and proofs to an implementation of
// C2SP's formats by other hands: it accepts what we write, as we mean it, and
// not what was altered.
func TestTorchwoodReadsThem(t *testing.T) {
	t.Parallel()
	dir, key, points := written(t, 40)
	verifier, err := note.NewVerifier(key)
	if err != nil {
		t.Fatal(err)
	}
	policy := torchwood.ThresholdPolicy(2, torchwood.OriginPolicy(verifier.Name()), torchwood.SingleVerifierPolicy(verifier))
	for _, text := range points {
		point, _, err := torchwood.VerifyCheckpoint(text, policy)
		if err != nil || point.Origin != verifier.Name() || point.Extension != "" || point.Hash != rootByHand(t, dir, point.N) {
			t.Errorf("%+v (%v) of %s", point, err, text)
		}
	}
	everyProof(t, dir, func(seq int64, line []byte, p *proof.Inclusion) {
		if err := torchwood.VerifyProof(policy, tlog.RecordHash(line), p.Proof); err != nil {
			t.Errorf("record %d: %v", seq, err)
		}
		var refused *torchwood.VerifyRecordError
		altered := bytes.Replace(line, []byte(`"`), []byte(`'`), 1)
		if err := torchwood.VerifyProof(policy, tlog.RecordHash(altered), p.Proof); !errors.As(err, &refused) {
			t.Errorf("record %d, altered: %v", seq, err)
		}
	})
}

// rootByHand is RFC 6962 §2.1 as it stands there: MTH(D[n]) over the lines.
func rootByHand(t *testing.T, dir string, size int64) tlog.Hash {
	t.Helper()
	var leaves [][]byte
	for _, s := range segmentsByName(t, dir) {
		for line := range bytes.Lines(s) {
			leaf := sha256.Sum256(append([]byte{0}, bytes.TrimSuffix(line, []byte("\n"))...))
			leaves = append(leaves, leaf[:])
		}
	}
	return tlog.Hash(treeHead(leaves[:size]))
}

func segmentsByName(t *testing.T, dir string) (texts [][]byte) {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "segments", "*.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, text)
	}
	return texts
}

func treeHead(leaves [][]byte) []byte {
	if len(leaves) == 1 {
		return leaves[0]
	}
	k := 1
	for k*2 < len(leaves) {
		k *= 2
	}
	head := node(treeHead(leaves[:k]), treeHead(leaves[k:]))
	return head[:]
}

// TestConsistencyByHand checks the proofs between all checkpoints by RFC 9162
// §2.1.4.2, sharing no code with what made them.
func TestConsistencyByHand(t *testing.T) {
	t.Parallel()
	dir, _, points := written(t, 40)
	for i, older := range points {
		for _, newer := range points[i+1:] {
			p, err := proof.ProveConsistency(dir, older, newer)
			if err != nil {
				t.Fatal(err)
			}
			if err := consistencyByHand(p, older, newer); err != nil {
				t.Errorf("%v\n%s", err, p)
			}
		}
	}
}

// stated reads size and root of a checkpoint.
func stated(text []byte) (size uint64, root []byte) {
	lines := strings.Split(string(text), "\n")
	size, _ = strconv.ParseUint(lines[1], 10, 64)
	root, _ = base64.StdEncoding.DecodeString(lines[2])
	return size, root
}

func consistencyByHand(proof, older, newer []byte) error {
	first, firstRoot := stated(older)
	second, secondRoot := stated(newer)
	head, _, _ := strings.Cut(string(proof), "\n\n")
	var path [][]byte
	for _, line := range strings.Split(head, "\n")[1:] {
		if line == "" {
			continue
		}
		hash, err := base64.StdEncoding.DecodeString(line)
		if err != nil {
			return err
		}
		path = append(path, hash)
	}
	if first == second {
		if len(path) != 0 || !bytes.Equal(firstRoot, secondRoot) {
			return errors.New("two roots of one size")
		}
		return nil
	}
	if first&(first-1) == 0 {
		path = append([][]byte{firstRoot}, path...)
	}
	fn, sn := first-1, second-1
	for fn&1 == 1 {
		fn, sn = fn>>1, sn>>1
	}
	fr, sr := path[0], path[0]
	for _, c := range path[1:] {
		if sn == 0 {
			return errors.New("path too long")
		}
		if fn&1 == 1 || fn == sn {
			f, s := node(c, fr), node(c, sr)
			fr, sr = f[:], s[:]
			for fn&1 == 0 && fn != 0 {
				fn, sn = fn>>1, sn>>1
			}
		} else {
			s := node(sr, c)
			sr = s[:]
		}
		fn, sn = fn>>1, sn>>1
	}
	if sn != 0 || !bytes.Equal(fr, firstRoot) || !bytes.Equal(sr, secondRoot) {
		return errors.New("the path doesn't lead to both roots")
	}
	return nil
}
