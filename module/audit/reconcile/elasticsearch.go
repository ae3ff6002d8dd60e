// SPDX-License-Identifier: Apache-2.0

package reconcile

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"time"
)

// esEvent is what is needed of a line of Elasticsearch's audit log. The keys
// are flat, with dots in them; what a configuration change is about is nested.
type esEvent struct {
	Time      string `json:"timestamp"`  // since 7
	OldTime   string `json:"@timestamp"` // 6
	Node      string `json:"node.name"`
	NodeID    string `json:"node.id"`
	Type      string `json:"event.type"`
	Event     string `json:"event.action"`
	User      string `json:"user.name"`
	Origin    string `json:"origin.address"`
	RequestID string `json:"request.id"`
	OpaqueID  string `json:"opaque_id"`
	Action    string `json:"action"`
	Path      string `json:"url.path"`
	Change    struct {
		Password struct {
			User esUser `json:"user"`
		} `json:"password"`
	} `json:"change"`
	Put struct {
		User esUser `json:"user"`
	} `json:"put"`
}

type esUser struct {
	Name        string `json:"name"`
	HasPassword bool   `json:"has_password"`
}

const (
	esChangePassword = "cluster:admin/xpack/security/user/change_password"
	esPutUser        = "cluster:admin/xpack/security/user/put"
)

// esRequest is what several events say about one request.
type esRequest struct {
	at                 time.Time
	actor, origin      string
	path, opaque, node string
	granted            string // the action, where access_granted tells it
	configured         *Seen  // where security_config_change tells it (since 7.10)
	source             string
}

// ElasticsearchLog reads audit logs of one cluster, from any number of its
// nodes. Since 7.10 the event type security_config_change names the target and
// says whether a password was set; before, access_granted names the action and
// authentication_success the path. Zone is that of times without one.
func ElasticsearchLog(files map[string]io.Reader, zone *time.Location) (*Log, error) {
	log := &Log{}
	requests := make(map[string]*esRequest)
	for name, r := range files {
		if err := readElasticsearch(log, requests, name, r, zone); err != nil {
			return nil, err
		}
	}
	inOrder := make([]*esRequest, 0, len(requests))
	for _, r := range requests {
		inOrder = append(inOrder, r)
	}
	slices.SortFunc(inOrder, func(a, b *esRequest) int { return a.at.Compare(b.at) })
	for _, r := range inOrder {
		if s, ok := r.seen(); ok {
			log.Seen = append(log.Seen, s)
		}
	}
	return log, nil
}

func readElasticsearch(log *Log, requests map[string]*esRequest, name string, r io.Reader, zone *time.Location) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 1<<16), maxLogLine)
	for n := 1; lines.Scan(); n++ {
		text := object(lines.Bytes())
		if text == nil {
			continue
		}
		log.Events++
		var e esEvent
		if err := json.Unmarshal(text, &e); err != nil {
			return fmt.Errorf("reading %s: line %d is no event of an audit log in JSON", name, n)
		}
		at, ok := parseTime(e.Time+e.OldTime, zone)
		if !ok {
			return fmt.Errorf("reading %s: line %d has no time that can be read", name, n)
		}
		log.cover(at)
		if e.aboutUsers(text) {
			e.into(requests, at, fmt.Sprintf("%s:%d", name, n))
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("reading %s: %w", name, err)
	}
	return nil
}

// esInternal are the users that Elasticsearch acts as itself. Others may begin
// with the same letters.
var esInternal = []string{"_system", "_xpack", "_xpack_security", "_security"}

// aboutUsers reports whether the event may tell something about a change of a
// user. The cluster's own internal requests don't.
func (e *esEvent) aboutUsers(text []byte) bool {
	if slices.Contains(esInternal, e.User) {
		return false
	}
	return e.Event == "change_password" || e.Event == "put_user" || bytes.Contains(text, []byte("security/user"))
}

// into adds the event to its request. Without an id, it stands alone.
func (e *esEvent) into(requests map[string]*esRequest, at time.Time, source string) {
	id := e.RequestID
	if id == "" {
		id = source
	}
	r := requests[id]
	if r == nil {
		r = &esRequest{at: at, source: source}
		requests[id] = r
	}
	for _, set := range []struct {
		to   *string
		from string
	}{{&r.origin, e.Origin}, {&r.opaque, e.OpaqueID}, {&r.path, e.Path}, {&r.node, e.Node}, {&r.node, e.NodeID}, {&r.actor, e.User}} {
		if *set.to == "" {
			*set.to = set.from
		}
	}
	switch {
	case e.Event == "access_granted" && (e.Action == esChangePassword || e.Action == esPutUser):
		r.granted, r.at, r.source = e.Action, at, source
	case e.Event == "change_password":
		r.configured = &Seen{Time: at, Action: e.Event, Target: e.Change.Password.User.Name, Certain: true, Source: source}
	case e.Event == "put_user":
		r.configured = &Seen{Time: at, Action: e.Event, Target: e.Put.User.Name, Certain: e.Put.User.HasPassword, Source: source}
	}
}

// seen is the change that a request was, if it may have set a password.
func (r *esRequest) seen() (Seen, bool) {
	var s Seen
	switch {
	case r.configured != nil:
		s = *r.configured
		if s.Action == "put_user" && !s.Certain {
			return s, false // it says that no password was set
		}
	case r.granted == esChangePassword:
		s = Seen{Time: r.at, Action: "change_password", Certain: true, Source: r.source}
	case r.granted == esPutUser:
		s = Seen{Time: r.at, Action: "put_user", Source: r.source}
	default:
		return s, false
	}
	s.Actor, s.Address, s.OpaqueID, s.Node = r.actor, host(r.origin), r.opaque, r.node
	if s.Target == "" {
		s.Target = userOf(r.path, r.actor)
	}
	return s, true
}

// userOf reads the target from a path such as /_security/user/bob/_password;
// without a name in it, the actor changes his own.
func userOf(path, actor string) string {
	_, rest, ok := strings.Cut(path, "/user/")
	if !ok {
		return ""
	}
	name, _, _ := strings.Cut(rest, "/")
	if name == "_password" {
		return actor
	}
	plain, err := url.PathUnescape(name)
	if err != nil {
		return name
	}
	return plain
}
