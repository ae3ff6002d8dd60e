// SPDX-License-Identifier: Apache-2.0

package module

import (
	"strings"
	"testing"
	"time"

	"github.com/passgate/passgate/module/voucher"
	"github.com/passgate/passgate/policy"
)

// A hash that somebody has vouched for is accepted for its user, and for nobody
// else; any other hash stays denied.
func TestVouchedHash(t *testing.T) {
	t.Setenv("XDG_DATA_HOME", t.TempDir())
	p, err := policy.New("staff", []policy.Statement{{Name: "min_length", Args: []string{"8"}}})
	if err != nil {
		t.Fatal(err)
	}
	hash := "$2a$10$" + strings.Repeat("b", 53)
	if err := (voucher.Book{Dir: VoucherDir()}).Issue("bob", hash, p.Digest(), time.Hour); err != nil {
		t.Fatal(err)
	}
	_, upstream := elastic(t)
	r := statefulRig(t, "min_length 8", upstream)
	for _, c := range []struct {
		user, hash string
		status     int
	}{{"bob", hash, 200}, {"eve", hash, 400}, {"bob", "$2a$10$" + strings.Repeat("c", 53), 400}} {
		res := r.change("PUT", "/_security/user/"+c.user, "boss", boss, `{"roles":[],"password_hash":"`+c.hash+`"}`)
		if res.status != c.status {
			t.Errorf("%s: status %d, want %d: %s", c.user, res.status, c.status, res.body)
		}
	}
}
