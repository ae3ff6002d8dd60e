// SPDX-License-Identifier: Apache-2.0

package reconcile

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/audit/engine"
)

// Counters are how often each user document of an Elasticsearch was written:
// what is left to compare where the licence includes no audit log.
type Counters struct {
	Time  time.Time        `json:"time"`
	Users map[string]int64 `json:"users"`

	// Explained are the changes shortly before Time that writes up to then were put
	// down to, by user. They explain no later write.
	Explained map[string][]string `json:"explained,omitempty"`
}

// ElasticsearchCounters reads the versions of the documents in the index
// .security. The credentials need to read that index.
func ElasticsearchCounters(ctx context.Context, e *engine.Engine) (*Counters, error) {
	c := &Counters{Time: time.Now().UTC(), Users: make(map[string]int64)}
	query := map[string]any{
		"size": 1000, "sort": []string{"_doc"}, "version": true, "_source": []string{"type", "username"},
		"query": map[string]any{"terms": map[string]any{"type": []string{"user", "reserved-user"}}},
	}
	page, err := search(ctx, e, "/.security/_search?scroll=1m", query)
	for ; err == nil && len(page.Hits.Hits) > 0; page, err = search(ctx, e, "/_search/scroll", map[string]any{"scroll": "1m", "scroll_id": page.Scroll}) {
		for _, hit := range page.Hits.Hits {
			name, ok := userDocument(hit.ID)
			if !ok || hit.Version < 1 {
				return nil, fmt.Errorf("reading the version counters: expected documents of users with versions, found %q", hit.ID)
			}
			c.Users[name] = hit.Version
		}
	}
	return c, err
}

// userDocument reads a name from a document's id: user-bob, reserved-user-elastic.
func userDocument(id string) (string, bool) {
	for _, prefix := range []string{"reserved-user-", "user-"} {
		if len(id) > len(prefix) && id[:len(prefix)] == prefix {
			return id[len(prefix):], true
		}
	}
	return "", false
}

// ParseCounters reads counters that were kept.
func ParseCounters(text []byte) (*Counters, error) {
	var c Counters
	if err := json.Unmarshal(text, &c); err != nil || c.Time.IsZero() || c.Users == nil {
		return nil, errors.New("reading the kept counters: expected the file that an earlier run wrote; remove it to begin anew")
	}
	return &c, nil
}

// Excess is a user whose document was written more often than the trail tells.
type Excess struct {
	User     string `json:"user"`
	Written  int64  `json:"written"`  // since the last look
	Recorded int64  `json:"recorded"` // of them, at most, on the trail
}

func (e Excess) String() string {
	return fmt.Sprintf("the document of %q was written %d times, the trail tells of %d: each of the others is a change of password, roles or state that didn't pass the gateway, or was forwarded without a record", e.User, e.Written, e.Recorded)
}

// Compare holds the counters of two moments against the trail in dir, and keeps
// in now what the next comparison has to know. Whatever may have written a
// document counts for the trail, but each change for one write of each of its
// users: where the clocks may differ by skew, a change can belong to either of two
// comparisons, and it is put down to the first that has a use for it.
func Compare(before, now *Counters, dir, cluster string, skew time.Duration) ([]Excess, error) {
	if skew == 0 {
		skew = defaultSkew
	}
	ours, err := Trail(dir, cluster, before.Time.Add(-skew), now.Time.Add(skew))
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(ours, func(x, y *Ours) int { return x.To.Compare(y.To) })
	recorded := make(map[string][]*Ours)
	explained := make(map[string][]*Ours)
	for _, o := range ours {
		if o.To.Before(before.Time.Add(-skew)) || o.From.After(now.Time.Add(skew)) || !o.effective() && o.Outcome != audit.Unknown {
			continue
		}
		for _, target := range o.Targets {
			if slices.Contains(before.Explained[target], o.Change) {
				explained[target] = append(explained[target], o)
			} else {
				recorded[target] = append(recorded[target], o)
			}
		}
	}
	var found []Excess
	now.Explained = make(map[string][]string)
	for _, user := range slices.Sorted(maps.Keys(now.Users)) {
		written := now.Users[user] - before.Users[user]
		if written < 0 {
			written = now.Users[user] // removed and made anew
		}
		name := audit.Name(user)
		known := int64(len(recorded[name]))
		if written > known {
			found = append(found, Excess{User: user, Written: written, Recorded: known})
		}
		explained[name] = append(explained[name], recorded[name][:min(written, known)]...)
		if late := changesAfter(explained[name], now.Time.Add(-skew)); late != nil {
			now.Explained[name] = late
		}
	}
	return found, nil
}

// changesAfter are those of the changes that may have taken effect after a time.
func changesAfter(ours []*Ours, at time.Time) (changes []string) {
	for _, o := range ours {
		if !o.To.Before(at) {
			changes = append(changes, o.Change)
		}
	}
	return changes
}
