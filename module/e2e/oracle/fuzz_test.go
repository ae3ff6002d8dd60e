// SPDX-License-Identifier: Apache-2.0

package oracle

import (
	"testing"
	"unicode/utf8"

	"github.com/passgate/passgate/module/e2e"
)

// The fuzz targets below run Go's own fuzzing against the oracle: with
// PASSGATE_E2E=1 and `go test -fuzz FuzzBodies -parallel 1` each input is asked
// about. Without it they hold what needs no Java: nothing panics, and what is
// accepted is valid text.

// ask holds one input against every cluster it concerns.
func ask(t *testing.T, in *Input) {
	t.Helper()
	ours := Read(in)
	if !ours.Refused {
		for _, secret := range ours.Change.Secrets {
			if !utf8.ValidString(secret.Value) || !utf8.ValidString(secret.Target) {
				t.Errorf("accepted text that is not UTF-8: %s", in)
			}
		}
	}
	if !e2e.Enabled() {
		return
	}
	for _, o := range oracles(t) {
		if !o.concerns(in) {
			continue
		}
		readings, err := o.Ask(in.appendFrame(nil, ours.Sent), 1)
		if err != nil {
			t.Fatal(err)
		}
		if wrong := Check(in, ours, readings[0]); wrong != "" {
			t.Errorf("BYPASS %s", Finding{*in, o.Name, wrong})
		}
	}
}

// seeds gives every tenth recorded input of some questions to a fuzz target.
func seeds(f *testing.F, add func(*Input), of ...Question) {
	f.Helper()
	all, err := LoadRecorded()
	if err != nil {
		f.Fatal(err)
	}
	for i := 0; i < len(all); i += 10 {
		for _, q := range of {
			if in := &all[i].Input; in.Question == q {
				add(in)
			}
		}
	}
}

// FuzzBodies is about objects that set a password.
func FuzzBodies(f *testing.F) {
	seeds(f, func(in *Input) { f.Add(in.Data) }, ChangeBody, PutUserBody, AccountBody, InternalUser)
	f.Fuzz(func(t *testing.T, body []byte) {
		ask(t, &Input{Question: ChangeBody, Dialect: "elasticsearch", Data: body})
		ask(t, &Input{Question: PutUserBody, Dialect: "elasticsearch", Name: "bob", Data: body})
		ask(t, &Input{Question: AccountBody, Dialect: "opensearch", Data: body})
		ask(t, &Input{Question: InternalUser, Dialect: "opensearch", Name: "bob", Data: body})
	})
}

// FuzzPatches is about JSON Patch.
func FuzzPatches(f *testing.F) {
	seeds(f, func(in *Input) { f.Add(in.Data) }, PatchOne, PatchAll)
	f.Fuzz(func(t *testing.T, body []byte) {
		ask(t, &Input{Question: PatchOne, Dialect: "opensearch", Name: "bob", Data: body})
		ask(t, &Input{Question: PatchAll, Dialect: "opensearch", Data: body})
	})
}

// FuzzTargets is about methods, paths and queries.
func FuzzTargets(f *testing.F) {
	seeds(f, func(in *Input) { f.Add(in.Method, in.Data) }, Target)
	f.Fuzz(func(t *testing.T, method string, target []byte) {
		if len(method) > 255 {
			return // more than a frame holds, and than Caddy takes
		}
		for _, dialect := range []string{"elasticsearch", "opensearch"} {
			ask(t, &Input{Question: Target, Dialect: dialect, Method: method, Data: target})
		}
	})
}

// FuzzBasic is about the Basic header.
func FuzzBasic(f *testing.F) {
	seeds(f, func(in *Input) { f.Add(in.Data) }, Basic)
	f.Fuzz(func(t *testing.T, header []byte) {
		for _, dialect := range []string{"elasticsearch", "opensearch"} {
			ask(t, &Input{Question: Basic, Dialect: dialect, Data: header})
		}
	})
}
