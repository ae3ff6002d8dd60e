// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"github.com/passgate/passgate/module/audit/seal"
)

// loadKey reads the signing key from the options or the trail's directory.
func loadKey(dir string, opts *Options) (*seal.Key, error) {
	if opts.SigningKey != "" {
		return seal.ParseKey(opts.SigningKey)
	}
	return readKey(dir, keyFile)
}

func readKey(dir, name string) (*seal.Key, error) {
	path := filepath.Join(dir, keysDir, name)
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("the signing key may be read by others (mode %04o); chmod 600 %s, and rotate the key", info.Mode().Perm(), path)
	}
	secret, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return seal.ParseKey(string(secret))
}

func saveKey(dir, name string, key *seal.Key) error {
	return replaceFile(filepath.Join(dir, keysDir, name), []byte(key.Secret()+"\n"), keyMode)
}

// publishKey leaves the verifier key where readers find it, named by its hash.
func publishKey(dir string, key *seal.Key) error {
	name := fmt.Sprintf("%08x.vkey", key.KeyHash())
	return replaceFile(filepath.Join(dir, keysDir, name), []byte(key.Verifier()+"\n"), fileMode)
}

// VerifierKeys returns the verifier keys that lie beside the trail in dir.
// Lying there they prove nothing; see the proof package.
func VerifierKeys(dir string) ([]string, error) {
	paths, err := filepath.Glob(filepath.Join(dir, keysDir, "*.vkey"))
	if err != nil {
		return nil, err
	}
	var keys []string
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("reading the verifier keys: %w", err)
		}
		keys = append(keys, strings.TrimSpace(string(text)))
	}
	return keys, nil
}

func verifiers(keys []string) ([]note.Verifier, error) {
	var known []note.Verifier
	for _, key := range keys {
		v, err := note.NewVerifier(key)
		if err != nil {
			return nil, fmt.Errorf("reading the verifier keys: %w", err)
		}
		known = append(known, v)
	}
	return known, nil
}
