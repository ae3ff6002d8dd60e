// SPDX-License-Identifier: Apache-2.0

//go:build unix

package signoff

import (
	"os"
	"syscall"
)

// lock lasts until the file is closed.
func lock(f *os.File) error {
	return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
}
