// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// unzip unpacks into dir what wanted maps to a name, and leaves out what it
// maps to "".
func unzip(archive, dir string, wanted func(name string) string) error {
	z, err := zip.OpenReader(archive)
	if err != nil {
		return fmt.Errorf("unpacking %s: %w", filepath.Base(archive), err)
	}
	defer z.Close()
	for _, f := range z.File {
		name := wanted(f.Name)
		if name == "" || strings.HasSuffix(name, "/") {
			continue
		}
		if err := unzipFile(f, dir, name); err != nil {
			return fmt.Errorf("unpacking %s: %w", filepath.Base(archive), err)
		}
	}
	return nil
}

func unzipFile(f *zip.File, dir, name string) error {
	if !filepath.IsLocal(name) {
		return errors.New("expected names below the archive's root, found one that leaves it")
	}
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	from, err := f.Open()
	if err != nil {
		return err
	}
	defer from.Close()
	to, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, f.Mode().Perm()|0o444)
	if err != nil {
		return err
	}
	if _, err := io.Copy(to, from); err != nil {
		to.Close()
		return err
	}
	return to.Close()
}

// everything keeps an archive as it is.
func everything(name string) string { return name }
