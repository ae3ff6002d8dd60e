// SPDX-License-Identifier: Apache-2.0

package module

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/dialect"
)

// understand reads a change until its secrets lie apart. The body is read whole
// in any case, because monitor mode forwards what it could not understand.
func (c *change) understand() *dialect.Fault {
	c.event.Secret = audit.SecretUnread
	fault := c.readStrictly()
	if fault != nil && fault.Cause == audit.CauseUnreadable && c.h.monitors() && dialect.LooksLikeBoth(c.r.Header, append(c.body, c.prefix...)) {
		fault = dialect.BothFields()
	}
	if fault != nil && fault.Cause == audit.CauseBothFields {
		c.event.Secret = audit.SecretBoth
	}
	return fault
}

func (c *change) readStrictly() *dialect.Fault {
	tooLarge, broken := c.readBody()
	claim, claimFault := dialect.ReadClaim(c.r.Header)
	c.claimed(claim)
	switch {
	case c.crowded:
		return noRoom()
	case c.match.Kind == dialect.Evasion:
		return dialect.NewEvasion(c.match.Reason)
	case c.r.TLS != nil && !c.r.TLS.HandshakeComplete:
		return dialect.EarlyData()
	}
	if fault := dialect.CheckHeader(c.r.Header); fault != nil {
		return fault
	}
	if fault := dialect.CheckTrailer(c.r.Trailer); fault != nil {
		return fault
	}
	switch {
	case claimFault != nil:
		return claimFault
	case tooLarge:
		return dialect.TooLarge()
	case broken:
		return dialect.BrokenBody()
	}
	read, fault := c.h.dialect.Read(c.match, dialect.Input{Query: c.r.URL.RawQuery, Header: c.r.Header, Body: c.body})
	if fault != nil {
		return fault
	}
	c.read, c.event.Secret = read, read.Form
	if read.Targets != nil {
		c.event.Targets = read.Targets
	}
	return nil
}

// bodyTimeout is how long the body of a change may take to arrive: a megabyte at
// the speed of a poor mobile connection.
var bodyTimeout = 30 * time.Second // a variable for the tests

// readBody takes the body whole, up to its bound, and puts a reader of the same
// bytes in its place.
func (c *change) readBody() (tooLarge, broken bool) {
	if c.r.Body == nil || c.r.Body == http.NoBody {
		return false, false
	}
	// Whoever sends a byte a minute is never idle, so the whole body has a bound too.
	control := http.NewResponseController(c.w)
	_ = control.SetReadDeadline(time.Now().Add(bodyTimeout)) // a writer without deadlines has none to miss
	limit := dialect.MaxBody(c.match.Operation)
	room := &held{body: c.r.Body, limit: c.h.app.bodyMemory}
	c.cleanups = append(c.cleanups, room.release)
	body, err := io.ReadAll(io.LimitReader(room, int64(limit)+1))
	c.crowded = errors.Is(err, errBodyMemory)
	_ = control.SetReadDeadline(time.Time{})
	tooLarge = len(body) > limit || errors.As(err, new(*http.MaxBytesError))
	if tooLarge || err != nil {
		c.rest, c.prefix = c.r.Body, body
		c.r.Body = &once{reader: io.MultiReader(bytes.NewReader(body), c.r.Body)}
		return tooLarge, err != nil
	}
	c.body = body
	c.r.Body = &once{reader: bytes.NewReader(body)}
	return false, false
}

// once is a body that can be sent one time. A second attempt fails instead of
// delivering a change twice, or an empty one.
type once struct {
	reader io.Reader
	begun  atomic.Bool
	closed atomic.Bool
}

var errSpent = errors.New("this body has been sent and is not sent again")

// Read implements io.Reader.
func (b *once) Read(p []byte) (int, error) {
	if b.closed.Load() {
		return 0, errSpent
	}
	b.begun.Store(true)
	return b.reader.Read(p)
}

// Close implements io.Closer.
func (b *once) Close() error {
	b.closed.Store(true)
	return nil
}

// poison leaves a body that can't be forwarded to whoever comes after us.
func (c *change) poison() {
	spent, ok := c.r.Body.(*once)
	if !ok {
		spent = new(once)
		c.r.Body = spent
	}
	spent.closed.Store(true)
	c.r.ContentLength = -1 // so that nobody takes it for a request that needs no body
	if c.rest != nil && c.refusal.Status != 0 {
		// Another copy of the request may hold the same body, with what we have not
		// read of it: a second change behind what was too much for us, or all of it.
		_ = http.NewResponseController(c.w).Flush()
		_ = c.rest.Close()
	}
}
