// SPDX-License-Identifier: Apache-2.0

package module

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/caddyserver/caddy/v2"

	"github.com/passgate/passgate/module/historyfile"
	"github.com/passgate/passgate/policy/history"
)

// books outlive reloads, as trails do.
var books = caddy.NewUsagePool()

// book is an open password history.
type book struct {
	*history.Book
	file    *historyfile.Store
	denials denials
}

// Destruct implements caddy.Destructor.
func (b *book) Destruct() error { return b.file.Close() }

// PepperConfig is a pepper that is given instead of generated.
type PepperConfig struct {
	// ID is stored with each entry. Keep a pepper listed as long as it has entries.
	ID string `json:"id"`

	// Secret is 32 bytes or more, as {env.NAME} or {file./path}; never written out.
	Secret string `json:"secret"`
}

// openBook takes a reference to the history in path. Each must be given back
// with closeBook.
func openBook(path string, given []PepperConfig) (*book, error) {
	value, _, err := books.LoadOrNew(path, func() (caddy.Destructor, error) {
		peppers, err := loadPeppers(path, given)
		if err != nil {
			return nil, err
		}
		file, err := historyfile.Open(path)
		if err != nil {
			return nil, err
		}
		b, err := history.NewBook(file, history.Options{Peppers: peppers})
		if err != nil {
			return nil, errors.Join(err, file.Close())
		}
		return &book{Book: b, file: file}, nil
	})
	if err != nil {
		return nil, err
	}
	return value.(*book), nil
}

func closeBook(path string) error {
	_, err := books.Delete(path)
	return err
}

func loadPeppers(path string, given []PepperConfig) (history.Peppers, error) {
	if len(given) == 0 {
		pepper, err := historyfile.LoadPepper(path + ".pepper")
		return history.Peppers{pepper}, err
	}
	var peppers history.Peppers
	for _, config := range given {
		secret, err := caddy.NewReplacer().ReplaceOrErr(config.Secret, true, true)
		if err != nil {
			return nil, fmt.Errorf("pepper %s: %w", config.ID, err)
		}
		peppers = append(peppers, history.Pepper{ID: config.ID, Key: []byte(secret)})
	}
	return peppers, nil
}

// denials counts the refusals that tell something about former passwords. An
// entitled caller needs few; who collects many is guessing.
type denials struct {
	mu    sync.Mutex
	since map[history.User][]time.Time
}

const (
	maxDenials   = 10
	denialWindow = time.Hour
)

// exhausted reports whether a target has had too many of them lately.
func (d *denials) exhausted(u history.User, now time.Time) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.recent(u, now)) >= maxDenials
}

func (d *denials) add(u history.User, now time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.since == nil {
		d.since = make(map[history.User][]time.Time)
	}
	d.since[u] = append(d.recent(u, now), now)
}

func (d *denials) recent(u history.User, now time.Time) []time.Time {
	times := d.since[u]
	for len(times) > 0 && now.Sub(times[0]) > denialWindow {
		times = times[1:]
	}
	if len(times) == 0 {
		delete(d.since, u)
	}
	return times
}

// turns lets one change at a time be looked up and made for one user, so that
// two of them can't both find the same past.
type turns struct {
	mu    sync.Mutex
	taken map[history.User]chan struct{}
}

var userTurns turns

// take waits for a user's turn, up to a bound, and returns how to end it.
func (t *turns) take(u history.User, wait time.Duration) (end func(), ok bool) {
	deadline := time.NewTimer(wait)
	defer deadline.Stop()
	for {
		t.mu.Lock()
		busy, taken := t.taken[u]
		if !taken {
			if t.taken == nil {
				t.taken = make(map[history.User]chan struct{})
			}
			mine := make(chan struct{})
			t.taken[u] = mine
			t.mu.Unlock()
			return func() { t.end(u, mine) }, true
		}
		t.mu.Unlock()
		select {
		case <-busy:
		case <-deadline.C:
			return nil, false
		}
	}
}

func (t *turns) end(u history.User, mine chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.taken, u)
	close(mine)
}
