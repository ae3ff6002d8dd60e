// SPDX-License-Identifier: Apache-2.0

package proof_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/audit/proof"
)

// written writes a trail of n changes in segments of some ten records, and
// returns its key and its checkpoints, oldest first.
func written(t testing.TB, n int) (dir, key string, points [][]byte) {
	t.Helper()
	dir = t.TempDir()
	opts := audit.Options{Instance: "gw-1", SegmentSize: 15_000, Reserve: 1, StopFree: 1, WarnFree: 1}
	trail, err := audit.Open(dir, opts)
	if err != nil {
		t.Fatal(err)
	}
	for range n {
		e := audit.Event{Change: audit.NewID(), Stage: audit.StageDecision, Verdict: audit.Allow, Targets: []string{"bob"}}
		o := e
		o.Stage, o.Outcome = audit.StageOutcome, audit.Applied
		if err := errors.Join(trail.Record(t.Context(), e), trail.Record(t.Context(), o)); err != nil {
			t.Fatal(err)
		}
	}
	if err := trail.Close(); err != nil {
		t.Fatal(err)
	}
	paths, err := audit.KeptCheckpoints(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		points = append(points, text)
	}
	return dir, trail.Identity().Verifier, points
}

// everyProof proves one record of a trail after the other.
func everyProof(t *testing.T, dir string, check func(seq int64, line []byte, p *proof.Inclusion)) {
	t.Helper()
	for l, err := range audit.Lines(dir, 0) {
		if err != nil {
			t.Fatal(err)
		}
		r, err := audit.Parse(l.Text)
		if err != nil {
			t.Fatal(err)
		}
		p, err := proof.Prove(dir, r.Seq)
		if err != nil {
			t.Fatal(err)
		}
		check(r.Seq, l.Text, p)
	}
}

func TestEveryRecordCanBeProven(t *testing.T) {
	t.Parallel()
	dir, key, _ := written(t, 40)
	everyProof(t, dir, func(seq int64, line []byte, p *proof.Inclusion) {
		if !bytes.Equal(p.Line, line) {
			t.Errorf("record %d comes with another line", seq)
		}
		got, err := proof.Check(p.Proof, append(p.Line, '\n'), []string{key})
		if err != nil || got.Seq != seq || got.Signers[0] != key {
			t.Errorf("record %d: %+v (%v)", seq, got, err)
		}
		if err := checkByHand(p.Proof, line, key); err != nil {
			t.Errorf("record %d, by another implementation: %v", seq, err)
		}
	})
	if _, err := proof.Prove(dir, 100_000); !errors.Is(err, proof.ErrPending) {
		t.Errorf("a record that isn't there: %v", err)
	}
}

// checkByHand is an implementation of its own, straight from RFC 6962 §2.1.1
// as RFC 9162 §2.1.3.2 spells it out, and C2SP's signed-note, sharing no code
// with what made the proof.
func checkByHand(proof, line []byte, vkey string) error {
	head, signed, _ := strings.Cut(string(proof), "\n\n")
	lines := strings.Split(head, "\n")
	if lines[0] != "c2sp.org/tlog-proof@v1" {
		return errors.New("header")
	}
	index, err := strconv.ParseUint(strings.TrimPrefix(lines[1], "index "), 10, 64)
	if err != nil {
		return err
	}
	body, signatures, _ := strings.Cut(signed, "\n\n")
	fields := strings.Split(body, "\n")
	size, err := strconv.ParseUint(fields[1], 10, 64)
	if err != nil {
		return err
	}
	hash := sha256.Sum256(append([]byte{0}, line...))
	fn, sn := index, size-1
	for _, text := range lines[2:] {
		sibling, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return err
		}
		if sn == 0 {
			return errors.New("path too long")
		}
		if fn&1 == 1 || fn == sn {
			hash = node(sibling, hash[:])
			for fn&1 == 0 && fn != 0 {
				fn, sn = fn>>1, sn>>1
			}
		} else {
			hash = node(hash[:], sibling)
		}
		fn, sn = fn>>1, sn>>1
	}
	if root, _ := base64.StdEncoding.DecodeString(fields[2]); sn != 0 || !bytes.Equal(root, hash[:]) {
		return fmt.Errorf("root %x is not %x", root, hash)
	}
	return signature(body+"\n", signatures, vkey)
}

func node(left, right []byte) [32]byte {
	return sha256.Sum256(append(append([]byte{1}, left...), right...))
}

func signature(text, signatures, vkey string) error {
	parts := strings.SplitN(vkey, "+", 3)
	key, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil {
		return err
	}
	for _, l := range strings.Split(strings.TrimSpace(signatures), "\n") {
		words := strings.Split(l, " ")
		sig, err := base64.StdEncoding.DecodeString(words[2])
		if err == nil && words[0] == "—" && words[1] == parts[0] && fmt.Sprintf("%x", sig[:4]) == parts[1] &&
			key[0] == 1 && ed25519.Verify(key[1:], []byte(text), sig[4:]) {
			return nil
		}
	}
	return errors.New("signature")
}

func TestProofsThatProveNothing(t *testing.T) {
	t.Parallel()
	dir, key, _ := written(t, 20)
	_, stranger, _ := written(t, 1)
	p, err := proof.Prove(dir, 7)
	if err != nil {
		t.Fatal(err)
	}
	other, err := proof.Prove(dir, 8)
	if err != nil {
		t.Fatal(err)
	}
	text := string(p.Proof)
	edited := strings.Replace(string(p.Line), "bob", "eve", 1)
	for name, c := range map[string]struct {
		proof, line string
		keys        []string
	}{
		"edited line":        {text, edited, []string{key}},
		"line of another":    {text, string(other.Line), []string{key}},
		"two newlines":       {text, string(p.Line) + "\n\n", []string{key}},
		"no key":             {text, string(p.Line), nil},
		"key of a stranger":  {text, string(p.Line), []string{stranger}},
		"no key at all":      {text, string(p.Line), []string{"gw+1+x"}},
		"another place":      {strings.Replace(text, "index 7", "index 8", 1), string(p.Line), []string{key}},
		"place with a zero":  {strings.Replace(text, "index 7", "index 07", 1), string(p.Line), []string{key}},
		"negative place":     {strings.Replace(text, "index 7", "index -7", 1), string(p.Line), []string{key}},
		"another header":     {strings.Replace(text, "@v1", "@v2", 1), string(p.Line), []string{key}},
		"no hashes":          {text[:strings.Index(text, "index 7\n")+8] + text[strings.Index(text, "\n\n")+1:], string(p.Line), []string{key}},
		"a hash too many":    {strings.Replace(text, "\n\n", "\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n", 1), string(p.Line), []string{key}},
		"unsigned":           {text[:strings.LastIndex(text, "—")], string(p.Line), []string{key}},
		"empty":              {"", "", []string{key}},
		"many hashes":        {"c2sp.org/tlog-proof@v1\nindex 7" + strings.Repeat("\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", 100) + text[strings.Index(text, "\n\n"):], string(p.Line), []string{key}},
		"hash in two spells": {strings.Replace(text, "=\n", "\n", 1), string(p.Line), []string{key}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got, err := proof.Check([]byte(c.proof), []byte(c.line), c.keys); err == nil {
				t.Errorf("accepted: %+v", got)
			}
		})
	}
	extra := strings.Replace(text, "\nindex", "\nextra AAAA\nindex", 1)
	if _, err := proof.Check([]byte(extra), p.Line, []string{key}); err != nil {
		t.Errorf("an extra line is allowed: %v", err)
	}
}

func FuzzCheck(f *testing.F) {
	dir, key, _ := written(f, 5)
	p, err := proof.Prove(dir, 3)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(p.Proof, p.Line)
	f.Add([]byte("c2sp.org/tlog-proof@v1\nindex 0\n\ngw\n1\n"), []byte("{}"))
	f.Fuzz(func(t *testing.T, text, line []byte) {
		_, err := proof.Check(text, line, []string{key})
		if err == nil && !bytes.Equal(bytes.TrimSuffix(line, []byte("\n")), p.Line) {
			t.Errorf("%q is proven to be a record", line)
		}
	})
}

func TestEveryCheckpointIsConsistentWithEveryLater(t *testing.T) {
	t.Parallel()
	dir, key, points := written(t, 40)
	for i, older := range points {
		for _, newer := range points[i:] {
			p, err := proof.ProveConsistency(dir, older, newer)
			if err != nil {
				t.Fatal(err)
			}
			got, err := proof.CheckConsistency(p, older, []string{key})
			if err != nil || got.Old > got.New {
				t.Errorf("%+v (%v)", got, err)
			}
		}
	}
	last := len(points) - 1
	if _, err := proof.ProveConsistency(dir, points[last], points[0]); err == nil {
		t.Error("the newer was proven to be part of the older")
	}
	_, _, foreign := written(t, 40)
	if _, err := proof.ProveConsistency(dir, foreign[1], points[last]); err == nil {
		t.Error("a checkpoint of another trail was proven to be part of this one")
	}
	p, err := proof.ProveConsistency(dir, points[1], points[last])
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ proof, older []byte }{
		"another older one":   {p, points[2]},
		"of another trail":    {p, foreign[1]},
		"a hash altered":      {bytes.Replace(p, p[6:8], []byte("AA"), 1), points[1]},
		"no checkpoint":       {p[:bytes.Index(p, []byte("\n\n"))], points[1]},
		"a hash left out":     {append(bytes.Clone(p[:bytes.IndexByte(p, '\n')+1]), p[bytes.IndexByte(p, '\n')+46:]...), points[1]},
		"unsigned checkpoint": {p[:bytes.LastIndex(p, []byte("—"))], points[1]},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got, err := proof.CheckConsistency(c.proof, c.older, []string{key}); err == nil {
				t.Errorf("accepted: %+v", got)
			}
		})
	}
}

func TestATreeThatDoesNotAddUpProvesNothing(t *testing.T) {
	t.Parallel()
	dir, _, points := written(t, 20)
	path := filepath.Join(dir, "tree.hashes")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := range text {
		text[i] ^= 1
	}
	for name, damage := range map[string]func() error{
		"garbage": func() error { return os.WriteFile(path, text, 0o640) },
		"empty":   func() error { return os.WriteFile(path, nil, 0o640) },
		"missing": func() error { return os.Remove(path) },
	} {
		if err := damage(); err != nil {
			t.Fatal(err)
		}
		if _, err := proof.Prove(dir, 7); err == nil {
			t.Errorf("%s: a record was proven", name)
		}
		if _, err := proof.ProveConsistency(dir, points[0], points[1]); err == nil {
			t.Errorf("%s: consistency was proven", name)
		}
		if err := os.WriteFile(path, nil, 0o640); err != nil {
			t.Fatal(err)
		}
	}
}

func TestVerifyingWhatIsNoTrail(t *testing.T) {
	t.Parallel()
	if r, err := proof.Verify(t.TempDir(), proof.Options{}); err == nil {
		t.Errorf("got %+v", r)
	}
	dir, _, _ := written(t, 1)
	if r, err := proof.Verify(dir, proof.Options{Keys: []string{"no key"}}); err == nil {
		t.Errorf("got %+v", r)
	}
}

func TestProgressReachesTheEnd(t *testing.T) {
	t.Parallel()
	dir, _, _ := written(t, 20)
	var done, total int64
	if _, err := proof.Verify(dir, proof.Options{Progress: func(d, n int64) { done, total = d, n }}); err != nil {
		t.Fatal(err)
	}
	if done == 0 || done != total {
		t.Errorf("%d of %d bytes", done, total)
	}
}
