// SPDX-License-Identifier: Apache-2.0

package anomaly

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/passgate/passgate/module/review"
)

// Threshold is how many of something within how long.
type Threshold struct {
	Count  int
	Within time.Duration
}

// String is the threshold as it is configured: 5/1h.
func (t Threshold) String() string {
	d := t.Within.String()
	for _, zero := range []string{"0s", "0m"} {
		if rest, ok := strings.CutSuffix(d, zero); ok && rest != "" && (rest[len(rest)-1] == 'm' || rest[len(rest)-1] == 'h') {
			d = rest
		}
	}
	return strconv.Itoa(t.Count) + "/" + d
}

// ParseThreshold reads a threshold such as 5/1h.
func ParseThreshold(text string) (Threshold, error) {
	count, within, _ := strings.Cut(text, "/")
	n, err := strconv.Atoi(count)
	d, derr := time.ParseDuration(within)
	if err != nil || derr != nil || n < 2 || d <= 0 {
		return Threshold{}, fmt.Errorf("expected how many (2 or more) within how long, such as 5/1h, found %q", text)
	}
	return Threshold{n, d}, nil
}

// Settings say what counts as unusual here.
type Settings struct {
	// Edge: so many refusals of one account by the policy, then a change of it
	// that went through, all by one actor: somebody has walked up to what the
	// policy just lets pass. Default 5/1h.
	Edge Threshold
	// Accounts: one address asked for the passwords of so many accounts.
	// Default 20/1h.
	Accounts Threshold
	// Unreadable: so many requests of one address that could not be understood
	// in one way only, or carried password and hash: somebody may be looking
	// for a spelling that the gateway and the cluster read differently.
	// Default 5/1h.
	Unreadable Threshold

	// Exempt are patterns (* and ?) of actors that are declared automation.
	// Only what the cluster has verified is exempt: anybody can claim a name.
	Exempt []string

	// Privileged are patterns of targets whose changes always deserve a look.
	// Default: the accounts that come with the clusters.
	Privileged []string
}

// builtIn are the accounts that clusters come with and that can change security.
var builtIn = []string{
	"elastic", "kibana", "kibana_system", "logstash_system", "beats_system", "apm_system", "remote_monitoring_user", // Elasticsearch
	"admin", "kibanaserver", // OpenSearch, Huawei CSS
}

// WithDefaults fills in what isn't set.
func (s Settings) WithDefaults() Settings {
	for _, d := range []struct {
		t *Threshold
		n int
	}{{&s.Edge, 5}, {&s.Accounts, 20}, {&s.Unreadable, 5}} {
		if d.t.Count == 0 {
			*d.t = Threshold{d.n, time.Hour}
		}
	}
	if s.Privileged == nil {
		s.Privileged = builtIn
	}
	return s
}

// exempts reports whether the actor is declared automation.
func (s *Settings) exempts(b *review.Brief) bool {
	return b.Verified() && review.MatchAny(s.Exempt, review.Parts(b.Value(review.Actor))[0])
}
