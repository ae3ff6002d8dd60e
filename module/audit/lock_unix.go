// SPDX-License-Identifier: Apache-2.0

//go:build unix

package audit

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// lockPatience is how long a second writer waits for the first to leave.
const lockPatience = time.Second

// lockDir takes the one writer's place in dir, or says who has it. The lock
// goes with the process, whatever ends it.
func lockDir(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR|os.O_CREATE, 0o640)
	if err != nil {
		return nil, fmt.Errorf("locking the trail: %w", err)
	}
	for start := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return f, signLock(f)
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) || time.Since(start) >= lockPatience {
			break
		}
	}
	holder, _ := io.ReadAll(io.LimitReader(f, 256))
	f.Close()
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, &LockedError{Dir: dir, Holder: strings.TrimSpace(string(holder))}
	}
	return nil, fmt.Errorf("locking the trail in %s: %w", dir, err)
}

// signLock writes who holds the lock, for the error message of the next.
func signLock(f *os.File) error {
	who := fmt.Sprintf("process %d (%s)\n", os.Getpid(), filepath.Base(os.Args[0]))
	if err := f.Truncate(0); err != nil {
		return fmt.Errorf("locking the trail: %w", err)
	}
	if _, err := f.WriteAt([]byte(who), 0); err != nil && !errors.Is(err, syscall.ENOSPC) {
		return fmt.Errorf("locking the trail: %w", err)
	}
	return nil
}
