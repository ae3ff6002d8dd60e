// SPDX-License-Identifier: Apache-2.0

package audit

import "fmt"

// LockedError says that another process writes the trail.
type LockedError struct {
	Dir    string
	Holder string // as the holder has signed, for instance "process 42 (passgate)"
}

func (e *LockedError) Error() string {
	holder := e.Holder
	if holder == "" {
		holder = "another process"
	}
	return fmt.Sprintf("the trail in %s is being written by %s; stop it, or give each gateway a directory of its own", e.Dir, holder)
}
