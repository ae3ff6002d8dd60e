// SPDX-License-Identifier: Apache-2.0

package module

import (
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"
)

// Many who each send a large body slowly would fill the memory of the gateway.
// What has no room is denied in the cluster's own words, ordinary changes have
// room all the same, and all of it comes back.
func TestHardeningBodyMemory(t *testing.T) {
	es, upstream := elastic(t)
	r := start(t, strings.Replace(plainSite, "audit AUDIT\n", "audit AUDIT\n\t\tbody_memory 1MiB\n", 1), upstream)
	es.Forget()
	before := bodies.Load()
	filler := `{"metadata":{"a":"` + strings.Repeat("x", 900<<10)
	slow := func() net.Conn {
		conn := r.dial()
		_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
		_, _ = fmt.Fprintf(conn, "PUT /_security/user/bob HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", r.addr, 1<<20, filler)
		return conn
	}
	first := slow()
	defer first.Close()
	eventually(t, func() bool { return bodies.Load()-before >= 890<<10 })

	answer, _ := io.ReadAll(slow())
	if head, text, _ := strings.Cut(string(answer), "\r\n\r\n"); !strings.HasPrefix(head, "HTTP/1.1 503") ||
		!strings.Contains(text, "too many large changes") || !strings.Contains(text, `"root_cause"`) {
		t.Errorf("a body that has no room is answered %.300q", answer)
	}
	r.wantStory("decision deny/unavailable denied")
	if len(es.Seen()) != 0 {
		t.Errorf("the cluster saw %d requests", len(es.Seen()))
	}
	if res := r.change("PUT", bobPath, "bob", oldPassword, `{"password":"`+goodPassword+`"}`); res.status != 200 {
		t.Errorf("an ordinary change meanwhile: status %d: %s", res.status, res.body)
	}
	_ = first.Close()
	eventually(t, func() bool { return bodies.Load() == before })
}

func TestHeld(t *testing.T) {
	t.Parallel()
	all := strings.NewReader(strings.Repeat("x", 3*freeBody))
	for _, c := range []struct {
		limit int64
		want  error
	}{{1 << 40, nil}, {-1, errBodyMemory}} {
		_, _ = all.Seek(0, io.SeekStart)
		h := &held{body: all, limit: c.limit}
		read, err := io.ReadAll(h)
		if !errors.Is(err, c.want) || c.want == nil && (len(read) != 3*freeBody || h.taken != 2*freeBody) || c.want != nil && len(read) > freeBody {
			t.Errorf("limit %d: read %d bytes, holds %d: %v", c.limit, len(read), h.taken, err)
		}
		if h.release(); h.taken != 0 {
			t.Errorf("limit %d: holds %d bytes after all is given back", c.limit, h.taken)
		}
	}
}

func TestBodyMemoryOption(t *testing.T) {
	t.Parallel()
	for text, good := range map[string]bool{"64MiB": true, "1MiB": true, "2GB": true, "1000": false, "1023KiB": false, "lots": false, "-5MiB": false, "": false, "64MiB 2": false} {
		err := new(App).UnmarshalCaddyfile(caddyfile.NewTestDispenser("password_policy {\n body_memory " + text + "\n}"))
		if (err == nil) != good {
			t.Errorf("body_memory %s: %v", text, err)
		}
	}
}
