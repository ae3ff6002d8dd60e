// SPDX-License-Identifier: Apache-2.0

package module

import (
	"runtime"

	"github.com/passgate/passgate/policy/history"
)

// slots bound how many passwords are judged at one time: an estimate of strength
// takes up to 10 ms of a core, a look into the history 30 ms and 19 MiB. Whoever
// sends many at once, or a patch of a thousand, waits between others; traffic that
// sets no password never comes here.
var slots = make(chan struct{}, runtime.GOMAXPROCS(0))

// slot waits for one and returns how to give it back. Nobody keeps one while he
// waits for anything else, so it always comes.
func slot() (release func()) {
	slots <- struct{}{}
	return func() { <-slots }
}

// Look is history.Book's, in a slot.
func (b *book) Look(u history.User, password string, limit history.Limit) (history.Look, error) {
	defer slot()()
	return b.Book.Look(u, password, limit)
}

// Learn is history.Book's, in a slot.
func (b *book) Learn(u history.User, password string, keep history.Limit) error {
	defer slot()()
	return b.Book.Learn(u, password, keep)
}

// Suspect is history.Book's, in a slot.
func (b *book) Suspect(u history.User, password string, keep history.Limit) error {
	defer slot()()
	return b.Book.Suspect(u, password, keep)
}
