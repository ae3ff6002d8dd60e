// SPDX-License-Identifier: Apache-2.0

package module

import (
	"strings"
	"testing"
)

// Every way in which Caddy's proxy repeats a request (reverseproxy.go, tryAgain):
// after a node that could not be dialled, after an answer that lb_retry_match
// picks, from a buffer (request_buffers). A change goes out at most once, and
// what is on record is what may have happened.
func TestHardeningRetries(t *testing.T) {
	const retries = "lb_policy first\n lb_retries 3\n lb_try_duration 2s\n lb_try_interval 10ms\n"
	const onMethod = "lb_retry_match {\n method PUT\n}\n"
	const onStatus = "lb_retry_match {\n expression `{rp.status_code} >= 500`\n}\n"
	for _, c := range []struct {
		name, options string
		answer        string
		standard      bool // the standard transport is safe here too
		story         string
	}{
		{"answer lost", retries + onMethod, "", true, "outcome allow unknown"},
		{"answer lost, buffered", retries + onMethod + "request_buffers 4KiB\n", "", false, "outcome allow unknown"},
		{"busy", retries + onStatus, "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", true, "outcome allow unknown"},
		{"busy, buffered", retries + onStatus + "request_buffers 4KiB\n", "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", false, "outcome allow unknown"},
		{"answer is no HTTP", retries + onMethod, "oops", true, "outcome allow unknown"},
	} {
		for _, transport := range []string{"http", "password_policy"} {
			if transport == "http" && !c.standard {
				continue // refused at load, see TestSitingRefused
			}
			t.Run(c.name+"/"+transport, func(t *testing.T) {
				s := scripted(t, c.answer)
				r := start(t, claimedSite(c.options+"transport "+transport, ""), s.addr)
				res := r.change("PUT", bobPath, "bob", oldPassword, `{"password":"`+goodPassword+`"}`, "Idempotency-Key", "x")
				if s.seen.Load() != 1 {
					t.Errorf("sent %d times (%d %s)", s.seen.Load(), res.status, res.body)
				}
				r.wantStory("decision allow; " + c.story)
			})
		}
	}
}

// A node that can't be dialled has seen nothing: the next one gets the change,
// buffered or not, with a body or without.
func TestHardeningFailover(t *testing.T) {
	const retries = "lb_policy first\n lb_retries 3\n lb_try_duration 2s\n lb_try_interval 10ms\n fail_duration 1s\n lb_retry_match {\n method PUT POST\n}\n transport password_policy\n"
	for name, options := range map[string]string{"plain": retries, "buffered": retries + "request_buffers 4KiB\n"} {
		t.Run(name, func(t *testing.T) {
			es, upstream := elastic(t)
			r := start(t, claimedSite(options, ""), freeAddr(t)+" "+upstream)
			res := r.change("PUT", bobPath, "boss", boss, `{"password":"`+goodPassword+`"}`)
			if res.status != 200 || !es.CheckPassword("bob", goodPassword) {
				t.Errorf("status %d: %s", res.status, res.body)
			}
			r.wantStory("decision allow; outcome allow applied")
		})
	}
	t.Run("no body", func(t *testing.T) {
		s := scripted(t, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
		site := strings.Replace(claimedSite(retries, ""), "elasticsearch {", "opensearch {\n\t\tallow generated_secret", 1)
		r := start(t, site, freeAddr(t)+" "+s.addr)
		res := r.change("POST", api+"/internalusers/svc/authtoken", "boss", boss, "")
		if res.status != 200 || s.seen.Load() != 1 {
			t.Errorf("status %d, sent %d times: %s", res.status, s.seen.Load(), res.body)
		}
	})
	t.Run("unlisted", func(t *testing.T) {
		s := scripted(t, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
		r := start(t, claimedSite(retries, ""), freeAddr(t)+" "+s.addr)
		if res := r.change("POST", "/_security/tomorrow", "boss", boss, "{}"); res.status != 200 || s.seen.Load() != 1 {
			t.Errorf("status %d, sent %d times: %s", res.status, s.seen.Load(), res.body)
		}
	})
}
