// SPDX-License-Identifier: Apache-2.0

package demo

import (
	"crypto/rand"
	"fmt"
	"strings"
	"time"

	"golang.org/x/crypto/bcrypt"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/review/traffic"
)

// reviewing is the page on which the trail is reviewed. Even on loopback it
// asks who is there: other users of the machine can reach it too.
type reviewing struct {
	port           int
	user, password string
	hash           string
}

func newReviewing(port int) (*reviewing, error) {
	r := &reviewing{port: port, user: "auditor", password: strings.ToLower(rand.Text()[:12])}
	// 60 random bits need no slow hash, and the page should be quick.
	hash, err := bcrypt.GenerateFromPassword([]byte(r.password), bcrypt.MinCost)
	if err != nil {
		return nil, fmt.Errorf("hashing the review page's password: %w", err)
	}
	r.hash = string(hash)
	return r, nil
}

// Reviewing tells where the page is on which the demo's trail is reviewed, and
// who may see it.
func (d *Demo) Reviewing() (address, user, password string) {
	return d.reviewing.address(), d.reviewing.user, d.reviewing.password
}

func (r *reviewing) address() string { return fmt.Sprintf("http://127.0.0.1:%d/", r.port) }

func (r *reviewing) caddyfile() string {
	return fmt.Sprintf(`
http://127.0.0.1:%d {
	bind 127.0.0.1
	basic_auth {
		%s %s
	}
	password_audit
}
`, r.port, r.user, r.hash)
}

// maxSample is some 1.4 GB of trail.
const maxSample = 1_000_000

// writeSample begins the trail with the invented traffic of a company that had
// a gateway for 90 days. It needs an empty directory.
func writeSample(dir string, changes int, now time.Time) error {
	if changes == 0 {
		return nil
	}
	if changes < 0 || changes > maxSample {
		return fmt.Errorf("--sample: expected a number of changes from 1 to %d, found %d", maxSample, changes)
	}
	held, err := audit.Segments(dir)
	if err == nil && len(held) > 0 {
		return fmt.Errorf("--sample: expected no trail in %s, found one; leave out --sample to go on with it, or name another directory with --keep", dir)
	}
	plan := traffic.Plan{Seed: 1, Changes: changes, People: 150, From: now.AddDate(0, 0, -90).Truncate(time.Hour), Until: now.Add(-5 * time.Minute)}
	if _, err := traffic.Write(dir, plan, audit.Options{}); err != nil {
		return fmt.Errorf("filling the trail with sample traffic: %w", err)
	}
	return nil
}
