// SPDX-License-Identifier: Apache-2.0

package dialect

import (
	"net/http"

	"github.com/passgate/passgate/module/audit"
)

// A Dialect is one family of upstream APIs. Its methods are safe for
// concurrent use and keep no state.
type Dialect interface {
	// Name is the word used in the Caddyfile and on the trail.
	Name() string

	// Recognise tells from the method and the escaped path, as they will be
	// sent upstream, whether a request is a change. It never allocates for a
	// request that isn't one and is spelled plainly.
	Recognise(method, path string) Match

	// Read understands the query, the headers and the body of a change.
	Read(m Match, in Input) (Change, *Fault)

	// Whoami is the escaped path, under the change's own prefix, of the call
	// by which the cluster names the caller; empty if it has none.
	Whoami(m Match) string

	// Identity reads the answer of that call, status 200.
	Identity(body []byte) (Identity, error)

	// Authority is a call that only a caller who may set a target's password
	// can make; path is empty if there is none.
	Authority(m Match, target string) (method, path, body string)

	// Authorised reads the answer of that call. It is plain if it says yes or no.
	Authorised(status int, body []byte) (may, plain bool)

	// UserPath is the escaped path of the call that shows whether a target exists,
	// for an operation that creates a user who doesn't. It is empty if the
	// operation never does, or if there is no such call for this name.
	UserPath(m Match, target string) (path string, creates bool)

	// HasUser reads the answer of that call. It is plain if it says yes or no.
	HasUser(target string, status int, body []byte) (has, plain bool)

	// Refuse writes a refusal in the shape the cluster's clients expect.
	Refuse(w http.ResponseWriter, r *http.Request, refusal Refusal)

	// Outcome tells what the cluster's answer means for a change.
	Outcome(m Match, status int, body []byte) audit.Outcome
}

// Kind sorts requests.
type Kind uint8

// The kinds of a request.
const (
	Neighbour Kind = iota // not a change: leaves untouched
	Guarded               // a change, spelled as the cluster's router expects it
	Evasion               // decodes, folds or cleans to a change, but isn't spelled as one
	Unlisted              // a write below the security API that we don't know: forwarded and recorded
	Shielded              // no change in itself, but a way to one past the API: denied by default
)

// Match is what recognition found out.
type Match struct {
	Kind      Kind
	Operation Operation
	Prefix    string // escaped path in front of the API, "" at the root
	API       string // escaped root of the API within the dialect
	Target    string // decoded name segment of the path
	Named     bool   // Target came with the path
	Plus      bool   // Target has a bare plus, which not every release reads as one
	Reason    audit.Reason
}

// Operation is an API call by the vendor's own name.
type Operation string

// Operations are the changes that a policy may be asked to judge, in all dialects.
func Operations() []Operation {
	return []Operation{
		ChangePassword, OwnPassword, PutUser,
		Account, CreateUser, PatchUser, PatchUsers, UserToken, RollbackConf,
		ResetPassword, ChangeMode, CreateCluster, CreateClusterV2,
	}
}

// Input is everything of a change but its path and method.
type Input struct {
	Query  string // raw
	Header http.Header
	Body   []byte // as sent, whole
}

// Change is a change as the cluster will understand it.
type Change struct {
	Secrets []Secret     // every secret it sets; none: there is nothing to judge
	Targets []string     // whose, where the request names them; may be more than Secrets
	Own     bool         // the caller's own password
	Form    audit.Secret // password, hash, both or none
	// Forbidden names an operation that is denied unless the site allows it.
	Forbidden audit.Reason
}

// Secret is one password or hash and whose it will be.
type Secret struct {
	Target          string // empty: the caller's own
	Value           string
	Hash            bool
	Current         string // the password in force, where the API asks for it
	HasCurrent      bool
	FullName, Email string
}

// Identity is who the cluster says is asking.
type Identity struct {
	Name  string // effective user
	Realm string
	// Foreign is set if the cluster says that another realm than its own knows him:
	// its own user of the same name is somebody else.
	Foreign bool
	KeyID   string // API key id, where it tells
	Roles   []string
}

// All lists the dialects that ship with the gateway.
func All() []Dialect { return []Dialect{Elasticsearch{}, OpenSearch{}, HuaweiCSS{}} }

// ByName returns a dialect by its word, or nil.
func ByName(name string) Dialect {
	for _, d := range All() {
		if d.Name() == name {
			return d
		}
	}
	return nil
}

// LargestBody is the largest body that any operation may have, in bytes.
const LargestBody = 1 << 20

// MaxBody is the largest body an operation may have, in bytes as sent and, for
// a compressed one, after inflating. No client comes near: a password route
// carries one short object, the others a user or a patch of many.
func MaxBody(op Operation) int {
	switch op {
	case ChangePassword, OwnPassword, Account, ResetPassword, ChangeMode:
		return 64 << 10
	default:
		return LargestBody
	}
}
