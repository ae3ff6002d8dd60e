// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
)

// Environment variables that steer the suite.
const (
	// EnvEnable switches the real clusters and clients on when it is "1".
	EnvEnable = "PASSGATE_E2E"
	// EnvCache names the directory that keeps downloads between runs;
	// default: passgate/e2e below the user's cache directory.
	EnvCache = "PASSGATE_E2E_CACHE"
)

// Enabled tells whether real clusters and clients are to be started.
func Enabled() bool { return os.Getenv(EnvEnable) == "1" }

// CacheDir returns the directory that keeps downloads between runs. It lies
// outside the repository, so that a clean checkout stays clean.
func CacheDir() (string, error) {
	dir := os.Getenv(EnvCache)
	if dir == "" {
		base, err := os.UserCacheDir()
		if err != nil {
			return "", fmt.Errorf("no cache directory: set %s: %w", EnvCache, err)
		}
		dir = filepath.Join(base, "passgate", "e2e")
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", fmt.Errorf("creating the download cache: %w", err)
	}
	return dir, nil
}

// cached returns the directory name in the cache. When it isn't there yet, fill
// makes it in a neighbouring directory that is renamed when complete, so that
// an interrupted download is never taken for a finished one.
func cached(name string, fill func(dir string) error) (string, error) {
	root, err := CacheDir()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(root, name)
	unlock, err := lockDir(root, name)
	if err != nil {
		return "", err
	}
	defer unlock()
	if _, err := os.Stat(dir); err == nil {
		return dir, nil
	}
	tmp, err := os.MkdirTemp(root, name+".part-")
	if err != nil {
		return "", fmt.Errorf("preparing %s in the download cache: %w", name, err)
	}
	defer os.RemoveAll(tmp)
	if err := fill(tmp); err != nil {
		return "", err
	}
	if err := os.Chmod(tmp, 0o755); err != nil {
		return "", fmt.Errorf("preparing %s in the download cache: %w", name, err)
	}
	if err := os.Rename(tmp, dir); err != nil {
		return "", fmt.Errorf("completing %s in the download cache: %w", name, err)
	}
	return dir, nil
}
