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
	"strings"
	"time"
)

// Lifetime is how long a voucher is good by default.
const Lifetime = 24 * time.Hour

// Book is a folder with a key and the vouchers made with it, a file for those that
// end on one day. All have mode 0600: the command that vouches and the gateway run
// as the same user. A file goes when its day is over, so the book stays short and
// no line is ever rewritten under another command's feet.
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

func (b Book) keyFile() string { return filepath.Join(b.Dir, "voucher.key") }

// listFile is that of the vouchers that end on a day, in UTC.
func (b Book) listFile(day time.Time) string {
	return filepath.Join(b.Dir, "vouchers-"+day.UTC().Format(time.DateOnly)+".jsonl")
}

// lists are the files of days that are over, and the others. Their names sort by day.
func (b Book) lists() (over, current []string, err error) {
	entries, err := os.ReadDir(b.Dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, nil, fmt.Errorf("looking for vouchers: %w", err)
	}
	today := filepath.Base(b.listFile(b.now()))
	for _, e := range entries {
		switch name := e.Name(); {
		case !strings.HasPrefix(name, "vouchers-"):
		case name < today:
			over = append(over, filepath.Join(b.Dir, name))
		default:
			current = append(current, filepath.Join(b.Dir, name))
		}
	}
	return over, current, nil
}

// Issue vouches for a hash of a user's password.
func (b Book) Issue(user, hash, policyDigest string, lifetime time.Duration) error {
	key, err := b.key(true)
	if err != nil {
		return err
	}
	until := b.now().Add(lifetime).UTC()
	line, err := json.Marshal(entry{digest(key, user, hash), policyDigest, until})
	if err != nil {
		return fmt.Errorf("writing a voucher: %w", err)
	}
	file, err := os.OpenFile(b.listFile(until), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("writing a voucher: %w", err)
	}
	_, err = file.Write(append(line, '\n'))
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return fmt.Errorf("writing a voucher: %w", err)
	}
	return b.forget()
}

// forget removes the vouchers of days that are over.
func (b Book) forget() error {
	over, _, err := b.lists()
	for _, name := range over {
		// Another command may have been faster.
		if rerr := os.Remove(name); rerr != nil && !errors.Is(rerr, fs.ErrNotExist) {
			err = errors.Join(err, fmt.Errorf("removing ended vouchers: %w", rerr))
		}
	}
	return err
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
	_, current, err := b.lists()
	if err != nil {
		return false, err
	}
	wanted := entry{Digest: digest(key, user, hash), Policy: policyDigest}
	for _, name := range current {
		if good, err := b.holds(name, wanted); good || err != nil {
			return good, err
		}
	}
	return false, nil
}

// holds reports whether a file has a voucher that is good.
func (b Book) holds(name string, wanted entry) (good bool, err error) {
	file, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil // its day is over since
	}
	if err != nil {
		return false, fmt.Errorf("reading the vouchers: %w", err)
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		var e entry
		if json.Unmarshal(lines.Bytes(), &e) != nil {
			continue // cut off by a crash: it vouches for nothing
		}
		if hmac.Equal([]byte(e.Digest), []byte(wanted.Digest)) && e.Policy == wanted.Policy && b.now().Before(e.Until) {
			good = true
		}
	}
	if err := lines.Err(); err != nil {
		return false, fmt.Errorf("reading the vouchers: %w", err)
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
