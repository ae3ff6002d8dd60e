// SPDX-License-Identifier: Apache-2.0

package reconcile

import (
	"encoding/json"
	"fmt"
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
