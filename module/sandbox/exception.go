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
	challenge []string // WWW-Authenticate, on 401
}

func (e *exception) Error() string { return e.kind + ": " + e.reason }

func illegalArgument(format string, args ...any) error {
	return &exception{status: http.StatusBadRequest, kind: "illegal_argument_exception", reason: fmt.Sprintf(format, args...)}
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
	cause := []any{"type", e.kind, "reason", e.reason}
	switch len(e.challenge) {
	case 0:
	case 1:
		cause = append(cause, "header", obj("WWW-Authenticate", e.challenge[0]))
	default:
		cause = append(cause, "header", obj("WWW-Authenticate", e.challenge))
	}
	header := http.Header{}
	if len(e.challenge) > 0 {
		header["Www-Authenticate"] = e.challenge
	}
	full := append([]any{"root_cause", []raw{obj(cause...)}}, cause...)
	return reply{status: e.status, body: []byte(obj("error", obj(full...), "status", e.status)), header: header}
}
