// SPDX-License-Identifier: Apache-2.0

package module

import "net/http"

// authorised reports whether the caller has shown that he may set a target's
// password. Rules that know former passwords answer nobody else: "used before"
// told to a stranger is a way of guessing. Who has not shown it is refused by
// the cluster itself.
//
// His own account: he logged in with its password. Another's: the cluster says
// that he manages users.
func (c *change) authorised(target string) bool {
	actor := c.event.Actor
	if !actor.Verified {
		return false
	}
	if target == actor.Name && c.claim.Scheme == "basic" && c.claim.RunAs == "" && c.claim.Name == actor.Name {
		return true
	}
	method, path, body := c.h.dialect.Authority(c.match, target)
	if path == "" {
		return false
	}
	if known, ok := c.authority[path]; ok {
		return known
	}
	reply, err := c.ask(method, path, body)
	may := err == nil && reply.status == http.StatusOK && c.h.dialect.Authorised(reply.body.Bytes())
	if c.authority == nil {
		c.authority = make(map[string]bool)
	}
	c.authority[path] = may
	return may
}
