// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestKinds(t *testing.T) {
	t.Parallel()
	for _, bad := range [][2]string{{"solr", "9"}, {"elasticsearch", ""}, {"elasticsearch", "nine"}, {"opensearch", "2.x"}, {"opensearch", "-1"}} {
		if k, err := ParseKind(bad[0], bad[1]); err == nil {
			t.Errorf("%v is read as %s", bad, k)
		}
	}
	k, err := ParseKind("opensearch", "2.19.3-SNAPSHOT")
	if err != nil || k.String() != "opensearch 2.19" {
		t.Errorf("got %s (%v)", k, err)
	}
}

func TestWhatAnEngineCanDo(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		engine, version string
		streams, typed  bool
	}{
		{"elasticsearch", "6.8.23", false, true},
		{"elasticsearch", "7.8.1", false, false},
		{"elasticsearch", "7.9", true, false},
		{"elasticsearch", "9", true, false},
		{"opensearch", "1.0", true, false},
	} {
		k, err := ParseKind(c.engine, c.version)
		if err != nil || k.Streams() != c.streams || k.Typed() != c.typed {
			t.Errorf("%s %s: streams %v, typed %v (%v)", c.engine, c.version, k.Streams(), k.Typed(), err)
		}
	}
}

func TestIdentify(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		status     int
		body, want string
	}{
		"elasticsearch": {200, `{"version":{"number":"9.5.0"}}`, "elasticsearch 9.5"},
		"opensearch":    {200, `{"version":{"number":"2.19.3","distribution":"opensearch"}}`, "opensearch 2.19"},
		"locked":        {401, `{"error":"secret"}`, ""},
		"another":       {200, `<html>secret`, ""},
		"no version":    {200, `{}`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if user, password, _ := r.BasicAuth(); user != "u" || password != "p" {
					t.Errorf("asked as %q", user)
				}
				w.WriteHeader(c.status)
				w.Write([]byte(c.body))
			}))
			defer s.Close()
			k, err := (&Engine{URL: s.URL + "/", Auth: "Basic dTpw"}).Identify(t.Context())
			if (err == nil) != (c.want != "") || err == nil && k.String() != c.want || err != nil && strings.Contains(err.Error(), "secret") {
				t.Errorf("got %s (%v)", k, err)
			}
		})
	}
}

func TestErrorsHideTheAddress(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"http://u:secret@127.0.0.1:1", "http://u:secret@[bad"} {
		if _, err := (&Engine{URL: address}).Identify(t.Context()); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("got %v", err)
		}
	}
}
