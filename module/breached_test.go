// SPDX-License-Identifier: Apache-2.0

package module

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/passgate/passgate/policy"
	"github.com/passgate/passgate/policy/breach"
)

func buildList(t *testing.T, out string, words ...string) {
	t.Helper()
	input := filepath.Join(t.TempDir(), "words.txt")
	if err := os.WriteFile(input, []byte(strings.Join(words, "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := breach.Build(context.Background(), breach.Options{Out: out, Inputs: []string{input}, Format: breach.Words}); err != nil {
		t.Fatal(err)
	}
}

// A breached password is refused; the list may be replaced while it is used.
func TestBreached(t *testing.T) {
	list := filepath.Join(t.TempDir(), "breached.pgb")
	buildList(t, list, "lighthouse keeper 9")
	_, upstream := elastic(t)
	r := statefulRig(t, "breached "+list, upstream)
	for password, status := range map[string]int{"lighthouse keeper 9": 400, goodPassword: 200} {
		if res := r.change("PUT", bobPath, "boss", boss, `{"password":"`+password+`"}`); res.status != status {
			t.Errorf("%s: status %d, want %d: %s", password, res.status, status, res.body)
		}
	}
	if rec := r.records(); !strings.Contains(r.trail(), `"id":["breached"]`) {
		t.Errorf("the rule is not on the trail: %+v", rec)
	}
}

func TestBreachListsAreReopened(t *testing.T) {
	t.Parallel()
	list := filepath.Join(t.TempDir(), "breached.pgb")
	buildList(t, list, "lighthouse")
	p, err := policy.New("x", []policy.Statement{{Name: "breached", Args: []string{list}}})
	if err != nil {
		t.Fatal(err)
	}
	lists, err := openBreachLists([]*policy.Policy{p})
	if err != nil {
		t.Fatal(err)
	}
	defer lists.close()
	wanted := p.Breached(time.Now())
	buildList(t, list, "rocketship")
	if errs := lists.reload(); errs != nil {
		t.Fatal(errs)
	}
	for password, want := range map[string]bool{"rocketship": true, "lighthouse": false} {
		if found, err := lists.contains(wanted, password); err != nil || found != want {
			t.Errorf("%s: found %v, %v", password, found, err)
		}
	}
}

// Without a file the list that ships with the gateway is meant, and a file that
// can't be opened stops the configuration from loading.
func TestBreachListsWithoutFile(t *testing.T) {
	t.Parallel()
	builtin, err := policy.New("x", []policy.Statement{{Name: "breached"}})
	if err != nil {
		t.Fatal(err)
	}
	if found, err := (breachLists)(nil).contains(builtin.Breached(time.Now()), "password1"); err != nil || !found {
		t.Errorf("password1: found %v, %v", found, err)
	}
	missing, err := policy.New("x", []policy.Statement{{Name: "breached", Args: []string{"/nowhere/list.pgb"}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := openBreachLists([]*policy.Policy{missing}); err == nil {
		t.Error("opened a list that isn't there")
	}
}
