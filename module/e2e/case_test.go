// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"reflect"
	"strings"
	"testing"
)

const wholeCase = `# Says what
# it shows.

verdict: allow
outcome: applied
status: 200
user: joe ${old}
user: jane%20doe - admin
target: joe
header: X-A: *
login: joe ${new}

--- policy
min_length 3
--- site
mode monitor
--- request
PUT / HTTP/1.1

body
--- answer
{}
--- answer holds
one

two
`

func TestReadCase(t *testing.T) {
	t.Parallel()
	c, err := readCase("elasticsearch", []byte(wholeCase))
	if err != nil {
		t.Fatal(err)
	}
	want := &Case{
		Dialect: "elasticsearch", About: "Says what\nit shows.\n", Verdict: "allow", Outcome: "applied", Status: 200,
		Accounts: []Account{{"joe", "${old}", ""}, {"jane doe", "-", "admin"}},
		Targets:  []string{"joe"}, Headers: []string{"X-A: *"}, Logins: []Account{{"joe", "${new}", ""}},
		Policy: "min_length 3", Site: "mode monitor", Request: "PUT / HTTP/1.1\n\nbody",
		Answer: "{}", HasAnswer: true, Fragments: []string{"one", "two"}, Arrives: "whole",
	}
	if !reflect.DeepEqual(c, want) {
		t.Errorf("expected %+v\nfound    %+v", want, c)
	}
}

func TestReadCaseFillsIn(t *testing.T) {
	t.Parallel()
	c, err := readCase("huawei_css", []byte("# x\nverdict: deny\ncause: hash\noutcome: denied\nstatus: 400\n--- request\nGET /"))
	if err != nil {
		t.Fatal(err)
	}
	if c.Arrives != "nothing" || c.Policy != "min_length 15" || !reflect.DeepEqual(c.Accounts, []Account{{"admin", "${old}", ""}}) {
		t.Errorf("defaults: found %+v", c)
	}
}

// TestReadCaseRefuses holds what a case must not be: it would prove nothing.
func TestReadCaseRefuses(t *testing.T) {
	t.Parallel()
	for name, edit := range map[string][2]string{
		"no comment":           {"# Says what\n# it shows.\n", ""},
		"no request":           {"--- request", "--- policy"},
		"no such section":      {"--- site", "--- sight"},
		"no such key":          {"target: joe", "tarket: joe"},
		"no colon":             {"target: joe", "target joe"},
		"key twice":            {"status: 200", "status: 200\noutcome: failed"},
		"no verdict":           {"verdict: allow\n", ""},
		"no such verdict":      {"verdict: allow", "verdict: perhaps"},
		"denial without cause": {"verdict: allow", "verdict: deny"},
		"no outcome":           {"outcome: applied\n", ""},
		"no status":            {"status: 200\n", ""},
		"no login":             {"login: joe ${new}\n", ""},
		"user without a word":  {"user: joe ${old}", "user: joe"},
		"no such place":        {"target: joe", "target: joe\nonly: somewhere"},
	} {
		text := strings.Replace(wholeCase, edit[0], edit[1], 1)
		if text == wholeCase {
			t.Fatalf("%s: the edit changes nothing", name)
		}
		if c, err := readCase("elasticsearch", []byte(text)); err == nil {
			t.Errorf("%s: expected an error, found %+v", name, c)
		}
	}
}

func TestCaseAt(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		c                *Case
		sandbox, cluster bool
	}{
		{&Case{Dialect: "opensearch"}, true, true},
		{&Case{Dialect: "huawei_css"}, true, false},
		{&Case{Dialect: "elasticsearch", Version: "8.19.21"}, true, false},
		{&Case{Dialect: "elasticsearch", Only: "cluster (why)"}, false, true},
		{&Case{Dialect: "elasticsearch", Only: "sandbox (why)"}, true, false},
	} {
		if test.c.at("sandbox") != test.sandbox || test.c.at("cluster") != test.cluster {
			t.Errorf("%+v: expected sandbox %v and cluster %v", test.c, test.sandbox, test.cluster)
		}
	}
}

// FuzzReadCase: whatever a file holds, reading it ends, and what it accepts is a
// case that can be driven.
func FuzzReadCase(f *testing.F) {
	f.Add([]byte(wholeCase))
	f.Add([]byte("--- request\n--- \n: \nuser: %zz x"))
	f.Fuzz(func(t *testing.T, text []byte) {
		c, err := readCase("opensearch", text)
		if err == nil && (c.Request == "" || c.Status == 0 || c.Verdict == "" || c.Arrives == "") {
			t.Errorf("an incomplete case was accepted: %+v", c)
		}
	})
}
