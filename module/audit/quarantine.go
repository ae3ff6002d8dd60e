// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// quarantine copies the end of a segment, from byte at on, to the quarantine
// directory and describes it. The segment itself is left as it is.
func quarantine(dir string, s Segment, at int64, kind string) (*Damage, error) {
	from, err := os.Open(s.Path)
	if err != nil {
		return nil, fmt.Errorf("keeping the end of %s: %w", s.Name(), err)
	}
	defer from.Close()
	if _, err := from.Seek(at, io.SeekStart); err != nil {
		return nil, fmt.Errorf("keeping the end of %s: %w", s.Name(), err)
	}
	name := s.Name() + "." + NewID()
	to, err := os.OpenFile(filepath.Join(dir, quarantineDir, name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, fileMode)
	if err != nil {
		return nil, fmt.Errorf("keeping the end of %s: %w", s.Name(), err)
	}
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(to, sum), from)
	err = errors.Join(err, to.Sync(), to.Close(), syncDir(filepath.Join(dir, quarantineDir)))
	if err != nil {
		return nil, fmt.Errorf("keeping the end of %s: %w", s.Name(), err)
	}
	return &Damage{Kind: kind, File: s.Name(), Bytes: n, SHA256: hex.EncodeToString(sum.Sum(nil)), Quarantine: name}, nil
}

// QuarantinedSum is the SHA-256, in hexadecimal, of a file in the quarantine of
// the trail in dir.
func QuarantinedSum(dir, name string) (string, error) {
	f, err := os.Open(filepath.Join(dir, quarantineDir, filepath.Base(name)))
	if err != nil {
		return "", fmt.Errorf("reading the quarantine: %w", err)
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return "", fmt.Errorf("reading the quarantine: %w", err)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// setAside moves a file that isn't ours to the quarantine directory.
func (w *writer) setAside(path string) (name string, err error) {
	if err := os.MkdirAll(w.path(quarantineDir), dirMode); err != nil {
		return "", err
	}
	name = filepath.Base(path) + "." + NewID()
	return name, os.Rename(path, w.path(quarantineDir, name))
}
