// SPDX-License-Identifier: Apache-2.0

package audit_test

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/audit/proof"
)

// The full test is 1,000 rounds: go test ./module/audit -run Kill -kills 1000 -timeout 1h
var (
	kills    = flag.Int("kills", 12, "rounds of kill -9")
	killSeed = flag.Uint64("killseed", 1, "seed of the moments to kill at")
)

// TestMain lets the test binary stand in for a gateway that is killed.
func TestMain(m *testing.M) {
	if dir := os.Getenv("PASSGATE_TEST_VICTIM"); dir != "" {
		victim(dir)
		return
	}
	os.Exit(m.Run())
}

// victim records changes from eight requests at once until it is killed, and
// says what was acknowledged.
func victim(dir string) {
	opts := small
	opts.SegmentSize = 200_000
	trail, err := audit.Open(dir, opts)
	if err != nil {
		fmt.Println("failed", err)
		os.Exit(1)
	}
	var mu sync.Mutex
	say := func(format string, args ...any) {
		mu.Lock()
		defer mu.Unlock()
		fmt.Printf(format+"\n", args...) // one write each: whole when the pipe has it
	}
	say("ready")
	for range 8 {
		go func() {
			for {
				e := decision()
				if err := trail.Record(context.Background(), e); err != nil {
					say("failed %v", err)
				}
				say("decided %s", e.Change)
				o := outcomeOf(e, audit.Applied)
				if err := trail.Record(context.Background(), o); err != nil {
					say("failed %v", err)
				}
				say("concluded %s", e.Change)
			}
		}()
	}
	select {}
}

// TestKill: the gateway is killed at any moment under load. Nothing that was
// acknowledged is lost, no decision stays without an outcome, and the trail
// verifies after every restart.
func TestKill(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	moments := rand.New(rand.NewPCG(*killSeed, 0))
	decided, concluded := map[string]bool{}, map[string]bool{}
	for round := range *kills {
		k := killing{after: time.Duration(moments.IntN(60_000)) * time.Microsecond, early: moments.IntN(4) == 0}
		k.once(t, dir, decided, concluded)
		if t.Failed() {
			t.Fatalf("in round %d", round)
		}
		if round%50 == 49 || round == *kills-1 {
			settled(t, dir, decided, concluded)
		}
	}
	t.Logf("%d rounds, %d decisions and %d outcomes acknowledged", *kills, len(decided), len(concluded))
}

// killing is when to kill: some time after the start, which may be during
// recovery, or after the first record can be taken.
type killing struct {
	after time.Duration
	early bool
}

func (k killing) once(t *testing.T, dir string, decided, concluded map[string]bool) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "PASSGATE_TEST_VICTIM="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if k.early {
		time.AfterFunc(k.after, func() { cmd.Process.Kill() })
	}
	said := bufio.NewScanner(out)
	for said.Scan() {
		word, rest, _ := strings.Cut(said.Text(), " ")
		switch word {
		case "ready":
			time.AfterFunc(k.after, func() { cmd.Process.Kill() })
		case "decided":
			decided[rest] = true
		case "concluded":
			concluded[rest] = true
		default:
			t.Errorf("the victim says: %s", said.Text())
		}
	}
	cmd.Wait() // its error is that it was killed
}

// settled starts a gateway once more and looks at the whole trail.
func settled(t *testing.T, dir string, decided, concluded map[string]bool) {
	t.Helper()
	closeTrail(t, open(t, dir, small))
	report := verify(t, dir, proof.ExitIntact)
	t.Logf("%d records, %d in doubt", report.Size, report.InDoubt)
	type state struct{ decisions, outcomes, doubts int }
	seen := map[string]*state{}
	for r, err := range audit.Read(dir, audit.Query{}) {
		if err != nil {
			t.Fatal(err)
		}
		if r.Notice != nil {
			continue
		}
		s := seen[r.Change]
		if s == nil {
			s = &state{}
			seen[r.Change] = s
		}
		switch {
		case r.Code == audit.CodeInDoubt:
			s.doubts++
		case r.Stage == audit.StageOutcome:
			s.outcomes++
		default:
			s.decisions++
		}
	}
	for change, s := range seen {
		if s.decisions != 1 || s.outcomes+s.doubts != 1 {
			t.Errorf("%s has %d decisions, %d outcomes, %d in doubt", change, s.decisions, s.outcomes, s.doubts)
		}
	}
	for change := range decided {
		if seen[change] == nil {
			t.Errorf("the acknowledged decision %s is lost", change)
		}
	}
	for change := range concluded {
		if s := seen[change]; s == nil || s.outcomes != 1 {
			t.Errorf("the acknowledged outcome of %s is lost", change)
		}
	}
}
