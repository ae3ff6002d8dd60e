// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"strings"
	"testing"
)

func TestFilterPaths(t *testing.T) {
	t.Parallel()
	const doc = `{"user":{"created":true,"a":{"b":1}},"created":true,"list":[1]}`
	cases := map[string]string{
		"x":                   `{}`,
		"created":             `{"created":true}`,
		"user":                `{"user":{"created":true,"a":{"b":1}}}`,
		"user.created":        `{"user":{"created":true}}`,
		"user.created,list":   `{"user":{"created":true},"list":[1]}`,
		"cre*":                `{"created":true}`,
		"*.created":           `{"user":{"created":true}}`,
		"**.b":                `{"user":{"a":{"b":1}}}`,
		"user.a,user.created": `{"user":{"a":{"b":1},"created":true}}`,
	}
	for paths, want := range cases {
		got := filterPaths(mustRead(t, doc), strings.Split(paths, ","))
		if string(got.json()) != want {
			t.Errorf("filter_path=%s leaves %s, want %s", paths, got.json(), want)
		}
	}
}

func TestYAML(t *testing.T) {
	t.Parallel()
	const want = "error:\n  root_cause:\n  - type: \"x\"\n    reason: \"y\"\n  list: []\n  none: {}\nitems:\n- 1\n- \"two\"\nstatus: 400\n"
	got := mustRead(t, `{"error":{"root_cause":[{"type":"x","reason":"y"}],"list":[],"none":{}},"items":[1,"two"],"status":400}`).yaml("")
	if got != want {
		t.Errorf("yaml = %q, want %q", got, want)
	}
}

func TestPretty(t *testing.T) {
	t.Parallel()
	const want = "{\n  \"a\" : [\n    1,\n    \"x:{\\\"\"\n  ],\n  \"b\" : { },\n  \"c\" : [ ]\n}\n"
	if got := pretty([]byte(`{"a":[1,"x:{\""],"b":{},"c":[]}`)); string(got) != want {
		t.Errorf("pretty = %q, want %q", got, want)
	}
}
