// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"strconv"
	"strings"
	"time"
)

// DefaultAdminPassword is the administrator's password when Options name none.
const DefaultAdminPassword = "sandbox-Admin-1"

// Options describe one embedded cluster. The zero value is a cluster of the
// newest version, with the administrator's password [DefaultAdminPassword].
type Options struct {
	// Version is the release to behave like: Elasticsearch 6.8.x to 9.x
	// (default 8.19.21), OpenSearch 2.19.x (default 2.19.3). Huawei CSS has none.
	Version string

	// AdminPassword is the initial password of "elastic" (Elasticsearch), of
	// "admin" (OpenSearch), and of "admin" in each CSS cluster.
	AdminPassword string

	// Impersonate lists, for each OpenSearch user, as whom he may act by the
	// header opendistro_security_impersonate_as; "*" stands for everybody.
	Impersonate map[string][]string

	// Forgetful clusters don't remember requests: Seen stays empty, and
	// memory doesn't grow with the traffic.
	Forgetful bool

	// Now is the clock against which CSS judges signatures. Default: time.Now.
	Now func() time.Time
}

func (o Options) withDefaults(version string) Options {
	if o.Version == "" {
		o.Version = version
	}
	if o.AdminPassword == "" {
		o.AdminPassword = DefaultAdminPassword
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return o
}

// release is a version number that can be compared.
type release struct{ major, minor int }

// parseRelease reads "8.19.21"; what isn't a number counts as 0.
func parseRelease(version string) release {
	major, rest, _ := strings.Cut(version, ".")
	minor, _, _ := strings.Cut(rest, ".")
	var r release
	r.major, _ = strconv.Atoi(major)
	r.minor, _ = strconv.Atoi(minor)
	return r
}

func (r release) atLeast(major, minor int) bool {
	return r.major > major || r.major == major && r.minor >= minor
}
