// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"

	"golang.org/x/mod/sumdb/note"

	"github.com/passgate/passgate/module/audit/seal"
)

// RotateKey makes a new signing key, has the old one vouch for it on the trail
// and in a checkpoint that both sign, and destroys the old. It returns the new
// verifier key, for the auditor to keep beside the old one.
func (t *Trail) RotateKey() (verifier string, err error) {
	if t.opts.SigningKey != "" {
		return "", errors.New("rotating the key: it is given by the configuration; change it there")
	}
	if derr := t.do(func(w *writer) { verifier, err = w.rotateKey() }); derr != nil {
		return "", derr
	}
	return verifier, err
}

func (w *writer) rotateKey() (string, error) {
	key, err := seal.NewKey(w.origin)
	if err == nil {
		err = saveKey(w.dir, nextKeyFile, key)
	}
	if err != nil {
		return "", fmt.Errorf("rotating the key: %w", err)
	}
	return key.Verifier(), w.changeKey(key)
}

// resumeKeyChange finishes a rotation that a crash has interrupted. Saying the
// same on the trail twice does no harm.
func (w *writer) resumeKeyChange() error {
	key, err := readKey(w.dir, nextKeyFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return w.changeKey(key)
}

// changeKey goes over to the key in next.key.
func (w *writer) changeKey(key *seal.Key) error {
	old := w.points.key
	vouch, err := old.Vouch(key.Verifier())
	if err == nil {
		err = publishKey(w.dir, key)
	}
	if err == nil {
		change := &KeyChange{Old: old.Verifier(), New: key.Verifier(), Signature: vouch}
		err = w.put(w.notice(Notice{Code: CodeKey, Key: change}))
	}
	if err == nil {
		err = w.sign(true, key)
	}
	if err == nil {
		err = os.Rename(w.path(keysDir, nextKeyFile), w.path(keysDir, keyFile))
	}
	if err == nil {
		err = syncDir(w.path(keysDir))
	}
	if err != nil {
		return fmt.Errorf("rotating the key: %w", err)
	}
	w.points.use(key)
	return nil
}

func (c *checkpointer) use(key *seal.Key) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.key = key
}

// formerKey returns the verifier key of the newest checkpoint, if it was
// signed by another key than ours: the configuration has changed it.
func (w *writer) formerKey(found *recovery) string {
	if found.point.Size == 0 || slices.Contains(found.signers, w.points.key.KeyHash()) {
		return ""
	}
	keys, err := VerifierKeys(w.dir)
	if err != nil {
		return ""
	}
	for _, key := range keys {
		if v, err := note.NewVerifier(key); err == nil && slices.Contains(found.signers, v.KeyHash()) {
			return key
		}
	}
	return ""
}
