// SPDX-License-Identifier: Apache-2.0

package reconcile

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/passgate/passgate/module/audit"
)

func TestCounters(t *testing.T) {
	t.Parallel()
	e := fakeSearch(t, `[{"_id":"user-bob","_version":4},{"_id":"reserved-user-elastic","_version":2}]`, `[{"_id":"user-eve","_version":1}]`)
	now, err := ElasticsearchCounters(t.Context(), e)
	if err != nil || now.Users["bob"] != 4 || now.Users["elastic"] != 2 || now.Users["eve"] != 1 {
		t.Fatalf("got %+v (%v)", now, err)
	}
	now.Time = moment(t, "2026-11-23T14:13:00Z")
	before := &Counters{Time: moment(t, "2026-11-23T14:12:00Z"), Users: map[string]int64{"elastic": 2}}
	kept, err := json.Marshal(before)
	if err != nil {
		t.Fatal(err)
	}
	if before, err = ParseCounters(kept); err != nil {
		t.Fatal(err)
	}
	dir := trailOf(t, append(elasticsearchStory, forwarded{"2026-11-23T14:12:30Z", "eve", []string{"eve"}, audit.Unknown})...)
	for name, c := range map[string]struct {
		users map[string]int64
		want  string
	}{
		"all recorded":     {now.Users, ""},
		"one more":         {map[string]int64{"bob": 5}, "bob 5 4"},
		"a stranger":       {map[string]int64{"mallory": 1}, "mallory 1 0"},
		"made anew":        {map[string]int64{"elastic": 1}, "elastic 1 0"},
		"fewer than known": {map[string]int64{"bob": 1}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found, err := Compare(before, &Counters{Time: now.Time, Users: c.users}, dir, "prod", 0)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, x := range found {
				got = append(got, fmt.Sprintf("%s %d %d", x.User, x.Written, x.Recorded))
				if !strings.Contains(x.String(), "trail tells of") {
					t.Errorf("got %s", x)
				}
			}
			if strings.Join(got, ",") != c.want {
				t.Errorf("got %v, want %q", got, c.want)
			}
		})
	}
	if _, err := ParseCounters([]byte("{}")); err == nil {
		t.Error("an empty file is no counters")
	}
	if c, err := ElasticsearchCounters(t.Context(), fakeSearch(t, `[{"_id":"role-x","_version":1}]`)); err == nil {
		t.Errorf("got %+v", c)
	}
}

// Looks that are closer to a change than the clocks may differ: the change may
// belong to either, but it explains one write, and no second one.
func TestCountersExplainedOnce(t *testing.T) {
	t.Parallel()
	dir := trailOf(t,
		forwarded{"2026-11-23T14:12:00Z", "admin", []string{"bob", "eve"}, audit.Applied},
		forwarded{"2026-11-23T14:12:20Z", "admin", []string{"bob"}, audit.Unknown},
	)
	for _, c := range []struct {
		name  string
		looks string // time and how often bob was written so far
		want  string // excess of each look after the first
	}{
		{"seen at once", "11:59=0 12:01=1 12:03=1", "0 0"},
		{"seen late, by a clock that is ahead", "11:59=0 12:01=0 12:03=1", "0 0"},
		{"written again at once", "11:59=0 12:01=1 12:03=2", "0 1"},
		{"written again, three looks on", "11:59=0 12:01=1 12:02=1 12:03=1 12:04=2", "0 0 0 1"},
		{"written again before the look", "11:59=0 12:01=2 12:03=2", "1 0"},
		{"an unknown outcome explains one, whenever", "12:10=1 12:30=2 13:30=2 14:30=3", "0 0 1"},
		{"an unknown outcome may come late", "12:10=1 12:30=1 13:30=2 14:30=2", "0 0 0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var before *Counters
			var got []string
			for _, look := range strings.Fields(c.looks) {
				at, written, _ := strings.Cut(look, "=")
				n, err := strconv.ParseInt(written, 10, 64)
				if err != nil {
					t.Fatal(err)
				}
				now := &Counters{Time: moment(t, "2026-11-23T14:"+at+"Z"), Users: map[string]int64{"bob": n}}
				if before != nil {
					found, err := Compare(before, now, dir, "prod", 0)
					if err != nil {
						t.Fatal(err)
					}
					got = append(got, strconv.Itoa(len(found)))
				}
				kept, err := json.Marshal(now)
				if err != nil {
					t.Fatal(err)
				}
				if before, err = ParseCounters(kept); err != nil {
					t.Fatal(err)
				}
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("got %v, want %s", got, c.want)
			}
		})
	}
}
