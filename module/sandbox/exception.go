// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"fmt"
	"net/http"
	"strings"
)

// exception is what a cluster's code throws: it decides status, type and reason.
type exception struct {
	status    int
	kind      string
	reason    string
	noReason  bool       // the reason is null
	challenge []string   // WWW-Authenticate, on 401
	cause     *exception // caused_by
}

func (e *exception) Error() string { return e.kind + ": " + e.reason }

func illegalArgument(format string, args ...any) error {
	return &exception{status: http.StatusBadRequest, kind: "illegal_argument_exception", reason: fmt.Sprintf(format, args...)}
}

// badParameter is what the REST layer makes of a query it can't decode.
func badParameter(err error) error {
	cause := err.(*exception)
	return &exception{status: http.StatusBadRequest, kind: "bad_parameter_exception",
		reason: "java.lang.IllegalArgumentException: " + cause.reason, cause: cause}
}

func parseException(format string, args ...any) error {
	return &exception{status: http.StatusBadRequest, kind: "parse_exception", reason: fmt.Sprintf(format, args...)}
}

// invalid is a ValidationException: numbered reasons, each ended by a semicolon.
func invalid(reasons ...string) error { return numbered("validation_exception", reasons) }

// invalidRequest is its subclass for requests that lack something.
func invalidRequest(reasons ...string) error {
	return numbered("action_request_validation_exception", reasons)
}

func numbered(kind string, reasons []string) error {
	var b strings.Builder
	b.WriteString("Validation Failed: ")
	for i, reason := range reasons {
		fmt.Fprintf(&b, "%d: %s;", i+1, reason)
	}
	return &exception{status: http.StatusBadRequest, kind: kind, reason: b.String()}
}

func securityException(status int, format string, args ...any) *exception {
	return &exception{status: status, kind: "security_exception", reason: fmt.Sprintf(format, args...)}
}

// reply renders an exception as both clusters do: the root cause, the cause
// once more, and the status.
func (e *exception) reply() reply {
	header := http.Header{}
	if len(e.challenge) > 0 {
		header["Www-Authenticate"] = e.challenge
	}
	root := obj(append(e.members(), e.headers()...)...)
	full := append([]any{"root_cause", []raw{root}}, e.members()...)
	if e.cause != nil {
		full = append(full, "caused_by", obj(e.cause.members()...))
	}
	full = append(full, e.headers()...)
	return reply{status: e.status, body: []byte(obj("error", obj(full...), "status", e.status)), header: header}
}

func (e *exception) members() []any {
	if e.noReason {
		return []any{"type", e.kind, "reason", nil}
	}
	return []any{"type", e.kind, "reason", e.reason}
}

func (e *exception) headers() []any {
	switch len(e.challenge) {
	case 0:
		return nil
	case 1:
		return []any{"header", obj("WWW-Authenticate", e.challenge[0])}
	}
	return []any{"header", obj("WWW-Authenticate", e.challenge)}
}
