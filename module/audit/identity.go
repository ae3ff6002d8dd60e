// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/passgate/passgate/module/audit/seal"
)

// Identity is what a trail says about itself in log.json. None of it is a
// secret, and none of it is proof: an auditor brings the verifier key along.
type Identity struct {
	Format    int       `json:"format"` // 1
	Origin    string    `json:"origin"`
	Verifier  string    `json:"vkey"` // of the first signing key
	Created   time.Time `json:"created"`
	Retention int64     `json:"retention"` // seconds; younger records can't be retired
}

const identityFormat = 1

// ReadIdentity reads log.json of the trail in dir.
func ReadIdentity(dir string) (Identity, error) {
	var id Identity
	text, err := os.ReadFile(filepath.Join(dir, identityFile))
	if errors.Is(err, fs.ErrNotExist) {
		return id, noTrail(dir, err)
	}
	if err != nil {
		return id, fmt.Errorf("reading the trail's identity: %w", err)
	}
	if err := json.Unmarshal(text, &id); err != nil {
		return id, fmt.Errorf("reading the trail's identity: %s: %w", identityFile, err)
	}
	if id.Format != identityFormat {
		return id, fmt.Errorf("reading the trail's identity: format %d, this program knows %d; use the passgate that wrote it", id.Format, identityFormat)
	}
	if !seal.ValidOrigin(id.Origin) {
		return id, fmt.Errorf("reading the trail's identity: %s holds no valid origin", identityFile)
	}
	return id, nil
}

// identify returns the identity of the trail in dir and its signing key, and
// makes both where there is no trail yet. The key is written first, so that a
// crash between the two leaves nothing that can't be finished.
func identify(dir string, opts *Options) (Identity, *seal.Key, error) {
	id, err := ReadIdentity(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return establish(dir, opts)
	}
	if err != nil {
		return id, nil, err
	}
	key, err := loadKey(dir, opts)
	if errors.Is(err, fs.ErrNotExist) {
		return id, nil, fmt.Errorf("the trail's signing key is missing; restore %s, or keep this directory as it is and start a new one: %w",
			filepath.Join(keysDir, keyFile), err)
	}
	if err != nil {
		return id, nil, err
	}
	if key.Name() != id.Origin {
		return id, nil, fmt.Errorf("the signing key belongs to the trail %q, this one is %q", key.Name(), id.Origin)
	}
	if opts.purpose != "" {
		opts.Retention = time.Duration(id.Retention) * time.Second
	}
	if want := int64(opts.Retention / time.Second); want != id.Retention {
		id.Retention = want
		err = id.write(dir)
	}
	return id, key, err
}

func establish(dir string, opts *Options) (Identity, *seal.Key, error) {
	if old, err := Segments(dir); err == nil && len(old) > 0 {
		return Identity{}, nil, fmt.Errorf("%s has segments but no %s; restore it, or start a new directory", dir, identityFile)
	}
	key, err := loadKey(dir, opts)
	if errors.Is(err, fs.ErrNotExist) {
		key, err = seal.NewKey(opts.origin())
		if err == nil {
			err = saveKey(dir, keyFile, key)
		}
	}
	if err == nil {
		err = publishKey(dir, key)
	}
	if err != nil {
		return Identity{}, nil, err
	}
	id := Identity{
		Format: identityFormat, Origin: key.Name(), Verifier: key.Verifier(),
		Created: opts.Now().UTC().Truncate(time.Second), Retention: int64(opts.Retention / time.Second),
	}
	return id, key, id.write(dir)
}

func (id Identity) write(dir string) error {
	text, err := json.MarshalIndent(id, "", "  ")
	if err != nil {
		return err
	}
	return replaceFile(filepath.Join(dir, identityFile), append(text, '\n'), fileMode)
}
