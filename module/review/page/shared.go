// SPDX-License-Identifier: Apache-2.0

package page

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"

	"github.com/caddyserver/caddy/v2"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/review/ui"
)

// sites outlive reloads, so that the trail isn't read anew each time.
var sites = caddy.NewUsagePool()

// shared is a site and what of it changes with the configuration.
type shared struct {
	options ui.Options
	start   sync.Once
	site    atomic.Pointer[ui.Site]
	hooks   atomic.Pointer[hooks]
}

// hooks belong to the newest configuration.
type hooks struct {
	note func(context.Context, audit.Notice) error
	fail func(error)
}

func acquire(key string, o ui.Options) (*shared, error) {
	value, _, err := sites.LoadOrNew(key, func() (caddy.Destructor, error) { return new(shared), nil })
	if err != nil {
		return nil, err
	}
	s := value.(*shared)
	s.hooks.Store(&hooks{o.Note, o.Fail})
	o.Fail = func(err error) { s.hooks.Load().fail(err) }
	o.Note = s.note
	s.start.Do(func() { s.options = o })
	return s, nil
}

var errNoTrail = errors.New("there is no trail to record it on")

func (s *shared) note(ctx context.Context, n audit.Notice) error {
	if note := s.hooks.Load().note; note != nil {
		return note(ctx, n)
	}
	return errNoTrail
}

func release(key string) error {
	_, err := sites.Delete(key)
	return err
}

// serve starts reading with the first request: not before, because a
// configuration that is only validated is provisioned too.
func (s *shared) serve(w http.ResponseWriter, r *http.Request, reader string) {
	site := s.site.Load()
	for site == nil {
		made := ui.New(s.options)
		if s.site.CompareAndSwap(nil, made) {
			site = made
		} else {
			made.Close()
			site = s.site.Load()
		}
	}
	site.Serve(w, r, reader)
}

// Destruct implements caddy.Destructor.
func (s *shared) Destruct() error {
	if site := s.site.Load(); site != nil {
		site.Close()
	}
	return nil
}

// spell is the handler's configuration as the name of its site: another
// configuration is another site.
func (h *Handler) spell(dir string) string {
	text, err := json.Marshal(h)
	if err != nil {
		text = nil // cannot happen: there are only strings and numbers
	}
	return dir + "\x00" + string(text)
}
