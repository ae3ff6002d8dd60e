// SPDX-License-Identifier: Apache-2.0

package oracle

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

// envRecord makes TestRecord write the recorded inputs anew.
const envRecord = "PASSGATE_ORACLE_RECORD"

// TestRecorded holds the gateway's readers against what the clusters made of the
// recorded inputs. Some pass and some are refused; that is a test of its own, so
// that a reader which refuses everything does not shine.
func TestRecorded(t *testing.T) {
	t.Parallel()
	all, err := LoadRecorded()
	if err != nil {
		t.Fatal(err)
	}
	refused, passed := make(map[Question]int), make(map[Question]int)
	for i := range all {
		in := &all[i].Input
		ours := Read(in)
		if ours.Refused {
			refused[in.Question]++
		} else {
			passed[in.Question]++
		}
		for _, by := range all[i].By {
			if wrong := Check(in, ours, by.Reading); wrong != "" {
				t.Errorf("BYPASS %s", Finding{*in, strings.Join(by.Sets, "; "), wrong})
			}
		}
	}
	for _, q := range questions {
		if refused[q] < 20 || passed[q] < 10 {
			t.Errorf("%s: expected at least 20 recorded inputs to be refused and 10 to pass, found %d and %d", q, refused[q], passed[q])
		}
	}
}

// TestRecord writes the recorded inputs: of each question and mutation a few
// that the gateway refuses and a few that pass, each understood by a cluster.
func TestRecord(t *testing.T) {
	if os.Getenv(envRecord) != "1" {
		t.Skip("writes testdata: set " + envRecord + "=1")
	}
	const few, longest = 3, 700
	type key struct {
		q       Question
		made    string
		refused bool
	}
	kept := make(map[key]int)
	files := make(map[Question]*bytes.Buffer)
	run := Run{Seed: number(t, envSeed, 1), Inputs: int(number(t, envInputs, inputsInCI)), Oracles: oracles(t)}
	run.Keep = func(in *Input, ours Ours, readings []Reading) {
		wanted := len(in.Made) == 0 && len(in.Data) < longest && kept[key{in.Question, "", ours.Refused}] < few
		for _, made := range in.Made {
			wanted = wanted || len(in.Made) <= 2 && len(in.Data) < longest && kept[key{in.Question, made, ours.Refused}] < few
		}
		if !wanted {
			return
		}
		for _, made := range append(in.Made, "") {
			kept[key{in.Question, made, ours.Refused}]++
		}
		text, err := record(in, run.Oracles, readings).encode()
		if err != nil {
			t.Error(err)
			return
		}
		if files[in.Question] == nil {
			files[in.Question] = new(bytes.Buffer)
		}
		files[in.Question].Write(append(text, '\n'))
	}
	if _, err := run.Do(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(recordedDir, 0o755); err != nil {
		t.Fatal(err)
	}
	for q, text := range files {
		if err := os.WriteFile(fileOf(q), text.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
