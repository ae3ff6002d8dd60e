// SPDX-License-Identifier: Apache-2.0

package command_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// engine answers as one that takes everything. (The ship package has a better
// one; here the flags are at stake.)
func engine(t *testing.T) (url string, auths *[]string) {
	t.Helper()
	auths = &[]string{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		*auths = append(*auths, r.Header.Get("Authorization"))
		var body bytes.Buffer
		body.ReadFrom(r.Body)
		if r.URL.Path == "/_bulk" {
			n := bytes.Count(body.Bytes(), []byte("\n")) / 2
			items := strings.TrimSuffix(strings.Repeat(`{"create":{"status":201}},`, n), ",")
			fmt.Fprintf(w, `{"items":[%s]}`, items)
			return
		}
		fmt.Fprint(w, `{"version":{"number":"2.19.3","distribution":"opensearch"}}`)
	}))
	t.Cleanup(s.Close)
	return s.URL, auths
}

func TestShip(t *testing.T) {
	t.Parallel()
	dir, _ := closed(t, 5)
	url, auths := engine(t)
	credentials := filepath.Join(t.TempDir(), "c")
	for text, want := range map[string]string{"ship:secret\n": "Basic c2hpcDpzZWNyZXQ=", "ApiKey abc": "ApiKey abc"} {
		if err := os.WriteFile(credentials, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		*auths = nil
		cursor := filepath.Join(t.TempDir(), "cursor")
		out, errs, code := passgate(t, "ship", "--dir", dir, "--url", url, "--credentials", credentials, "--cursor", cursor)
		if code != 0 || !strings.Contains(out, "logs-passgate.audit-default (opensearch 2.19): 13 records new") {
			t.Errorf("exit code %d: %s%s", code, out, errs)
		}
		for _, got := range *auths {
			if got != want {
				t.Errorf("Authorization %q, want %q", got, want)
			}
		}
	}
	out, _, code := passgate(t, "ship", "--dir", dir, "--url", url, "--namespace", "prod", "--batch", "3", "--json")
	var done struct {
		Target        string
		Created, Next int
	}
	if err := json.Unmarshal([]byte(out), &done); err != nil || code != 0 || done.Target != "logs-passgate.audit-prod" || done.Created != 13 {
		t.Errorf("exit code %d (%v): %s", code, err, out)
	}
}

func TestTemplate(t *testing.T) {
	t.Parallel()
	out, _, code := passgate(t, "template", "--engine", "elasticsearch", "--version", "9", "--keep", "30")
	if code != 0 || !strings.Contains(out, "PUT /_ilm/policy/passgate-audit\n{") || !strings.Contains(out, `"30d"`) {
		t.Errorf("exit code %d: %s", code, out)
	}
	out, _, _ = passgate(t, "template", "--engine", "opensearch", "--version", "2.19", "--json")
	if !json.Valid([]byte(out)) || !strings.Contains(out, "_ism") {
		t.Errorf("got %s", out)
	}
	url, _ := engine(t)
	if out, errs, code := passgate(t, "template", "--url", url); code != 0 || !strings.Contains(out, "installed /_index_template/passgate-audit on opensearch 2.19") {
		t.Errorf("exit code %d: %s%s", code, out, errs)
	}
}

func TestShipMisuse(t *testing.T) {
	t.Parallel()
	dir, _ := closed(t, 1)
	for name, args := range map[string][]string{
		"no address":            {"ship", "--dir", dir},
		"no address at all":     {"ship", "--dir", dir, "--url", "localhost"},
		"password in the url":   {"ship", "--dir", dir, "--url", "http://u:secret@127.0.0.1:1"},
		"credentials missing":   {"ship", "--dir", dir, "--url", "http://127.0.0.1:1", "--credentials", "nowhere"},
		"ca missing":            {"ship", "--dir", dir, "--url", "https://127.0.0.1:1", "--ca", "nowhere"},
		"ca is none":            {"ship", "--dir", dir, "--url", "https://127.0.0.1:1", "--ca", filepath.Join(dir, "log.json")},
		"no batch":              {"ship", "--dir", dir, "--url", "http://127.0.0.1:1", "--batch", "0"},
		"template of nothing":   {"template"},
		"template of solr":      {"template", "--engine", "solr", "--version", "9"},
		"kept for no time":      {"template", "--engine", "opensearch", "--version", "2", "--keep", "0"},
		"nobody at the address": {"template", "--url", "http://127.0.0.1:1"},
	} {
		t.Run(name, func(t *testing.T) {
			out, errs, code := passgate(t, args...)
			if code != 3 || !strings.HasPrefix(errs, "Error: ") || strings.Contains(errs, "secret") {
				t.Errorf("exit code %d: %s%s", code, out, errs)
			}
		})
	}
}
