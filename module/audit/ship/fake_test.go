// SPDX-License-Identifier: Apache-2.0

package ship

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/passgate/passgate/module/audit/engine"
	"github.com/passgate/passgate/module/audit/seal"
)

// fakeEngine keeps documents as an engine does: create refuses an id that is
// there. It is not the real thing; module/e2e ships to those.
type fakeEngine struct {
	version      string
	distribution string
	trouble      func(n int, w http.ResponseWriter, store func()) bool // handles request n itself
	item         func(n, i int) int                                    // status of item i in bulk n; 0: normal
	noRefresh    bool                                                  // the credentials may not
	generation   string                                                // of the backing index written to; another after a rollover

	mu    sync.Mutex
	young map[string]bool // documents no search finds before a refresh
	docs  map[string]map[string]json.RawMessage
	bulks int
	sizes []int
	calls []string
	auth  []string
}

func (f *fakeEngine) start(t *testing.T) engine.Engine {
	t.Helper()
	f.docs, f.young = map[string]map[string]json.RawMessage{}, map[string]bool{}
	s := httptest.NewServer(f)
	t.Cleanup(s.Close)
	return engine.Engine{URL: s.URL, Auth: "Basic eDp5"}
}

func (f *fakeEngine) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.auth = append(f.auth, r.Header.Get("Authorization"))
	var body bytes.Buffer
	body.ReadFrom(r.Body)
	if strings.HasSuffix(r.URL.Path, "/_refresh") {
		f.refreshed(w)
		return
	}
	if name, ok := strings.CutSuffix(r.URL.Path, "/_search"); ok {
		fmt.Fprint(w, f.search(strings.TrimPrefix(name, "/"), body.Bytes()))
		return
	}
	if r.URL.Path != "/_bulk" {
		f.calls = append(f.calls, r.Method+" "+r.URL.Path)
		fmt.Fprintf(w, `{"version":{"number":%q,"distribution":%q}}`, f.version, f.distribution)
		return
	}
	f.bulks++
	var answer string
	store := func() { answer = f.store(body.Bytes()) }
	if f.trouble != nil && f.trouble(f.bulks, w, store) {
		return
	}
	store()
	fmt.Fprint(w, answer)
}

// refreshed shows what is there to searches: at once, or, where that isn't
// allowed, while whoever asked waits.
func (f *fakeEngine) refreshed(w http.ResponseWriter) {
	clear(f.young)
	if f.noRefresh {
		w.WriteHeader(http.StatusForbidden)
	}
}

// store takes a bulk the way the version at hand spells it.
func (f *fakeEngine) store(body []byte) string {
	lines := bytes.Split(bytes.TrimSuffix(body, []byte("\n")), []byte("\n"))
	f.sizes = append(f.sizes, len(lines)/2)
	var items []string
	for i := 0; i+1 < len(lines); i += 2 {
		var action struct {
			Create *struct {
				Index string  `json:"_index"`
				ID    string  `json:"_id"`
				Type  *string `json:"_type"`
			}
		}
		if err := json.Unmarshal(lines[i], &action); err != nil || action.Create == nil || !json.Valid(lines[i+1]) {
			return "not a bulk"
		}
		status := http.StatusCreated
		c := action.Create
		c.Index += f.generation // the write index of a data stream
		switch forced := f.force(i / 2); {
		case forced != 0:
			status = forced
		case (c.Type != nil) != strings.HasPrefix(f.version, "6."):
			status = http.StatusBadRequest
		case f.docs[c.Index][c.ID] != nil:
			status = http.StatusConflict
		default:
			if f.docs[c.Index] == nil {
				f.docs[c.Index] = map[string]json.RawMessage{}
			}
			f.docs[c.Index][c.ID] = lines[i+1]
			f.young[c.ID] = true
		}
		items = append(items, fmt.Sprintf(`{"create":{"status":%d,"error":{"type":"some_exception","reason":"quotes the document"}}}`, status))
	}
	return `{"errors":true,"items":[` + strings.Join(items, ",") + `]}`
}

// search answers the two questions that are asked: for ids, and for the newest.
func (f *fakeEngine) search(stream string, body []byte) string {
	var q struct {
		Size  int `json:"size"`
		Query struct {
			IDs struct {
				Values []string `json:"values"`
			} `json:"ids"`
		} `json:"query"`
	}
	if err := json.Unmarshal(body, &q); err != nil {
		return "no query"
	}
	var hits []string
	newest := int64(-1)
	for index, docs := range f.docs {
		if !strings.HasPrefix(index, stream) {
			continue
		}
		for id, doc := range docs {
			if f.young[id] {
				continue
			}
			if link, ok := seal.ParseLink(doc); ok {
				newest = max(newest, link.Seq)
			}
			if slices.Contains(q.Query.IDs.Values, id) {
				hits = append(hits, fmt.Sprintf(`{"_id":%q}`, id))
			}
		}
	}
	if len(q.Query.IDs.Values) == 0 && newest >= 0 {
		hits = append(hits, fmt.Sprintf(`{"_id":"x","_source":{"Chain":{"seq":%d}}}`, newest))
	}
	return `{"hits":{"hits":[` + strings.Join(hits[:min(q.Size, len(hits))], ",") + `]}}`
}

func (f *fakeEngine) force(i int) int {
	if f.item == nil {
		return 0
	}
	return f.item(f.bulks, i)
}

func (f *fakeEngine) count() (n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, docs := range f.docs {
		n += len(docs)
	}
	return n
}

// complete expects every record in the engine, byte for byte, and nothing else.
func (f *fakeEngine) complete(t *testing.T, dir string) {
	t.Helper()
	want := ids(t, dir)
	if got := f.count(); got != len(want) {
		t.Errorf("%d documents, %d records", got, len(want))
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for index, docs := range f.docs {
		for id, doc := range docs {
			if !want[id] || !bytes.Contains(doc, []byte(`"Chain":{"log":`)) {
				t.Errorf("%s/%s is no record", index, id)
			}
		}
	}
}
