// SPDX-License-Identifier: Apache-2.0

//go:build unix

package breach

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// lock keeps a second build of the same list out. It ends with the process.
func lock(path string) (unlock func() error, err error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		err = errors.New("expected to be the only one that builds this list, found another build at work")
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("locking %s: %w", path, err), file.Close())
	}
	return file.Close, nil
}
