// SPDX-License-Identifier: Apache-2.0

package dialect

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/passgate/passgate/module/audit"
)

// The operations of Huawei CSS that set the administrator's password, as Cloud
// Trace Service names them.
const (
	ResetPassword   Operation = "resetPassword"
	ChangeMode      Operation = "changeMode"
	CreateCluster   Operation = "createCluster"   // v1.0
	CreateClusterV2 Operation = "createClusterV2" // v2.0
)

// cssAdmin is the one account whose password the control plane sets.
const cssAdmin = "admin"

// HuaweiCSS is the control plane of Huawei Cloud Search Service. Users inside a
// CSS cluster are changed by the cluster's own API: dialect opensearch.
type HuaweiCSS struct{}

// Name implements [Dialect].
func (HuaweiCSS) Name() string { return "huawei_css" }

// Recognise implements [Dialect].
func (HuaweiCSS) Recognise(method, path string) Match {
	return recognise(huaweiRoute, method, path)
}

func huaweiRoute(method, path string) Match {
	if method != "POST" {
		return Match{}
	}
	t := cut(path)
	guard := func(op Operation, root int) Match {
		return Match{Kind: Guarded, Operation: op, API: t.seg[root], Prefix: t.before(root), Target: cssAdmin, Named: true}
	}
	switch {
	case t.n == 6 && t.is(0, "reset", "password") && t.seg[3] == "clusters" && t.seg[5] == "v1.0":
		return guard(ResetPassword, 5)
	case t.n == 6 && t.is(0, "change", "mode") && t.seg[3] == "clusters" && t.seg[5] == "v1.0":
		return guard(ChangeMode, 5)
	case t.n >= 3 && t.seg[0] == "clusters" && t.seg[2] == "v1.0":
		return guard(CreateCluster, 2)
	case t.n >= 3 && t.seg[0] == "clusters" && t.seg[2] == "v2.0":
		return guard(CreateClusterV2, 2)
	}
	return Match{}
}

var resetShape = shape{"newpassword": "s"}

// The service's documents spell ChangeMode's members with underscores, its
// Terraform provider in camel case; both are on the wire.
var (
	modeShape      = shape{"authority_enable": "b", "admin_pwd": "s", "https_enable": "b"}
	modeShapeCamel = shape{"authorityEnable": "b", "adminPwd": "s", "httpsEnable": "b"}
)

// Read implements [Dialect]. The service may know its signed body hash, but not
// what its own leniencies are: near spellings of a secret are refused.
func (HuaweiCSS) Read(m Match, in Input) (Change, *Fault) {
	if strings.ContainsAny(in.Query, ";#\\") || nearSecretQuery(in.Query) {
		return Change{}, unreadable(ReasonQuery, "the query may not carry a password or a semicolon")
	}
	if fault := mediaType(in.Header, "application/json"); fault != nil {
		return Change{}, fault
	}
	body, fault := plainBody(in.Header, in.Body, MaxBody(m.Operation), false)
	if fault != nil {
		return Change{}, fault
	}
	members, err := readObject(body)
	if err != nil {
		return Change{}, badJSON()
	}
	switch m.Operation {
	case ResetPassword:
		return readReset(members)
	case ChangeMode:
		return readMode(members)
	default:
		return readCluster(members)
	}
}

func readReset(members []member) (Change, *Fault) {
	if fault := checkShape(members, resetShape); fault != nil {
		return Change{}, fault
	}
	change := Change{Targets: []string{cssAdmin}}
	change.take(members, Secret{Target: cssAdmin}, "newpassword", "")
	if len(change.Secrets) == 0 {
		return Change{}, unreadable(ReasonMissingSecret, "the body must hold the new password as a string named newpassword")
	}
	return change, nil
}

func readMode(members []member) (Change, *Fault) {
	known, password, authority := modeShape, "admin_pwd", "authority_enable"
	if camel, snake := anyKnown(members, modeShapeCamel), anyKnown(members, modeShape); camel && snake {
		return Change{}, unreadable(ReasonTwoSpellings, "the body mixes two spellings of its members; use one")
	} else if camel {
		known, password, authority = modeShapeCamel, "adminPwd", "authorityEnable"
	}
	if fault := checkShape(members, known); fault != nil {
		return Change{}, fault
	}
	change := Change{Targets: []string{cssAdmin}}
	change.take(members, Secret{Target: cssAdmin}, password, "")
	switch on, ok := find(members, authority); {
	case ok && on.kind == 'f':
		change.Forbidden = ReasonSecurityOff
	case ok && on.kind == 't' && len(change.Secrets) == 0:
		change.Forbidden = ReasonNoPassword
	}
	return change, nil
}

func anyKnown(members []member, known shape) bool {
	for _, m := range members {
		if _, ok := known[m.name]; ok {
			return true
		}
	}
	return false
}

// readCluster reads a create. A cluster has dozens of members that differ by
// version and region, so they are not listed: what must not be there is another
// place or spelling of the password.
func readCluster(members []member) (Change, *Fault) {
	top, ok := find(members, "cluster")
	if !ok || top.kind != '{' {
		return Change{}, unreadable(ReasonWrongType, "the body must hold an object named cluster")
	}
	cluster, err := readObject(top.raw)
	if err != nil {
		return Change{}, badJSON()
	}
	if fault := checkCluster(members, cluster); fault != nil {
		return Change{}, fault
	}
	change := Change{Targets: []string{cssAdmin}}
	change.take(cluster, Secret{Target: cssAdmin}, "adminPwd", "")
	return change, nil
}

func checkCluster(members, cluster []member) *Fault {
	var secret, hash bool
	for _, m := range append(members[:len(members):len(members)], cluster...) {
		secret = secret || secretNames[m.name]
		hash = hash || hashNames[m.name]
	}
	if secret && hash {
		return bothFields()
	}
	strays := 0
	for _, m := range members {
		if m.name != "cluster" {
			strays += secretKeys(m)
		}
	}
	for _, m := range cluster {
		if m.name != "adminPwd" {
			strays += secretKeys(m)
		} else if m.kind != '"' {
			return unreadable(ReasonWrongType, "cluster.adminPwd must be a string")
		}
	}
	if strays > 0 {
		return unreadable(ReasonUnknownKey, "the password may only be given as cluster.adminPwd, spelled so")
	}
	return nil
}

// secretKeys counts names that look like a secret, in a member and below it.
func secretKeys(m member) (n int) {
	if nearSecret(m.name) {
		n++
	}
	if m.kind != '{' && m.kind != '[' {
		return n
	}
	dec := jsontext.NewDecoder(bytes.NewReader(m.raw))
	for {
		kind, length := dec.StackIndex(dec.StackDepth())
		isName := kind == '{' && length%2 == 0
		token, err := dec.ReadToken()
		if err != nil {
			return n
		}
		if isName && token.Kind() == '"' && nearSecret(token.String()) {
			n++
		}
	}
}

// nearSecretQuery looks at the names of a query's parameters.
func nearSecretQuery(query string) bool {
	for pair := range strings.SplitSeq(query, "&") {
		name, _, _ := strings.Cut(pair, "=")
		plain, err := url.QueryUnescape(name)
		if err != nil || nearSecret(plain) {
			return true
		}
	}
	return false
}

var unhyphenated = strings.NewReplacer("_", "", "-", "")

// nearSecret reports whether a name is a secret's with case, underscores and
// hyphens disregarded.
func nearSecret(name string) bool {
	folded := strings.ToLower(unhyphenated.Replace(name))
	for _, word := range []string{"adminpwd", "newpassword", "passwordhash"} {
		if strings.Contains(folded, word) {
			return true
		}
	}
	return folded == "password" || folded == "hash" || folded == "pwd"
}

// Whoami implements [Dialect]: a signature covers one request only, and the
// control plane has no call that names the caller of a token.
func (HuaweiCSS) Whoami(Match) string { return "" }

// Identity implements [Dialect]; it is never asked.
func (HuaweiCSS) Identity([]byte) (Identity, error) { return Identity{}, errShape }

// Authority implements [Dialect]: there is none.
func (HuaweiCSS) Authority(Match, string) (method, path, body string) { return "", "", "" }

// Authorised implements [Dialect]; it is never asked.
func (HuaweiCSS) Authorised(int, []byte) (may, plain bool) { return false, true }

// Outcome implements [Dialect]. The service can refuse inside a 2xx (202 with an
// error code), and it answers a create or a mode change before it is done.
func (HuaweiCSS) Outcome(m Match, status int, body []byte) audit.Outcome {
	outcome := outcomeOf(status)
	if outcome != audit.Applied {
		return outcome
	}
	if members, err := readObject(body); err == nil {
		for _, name := range []string{"errCode", "error_code"} {
			if _, ok := find(members, name); ok {
				return audit.Failed
			}
		}
	}
	if m.Operation == ResetPassword && status == http.StatusOK {
		return audit.Applied
	}
	return audit.Pending
}
