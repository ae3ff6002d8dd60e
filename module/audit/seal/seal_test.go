// SPDX-License-Identifier: Apache-2.0

package seal

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func TestLinkSurvivesTheLine(t *testing.T) {
	t.Parallel()
	want := Link{Log: "gw-1/0f3a", Seq: 184222, Prev: Leaf([]byte("before")), Salt: [16]byte{1, 2, 3}}
	line := AppendLink([]byte(`{"message":"a"`), want)
	if !json.Valid(line) {
		t.Fatalf("not JSON: %s", line)
	}
	got, ok := ParseLink(line)
	if !ok || got != want {
		t.Errorf("got %+v %v, want %+v", got, ok, want)
	}
}

func TestLinkHasOneSpelling(t *testing.T) {
	t.Parallel()
	line := string(AppendLink([]byte(`{"m":1`), Link{Log: "gw", Seq: 10, Prev: Leaf(nil)}))
	for name, bad := range map[string]string{
		"empty":              "",
		"only the end":       `"}}`,
		"space":              line + " ",
		"upper-case digits":  strings.ToUpper(line[len(line)-100:]),
		"leading zero":       strings.Replace(line, `"seq":10`, `"seq":010`, 1),
		"sign":               strings.Replace(line, `"seq":10`, `"seq":-1`, 1),
		"no number":          strings.Replace(line, `"seq":10`, `"seq":`, 1),
		"huge number":        strings.Replace(line, `"seq":10`, `"seq":1111111111111111111`, 1),
		"escape in the name": strings.Replace(line, `"gw"`, `"g\u0077"`, 1),
		"no log":             strings.Replace(line, `"log":"gw"`, `"log":""`, 1),
		"other member":       strings.Replace(line, `"prev"`, `"Prev"`, 1),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if l, ok := ParseLink([]byte(bad)); ok {
				t.Errorf("accepted %q as %+v", bad, l)
			}
		})
	}
}

func FuzzParseLink(f *testing.F) {
	f.Add([]byte(`{"m":1`), "gw", int64(7))
	f.Fuzz(func(t *testing.T, head []byte, log string, seq int64) {
		ParseLink(head)
		if !ValidOrigin(log) || seq < 0 || seq > 999_999_999_999_999_999 {
			return
		}
		want := Link{Log: log, Seq: seq, Prev: Leaf(head)}
		if got, ok := ParseLink(AppendLink(bytes.Clone(head), want)); !ok || got != want {
			t.Errorf("got %+v %v, want %+v", got, ok, want)
		}
	})
}

// memory is a HashReader over what Append has stored.
type memory []tlog.Hash

func (m memory) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	var out []tlog.Hash
	for _, i := range indexes {
		out = append(out, m[i])
	}
	return out, nil
}

func TestEdgeAgreesWithTlog(t *testing.T) {
	t.Parallel()
	var edge Edge
	var stored, reference memory
	for n := range int64(200) {
		leaf := Leaf([]byte(strconv.FormatInt(n, 10)))
		want, err := tlog.StoredHashesForRecordHash(n, leaf, reference)
		if err != nil {
			t.Fatal(err)
		}
		reference = append(reference, want...)
		stored = edge.Append(leaf, stored)
		if len(stored) != len(reference) || stored[len(stored)-1] != reference[len(reference)-1] {
			t.Fatalf("stored hashes differ after record %d", n)
		}
		root, err := tlog.TreeHash(n+1, reference)
		if err != nil || edge.Root() != root {
			t.Fatalf("root differs after record %d (%v)", n, err)
		}
		read, err := EdgeAt(n+1, stored)
		if err != nil || read.Root() != root || read.Size() != n+1 {
			t.Fatalf("edge read back differs after record %d (%v)", n, err)
		}
		if Offset(n+1) != int64(len(stored))*tlog.HashSize {
			t.Fatalf("offset %d after record %d, want %d", Offset(n+1), n, len(stored)*tlog.HashSize)
		}
	}
}

func TestHashesReadFromAFile(t *testing.T) {
	t.Parallel()
	var edge Edge
	var stored []tlog.Hash
	for n := range 13 {
		stored = edge.Append(Leaf([]byte{byte(n)}), stored)
	}
	file := Hashes{File: bytes.NewReader(AppendHashes(nil, stored))}
	read, err := EdgeAt(13, file)
	if err != nil || read.Root() != edge.Root() {
		t.Errorf("root %v (%v), want %v", read.Root(), err, edge.Root())
	}
	if _, err := EdgeAt(64, file); err == nil {
		t.Error("reading past the end of the file succeeded")
	}
}

func TestEmptyTreeHasTheRootOfNothing(t *testing.T) {
	t.Parallel()
	var e Edge
	// RFC 6962 §2.1: the hash of an empty list is that of an empty string.
	if got := e.Root().String(); got != "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=" {
		t.Errorf("got %s", got)
	}
}

func TestCheckpointNeedsAKnownKey(t *testing.T) {
	t.Parallel()
	ours, theirs := newKey(t), newKey(t)
	want := Checkpoint{Origin: "gw/1", Size: 42, Root: Leaf([]byte("x"))}
	signed, err := want.Sign(ours)
	if err != nil {
		t.Fatal(err)
	}
	got, by, err := OpenCheckpoint(signed, verifier(t, ours), verifier(t, theirs))
	if err != nil || got != want || len(by) != 1 || by[0] != ours.KeyHash() {
		t.Errorf("got %+v by %v (%v), want %+v", got, by, err, want)
	}
	if _, _, err := OpenCheckpoint(signed, verifier(t, theirs)); err != ErrUnsigned {
		t.Errorf("got %v, want ErrUnsigned", err)
	}
	forged := bytes.Replace(signed, []byte("\n42\n"), []byte("\n43\n"), 1)
	if _, _, err := OpenCheckpoint(forged, verifier(t, ours)); err == nil {
		t.Error("accepted a checkpoint whose size was changed")
	}
	if c, err := ReadUnverified(forged); err != nil || c.Size != 43 {
		t.Errorf("got %+v (%v)", c, err)
	}
}

func TestCheckpointHasOneSpelling(t *testing.T) {
	t.Parallel()
	root := Leaf(nil).String()
	for name, text := range map[string]string{
		"extension line": "gw\n1\n" + root + "\nmore\n",
		"leading zero":   "gw\n01\n" + root + "\n",
		"no origin":      "\n1\n" + root + "\n",
		"short root":     "gw\n1\nAAAA\n",
		"no root":        "gw\n1\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if c, err := parseCheckpoint(text); err == nil {
				t.Errorf("accepted as %+v", c)
			}
		})
	}
}

func newKey(t *testing.T) *Key {
	t.Helper()
	k, err := NewKey("gw/1")
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func verifier(t *testing.T, k *Key) note.Verifier {
	t.Helper()
	v, err := note.NewVerifier(k.Verifier())
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestKeyErrorsNeverQuoteTheKey(t *testing.T) {
	t.Parallel()
	secret := newKey(t).Secret()
	for name, text := range map[string]string{
		"cut":       secret[:len(secret)-4],
		"prefix":    "PRIVATE+KEY",
		"tampered":  strings.Replace(secret, "gw/1", "gw/2", 1),
		"no fields": strings.ReplaceAll(secret, "+", ""),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := ParseKey(text)
			if err == nil || strings.Contains(err.Error(), secret[20:40]) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestOrigins(t *testing.T) {
	t.Parallel()
	for _, good := range []string{"gw", "audit.example.com/gw-1", "host_1:9200"} {
		if !ValidOrigin(good) {
			t.Errorf("refused %q", good)
		}
	}
	for _, bad := range []string{"", "a b", "a+b", `a"b`, "ü", strings.Repeat("a", 201)} {
		if ValidOrigin(bad) {
			t.Errorf("accepted %q", bad)
		}
	}
	if _, err := NewKey("a b"); err == nil {
		t.Error("made a key for a bad name")
	}
}

func BenchmarkLeaf(b *testing.B) {
	line := bytes.Repeat([]byte("x"), 1400)
	b.ReportAllocs()
	for b.Loop() {
		Leaf(line)
	}
}

func BenchmarkEdgeAppend(b *testing.B) {
	var e Edge
	var stored []tlog.Hash
	leaf := Leaf(nil)
	b.ReportAllocs()
	for b.Loop() {
		stored = e.Append(leaf, stored[:0])
	}
}

func TestALeafMayBeBegunBeforeItsLink(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 62, 63, 64, 1500} {
		body := bytes.Repeat([]byte("x"), n)
		line := AppendLink(body, Link{Log: "gw", Seq: int64(n)})
		begun := Begin(body)
		for range 2 { // a failed write is repeated elsewhere
			if got := Complete(begun, line[n:]); got != Leaf(line) {
				t.Errorf("%d bytes: %s, want %s", n, got, Leaf(line))
			}
		}
	}
}
