// SPDX-License-Identifier: Apache-2.0

package differential

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"

	"github.com/passgate/passgate/module/e2e"
)

// Run is a run of so many requests from a seed against one cluster.
type Run struct {
	Seed     uint64
	Requests int
	Straight int // one in so many goes straight to the cluster as well
	Cluster  *e2e.Cluster
	Gateways []string // addresses of sites in front of the cluster
	Progress func(*Report)

	people *population
	late   []string // secrets that went straight, the newest last
	allows func(user, password string) bool
}

// Do sends the requests one after the other and counts. An error means that the
// run itself went wrong.
func (r *Run) Do(ctx context.Context) (*Report, error) {
	var err error
	if r.people, err = settle(ctx, r.Cluster); err != nil {
		return nil, err
	}
	if r.allows, err = judge(preset); err != nil {
		return nil, err
	}
	report := newReport(r.Cluster.Dialect, r.Seed)
	for n := range uint64(r.Requests) {
		if err := ctx.Err(); err != nil {
			return report, err
		}
		q, err := Make(r.Cluster.Dialect, r.Seed, n, through, r.people.passwords)
		if err != nil {
			return report, err
		}
		o, err := r.try(ctx, q)
		if err != nil {
			return report, fmt.Errorf("%w\n%s", err, q)
		}
		report.note(q, o)
		if r.Progress != nil {
			r.Progress(report)
		}
	}
	return report, nil
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
func (r *Run) try(ctx context.Context, q *Request) (o observed, err error) {
	statuses, err := q.send(r.Gateways[int(q.N)%len(r.Gateways)])
	if err != nil {
		return o, fmt.Errorf("through the gateway: %w", err)
	}
	o.answered, o.accepted = len(statuses) > 0, accepted(statuses)
	if err := r.inspect(ctx, q, &o); err != nil {
		return o, fmt.Errorf("after the gateway answered %v: %w", statuses, err)
	}
	if o.straight = !q.control && int(q.N)%max(1, r.Straight) == 0; !o.straight {
		return o, nil
	}
	if q, err = Make(r.Cluster.Dialect, r.Seed, q.N, straight, r.people.passwords); err != nil {
		return o, err
	}
	if statuses, err = q.send(r.Cluster.Addr); err != nil {
		return o, fmt.Errorf("straight: %w", err)
	}
	r.late = append(r.late[max(0, len(r.late)-lately):], append(q.literal(), q.forbidden, q.good)...)
	if err := r.reckon(ctx, q, accepted(statuses) || len(statuses) < q.answers, &o); err != nil {
		return o, fmt.Errorf("after the cluster answered %v: %w", statuses, err)
	}
	return o, nil
}

// inspect asks the cluster what the request has done through the gateway.
func (r *Run) inspect(ctx context.Context, q *Request, o *observed) error {
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

// lately is how many secrets are remembered that went straight: a busy cluster
// may carry a request out after we have stopped waiting for its answer.
const lately = 12

// explain finds out why a user's password has changed: it is fine if he is gone,
// if the new one satisfies the policy, or if it did not come through the gateway.
// Everything else is a bypass.
func (r *Run) explain(ctx context.Context, q *Request, name string, o *observed) error {
	for _, password := range r.late {
		in, err := r.people.cluster.Login(ctx, name, password)
		if err != nil {
			return err
		}
		if in {
			return r.people.restore(ctx, name)
		}
	}
	for _, password := range append([]string{q.good}, q.literal()...) {
		in, err := r.people.cluster.Login(ctx, name, password)
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
func (r *Run) reckon(ctx context.Context, q *Request, done bool, o *observed) error {
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
		case in && other == name && name != agent:
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
func (r *Run) keepAgent(ctx context.Context, q *Request) error {
	if slices.Contains(q.users, agent) {
		return r.people.restore(ctx, agent) // his roles may be gone
	}
	kept, err := r.people.keeps(ctx, agent)
	if err != nil || kept {
		return err
	}
	return r.people.restore(ctx, agent)
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
