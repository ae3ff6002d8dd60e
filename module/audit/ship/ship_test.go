// SPDX-License-Identifier: Apache-2.0

package ship

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/audit/engine"
)

func trailOf(t *testing.T, changes int) *audit.Trail {
	t.Helper()
	trail, err := audit.Open(filepath.Join(t.TempDir(), "trail"), audit.Options{
		Instance: "gw-1", SegmentSize: 15_000, Reserve: 1, StopFree: 1, WarnFree: 1,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { trail.Close() })
	more(t, trail, changes)
	return trail
}

func more(t *testing.T, trail *audit.Trail, changes int) {
	t.Helper()
	for range changes {
		e := audit.Event{Change: audit.NewID(), Stage: audit.StageDecision, Verdict: audit.Allow, Targets: []string{"bob"}}
		o := e
		o.Stage, o.Outcome = audit.StageOutcome, audit.Applied
		if err := errors.Join(trail.Record(t.Context(), e), trail.Record(t.Context(), o)); err != nil {
			t.Fatal(err)
		}
	}
}

func closed(t *testing.T, changes int) string {
	t.Helper()
	trail := trailOf(t, changes)
	if err := trail.Close(); err != nil {
		t.Fatal(err)
	}
	return trail.Dir()
}

// signed waits for the next checkpoint, which comes within a second or two.
func signed(t *testing.T, trail *audit.Trail) {
	t.Helper()
	for began := time.Now(); trail.Stats().CheckpointSize < trail.Stats().Size; time.Sleep(20 * time.Millisecond) {
		if time.Since(began) > 30*time.Second {
			t.Fatal("no checkpoint within half a minute")
		}
	}
}

func ids(t *testing.T, dir string) map[string]bool {
	t.Helper()
	all := map[string]bool{}
	for r, err := range audit.Read(dir, audit.Query{}) {
		if err != nil {
			t.Fatal(err)
		}
		all[r.ID] = true
	}
	return all
}

func noWait(context.Context, time.Duration) error { return nil }

func TestEngines(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fake  *fakeEngine
		index string
	}{
		"elasticsearch 9":    {&fakeEngine{version: "9.5.0"}, "logs-passgate.audit-default"},
		"elasticsearch 8":    {&fakeEngine{version: "8.19.3"}, "logs-passgate.audit-default"},
		"elasticsearch 7.10": {&fakeEngine{version: "7.10.2"}, "logs-passgate.audit-default"},
		"elasticsearch 7.4":  {&fakeEngine{version: "7.4.0"}, "passgate-audit-default-" + time.Now().UTC().Format("2006.01")},
		"elasticsearch 6.8":  {&fakeEngine{version: "6.8.23"}, "passgate-audit-default-" + time.Now().UTC().Format("2006.01")},
		"opensearch 2.19":    {&fakeEngine{version: "2.19.3", distribution: "opensearch"}, "logs-passgate.audit-default"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := c.fake
			e := f.start(t)
			dir := closed(t, 20)
			got, err := Ship(t.Context(), Options{Dir: dir, Engine: e, Batch: 7, wait: noWait})
			if err != nil {
				t.Fatal(err)
			}
			f.complete(t, dir)
			if len(f.docs) != 1 || f.docs[c.index] == nil || got.Created != int64(f.count()) || got.Next != got.Created {
				t.Errorf("got %+v", got)
			}
			for _, a := range f.auth {
				if a != "Basic eDp5" {
					t.Error("a request went without credentials")
				}
			}
			// A second run sends nothing, one without cursor sends all and changes nothing.
			bulks := f.bulks
			if again, err := Ship(t.Context(), Options{Dir: dir, Engine: e, wait: noWait}); err != nil || again.Created+again.Known != 0 || f.bulks != bulks {
				t.Errorf("second run: %+v (%v)", again, err)
			}
			again, err := Ship(t.Context(), Options{Dir: dir, Engine: e, Cursor: filepath.Join(t.TempDir(), "c"), wait: noWait})
			if err != nil || again.Created != 0 || again.Known != got.Created {
				t.Errorf("without cursor: %+v (%v)", again, err)
			}
			f.complete(t, dir)
		})
	}
}

// TestTrouble: whatever the engine does, everything gets there, once.
func TestTrouble(t *testing.T) {
	t.Parallel()
	hangUp := func(w http.ResponseWriter) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err == nil {
			conn.Close()
		}
	}
	for name, f := range map[string]*fakeEngine{
		"busy as a whole": {trouble: func(n int, w http.ResponseWriter, _ func()) bool {
			if n%2 == 1 {
				w.Header().Set("Retry-After", "3")
				w.WriteHeader(429)
			}
			return n%2 == 1
		}},
		"down for a while": {trouble: func(n int, w http.ResponseWriter, _ func()) bool {
			if n < 5 {
				w.WriteHeader(503)
			}
			return n < 5
		}},
		"hangs up before": {trouble: func(n int, w http.ResponseWriter, _ func()) bool {
			if n%3 == 1 {
				hangUp(w)
			}
			return n%3 == 1
		}},
		"hangs up after": {trouble: func(n int, w http.ResponseWriter, store func()) bool {
			if n%3 == 1 {
				store()
				hangUp(w)
			}
			return n%3 == 1
		}},
		"too large": {trouble: func(n int, w http.ResponseWriter, _ func()) bool {
			if n < 4 {
				w.WriteHeader(413)
			}
			return n < 4
		}},
		"answers nonsense": {trouble: func(n int, w http.ResponseWriter, store func()) bool {
			if n == 2 {
				store()
				fmt.Fprint(w, "<html>")
			}
			return n == 2
		}},
		"answers too little": {trouble: func(n int, w http.ResponseWriter, store func()) bool {
			if n == 2 {
				store()
				fmt.Fprint(w, `{"items":[]}`)
			}
			return n == 2
		}},
		"busy for some": {item: func(n, i int) int {
			if (n+i)%3 == 0 && n < 30 {
				return 429
			}
			return 0
		}},
		"failing for some": {item: func(n, i int) int {
			if i == 2 && n%2 == 1 {
				return 503
			}
			return 0
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f.version = "9.5.0"
			e := f.start(t)
			dir := closed(t, 20)
			var waits []time.Duration
			_, err := Ship(t.Context(), Options{Dir: dir, Engine: e, Batch: 10, Patience: 50, wait: func(_ context.Context, d time.Duration) error {
				waits = append(waits, d)
				return nil
			}})
			if err != nil {
				t.Fatal(err)
			}
			f.complete(t, dir)
			if name == "busy as a whole" && (len(waits) == 0 || waits[0] < 3*time.Second) {
				t.Errorf("waited %v, the engine asked for 3 s", waits)
			}
		})
	}
}

func TestPatienceEnds(t *testing.T) {
	t.Parallel()
	f := &fakeEngine{version: "9.5.0", trouble: func(_ int, w http.ResponseWriter, _ func()) bool { w.WriteHeader(503); return true }}
	e := f.start(t)
	var waits []time.Duration
	o := Options{Dir: closed(t, 5), Engine: e, Patience: 8, wait: func(_ context.Context, d time.Duration) error { waits = append(waits, d); return nil }}
	if _, err := Ship(t.Context(), o); err == nil {
		t.Error("no error although nothing was taken")
	}
	if len(waits) != 7 || waits[6] != longestPause || waits[0] != firstPause {
		t.Errorf("waited %v", waits)
	}
	if _, err := Ship(t.Context(), Options{Dir: o.Dir, Engine: engine.Engine{URL: "http://user:secret@127.0.0.1:1"}, Patience: 2, wait: noWait}); err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("got %v", err)
	}
}

// TestWhatIsRejectedStopsIt: a record the engine will not take must not be
// passed over in silence, nor quoted.
func TestWhatIsRejectedStopsIt(t *testing.T) {
	t.Parallel()
	f := &fakeEngine{version: "9.5.0", item: func(n, i int) int {
		if n == 2 && i == 3 {
			return 400
		}
		return 0
	}}
	e := f.start(t)
	dir := closed(t, 20)
	o := Options{Dir: dir, Engine: e, Batch: 10, wait: noWait}
	got, err := Ship(t.Context(), o)
	var rejected *RejectedError
	if !errors.As(err, &rejected) || rejected.Seq != 13 || rejected.Type != "some_exception" || strings.Contains(err.Error(), "quotes") || got.Next != 10 {
		t.Errorf("got %+v, %v", got, err)
	}
	// With the index mended, the next run goes on where this one stopped.
	if _, err := Ship(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	f.complete(t, dir)
	f2 := &fakeEngine{version: "9.5.0", trouble: func(_ int, w http.ResponseWriter, _ func()) bool { w.WriteHeader(403); return true }}
	if _, err := Ship(t.Context(), Options{Dir: dir, Engine: f2.start(t), Cursor: filepath.Join(t.TempDir(), "c"), wait: noWait}); err == nil {
		t.Error("no error although it may not write")
	}
}

func TestFollowing(t *testing.T) {
	t.Parallel()
	f := &fakeEngine{version: "9.5.0"}
	e := f.start(t)
	trail := trailOf(t, 20)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	rounds := 0
	o := Options{Dir: trail.Dir(), Engine: e, Batch: 10, Follow: true}
	o.wait = func(ctx context.Context, _ time.Duration) error {
		if rounds++; rounds == 5 {
			if err := trail.Close(); err != nil {
				t.Error(err)
			}
		}
		if rounds > 6 {
			stop()
			return ctx.Err()
		}
		if rounds < 5 {
			more(t, trail, 10)
			signed(t, trail)
		}
		return nil
	}
	if _, err := Ship(ctx, o); err != nil {
		t.Fatal(err)
	}
	f.complete(t, trail.Dir())
}

// TestUnsignedRecordsStay: what a crash might take back is not shipped.
func TestUnsignedRecordsStay(t *testing.T) {
	t.Parallel()
	f := &fakeEngine{version: "9.5.0"}
	e := f.start(t)
	trail := trailOf(t, 0)
	got, err := Ship(t.Context(), Options{Dir: trail.Dir(), Engine: e, wait: noWait})
	if err != nil || got.Next != 2 {
		t.Fatalf("got %+v (%v), want the two records of the start", got, err)
	}
}

func TestCursors(t *testing.T) {
	t.Parallel()
	f := &fakeEngine{version: "9.5.0"}
	e := f.start(t)
	one, other := closed(t, 3), closed(t, 3)
	path := filepath.Join(t.TempDir(), "cursor")
	if _, err := Ship(t.Context(), Options{Dir: one, Engine: e, Cursor: path, wait: noWait}); err != nil {
		t.Fatal(err)
	}
	if _, err := Ship(t.Context(), Options{Dir: other, Engine: e, Cursor: path, wait: noWait}); err == nil {
		t.Error("the cursor of another trail was used")
	}
	if _, err := Ship(t.Context(), Options{Dir: one, Engine: e, Cursor: path, Namespace: "prod", wait: noWait}); err == nil {
		t.Error("the cursor of another target was used")
	}
	if _, err := Ship(t.Context(), Options{Dir: one, Engine: e, Cursor: filepath.Join(path, "x"), wait: noWait}); err == nil {
		t.Error("no error although the cursor can't be kept")
	}
}

// TestARolloverRepeatsNothing: an id is unique within one backing index only, and
// a record may have been sent before the data stream began its present one.
func TestARolloverRepeatsNothing(t *testing.T) {
	t.Parallel()
	f := &fakeEngine{version: "9.5.0"}
	o := Options{Dir: closed(t, 30), Engine: f.start(t), Batch: 10, wait: noWait}
	for name, before := range map[string]func(){
		"the cursor is lost": func() {},
		"it may not refresh": func() { f.noRefresh = true },
		"an answer is lost": func() {
			f.trouble = func(n int, w http.ResponseWriter, store func()) bool {
				if n != 2 {
					return false
				}
				store()
				f.generation = "-000009"
				w.WriteHeader(http.StatusOK) // and no body
				return true
			}
		},
	} {
		f.generation, f.trouble, f.bulks, f.noRefresh = "-000001", nil, 0, false
		f.docs = map[string]map[string]json.RawMessage{}
		before()
		for i := range 3 {
			o.Cursor = filepath.Join(t.TempDir(), "cursor")
			if _, err := Ship(t.Context(), o); err != nil {
				t.Fatal(err)
			}
			f.generation = fmt.Sprintf("-%06d", i+2)
		}
		t.Log(name)
		f.complete(t, o.Dir)
	}
}

// TestWhatIsGoneIsSaid: records that were retired unshipped are counted, and any
// others that are missing stop it.
func TestWhatIsGoneIsSaid(t *testing.T) {
	t.Parallel()
	f := &fakeEngine{version: "9.5.0"}
	dir := closed(t, 60)
	all, err := audit.Segments(dir)
	if err != nil || len(all) < 4 {
		t.Fatalf("%d segments (%v)", len(all), err)
	}
	if err := os.Remove(all[0].Path); err != nil { // as retiring does
		t.Fatal(err)
	}
	o := Options{Dir: dir, Engine: f.start(t), wait: noWait}
	got, err := Ship(t.Context(), o)
	if err != nil || got.Retired != all[1].First {
		t.Errorf("got %+v (%v), want %d retired", got, err, all[1].First)
	}
	f.complete(t, dir)
	if err := os.Remove(all[2].Path); err != nil {
		t.Fatal(err)
	}
	o.Cursor = filepath.Join(t.TempDir(), "cursor")
	if got, err := Ship(t.Context(), o); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("records %d to %d are missing", all[2].First, all[3].First-1)) {
		t.Errorf("got %+v, %v", got, err)
	}
}

// TestWrongCredentialsAreNoTrouble: they don't mend themselves, so following
// doesn't wait for that in silence.
func TestWrongCredentialsAreNoTrouble(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) }))
	defer s.Close()
	o := Options{Dir: closed(t, 1), Engine: engine.Engine{URL: s.URL}, Follow: true}
	o.wait = func(context.Context, time.Duration) error { return errors.New("it waits") }
	if _, err := Ship(t.Context(), o); !errors.Is(err, engine.ErrRefused) {
		t.Errorf("got %v", err)
	}
}
