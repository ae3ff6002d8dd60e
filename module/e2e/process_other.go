// SPDX-License-Identifier: Apache-2.0

//go:build !linux

package e2e

import (
	"errors"
	"time"
)

// errLinuxOnly: the real clusters are started on Linux only. The cases against
// the sandbox run everywhere.
var errLinuxOnly = errors.New("real clusters are started on Linux only: run the suite there, or unset " + EnvEnable)

func startProcess(*process) error { return errLinuxOnly }

func endProcess(*process, time.Duration) {}

func unprivileged() int { return 0 }

func giveTo(string, int) error { return errLinuxOnly }

func lockDir(string, string) (func(), error) { return nil, errLinuxOnly }
