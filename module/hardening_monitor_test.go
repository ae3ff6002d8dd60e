// SPDX-License-Identifier: Apache-2.0

package module

import (
	"strings"
	"testing"
)

// Monitor mode denies nothing but password and hash in one request. That must not
// depend on how the request is spelled: whatever else is wrong with it, and would
// be forwarded for that reason, both at once stays denied. What is not both goes
// through, however odd.
func TestHardeningMonitorDeniesBoth(t *testing.T) {
	const both = `{"password":"` + forbidden + `","hash":"$2a$04$x"}`
	user := api + "/internalusers/bob"
	a := openArenaIn(t, "monitor")
	for _, c := range []struct {
		name, method, path, headers, body string
		denied                            bool
	}{
		{"plainly", "PUT", user, "", both, true},
		{"under another type", "PUT", user, "Content-Type: application/x-ndjson\r\n", both, true},
		{"an unknown parameter", "PUT", user + "?pretty&pretty", "", both, true},
		{"an unknown encoding", "PUT", user, "Content-Encoding: br\r\n", both, true},
		{"deflated", "PUT", user, "Content-Encoding: deflate\r\n", deflated(both), true},
		{"zipped twice over", "PUT", user, "Content-Encoding: gzip\r\n", gzipped(both[:20], both[20:]), true},
		{"something behind", "PUT", user, "", both + " x", true},
		{"an overlong key", "PUT", user, "", strings.Replace(both, `"h`, "\"\xc1\xa8", 1), true},
		{"another spelling of the path", "PUT", "//" + user[1:], "", both, true},
		{"a header twice", "PUT", user, "Content-Type: application/json\r\nContent-Type: application/json\r\n", both, true},
		{"a named connection", "PUT", user, "Connection: authorization\r\n", both, true},
		{"in a patch with junk", "PATCH", user, "", `[{"op":"add","path":"/hash","value":"x"},{"op":"add","path":"/password","value":"` + forbidden + `"}]x`, true},
		{"an unknown member", "PUT", user, "", strings.Replace(both, "{", `{"x":1,`, 1), true},
		{"larger than the bound", "PUT", user, "", both[:len(both)-1] + strings.Repeat(" ", 1<<20) + "}", true},
		{"a weak one", "PUT", user, "", `{"password":"` + forbidden + `"}`, false},
		{"a weak one with something behind", "PUT", user, "", `{"password":"` + forbidden + `"} x`, false},
		{"a null beside it", "PUT", user, "", `{"password":"` + forbidden + `","attributes":{"a":"hash"}}`, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			a.reset("bob")
			before := len(a.rig.records())
			res := converse(t, a.rig.addr, a.request(attack{method: c.method, target: c.path, headers: c.headers, body: c.body}, a.rig.addr))
			if denied := strings.HasPrefix(a.rig.storyFrom(before), "decision deny/both_fields denied"); denied != c.denied || denied == a.logsIn(true, "bob") {
				t.Errorf("denied %v, want %v, logs in %v; the trail tells %q (%d %s)", denied, c.denied, a.logsIn(true, "bob"), a.rig.storyFrom(before), res.status, res.body)
			}
		})
	}
}
