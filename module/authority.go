// SPDX-License-Identifier: Apache-2.0

package module

import (
	"net/http"

	"github.com/passgate/passgate/module/dialect"
)

// authorised reports whether the caller has shown that he may set a target's
// password. Rules that know former passwords answer nobody else: "used before"
// told to a stranger is a way of guessing. Who has not shown it is refused by
// the cluster itself.
//
// His own account: he logged in with its password, or with that of somebody who
// may act as him. Another's, also that of a namesake from a directory: the cluster
// says that he manages users. An answer that is neither yes nor no is a fault: it
// could be provoked.
func (c *change) authorised(target string) (may bool, fault *dialect.Fault) {
	actor := c.event.Actor
	switch {
	case !actor.Verified || c.stranger:
		return false, nil
	case target == actor.Name && !c.foreign && c.claim.Scheme == "basic" && (c.claim.RunAs != "" || c.claim.Name == actor.Name):
		return true, nil
	}
	method, path, body := c.h.dialect.Authority(c.match, target)
	if path == "" {
		return false, nil
	}
	if known, ok := c.authority[path]; ok {
		return known, nil
	}
	reply, err := c.ask(method, path, body)
	plain := false
	if err == nil {
		may, plain = c.h.dialect.Authorised(reply.status, reply.body.Bytes())
	}
	if !plain {
		c.unanswered(reply, err)
		return false, unavailable("authority", "the cluster did not say whether you may do this, so nothing was changed; try again later")
	}
	c.stranger = reply.status == http.StatusForbidden // to users at all: not asked for each of a thousand
	if c.authority == nil {
		c.authority = make(map[string]bool)
	}
	c.authority[path] = may
	return may, nil
}
