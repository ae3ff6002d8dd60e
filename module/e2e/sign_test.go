// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"net/http"
	"strings"
	"testing"
)

// TestSignature compares with a vector made by the vendor's Go SDK.
func TestSignature(t *testing.T) {
	t.Parallel()
	m := &message{
		Method: "POST", Target: "/v1.0/p1/clusters/c1/password/reset",
		Header: http.Header{
			"Host": {"css.example.test"}, "User-Agent": {"ua"}, "X-Project-Id": {"p1"}, "X-Sdk-Date": {"20260102T030405Z"},
		},
		Body: []byte(`{"newpassword":"Aa1!aaaa"}` + "\n"),
	}
	const want = "Signature=76d9d6e5efe1bd85d0fefbb419607491bc81ba66ba1f4af47fdb3a2b5951c1c6"
	got := authorization(m, "host;user-agent;x-project-id;x-sdk-date", "AKEXAMPLE", "SKEXAMPLE")
	if !strings.HasSuffix(got, want) {
		t.Errorf("expected %s, found %s", want, got)
	}
}
