// SPDX-License-Identifier: Apache-2.0

package oracle

import (
	"bufio"
	"bytes"
	"net/http"
	"strings"

	"golang.org/x/net/http/httpguts"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/dialect"
)

// Ours is what the gateway makes of an input.
type Ours struct {
	Refused   bool
	Why       audit.Reason      // of the refusal
	Operation dialect.Operation // of a Target; empty: it would leave as no change
	Change    dialect.Change
	Claim     dialect.Claim // of a Basic header
	Sent      []byte        // what would reach the cluster
}

// operation is what the reader of a body is told that the path said.
func (in *Input) operation() dialect.Operation {
	switch in.Question {
	case ChangeBody:
		return dialect.ChangePassword
	case PutUserBody:
		return dialect.PutUser
	case AccountBody:
		return dialect.Account
	case InternalUser:
		return dialect.CreateUser
	case PatchOne:
		return dialect.PatchUser
	default:
		return dialect.PatchUsers
	}
}

var jsonHeader = http.Header{"Content-Type": {"application/json"}}

// Read gives an input to the gateway's readers.
func Read(in *Input) Ours {
	switch in.Question {
	case Target:
		return readTarget(in)
	case Basic:
		return readBasic(in)
	}
	m := dialect.Match{Kind: dialect.Guarded, Operation: in.operation(), Target: in.Name, Named: in.Name != ""}
	change, fault := dialect.ByName(in.Dialect).Read(m, dialect.Input{Header: jsonHeader, Body: in.Data})
	return refusedFor(fault, Ours{Change: change, Sent: in.Data})
}

func refusedFor(fault *dialect.Fault, ours Ours) Ours {
	if fault != nil {
		ours.Refused, ours.Why = true, fault.Reason
	}
	return ours
}

// readTarget takes a target the way it goes in front of the guard: through Go's
// server, which refuses some and rewrites others. What the cluster gets is what
// Go makes of the parsed target.
func readTarget(in *Input) Ours {
	line := make([]byte, 0, len(in.Data)+64)
	line = append(append(line, in.Method...), ' ')
	line = append(append(line, in.Data...), " HTTP/1.1\r\nHost: gateway.test\r\n\r\n"...)
	r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(line)))
	if err != nil {
		return Ours{Refused: true, Why: "http", Sent: in.Data}
	}
	path := r.URL.EscapedPath()
	if path == "" && r.URL.Opaque == "" && r.Method != http.MethodConnect {
		return Ours{Sent: []byte(r.URL.RequestURI())} // leaves as "/"
	}
	if r.URL.Opaque != "" || !strings.HasPrefix(path, "/") || r.Method == http.MethodConnect {
		return Ours{Refused: true, Why: dialect.ReasonRequestTarget, Sent: in.Data}
	}
	d := dialect.ByName(in.Dialect)
	m := d.Recognise(r.Method, path)
	if m.Plus { // the gateway denies it unless the cluster says that it reads a plus
		return Ours{Refused: true, Why: dialect.ReasonUserName, Sent: in.Data}
	}
	switch m.Kind {
	case dialect.Evasion, dialect.Shielded: // the latter by default
		return Ours{Refused: true, Why: m.Reason, Sent: in.Data}
	case dialect.Neighbour, dialect.Unlisted:
		return Ours{Sent: []byte(r.URL.RequestURI())}
	}
	ours := Ours{Operation: m.Operation, Sent: []byte(r.URL.RequestURI())}
	change, fault := d.Read(m, dialect.Input{Query: r.URL.RawQuery, Header: jsonHeader, Body: bodyFor(m.Operation)})
	ours.Change = change
	if fault != nil {
		ours.Sent = in.Data
	}
	return refusedFor(fault, ours)
}

// bodyFor is a body that is right, so that the target alone decides.
func bodyFor(op dialect.Operation) []byte {
	switch op {
	case dialect.PatchUser:
		return []byte(`[{"op":"add","path":"/password","value":"secret"}]`)
	case dialect.PatchUsers:
		return []byte(`[{"op":"add","path":"/bob/password","value":"secret"}]`)
	case dialect.Account:
		return []byte(`{"current_password":"x","password":"secret"}`)
	}
	return []byte(`{"password":"secret"}`)
}

// readBasic takes a header's value the way it goes: trimmed and checked by Go's
// server (RFC 9110, section 5.5), then read as credentials.
func readBasic(in *Input) Ours {
	value := strings.Trim(string(in.Data), " \t")
	if !httpguts.ValidHeaderFieldValue(value) {
		return Ours{Refused: true, Why: "http", Sent: in.Data}
	}
	claim, fault := dialect.ReadClaim(http.Header{"Authorization": {value}})
	return refusedFor(fault, Ours{Claim: claim, Sent: []byte(value)})
}
