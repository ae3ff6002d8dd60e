// SPDX-License-Identifier: Apache-2.0

package differential

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"sync"
	"time"

	"github.com/passgate/passgate/module/e2e"
)

// Run is a run of so many requests from a seed against one cluster.
type Run struct {
	Seed     uint64
	Requests int
	Straight int // one in so many goes straight to the cluster as well
	Workers  int // sequences of requests at a time, each with users of its own
	Cluster  *e2e.Cluster
	Gateways []string      // addresses of sites in front of the cluster
	Until    time.Time     // ends the run earlier; zero: no limit
	Progress func(*Report) // called after each request, one at a time; may be nil

	// writing is held by who means to set a password in OpenSearch: it keeps all
	// users in one document, and of two writers it would refuse one.
	writing sync.Mutex
}

// worker sends every so many-th request of a run.
type worker struct {
	*Run
	people *population
	late   []string // secrets that went straight, the newest last
	passed []string // secrets that went through the gateway before, the newest last
	allows func(user, password string) bool
}

// Do sends the requests and counts. An error means that the run itself went wrong.
func (r *Run) Do(ctx context.Context) (*Report, error) {
	report := newReport(r.Cluster.Dialect, r.Seed)
	workers := max(1, r.Workers)
	errs := make([]error, workers)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var mu sync.Mutex
	var running sync.WaitGroup
	for i := range workers {
		running.Go(func() {
			errs[i] = r.work(ctx, i, workers, func(q *Request, o observed) {
				mu.Lock()
				defer mu.Unlock()
				report.note(q, o)
				if r.Progress != nil {
					r.Progress(report)
				}
			})
			if errs[i] != nil {
				cancel()
			}
		})
	}
	running.Wait()
	return report, errors.Join(errs...)
}

// work sends the requests first, first+step, and so on.
func (r *Run) work(ctx context.Context, first, step int, note func(*Request, observed)) error {
	people, err := settle(ctx, r.Cluster, castOf(first), &r.writing)
	if err != nil {
		return err
	}
	w := &worker{Run: r, people: people}
	if w.allows, err = judge(preset); err != nil {
		return err
	}
	for n := first; n < r.Requests && (r.Until.IsZero() || time.Now().Before(r.Until)); n += step {
		q, o, err := w.insist(ctx, uint64(n))
		if err != nil {
			return err
		}
		note(q, o)
	}
	return nil
}

// attempts are how often a request is made in all where something came in
// between: a cluster that gives no answer, or another's request that removed the
// users of an ordinary one. What was seen is never made better by it: a bypass
// ends the attempts.
const attempts = 4

func (r *worker) insist(ctx context.Context, n uint64) (q *Request, o observed, err error) {
	for range attempts {
		if q, err = r.make(n, through); err != nil {
			return nil, o, err
		}
		o, err = r.try(ctx, q)
		if o.bypass != "" || err == nil && (o.set || !q.control) {
			return q, o, nil
		}
		if ctx.Err() != nil {
			break
		}
		for _, name := range []string{r.people.agent, r.people.user} {
			if again := r.people.restore(ctx, name); again != nil {
				err = errors.Join(err, again)
			}
		}
	}
	if err != nil {
		err = fmt.Errorf("%w\n%s", err, q)
	}
	return q, o, err
}

func (r *worker) make(n uint64, to way) (*Request, error) {
	return Make(r.Cluster.Dialect, r.Seed, n, to, r.people.cast, r.people.passwords)
}

// observed is what came of one request.
type observed struct {
	answered bool   // by the gateway, in words that read as HTTP
	accepted bool   // something in the gateway's answer is a success
	bypass   string // what was set although it must not be
	set      bool   // a password that the policy allows was set
	straight bool   // the same bytes went straight to the cluster
	bites    bool   // and set the forbidden password
}

// try sends one request through the gateway and, perhaps, straight.
func (r *worker) try(ctx context.Context, q *Request) (o observed, err error) {
	send := (*Request).send
	if q.control {
		send = r.write
	}
	statuses, err := send(q, r.Gateways[int(q.N)%len(r.Gateways)])
	if err != nil {
		return o, fmt.Errorf("through the gateway: %w", err)
	}
	o.answered, o.accepted = len(statuses) > 0, accepted(statuses)
	if err := r.inspect(ctx, q, &o); err != nil {
		return o, fmt.Errorf("after the gateway answered %v: %w", statuses, err)
	}
	r.passed = append(r.passed[max(0, len(r.passed)-lately):], append(q.literal(), q.good)...)
	if o.straight = !q.control && int(q.N)/max(1, r.Workers)%max(1, r.Straight) == 0; !o.straight {
		return o, nil
	}
	if q, err = r.make(q.N, straight); err != nil {
		return o, err
	}
	statuses, err = r.write(q, r.Cluster.Addr)
	if err != nil {
		return o, fmt.Errorf("straight: %w", err)
	}
	r.late = append(r.late[max(0, len(r.late)-lately):], append(q.literal(), q.forbidden, q.good)...)
	if err := r.reckon(ctx, q, accepted(statuses) || len(statuses) < q.answers, &o); err != nil {
		return o, fmt.Errorf("after the cluster answered %v: %w", statuses, err)
	}
	return o, nil
}

// write sends what is meant to set a password, when nobody else does.
func (r *worker) write(q *Request, addr string) ([]int, error) {
	if r.Cluster.Dialect == "opensearch" {
		r.writing.Lock()
		defer r.writing.Unlock()
	}
	return q.send(addr)
}

// inspect asks the cluster what the request has done through the gateway.
func (r *worker) inspect(ctx context.Context, q *Request, o *observed) error {
	name, in, err := r.people.who(ctx, q.users, q.forbidden)
	if err != nil {
		return err
	}
	if in {
		o.bypass = fmt.Sprintf("%q logs in with the forbidden password", name)
		return r.people.restore(ctx, name)
	}
	for i, name := range q.users {
		if r.people.passwords[name] == "" || i > 0 && !o.accepted {
			continue // not one of ours, or nobody claims that anything was done
		}
		kept, err := r.people.keeps(ctx, name)
		if err != nil {
			return err
		}
		if !kept {
			if err := r.explain(ctx, q, name, o); err != nil {
				return err
			}
		}
	}
	return nil
}

// lately is how many secrets are remembered that went either way: a busy cluster
// may carry a request out after we have stopped waiting for its answer. Of those
// that went through the gateway, none may be one that the policy forbids.
const lately = 12

// explain finds out why a user's password has changed: it is fine if he is gone,
// if the new one satisfies the policy, or if it did not come through the gateway.
// Everything else is a bypass.
func (r *worker) explain(ctx context.Context, q *Request, name string, o *observed) error {
	for _, password := range r.late {
		in, err := r.people.login(ctx, name, password)
		if err != nil {
			return err
		}
		if in {
			return r.people.restore(ctx, name)
		}
	}
	for _, password := range slices.Concat([]string{q.good}, q.literal(), r.passed) {
		in, err := r.people.login(ctx, name, password)
		if err != nil {
			return err
		}
		if in && r.allows(name, password) {
			o.set = true
			r.people.passwords[name] = password
			return nil
		}
	}
	exists, err := r.people.exists(ctx, name)
	if err != nil {
		return err
	}
	if exists {
		o.bypass = fmt.Sprintf("%q has another password, and none that the policy allows", name)
	}
	return r.people.restore(ctx, name)
}

// reckon asks the cluster what the request has done without the gateway, and
// repairs it.
func (r *worker) reckon(ctx context.Context, q *Request, done bool, o *observed) error {
	if !done {
		return nil
	}
	name, in, err := r.people.who(ctx, q.users, q.forbidden)
	if err != nil {
		return err
	}
	o.bites = in
	for _, other := range q.users {
		if r.people.passwords[other] == "" {
			continue
		}
		kept, err := r.people.keeps(ctx, other)
		switch {
		case err != nil:
			return err
		case kept:
		case in && other == name && name != r.people.agent:
			r.people.passwords[name] = q.forbidden
		default:
			if err := r.people.restore(ctx, other); err != nil {
				return err
			}
		}
	}
	return r.keepAgent(ctx, q)
}

// keepAgent makes sure that the next request has somebody who may ask.
func (r *worker) keepAgent(ctx context.Context, q *Request) error {
	if slices.Contains(q.users, r.people.agent) {
		return r.people.restore(ctx, r.people.agent) // his roles may be gone
	}
	kept, err := r.people.keeps(ctx, r.people.agent)
	if err != nil || kept {
		return err
	}
	return r.people.restore(ctx, r.people.agent)
}

// passwordMember is a member of that name with a text, as plainly spelled as the
// gateway takes it at most.
var passwordMember = regexp.MustCompile(`"((?:[^"\\]|\\.)*)"\s*:\s*("(?:[^"\\]|\\.)*")`)

// literal lists the passwords that stand in the request for all to read.
func (q *Request) literal() []string {
	var found []string
	for _, match := range passwordMember.FindAllSubmatch(q.Raw, -1) {
		var text string
		if json.Unmarshal(match[2], &text) == nil && text != "" {
			found = append(found, text)
		}
	}
	return found
}
