// SPDX-License-Identifier: Apache-2.0

package review

import (
	"runtime/debug"
	"sync"
)

// thrift keeps the memory low while trails are read: what reading throws away
// would let the heap grow to twice the columns before it is collected. Columns
// hold hardly a pointer, so collecting more often costs little.
var thrift struct {
	mu     sync.Mutex
	users  int
	before int // the process's own setting
}

const thriftyPercent = 5

func saveMemory() (done func()) {
	thrift.mu.Lock()
	defer thrift.mu.Unlock()
	if thrift.users == 0 {
		thrift.before = debug.SetGCPercent(thriftyPercent)
		if thrift.before >= 0 && thrift.before < thriftyPercent {
			debug.SetGCPercent(thrift.before)
		}
	}
	thrift.users++
	return func() {
		thrift.mu.Lock()
		defer thrift.mu.Unlock()
		if thrift.users--; thrift.users == 0 {
			debug.SetGCPercent(thrift.before)
		}
	}
}
