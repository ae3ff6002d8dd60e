// SPDX-License-Identifier: Apache-2.0

package breach

import (
	"bytes"
	_ "embed"
	"sync"
)

// builtin.pgb is made by command builtin from policy/common's list; that
// folder's NOTICE has its licence.
//
//go:embed builtin.pgb
var builtin []byte

// Builtin is the list for those who have no other: the 49,233 commonest
// passwords, in any case. It takes 350 kB and is no substitute for the real
// thing, but refuses what attackers try first.
var Builtin = sync.OnceValue(func() *List {
	l, err := Open(bytes.NewReader(builtin), int64(len(builtin)))
	if err != nil {
		panic("breach: the embedded list is damaged: " + err.Error())
	}
	return l
})

// Small makes a build fit some ten thousand keys: a short index, 64 bits of
// each key.
func Small(o Options) Options {
	o.bucketBits, o.SuffixBytes = 8, 7
	return o
}
