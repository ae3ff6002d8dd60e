// SPDX-License-Identifier: Apache-2.0

package ship

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/audit/engine"
)

func TestTemplatesMapEveryField(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		engine, version, path, mappings string

		deletion string // not before its newest record is 400 days old
	}{
		{"elasticsearch", "9.5", "/_index_template/passgate-audit", "template mappings", `"min_age":"400d"`},
		{"opensearch", "2.19", "/_index_template/passgate-audit", "template mappings", `"conditions":{"min_rollover_age":"400d"}`},
		{"elasticsearch", "7.4", "/_template/passgate-audit", "mappings", `"min_age":"431d"`},
		{"elasticsearch", "6.8.23", "/_template/passgate-audit", "mappings _doc", `"min_age":"431d"`},
	} {
		t.Run(c.engine+" "+c.version, func(t *testing.T) {
			t.Parallel()
			k, err := engine.ParseKind(c.engine, c.version)
			if err != nil {
				t.Fatal(err)
			}
			calls := Templates(k, 400*24*time.Hour)
			if len(calls) != 2 || calls[1].Path != c.path {
				t.Fatalf("got %+v", calls)
			}
			text, err := json.Marshal(calls)
			if err != nil || !strings.Contains(string(text), c.deletion) {
				t.Errorf("expected %s in %s (%v)", c.deletion, text, err)
			}
			m := calls[1].Body
			for _, key := range strings.Fields(c.mappings) {
				m, _ = m[key].(map[string]any)
			}
			for _, f := range audit.Schema {
				if got := typeAt(m, f.Name); got != f.Type {
					t.Errorf("%s is mapped as %q, want %s", f.Name, got, f.Type)
				}
			}
			if typeAt(m, "event.sequence") != "alias" {
				t.Error("event.sequence is no alias")
			}
		})
	}
}

func typeAt(m map[string]any, name string) string {
	for _, part := range strings.Split(name, ".") {
		properties, _ := m["properties"].(map[string]any)
		m, _ = properties[part].(map[string]any)
	}
	kind, _ := m["type"].(string)
	return kind
}

func TestInstalling(t *testing.T) {
	t.Parallel()
	var seen []string
	status, answer := 200, `{"error":{"type":"security_exception","reason":"secret"}}`
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen = append(seen, r.Method+" "+r.URL.Path)
		w.WriteHeader(status)
		w.Write([]byte(answer))
	}))
	defer s.Close()
	e := &engine.Engine{URL: s.URL + "/"}
	calls := Templates(engine.Kind{OpenSearch: true, Major: 2}, time.Hour)
	for _, status = range []int{200, 409} {
		if lacking, err := Install(t.Context(), e, calls); err != nil || lacking != nil {
			t.Errorf("%v (%v)", lacking, err)
		}
	}
	if len(seen) != 4 || seen[0] != "PUT /_plugins/_ism/policies/passgate-audit" {
		t.Errorf("seen: %v", seen)
	}
	status = 403
	if _, err := Install(t.Context(), e, calls); err == nil || !strings.Contains(err.Error(), "security_exception") || strings.Contains(err.Error(), "secret") {
		t.Errorf("got %v", err)
	}
	// An OpenSearch without its index management knows no lifecycle policies. That
	// is told; a template that is not taken stays an error.
	status, answer = 400, `{"error":"no handler found for uri [/_x] and method [PUT]"}`
	lacking, err := Install(t.Context(), e, calls)
	if len(lacking) != 1 || lacking[0].Path != calls[0].Path || err == nil || !strings.Contains(err.Error(), calls[1].Path) {
		t.Errorf("lacking %v, got %v", lacking, err)
	}
}
