// SPDX-License-Identifier: Apache-2.0

package seal

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Checkpoint states how many records a trail had and what their root was.
type Checkpoint struct {
	Origin string
	Size   int64
	Root   tlog.Hash
}

// text is the body of a C2SP tlog-checkpoint without extension lines.
func (c Checkpoint) text() string {
	return c.Origin + "\n" + strconv.FormatInt(c.Size, 10) + "\n" +
		base64.StdEncoding.EncodeToString(c.Root[:]) + "\n"
}

// Sign returns the checkpoint as a signed note.
func (c Checkpoint) Sign(signers ...note.Signer) ([]byte, error) {
	signed, err := note.Sign(&note.Note{Text: c.text()}, signers...)
	if err != nil {
		return nil, fmt.Errorf("signing a checkpoint: %w", err)
	}
	return signed, nil
}

// ErrUnsigned says that a checkpoint bears no signature of a known key.
var ErrUnsigned = errors.New("the checkpoint bears no signature of a trusted key")

// OpenCheckpoint reads a signed checkpoint and returns it with the key hashes
// of the known keys that signed it, at least one.
func OpenCheckpoint(signed []byte, known ...note.Verifier) (Checkpoint, []uint32, error) {
	n, err := note.Open(signed, note.VerifierList(known...))
	var unverified *note.UnverifiedNoteError
	if errors.As(err, &unverified) {
		return Checkpoint{}, nil, ErrUnsigned
	}
	if err != nil {
		return Checkpoint{}, nil, fmt.Errorf("opening a checkpoint: %w", err)
	}
	c, err := parseCheckpoint(n.Text)
	if err != nil {
		return c, nil, err
	}
	var by []uint32
	for _, s := range n.Sigs {
		by = append(by, s.Hash)
	}
	return c, by, nil
}

// ReadUnverified reads a checkpoint without looking at its signatures.
func ReadUnverified(signed []byte) (Checkpoint, error) {
	text, _, ok := strings.Cut(string(signed), "\n\n")
	if !ok {
		return Checkpoint{}, errCheckpoint
	}
	return parseCheckpoint(text + "\n")
}

var errCheckpoint = errors.New("opening a checkpoint: expected the lines origin, size and root (C2SP tlog-checkpoint)")

// parseCheckpoint accepts exactly what text writes: our own logs have no
// extension lines, and what has some isn't ours.
func parseCheckpoint(text string) (Checkpoint, error) {
	lines := strings.Split(text, "\n")
	if len(lines) != 4 || lines[3] != "" || lines[0] == "" {
		return Checkpoint{}, errCheckpoint
	}
	size, ok := parseNumber([]byte(lines[1]))
	if !ok {
		return Checkpoint{}, errCheckpoint
	}
	root, err := tlog.ParseHash(lines[2])
	if err != nil {
		return Checkpoint{}, errCheckpoint
	}
	c := Checkpoint{Origin: lines[0], Size: size, Root: root}
	if c.text() != text {
		return Checkpoint{}, errCheckpoint
	}
	return c, nil
}
