// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"context"
	"testing"
)

// TestClustersComeUp proves by direct requests that the real clusters run and
// tell a right password from a wrong one. Everything else rests on that.
func TestClustersComeUp(t *testing.T) {
	requireEnabled(t)
	for _, start := range []func(*testing.T) *Cluster{realElasticsearch, realOpenSearch} {
		c := start(t)
		t.Run(c.Dialect, func(t *testing.T) {
			for password, want := range map[string]bool{c.AdminPassword: true, c.AdminPassword + "x": false} {
				in, err := c.Login(context.Background(), c.Admin, password)
				if err != nil || in != want {
					t.Errorf("login with the right password %v: found in=%v, %v", want, in, err)
				}
			}
		})
	}
}
