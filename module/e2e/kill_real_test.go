// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/passgate/passgate/module/audit"
)

const (
	killRounds  = 4
	killWriters = 4  // requests at once, at each cluster
	killAfter   = 10 // changes of a round that were applied
)

// TestKillInFrontOfClusters kills the gateway under load, again and again. Every
// request makes a user of its own, so the clusters themselves can say afterwards
// which changes took effect: each of them has its decision on the trail, none
// has two outcomes or none, and whatever was answered is there as answered.
func TestKillInFrontOfClusters(t *testing.T) {
	requireEnabled(t)
	clusters := []*Cluster{realElasticsearch(t), realOpenSearch(t)}
	o := newOutpost(t, clusters...)
	o.start(t)
	moments := rand.New(rand.NewPCG(7, 0))
	l := &load{outpost: o, answered: make(map[string]int), applied: make(chan struct{})}
	for round := range killRounds {
		l.round = round
		ctx, cancel := context.WithCancel(context.Background())
		for _, c := range clusters {
			for w := range killWriters {
				l.running.Go(func() { l.write(ctx, c, w) })
			}
		}
		for range killAfter {
			select {
			case <-l.applied:
			case <-time.After(time.Minute):
				t.Fatal("no change was applied for a minute")
			}
		}
		time.Sleep(time.Duration(moments.IntN(200)) * time.Millisecond)
		o.kill()
		cancel()
		l.running.Wait()
		o.start(t)
	}
	o.stop()
	if code := o.audit(t, nil, "verify", "--dir", o.layout.audit); code != 0 {
		t.Errorf("audit verify: exit code %d", code)
	}
	decided, doubts := storiesOf(t, o.layout.audit)
	for _, c := range clusters {
		made := madeUsers(t, c)
		for name := range made {
			if decided[name].decisions == 0 {
				t.Errorf("%s has the user %s, the trail has no decision about it", c.Dialect, name)
			}
		}
		t.Logf("%s: %d users made", c.Dialect, len(made))
		for name, s := range decided {
			if s.dialect == c.Dialect && s.outcome == audit.Applied && !made[name] {
				t.Errorf("the trail says that %s has %s, and it has not", c.Dialect, name)
			}
		}
	}
	for name, status := range l.answered {
		if s := decided[name]; status/100 == 2 && s.outcome != audit.Applied {
			t.Errorf("%s was answered %d, the trail says %q", name, status, s.outcome)
		}
	}
	if doubts == 0 {
		t.Error("no change was under way when the gateway was killed: the test shows nothing")
	}
	t.Logf("%d rounds, %d changes decided, %d answered, %d in doubt", killRounds, len(decided), len(l.answered), doubts)
}

// load makes users until the gateway is gone.
type load struct {
	outpost *outpost
	round   int
	running sync.WaitGroup

	applied chan struct{} // one for each change the gateway reports as made

	mu       sync.Mutex
	answered map[string]int // status by user
}

func (l *load) write(ctx context.Context, c *Cluster, writer int) {
	for i := 0; ctx.Err() == nil; i++ {
		name := fmt.Sprintf("killed-%s-%d-%d-%d", c.Dialect, l.round, writer, i)
		body := map[string]any{"password": passwords["new"]}
		if c.Dialect == "elasticsearch" {
			body["roles"] = []string{}
		}
		status := l.outpost.put(ctx, c, c.administrator(), c.userPath(name), body)
		if status == 0 {
			return
		}
		l.mu.Lock()
		l.answered[name] = status
		l.mu.Unlock()
		if status/100 == 2 {
			select {
			case l.applied <- struct{}{}:
			case <-ctx.Done():
			}
		}
	}
}

// madeUsers asks the cluster which of the load's users it has.
func madeUsers(t *testing.T, c *Cluster) map[string]bool {
	t.Helper()
	path := "/_security/user"
	if c.Dialect == "opensearch" {
		path = "/_plugins/_security/api/internalusers"
	}
	var users map[string]any
	ask(t, c, &users, http.MethodGet, path, nil)
	made := make(map[string]bool)
	for name := range users {
		if strings.HasPrefix(name, "killed-") {
			made[name] = true
		}
	}
	return made
}

// story is what the trail tells of the one change of a user.
type story struct {
	dialect             string
	decisions, outcomes int
	outcome             audit.Outcome
}

func storiesOf(t *testing.T, dir string) (stories map[string]story, doubts int) {
	t.Helper()
	stories = make(map[string]story)
	for r, err := range audit.Read(dir, audit.Query{}) {
		if err != nil {
			t.Fatal(err)
		}
		if r.Notice != nil || len(r.Targets) != 1 {
			continue
		}
		s := stories[r.Targets[0]]
		s.dialect = r.Dialect
		if r.Stage == audit.StageDecision {
			s.decisions++
		}
		if r.Outcome != "" { // of a refusal, it is in the decision
			s.outcomes++
			s.outcome = r.Outcome
		}
		if r.Code == audit.CodeInDoubt {
			doubts++
		}
		stories[r.Targets[0]] = s
	}
	for name, s := range stories {
		if s.decisions != 1 || s.outcomes != 1 {
			t.Errorf("%s has %d decisions and %d outcomes", name, s.decisions, s.outcomes)
		}
	}
	return stories, doubts
}
