// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"unicode/utf16"
)

// esError is an exception of the cluster: it decides status, type and reason.
type esError struct {
	status    int
	kind      string
	reason    string
	challenge []string // WWW-Authenticate, on 401
}

func (e *esError) Error() string { return e.kind + ": " + e.reason }

func illegalArgument(format string, args ...any) error {
	return &esError{status: http.StatusBadRequest, kind: "illegal_argument_exception", reason: fmt.Sprintf(format, args...)}
}

func parseException(format string, args ...any) error {
	return &esError{status: http.StatusBadRequest, kind: "parse_exception", reason: fmt.Sprintf(format, args...)}
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
	return &esError{status: http.StatusBadRequest, kind: kind, reason: b.String()}
}

func securityException(status int, format string, args ...any) *esError {
	return &esError{status: status, kind: "security_exception", reason: fmt.Sprintf(format, args...)}
}

// failure renders an exception as the cluster does: the cause, its root once
// more, and the status.
func (es *Elasticsearch) failure(err error) reply {
	var e *esError
	var syntax *syntaxError
	switch {
	case errors.As(err, &e):
	case errors.As(err, &syntax):
		e = es.unparsable(syntax)
	default:
		e = &esError{status: http.StatusInternalServerError, kind: "exception", reason: err.Error()}
	}
	cause := []any{"type", e.kind, "reason", e.reason}
	header := http.Header{}
	switch len(e.challenge) {
	case 0:
	case 1:
		cause = append(cause, "header", obj("WWW-Authenticate", e.challenge[0]))
	default:
		cause = append(cause, "header", obj("WWW-Authenticate", e.challenge))
	}
	if len(e.challenge) > 0 {
		header["Www-Authenticate"] = e.challenge
	}
	full := append([]any{"root_cause", []raw{obj(cause...)}}, cause...)
	return reply{status: e.status, body: []byte(obj("error", obj(full...), "status", e.status)), header: header}
}

// unparsable is the answer to what isn't JSON: 500 in 6, and from 8 on with the
// beginning of the body quoted, secrets and all.
func (es *Elasticsearch) unparsable(s *syntaxError) *esError {
	e := &esError{status: http.StatusBadRequest, kind: "json_parse_exception", reason: s.what}
	switch {
	case es.release.atLeast(8, 0):
		e.kind = "x_content_parse_exception"
		e.reason = fmt.Sprintf("[1:%d] %s\n at [Source: (byte[])\"%s\"; line: 1, column: %d]", s.offset+1, s.what, s.quoted, s.offset+1)
	case !es.release.atLeast(7, 0):
		e.status = http.StatusInternalServerError
	}
	return e
}

// parse reads a body in the format its Content-Type names.
func (c *esCall) parse() (*value, error) {
	v, err := bodyReaders[c.media.format](c.body)
	var s *syntaxError
	if errors.As(err, &s) {
		s.quoted = string(c.body[:min(500, len(c.body))])
	}
	if err != nil {
		return nil, err
	}
	if !v.is(kindObject) {
		found := "null"
		if v != nil {
			found = string(v.kind)
		}
		return nil, parseException("expected an object, but found token [%s]", found)
	}
	return v, nil
}

func readElasticJSON(body []byte) (*value, error) { return readJSON(jacksonChars(body), true) }

// units is Java's String.length.
func units(s string) int { return len(utf16.Encode([]rune(s))) }
