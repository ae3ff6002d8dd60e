// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"time"
)

// startProcess starts p.cmd and watches it. The process gets a group of its
// own, so that what it starts in turn is ended with it.
//
// A test binary that runs into its time limit exits without any cleanup. The
// kernel's parent-death signal covers that, but it fires when the *thread* that
// started the process ends (prctl(2), PR_SET_PDEATHSIG): hence a goroutine that
// keeps its thread for as long as the process lives.
func startProcess(p *process) error {
	attr := &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if p.uid != 0 {
		attr.Credential = &syscall.Credential{Uid: uint32(p.uid), Gid: uint32(p.uid)}
	}
	p.cmd.SysProcAttr = attr
	started := make(chan error)
	go func() {
		runtime.LockOSThread() // never unlocked: the thread ends with the goroutine
		err := p.cmd.Start()
		started <- err
		if err == nil {
			p.err = p.cmd.Wait()
			close(p.done)
		}
	}()
	return <-started
}

// endProcess asks the process to end, and after patience ends its whole group.
func endProcess(p *process, patience time.Duration) {
	group := -p.cmd.Process.Pid
	if !p.exited() {
		_ = syscall.Kill(p.cmd.Process.Pid, syscall.SIGTERM)
		select {
		case <-p.done:
		case <-time.After(patience):
		}
	}
	_ = syscall.Kill(group, syscall.SIGKILL)
	<-p.done
}

// unprivileged returns the user that a cluster which refuses root runs as: 0
// for "as we are" when we aren't root.
func unprivileged() int {
	if os.Geteuid() != 0 {
		return 0
	}
	return 65534 // "nobody" on every Linux (kernel's overflowuid)
}

// giveTo makes uid the owner of everything below dir.
func giveTo(dir string, uid int) error {
	if uid == 0 {
		return nil
	}
	return filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(path, uid, uid)
	})
}

// lockDir keeps two test binaries from filling the same cache entry at once.
func lockDir(root, name string) (unlock func(), err error) {
	f, err := os.OpenFile(filepath.Join(root, name+".lock"), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, fmt.Errorf("locking the download cache: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
		f.Close()
		return nil, fmt.Errorf("locking the download cache: %w", err)
	}
	return func() { f.Close() }, nil
}
