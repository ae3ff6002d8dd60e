// SPDX-License-Identifier: Apache-2.0

// Package voucher lets hash-based automation comply instead of being exempt. A
// hash can't be judged; but whoever makes it from a password can have that judged
// first. The voucher then says: this very hash, for this very user, was made from
// a password that the policy allowed. It is a keyed digest, so the list of vouchers
// holds no hash and can't be added to without the key.
//
// It says nothing about who sends the hash, and it stays good until it ends.
package voucher

import (
	"bufio"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Lifetime is how long a voucher is good by default.
const Lifetime = 24 * time.Hour

// Book is a folder with a key and the vouchers made with it. Both files have
// mode 0600: the command that vouches and the gateway run as the same user.
type Book struct {
	Dir string
	Now func() time.Time // default time.Now
}

// entry is one voucher as it is kept.
type entry struct {
	Digest string    `json:"digest"`
	Policy string    `json:"policy"` // digest of the policy that allowed it
	Until  time.Time `json:"until"`
}

func (b Book) now() time.Time {
	if b.Now != nil {
		return b.Now()
	}
	return time.Now()
}

func (b Book) keyFile() string  { return filepath.Join(b.Dir, "voucher.key") }
func (b Book) listFile() string { return filepath.Join(b.Dir, "vouchers.jsonl") }

// Issue vouches for a hash of a user's password.
func (b Book) Issue(user, hash, policyDigest string, lifetime time.Duration) error {
	key, err := b.key(true)
	if err != nil {
		return err
	}
	line, err := json.Marshal(entry{digest(key, user, hash), policyDigest, b.now().Add(lifetime).UTC()})
	if err != nil {
		return fmt.Errorf("writing a voucher: %w", err)
	}
	file, err := os.OpenFile(b.listFile(), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("writing a voucher: %w", err)
	}
	_, err = file.Write(append(line, '\n'))
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return fmt.Errorf("writing a voucher: %w", err)
	}
	return nil
}

// Accepts reports whether a voucher for this hash and user is good under the
// policy that judges now. With no voucher ever issued nothing is good.
func (b Book) Accepts(user, hash, policyDigest string) (bool, error) {
	key, err := b.key(false)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	file, err := os.Open(b.listFile())
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("reading the vouchers: %w", err)
	}
	defer file.Close()
	wanted, good := []byte(digest(key, user, hash)), false
	for lines := bufio.NewScanner(file); lines.Scan(); {
		var e entry
		if json.Unmarshal(lines.Bytes(), &e) != nil {
			continue // cut off by a crash: it vouches for nothing
		}
		if hmac.Equal([]byte(e.Digest), wanted) && e.Policy == policyDigest && b.now().Before(e.Until) {
			good = true
		}
	}
	return good, nil
}

// key reads the key, or makes one.
func (b Book) key(create bool) ([]byte, error) {
	data, err := os.ReadFile(b.keyFile())
	if errors.Is(err, fs.ErrNotExist) && create {
		return b.makeKey()
	}
	if err != nil {
		return nil, fmt.Errorf("reading the key of the vouchers: %w", err)
	}
	key, err := base64.StdEncoding.DecodeString(string(data))
	if err != nil || len(key) < sha256.Size {
		return nil, fmt.Errorf("expected a base64 key in %s, found something else; remove the file to start afresh", b.keyFile())
	}
	return key, nil
}

func (b Book) makeKey() ([]byte, error) {
	key := make([]byte, sha256.Size)
	_, _ = rand.Read(key) // never fails (crypto/rand)
	err := os.MkdirAll(b.Dir, 0o750)
	if err == nil {
		err = os.WriteFile(b.keyFile(), []byte(base64.StdEncoding.EncodeToString(key)), 0o600)
	}
	if err != nil {
		return nil, fmt.Errorf("making a key for vouchers: %w", err)
	}
	return key, nil
}

// digest binds user and hash; lengths keep the two apart.
func digest(key []byte, user, hash string) string {
	h := hmac.New(sha256.New, key)
	for _, part := range []string{"voucher", user, hash} {
		var length [8]byte
		binary.BigEndian.PutUint64(length[:], uint64(len(part)))
		h.Write(length[:])
		h.Write([]byte(part))
	}
	return hex.EncodeToString(h.Sum(nil))
}
