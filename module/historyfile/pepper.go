// SPDX-License-Identifier: Apache-2.0

package historyfile

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/passgate/passgate/policy/history"
)

// LoadPepper reads the pepper in a file, and makes one there, with mode 0600, if
// there is none. The file belongs on another disk, or in another backup, than the
// store: apart, neither is worth stealing.
func LoadPepper(path string) (history.Pepper, error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return makePepper(path)
	}
	if err != nil {
		return history.Pepper{}, fmt.Errorf("reading the pepper: %w", err)
	}
	id, text, ok := strings.Cut(strings.TrimSpace(string(data)), " ")
	key, err := base64.StdEncoding.DecodeString(text)
	if !ok || err != nil {
		return history.Pepper{}, fmt.Errorf("expected an id and a base64 text in the pepper file %s, found something else; restore it from a backup", path)
	}
	return history.Pepper{ID: id, Key: key}, nil
}

func makePepper(path string) (history.Pepper, error) {
	pepper := history.Pepper{ID: strings.ToLower(rand.Text()[:8]), Key: make([]byte, history.PepperSize)}
	_, _ = rand.Read(pepper.Key) // never fails (crypto/rand)
	line := pepper.ID + " " + base64.StdEncoding.EncodeToString(pepper.Key) + "\n"
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return history.Pepper{}, fmt.Errorf("making a pepper: %w", err)
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return history.Pepper{}, fmt.Errorf("making a pepper: %w", err)
	}
	_, err = file.WriteString(line)
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return history.Pepper{}, fmt.Errorf("making a pepper: %w", err)
	}
	return pepper, nil
}
